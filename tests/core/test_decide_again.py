"""People who come back, leads that are decided again: repeat enquiries, new cycles, locks, and improvement without harm."""

import msgspec
import pytest

from firstright.core.apply import after
from firstright.core.decision import ClockStarted, Decision, Engaged, Held, Told
from firstright.core.lead import NOBODY, Act, Cause, Chosen, Holder, HolderKind, Lead, Outcome
from firstright.core.world import Candidate, World
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    NOOR,
    TO_SDR,
    effects,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    routed,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
IMPROVING = (Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN)
TAKING = (Cause.DECLINED, Cause.RETURNED, Cause.SLA_MISSED)


def earlier(owner: str = "noor", *, open: bool = True, **fields: object) -> Lead:
    """Anna's lead of last week, as it stands now."""
    state = lead(MONDAY - 7 * DAY, id="last-week", product="rover")
    usual = {
        "outcome": Outcome.OWNER if open else Outcome.CLOSED,
        "holder": Holder(HolderKind.REP, owner) if owner else NOBODY,
        "epoch": 1,
        "status": "contacted",
    }
    return msgspec.structs.replace(state, **{**usual, **fields})


def knowing(state: Lead, *, open: bool = True) -> World:
    owner = state.holder.id if state.holder.kind is HolderKind.REP else ""
    return world(known=[Candidate("lead", state.id, "email", owner, open, MONDAY - 7 * DAY, lead=state)])


def test_a_repeat_enquiry_is_an_engagement_on_the_same_lead_to_the_same_owner() -> None:
    state = earlier()
    decision = routed(RULES, where=knowing(state))
    assert (decision.reason, decision.lead, kept_by(decision), decision.outcome) == (
        "repeat-enquiry",
        "last-week",
        "noor",
        Outcome.OWNER,
    )
    assert decision.effects == (Engaged("last-week"), Told("noor", "yours", "email", "lead.engaged"))
    assert (decision.credits, decision.new_cycle, decision.status) == ((), False, "contacted")


def test_a_repeat_enquiry_raises_urgency() -> None:
    assert (routed(RULES).priority, routed(RULES, where=knowing(earlier())).priority) == (0, 10)


def test_urgency_stays_with_the_cycle_and_ends_with_it() -> None:
    urgent = msgspec.structs.replace(lead(), **owned("kim"), priority=10)
    assert routed(RULES, urgent, cause=Cause.DECLINED).priority == 10
    over = earlier("", open=False, status="lost", priority=10)
    opened = msgspec.structs.replace(over, act=Act(by="mara", chosen=Chosen(Outcome.PENDING)))
    again = routed(RULES, opened, cause=Cause.OVERRIDDEN)
    assert (again.new_cycle, again.priority) == (True, 0)


@pytest.mark.parametrize("kind", [HolderKind.QUEUE, HolderKind.REVIEW, HolderKind.PARTNER, HolderKind.NONE])
def test_a_repeat_enquiry_joins_a_lead_that_no_rep_has_yet(kind: HolderKind) -> None:
    state = earlier(holder=Holder(kind, "" if kind is HolderKind.NONE else "desk"), outcome=Outcome.QUEUED)
    decision = routed(RULES, where=knowing(state))
    assert (decision.reason, decision.holder, effects(decision, Told)) == ("repeat-enquiry", state.holder, [])


def test_a_repeat_enquiry_to_an_owner_on_vacation_still_joins() -> None:
    away = rep("Noor Haddad", 'absences = [{ type = "vacation", from = "2026-03-01", until = "2026-03-20" }]')
    here = msgspec.structs.replace(knowing(earlier()), roster=roster(ADA, KIM, away))
    assert routed(RULES, where=here).reason == "repeat-enquiry"


@pytest.mark.parametrize("state", ["active = false", "left = 2026-03-01"])
def test_a_lead_whose_owner_has_gone_is_routed_again_in_the_same_cycle(state: str) -> None:
    here = msgspec.structs.replace(knowing(earlier()), roster=roster(ADA, KIM, rep("Noor Haddad", state)))
    decision = routed(RULES, where=here)
    assert (kept_by(decision), decision.lead, decision.new_cycle) == ("kim", "last-week", False)
    assert [c.clock for c in effects(decision, ClockStarted)] == ["owner"]


