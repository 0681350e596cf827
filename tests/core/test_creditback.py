"""Credit given back: the table of reasons, window and cap, where the rotation stands afterwards, and its laws."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.apply import after, apply
from firstright.core.causes.creditback import Judged, adjusted, found_so, judged, most
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import CreditAsked, Decision, Held, Returned, Turned
from firstright.core.lead import Act, Cause, Lead, Outcome, Spent
from firstright.core.pools import CREDIT_BACK, LEAD, Approval, CreditBack
from firstright.core.world import PoolStanding, World
from routing import CATCH_ALL, DAY, HOUR, MONDAY, TO_SDR, effects, lead, policy, world

RULES = policy(TO_SDR, CATCH_ALL)
AGREED = Compiled(
    replace(
        RULES.policy,
        credit_back={**CREDIT_BACK, "no-show": CreditBack(credit=True, approval=Approval.MANAGER)},
    )
)
SPENT = Spent("kim", "sdr", "main", LEAD, MONDAY, turns=20, back=0)


def given_to_kim() -> tuple[Lead, World]:
    """Anna, whom the rotation gave to Kim."""
    first = decide(lead(), Cause.ARRIVED, RULES, world())
    assert first.holder.id == "kim"
    return after(lead(), first), apply(world(), lead(), first)


def done(
    cause: Cause, act: Act, rules: Compiled = RULES, later: timedelta = HOUR
) -> tuple[Decision, World, World]:
    """What comes of it: the decision, and the worlds before and after."""
    mine, before = given_to_kim()
    before = replace(before, as_of=MONDAY + later)
    subject = replace(mine, act=act)
    decision = decide(subject, cause, rules, before)
    return decision, before, apply(before, subject, decision)


def credit(where: World, rep: str) -> int:
    standing = where.standing.pool("sdr", "main")
    return standing.credit[standing.members.index(rep)]


def test_what_a_lead_cost_goes_back_before_it_is_routed_again() -> None:
    decision, before, then = done(Cause.DECLINED, Act(by="kim", reason="conflict", spent=SPENT))
    assert decision.credits == (
        Returned("sdr", "main", 2, "kim", LEAD),
        Turned("sdr", "main", 3, "noor", LEAD, "6"),
    )
    assert effects(decision, CreditAsked) == [CreditAsked("sdr", "main", "kim", LEAD, "conflict", "given")]
    assert credit(then, "kim") == credit(before, "kim") + LEAD
    assert then.standing.pool("sdr", "main").seq == 3


def following(then: World) -> list[str]:
    """Who gets the next two leads."""
    won = []
    for name in ("bo", "cy"):
        one = lead(id=name, email=f"{name}@{name}.example", domain=f"{name}.example")
        decision = decide(one, Cause.ARRIVED, RULES, then)
        won.append(decision.holder.id)
        then = apply(then, one, decision)
    return won


def test_who_gave_a_lead_back_comes_before_whoever_had_a_turn_since() -> None:
    """Omar waits longest, then it is Kim's again; had she been busy, it would be his once more."""
    _, _, junk = done(Cause.RETURNED, Act(by="kim", reason="conflict", spent=SPENT))
    _, _, busy = done(Cause.RETURNED, Act(by="kim", reason="busy", spent=SPENT))
    assert (following(junk), following(busy)) == (["omar", "kim"], ["omar", "omar"])


@pytest.mark.parametrize("reason", ["busy", "not-interested", "wrong-product", "other"])
def test_a_reason_that_is_theirs_gives_nothing_back_and_asks_nobody(reason: str) -> None:
    decision, before, then = done(Cause.DECLINED, Act(by="kim", reason=reason, spent=SPENT))
    assert [type(change) for change in decision.credits] == [Turned]
    assert effects(decision, CreditAsked) == []
    assert credit(then, "kim") == credit(before, "kim")


def test_a_contact_that_nobody_has_found_invalid_waits_for_somebody_to_agree() -> None:
    decision, _, _ = done(Cause.DECLINED, Act(by="kim", reason="invalid-contact", spent=SPENT))
    assert [type(change) for change in decision.credits] == [Turned]
    assert effects(decision, CreditAsked) == [CreditAsked("sdr", "main", "kim", LEAD, "invalid-contact")]


def test_a_contact_that_is_known_to_be_invalid_needs_nobody() -> None:
    found = replace(SPENT, verified=True)
    decision, _, _ = done(Cause.DECLINED, Act(by="kim", reason="invalid-contact", spent=found))
    assert decision.credits[0] == Returned("sdr", "main", 2, "kim", LEAD)


