"""Handoffs by example, without a database: precedence by a handoff that is open, notes, tickets of rules, late alarms."""

from msgspec.structs import replace

from firstright.core.apply import after
from firstright.core.decide import decide
from firstright.core.decision import Considered
from firstright.core.followup import ACCEPTANCE
from firstright.core.handnotes import NOTES, complete, missing, prefilled
from firstright.core.handoff import HandoffType, TicketOpened
from firstright.core.lead import Act, Cause, Handed, Holder, HolderKind, Offer, Outcome
from firstright.core.matching import Match
from firstright.core.policy import Precedence, Step
from firstright.core.precedence import Claim, claim
from firstright.core.world import Candidate
from routing import CATCH_ALL, HEAD, HOUR, MONDAY, TO_SDR, effects, lead, owned, policy, rep, roster, world

HELP = '\n[handoffs.help]\nkind = "support"\n'
TO_SUPPORT = (
    '\n[[rule]]\nid = "help"\ntier = "first"\nwhen = { intent = "support" }\nsend_to = { support = "desk" }\n'
)


def test_an_enquiry_goes_to_who_has_the_handoff_or_the_meeting() -> None:
    step, rules = Precedence(Step.ACTIVE_HANDOFF), policy(TO_SDR, CATCH_ALL)
    offer = Offer("to-ae", Holder(HolderKind.REP, "uma"), by="kim")

    def named(owner: str, **fields: object) -> Claim:
        stood = replace(lead(id="first"), **fields)
        person = Candidate("lead", "first", "email", owner, lead=stood)
        return claim(step, lead(), Match(people=(person,)), rules, MONDAY)

    assert named("kim", offer=offer) == Claim(("kim",))  # the giver has it until somebody says yes
    assert named("", offer=offer) == Claim(("uma",))  # at first routing nobody has it yet
    assert named("kim", status="scheduled") == Claim(("kim",))
    assert named("kim") == Claim()


def test_notes_are_filled_in_from_what_is_known_and_what_is_said_stands_over_it() -> None:
    known = prefilled({"message": "A demo", "campaign": "fair"}, "web", MONDAY, ("Kim", "Noor"), "routed")
    assert known == {
        "source": "web",
        "campaign": "fair",
        "asked": "A demo",
        "recency": "2026-03-02 09:00 UTC",
        "timeline": "came 2026-03-02 09:00 UTC, now routed",
        "history": "Kim, then Noor",
    }
    told = complete(known, (("asked", "A demo for 40"), ("next_step", " Call "), ("campaign", " ")))
    assert dict(told) == {**known, "asked": "A demo for 40", "next_step": "Call"}
    assert [note for note, _ in told] == [note for note in NOTES if note in dict(told)]
    kind = HandoffType("x", needs=("asked", "objections", "next_step"))
    assert missing(kind, told) == ("objections",)


def test_a_rule_that_sends_to_support_opens_a_ticket_where_there_is_a_handoff_to_it() -> None:
    subject = lead(intent="support")
    plain = decide(subject, Cause.ARRIVED, policy(TO_SUPPORT, CATCH_ALL), world())
    ticketed = decide(subject, Cause.ARRIVED, policy(TO_SUPPORT, CATCH_ALL, head=HEAD + HELP), world())
    assert (plain.outcome, effects(plain, TicketOpened)) == (Outcome.SUPPORT, [])
    assert (ticketed.outcome, effects(ticketed, TicketOpened)) == (Outcome.SUPPORT, [TicketOpened("help")])


def test_an_alarm_of_an_offer_that_is_over_ends_no_other() -> None:
    rules = policy(
        TO_SDR,
        CATCH_ALL,
        head=HEAD + '\n[pools.ae]\n\n[handoffs.to-ae]\nto = { pool = "ae" }\naccept = "1h"\n',
    )
    people = roster(rep("Kim Larsen", calendar="24x7"), rep("Uma Voss", pools="{ ae = 1 }", calendar="24x7"))
    subject = replace(lead(), **owned("kim"), act=Act(by="kim", handed=Handed("to-ae")))
    offered = after(subject, decide(subject, Cause.HANDED_OVER, rules, world(people)))
    assert offered.offer is not None
    assert offered.offer.until == MONDAY + HOUR
    act = Act(clock=ACCEPTANCE, percent=100, due=MONDAY, ladder=("next", "review"))
    early = decide(replace(offered, act=act), Cause.SLA_MISSED, rules, world(people))
    assert (early.kept, early.reason) == (True, "unchanged")
    in_time = decide(replace(offered, act=act), Cause.SLA_MISSED, rules, world(people, MONDAY + HOUR))
    assert (in_time.outcome, in_time.reason) == (Outcome.REVIEW, "nobody-acted")
    assert Considered("rung", "next", "nobody-else", "next") in in_time.trace.considered