def test_after_a_closed_cycle_the_same_lead_begins_a_new_one_with_its_previous_owner() -> None:
    decision = routed(RULES, where=knowing(earlier(open=False), open=False))
    assert (decision.lead, decision.new_cycle, kept_by(decision), decision.reason) == (
        "last-week",
        True,
        "noor",
        "step:previous-owner",
    )
    assert [c.clock for c in effects(decision, ClockStarted)] == ["speed-to-lead", "owner"]


def test_a_new_cycle_through_the_tiers_when_the_previous_owner_is_long_ago() -> None:
    state = earlier("", open=False)
    decision = routed(RULES, where=knowing(state, open=False))
    assert (decision.lead, decision.new_cycle, kept_by(decision)) == ("last-week", True, "kim")


def test_a_policy_may_make_it_a_new_lead_instead() -> None:
    rules = policy(TO_SDR, CATCH_ALL, head=HEAD.replace('zone = "E', 'after_closed = "new-lead"\nzone = "E'))
    decision = routed(rules, where=knowing(earlier(open=False), open=False))
    assert (decision.lead, decision.new_cycle, kept_by(decision)) == ("", False, "noor")


WINDOW = policy(TO_SDR, CATCH_ALL, head=HEAD.replace('zone = "E', 'closed_after = "5d"\nzone = "E'))


def test_a_lead_in_which_nothing_has_happened_for_longer_than_the_window_counts_as_closed() -> None:
    """A week without a change, of five days: the same owner, with clocks of today."""
    decision = routed(WINDOW, where=knowing(earlier(tried=("kim", "noor"))))
    assert (decision.reason, decision.lead, kept_by(decision), decision.new_cycle) == (
        "step:previous-owner",
        "last-week",
        "noor",
        True,
    )
    assert {clock.started for clock in effects(decision, ClockStarted)} == {MONDAY}


def test_within_the_window_it_is_a_repeat_enquiry() -> None:
    wide = policy(TO_SDR, CATCH_ALL, head=HEAD.replace('zone = "E', 'closed_after = "7d"\nzone = "E'))
    assert routed(wide, where=knowing(earlier())).reason == "repeat-enquiry"


def test_after_the_window_it_may_be_a_new_lead() -> None:
    head = HEAD.replace('zone = "E', 'closed_after = "5d"\nafter_closed = "new-lead"\nzone = "E')
    decision = routed(policy(TO_SDR, CATCH_ALL, head=head), where=knowing(earlier()))
    assert (decision.lead, decision.new_cycle, kept_by(decision)) == ("", False, "noor")


def test_a_new_cycle_knows_what_was_said_before() -> None:
    """Last week Anna asked about a rover; this time she only says hello."""
    rover = (
        '\n[[rule]]\nid = "rover"\ntier = "first"\nwhen = { product = "rover" }\nsend_to = { rep = "ada" }\n'
    )
    rules = policy(rover, TO_SDR, CATCH_ALL)
    assert kept_by(routed(rules, where=knowing(earlier("", open=False), open=False))) == "ada"
    assert kept_by(routed(rules)) == "kim"


def test_the_lead_after_a_new_cycle_counts_up_and_forgets_who_tried() -> None:
    state = earlier("", open=False, tried=("omar", "noor"), cycle=2, epoch=5)
    now = after(state, routed(RULES, where=knowing(state, open=False)))
    assert (now.cycle, now.epoch, now.tried) == (3, 6, ("kim",))


def held() -> Lead:
    return after(lead(), routed(RULES))


def later(span: object) -> World:
    return world(as_of=MONDAY + span)  # type: ignore[operator]  # spans only


def changes(decision: Decision) -> tuple[object, ...]:
    return (*decision.effects, *decision.credits)


@pytest.mark.parametrize("cause", IMPROVING)
def test_the_lock_shields_from_improvement(cause: Cause) -> None:
    decision = routed(RULES, held(), later(29 * MINUTE), cause)
    assert (decision.reason, kept_by(decision), changes(decision)) == ("locked", "kim", ())


@pytest.mark.parametrize("cause", TAKING)
def test_the_lock_never_shields_from_what_takes_a_lead_away(cause: Cause) -> None:
    decision = routed(RULES, held(), later(MINUTE), cause)
    assert kept_by(decision) == "noor"
    assert effects(decision, Held)[0].was == Holder(HolderKind.REP, "kim")


@pytest.mark.parametrize("cause", IMPROVING)
def test_a_touched_lead_is_shielded_for_good(cause: Cause) -> None:
    touched = msgspec.structs.replace(held(), touched=True)
    assert routed(RULES, touched, later(30 * DAY), cause).reason == "locked"