def test_a_meeting_that_nobody_came_to_goes_back_and_the_lead_stays() -> None:
    act = Act(by="kim", channel="meeting", result="no-show", spent=SPENT)
    decision, _, then = done(Cause.TOUCHED, act)
    assert (decision.kept, decision.holder.id) == (True, "kim")
    assert decision.credits == (Returned("sdr", "main", 2, "kim", LEAD),)
    assert effects(decision, Held) == []
    assert then.standing.pool("sdr", "main").seq == 2


def test_what_the_manager_agrees_to_goes_back_to_who_had_the_turn_wherever_the_lead_is() -> None:
    act = Act(by="ada", reason="no-show", spent=replace(SPENT, approved=True))
    decision, _, _ = done(Cause.CORRECTED, act, AGREED, 30 * DAY)
    assert (decision.kept, decision.reason, decision.effects) == (True, "credit-back", ())
    assert decision.credits == (Returned("sdr", "main", 2, "kim", LEAD),)


def test_too_late_and_too_often_say_so() -> None:
    late, _, _ = done(Cause.DECLINED, Act(by="kim", reason="conflict", spent=SPENT), later=73 * HOUR)
    often, _, _ = done(Cause.DECLINED, Act(by="kim", reason="conflict", spent=replace(SPENT, back=2)))
    for decision, because in ((late, "too-late"), (often, "over-cap")):
        assert effects(decision, CreditAsked) == [
            CreditAsked("sdr", "main", "kim", LEAD, "conflict", "refused", because)
        ]
        assert [type(change) for change in decision.credits] == [Turned]


def test_who_has_left_the_pool_gets_nothing_back_in_it() -> None:
    stranger = replace(SPENT, rep="zoe")
    decision, _, _ = done(Cause.DECLINED, Act(by="kim", reason="conflict", spent=stranger))
    assert [effect.because for effect in effects(decision, CreditAsked)] == ["gone"]


def test_what_the_rules_leave_with_them_is_not_given_back() -> None:
    stays = policy(
        """
[[rule]]
id = "hers"
tier = "first"
when = {}
send_to = { queue = "desk" }
"""
    )
    mine, before = given_to_kim()
    again = decide(
        replace(mine, act=Act(by="kim", reason="conflict", spent=SPENT)), Cause.DECLINED, stays, before
    )
    assert again.credits == (Returned("sdr", "main", 2, "kim", LEAD),)  # it went to the desk
    queued = after(mine, again)
    act = Act(by="kim", reason="conflict", spent=SPENT)
    assert decide(replace(queued, act=act), Cause.DECLINED, stays, before).credits == ()


def test_one_may_be_given_back_in_any_month_and_a_part_of_the_turns() -> None:
    assert [most(turns, 10) for turns in (0, 1, 19, 20, 105)] == [1, 1, 1, 2, 10]
    assert (most(100, 0), most(7, 100)) == (0, 7)


@given(
    st.sampled_from([*CREDIT_BACK, "unheard-of"]),
    st.integers(0, 40),
    st.integers(0, 10),
    st.booleans(),
    st.booleans(),
    st.integers(0, 200),
)
@settings(deadline=None, max_examples=200)
def test_nothing_is_given_over_the_cap_and_without_leave(
    reason: str, turns: int, gave: int, approved: bool, verified: bool, hours: int
) -> None:
    spent = replace(SPENT, turns=turns, back=gave, approved=approved, verified=verified)
    came = judged(reason, spent, AGREED.policy, MONDAY + timedelta(hours=hours))
    rule = AGREED.policy.credit_back.get(reason)
    if came is Judged.GIVEN:
        assert gave < most(turns, 10)
        assert approved or (rule is not None and rule.credit and timedelta(hours=hours) <= rule.window)
        assert approved or (rule is not None and rule.approval is not Approval.MANAGER)
    if came is Judged.ASKED:
        assert rule is not None
        assert rule.approval is not Approval.NOBODY
        assert not approved


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["arrives", "returned", "touched", "agreed", "by-hand"]),
        st.sampled_from(["spam", "invalid-contact", "no-show", "busy"]),
        st.integers(1, 30),
    ),
    max_size=25,
)


@given(ACTS)
@settings(deadline=None, max_examples=60)
def test_under_any_sequence_credits_sum_to_what_was_given_and_the_cap_holds(
    steps: list[tuple[str, str, int]],
) -> None:
    """Everything an office does, folded: what moved is on the ledger, no turn is given back twice, no cap is passed."""
    book = _Book()
    for step, reason, hours in steps:
        book.step(step, reason, hours)
    standing = book.where.standing.pool("sdr", "main")
    assert sum(standing.credit) == sum(book.returned.values()) * LEAD + book.by_hand
    assert standing.seq == book.seq
    for rep, times in book.returned.items():
        assert times <= most(book.turns[rep], 10)
    assert all(times <= 1 for times in book.of_turn.values())


