from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from firstright.core.decision import Decision, Turned
from firstright.core.lead import Holder, HolderKind, Outcome
from firstright.core.roster import Document, Membership, Rep, Roster
from firstright.simulate.compare import (
    WHOLE,
    Beside,
    Decided,
    Evenness,
    Person,
    Report,
    decided,
    evenness,
    report,
)
from firstright.simulate.happened import Happened, Role

HALF = WHOLE // 2
SDR = Role("pre-sales", "f.csv", "lead", "sdr", ("sdr",))
CLOSER = Role("closers", "f.csv", "lead", "sr", ("ae",))


def turn(lead: str, owner: str, pool: str = "sdr") -> Decided:
    return Decided(lead, owner, "owner", "all", pool, (("ann", HALF), ("bob", HALF)))


def test_what_a_policy_does_is_counted_beside_what_happened() -> None:
    decisions = [
        Decided("l-1", "", "waiting", "all"),
        turn("l-1", "ann"),
        turn("l-2", "bob"),
        turn("l-3", "ann"),
        Decided("l-4", "", "queued", ""),
        turn("l-3", "bob"),
    ]
    happened = (
        Happened(SDR, {"l-1": "ann", "l-3": "cid", "never decided": "ann"}, frozenset({"l-4", "nor this"})),
        Happened(CLOSER, {"l-1": "ann", "l-3": "dora"}),
    )
    assert report(decisions, happened, {"sdr": ("ann", "bob"), "ae": ("dora",)}) == Report(
        leads=4,
        outcomes=(("owner", 3), ("queued", 1)),
        rules=(("all", 3), ("-", 1)),
        unowned=1,
        moved=1,
        moved_then=1,
        roles=(
            Beside(
                role="pre-sales",
                people=(
                    Person("bob", 2, 1, 0, 2 * WHOLE),
                    Person("ann", 1, 1, 1, 2 * WHOLE),
                    Person("cid", 0, 0, 1, 0),
                ),
                known=2,
                nobody=1,
                ours=Evenness(3, 3, 0, 2, 9 / 15),
                same_ours=Evenness(3, 2, 0, 1, 4 / 6),
                same_theirs=Evenness(3, 2, 0, 1, 4 / 6),
                same_rep=1,
                furthest=WHOLE,
            ),
            Beside(
                role="closers",
                people=(Person("ann", 0, 0, 1, 0), Person("dora", 0, 0, 1, 0)),
                known=2,
                nobody=0,
                ours=Evenness(2, 0, 0, 0, 1.0),
                same_ours=Evenness(2, 0, 0, 0, 1.0),
                same_theirs=Evenness(2, 2, 1, 1, 1.0),
                same_rep=0,
                furthest=0,
            ),
        ),
    )


def test_what_each_member_earned_is_read_from_the_ledger_of_the_decision() -> None:
    reps = tuple(
        Rep(name, memberships=(Membership("sdr", weight),))
        for name, weight in [("ann", 2), ("bob", 5), ("cid", 1)]
    )
    roster = Roster(Document("h", reps))
    decision = Decision(
        Outcome.OWNER,
        "rule:all",
        Holder(HolderKind.REP, "cid"),
        rule="all",
        next_at=datetime(2026, 3, 1, tzinfo=UTC),
        credits=(Turned("sdr", "main", 1, "cid", WHOLE, "5"),),
    )
    assert decided("l-1", decision, roster) == Decided(
        "l-1", "cid", "owner", "all", "sdr", (("ann", 666_666_666), ("cid", 333_333_333))
    )


def test_a_decision_without_a_turn_earns_nobody_anything() -> None:
    queued = Decision(Outcome.QUEUED, "rule:catch-all", Holder(HolderKind.QUEUE, "desk"), rule="catch-all")
    assert decided("l-1", queued, Roster(Document("h", ()))) == Decided("l-1", "", "queued", "catch-all")


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30))
def test_jain_is_one_for_equals_and_never_below_one_over_n(counts: list[int]) -> None:
    found = evenness(counts)
    assert 1 / len(counts) - 1e-9 <= found.jain <= 1 + 1e-9
    assert (found.jain > 1 - 1e-12) == (len(set(counts)) == 1)
    assert found.gap == max(counts) - min(counts)
