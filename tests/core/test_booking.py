"""What a booking is to its lead: with its owner nothing moves, with a pool it is a turn among those who are free then."""

from datetime import datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.credit import bits_of
from firstright.core.decision import Code, Decision, Turned
from firstright.core.lead import Act, Cause, Lead, Outcome
from firstright.core.meetings import BOOKED, CANCELLED, Booked, span
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    OMAR,
    TO_SDR,
    ZOE,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    routed,
    world,
)  # fmt: skip

RULES = policy(TO_SDR, CATCH_ALL, head=HEAD + '\n[meetings.demo]\nwith = "pool:sdr"\n')
TEN = MONDAY + DAY
POOL = ("kim", "noor", "omar")


def booking(
    starts: datetime = TEN, rep: str = "", taken: tuple[str, ...] = (), state: str = BOOKED, was: str = ""
) -> Act:
    at = span(RULES.policy.meetings["demo"], starts)
    pool = "" if rep else "sdr"
    meeting = Booked("demo", rep, at.starts, at.ends, state, pool, at.since, at.until, taken, was)
    return Act(channel="meeting", booked=meeting)


def subject(act: Act, **fields: object) -> Lead:
    return msgspec.structs.replace(lead(), act=act, **fields)


def decided(act: Act, where: object = None, **fields: object) -> Decision:
    return routed(RULES, subject(act, **fields), where or world(), Cause.BOOKED)  # type: ignore[arg-type]  # a world or nothing


def test_a_booking_with_the_owner_keeps_the_lead_where_it_is_and_schedules_it() -> None:
    done = decided(booking(rep="kim"), **owned("kim", status="contacted"))
    assert (done.kept, done.reason, kept_by(done), done.status, done.credits) == (
        True,
        "booked",
        "kim",
        "scheduled",
        (),
    )


def test_a_booking_with_a_pool_is_a_turn_of_somebody_who_is_free_then() -> None:
    done = decided(booking(taken=("kim",)))
    [turn] = done.credits
    assert isinstance(turn, Turned)
    assert (done.outcome, done.status, done.reason, turn.winner) == (
        Outcome.OWNER,
        "scheduled",
        "booked",
        kept_by(done),
    )
    assert [POOL[i] for i in bits_of(int(turn.eligible, 16))] == ["noor", "omar"]
    assert done.trace.asked[0].codes == ((Code.MEETING, "1"),)


def test_whether_they_are_open_now_or_full_does_not_matter_but_then() -> None:
    night = MONDAY + 14 * HOUR
    away = rep("Noor Haddad", 'absences = [{ type = "vacation", from = 2026-03-03, until = 2026-03-04 }]')
    where = world(roster(ADA, KIM, away, OMAR, ZOE), night, loads={"omar": 500})
    [turn] = decided(booking(), where).credits
    assert isinstance(turn, Turned)
    assert [POOL[i] for i in bits_of(int(turn.eligible, 16))] == ["kim", "omar"]


def test_nobody_free_spends_nothing() -> None:
    for act in (booking(taken=POOL), booking(MONDAY + 12 * HOUR), booking(MONDAY + 5 * DAY)):
        done = decided(act)
        assert (done.kept, done.reason, done.credits) == (True, "slot-taken", ())


def test_a_meeting_that_is_called_off_gives_the_status_back_it_took() -> None:
    for was, now in (("qualified", "qualified"), ("new", "routed"), ("", "routed")):
        act = booking(rep="kim", state=CANCELLED, was=was)
        assert decided(act, **owned("kim", status="scheduled")).status == now
    assert (
        decided(booking(rep="kim", state=CANCELLED, was="new"), **owned("kim", status="won")).status == "won"
    )


@given(st.sets(st.sampled_from(POOL)), st.integers(-48, 200))
@settings(max_examples=60, deadline=None)
def test_whoever_wins_is_free_and_exactly_one_lead_is_paid(taken: set[str], half_hours: int) -> None:
    starts = TEN + half_hours * 30 * MINUTE
    done = decided(booking(starts, taken=tuple(sorted(taken))))
    local = starts + HOUR  # Berlin, before the change
    open_then = local.weekday() < 5 and timedelta(hours=9) <= local - local.replace(
        hour=0, minute=0
    ) <= timedelta(hours=16.5)
    free = [name for name in POOL if name not in taken] if open_then else []
    if not free:
        assert (done.reason, done.credits) == ("slot-taken", ())
        return
    [turn] = done.credits
    assert isinstance(turn, Turned)
    assert turn.winner in free and turn.cost == 1_000_000_000
    assert [POOL[i] for i in bits_of(int(turn.eligible, 16))] == free