class _Book:
    """What the desk does for the core: which turn a lead cost, what was given back, what is asked. One month."""

    def __init__(self) -> None:
        self.where = replace(world(), as_of=MONDAY)
        self.leads: dict[str, Lead] = {}
        self.turns = dict.fromkeys(("kim", "noor", "omar"), 0)
        self.returned = dict.fromkeys(self.turns, 0)
        self.of_turn: dict[tuple[str, int], int] = {}
        self.open: list[tuple[str, int, CreditAsked]] = []
        self.heard: set[tuple[str, int]] = set()
        self.cost: dict[tuple[str, int], Turned] = {}
        self.by_hand = 0
        self.seq = 0

    def step(self, step: str, reason: str, hours: int) -> None:
        newest = next(reversed(self.leads.values()), None)
        if step == "arrives" or newest is None:
            name = f"l{len(self.leads)}"
            one = lead(id=name, email=f"{name}@{name}.example", domain=f"{name}.example")
            self._decided(one, Cause.ARRIVED)
        elif step == "by-hand":
            self._adjusted(hours)
        elif step == "agreed":
            self._agreed()
        elif newest.holder.kind == "rep":
            act = Act(by=newest.holder.id, reason=reason, spent=self._spent(newest))
            if step == "touched":
                act = replace(act, reason="", channel="meeting", result="no-show")
            cause = Cause.TOUCHED if step == "touched" else Cause.RETURNED
            self._decided(replace(newest, act=act), cause)

    def _spent(self, one: Lead) -> Spent | None:
        turn = self.cost.get((one.id, one.epoch))
        if turn is None or (one.id, one.epoch) in self.heard:
            return None
        rep = turn.winner
        return Spent(rep, "sdr", "main", turn.cost, MONDAY, self.turns[rep], self.returned[rep])

    def _agreed(self) -> None:
        if self.open:
            name, epoch, asked = self.open.pop()
            rep = asked.rep
            spent = Spent(
                rep, "sdr", "main", asked.cost, MONDAY, self.turns[rep], self.returned[rep], approved=True
            )
            act = Act(by="ada", reason=asked.reason, spent=spent)
            self._decided(replace(self.leads[name], act=act), Cause.CORRECTED, epoch)

    def _adjusted(self, amount: int) -> None:
        standing = self.where.standing
        now = adjusted(standing.pool("sdr", "main"), "noor", amount)
        self.where = replace(self.where, standing=replace(standing, changed_pools={("sdr", "main"): now}))
        self.by_hand += amount
        self.seq += 1

    def _decided(self, one: Lead, cause: Cause, of: int = 0) -> None:
        epoch = of or one.epoch
        decision = decide(one, cause, AGREED, self.where)
        self.where = apply(self.where, one, decision)
        now = self.leads[one.id] = after(one, decision)
        for change in decision.credits:
            self.seq += 1
            assert change.seq == self.seq
            if isinstance(change, Turned):
                self.turns[change.winner] += 1
                self.cost[one.id, now.epoch] = change
            elif isinstance(change, Returned):
                self.returned[change.rep] += 1
                self.of_turn[one.id, epoch] = self.of_turn.get((one.id, epoch), 0) + 1
        for asked in effects(decision, CreditAsked):
            self.heard.add((one.id, epoch))
            if asked.state == "asked":
                self.open.append((one.id, epoch, asked))


def test_by_hand_whoever_is_not_in_the_rotation_yet_is_put_at_its_end() -> None:
    was = PoolStanding(4, ("kim", "noor"), (300, -300), (3, 4))
    assert adjusted(was, "kim", -100) == PoolStanding(5, ("kim", "noor"), (200, -300), (3, 4))
    assert adjusted(was, "omar", 50) == PoolStanding(5, ("kim", "noor", "omar"), (300, -300, 50), (3, 4, 0))


def test_an_address_that_bounced_and_a_number_that_is_none_are_found_so() -> None:
    assert found_so({"email_bounced": True})
    assert found_so({"phone_invalid": True})
    assert not found_so({"email_bounced": False, "email": "a@b.example"})


@pytest.mark.parametrize(
    ("reason", "review"),
    [("spam", "suspected-junk"), ("test", "suspected-junk"), ("duplicate", "likely-duplicate")],
)
@pytest.mark.parametrize("cause", [Cause.DECLINED, Cause.RETURNED])
def test_what_is_no_lead_at_all_is_looked_at_and_not_given_to_the_next_rep(
    cause: Cause, reason: str, review: str
) -> None:
    decision, _, _ = done(cause, Act(by="kim", reason=reason, spent=SPENT))
    assert (decision.outcome, decision.holder.id) == (Outcome.REVIEW, review)
    assert [type(change) for change in decision.credits] == [Returned]
    unspent, _, _ = done(cause, Act(by="kim", reason=reason))
    assert (unspent.outcome, unspent.credits) == (Outcome.REVIEW, ())