@pytest.mark.parametrize("cause", IMPROVING)
def test_improvement_under_the_same_rule_spends_no_turn(cause: Cause) -> None:
    """An hour later, unlocked and untouched, enrichment says nothing new: Kim keeps it."""
    decision = routed(RULES, held(), later(HOUR), cause)
    assert (kept_by(decision), changes(decision)) == ("kim", ())


def test_an_enriched_lead_goes_to_the_rule_it_should_have_met() -> None:
    large = '\n[[rule]]\nid = "large"\ntier = "first"\nwhen = { employees = { min = 100 } }\nsend_to = { rep = "ada" }\n'
    rules = policy(large, TO_SDR, CATCH_ALL)
    first = after(lead(), routed(rules))
    known_size = msgspec.structs.replace(first, facts={**first.facts, "employees": 500})
    decision = routed(rules, known_size, later(HOUR), Cause.ENRICHED)
    assert (kept_by(decision), decision.rule) == ("ada", "large")
    assert [c.clock for c in effects(decision, ClockStarted)] == ["owner"]


def improved(first: str, second: str, owner: str = "kim", rule: str = "second") -> Decision:
    """An hour after Kim got it by the second rule, its size is known, which is what the first rule asks for."""
    rules = policy(
        f'\n[[rule]]\nid = "first"\ntier = "first"\nwhen = {{ employees = {{ min = 100 }} }}\nsend_to = {{ {first} }}\n',
        f'\n[[rule]]\nid = "second"\ntier = "second"\nwhen = {{}}\nsend_to = {{ {second} }}\n',
        CATCH_ALL,
    )
    state = lead(employees=500)
    state = msgspec.structs.replace(state, **owned(owner, rule=rule))
    return routed(rules, state, world(roster(ADA, KIM, NOOR), MONDAY + 9 * HOUR), Cause.ENRICHED)


def test_an_owner_is_never_taken_away_to_wait_for_another() -> None:
    """The pool of the better rule is closed by now."""
    decision = improved('pool = "sdr"', 'rep = "kim"')
    assert (decision.reason, kept_by(decision), changes(decision)) == ("no-better", "kim", ())


def test_improvement_never_goes_to_a_rule_below() -> None:
    decision = improved('queue = "desk"', 'rep = "kim"', rule="")
    assert (decision.reason, kept_by(decision)) == ("no-better", "kim")


def test_improvement_may_find_out_that_it_is_no_lead_at_all() -> None:
    assert improved('reject = "competitor"', 'rep = "kim"').outcome is Outcome.REJECTED


def test_the_same_owner_for_a_better_reason_changes_nothing() -> None:
    decision = improved('rep = "kim"', 'rep = "noor"')
    assert (kept_by(decision), changes(decision)) == ("kim", ())


def test_owner_precedence_is_better_than_any_rule() -> None:
    known = [Candidate("account", "acme", "domain", "noor")]
    state = msgspec.structs.replace(lead(), **owned("kim", rule="to-sdr"))
    decision = routed(RULES, state, world(as_of=MONDAY + HOUR, known=known), Cause.ENRICHED)
    assert (kept_by(decision), decision.reason) == ("noor", "step:account-owner")


@pytest.mark.parametrize("cause", IMPROVING)
def test_deciding_again_on_the_result_changes_nothing(cause: Cause) -> None:
    decision = routed(RULES, held(), cause=cause)
    assert changes(decision) == ()
    assert after(held(), decision) == held()


def test_a_chain_of_declines_asks_everybody_once_and_then_goes_on() -> None:
    subject, asked = lead(), []
    here = world(roster(ADA, KIM, NOOR))
    decision = routed(RULES, subject, here)
    while kept_by(decision) in ("kim", "noor"):
        asked.append(kept_by(decision))
        subject = after(subject, decision)
        decision = routed(RULES, subject, here, Cause.DECLINED)
    assert (asked, kept_by(decision)) == (["kim", "noor"], "queue:desk")


@pytest.mark.parametrize("cause", IMPROVING)
@pytest.mark.parametrize("over", [Outcome.REJECTED, Outcome.CLOSED, Outcome.SUPPORT, Outcome.PARTNER])
def test_what_is_over_is_opened_by_no_better_knowledge(cause: Cause, over: Outcome) -> None:
    ended = msgspec.structs.replace(lead(), outcome=over, epoch=1)
    decision = routed(RULES, ended, cause=cause)
    assert (decision.kept, decision.reason, decision.outcome) == (True, "over", over)
