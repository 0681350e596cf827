"""Handing leads over, on both databases: offers and their one end, who has the lead meanwhile, turns, capacity, tickets."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.office import PEOPLE, Office, office, owner
from desk.views import clocks, faults, letters, owners, reasons, tasks
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept, Decline, LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.handover import AcceptOffer, DeclineOffer, HandOver, SeeOffer, TakeBack
from firstright.desk.learning import LearnFacts
from firstright.desk.moving import MoveStatus
from firstright.desk.ticketing import MoveTicket
from firstright.errors import Refused, Superseded
from firstright.storage import leads, offers, tickets
from handed import DESK, HELP, ROBOTIX, TO_AE
from routing import CALENDARS, CATCH_ALL, DAY, HEAD, HOUR, MINUTE, MONDAY, TO_SDR, rep
from routing import TEAM as PARTS

NAMED = TO_AE.replace('kind = "sales"', 'kind = "sales"\nname = "To an account executive"')
HANDOFFS = f"""{NAMED}{HELP}
[handoffs.rest]
kind = "nurture"
wait = "30d"
{ROBOTIX}{DESK.replace('"ticket.opened"', '"ticket.opened", "lead.offered"')}"""
OPS = Actor("0190a000-0000-7000-8000-0000000000aa", "Olga", Role.OPERATIONS)
RULES = HEAD + HANDOFFS + TO_SDR + CATCH_ALL
UMA = rep("Uma Voss", 'manager = "ada"', pools="{ ae = 1 }")
VIC = rep("Vic Stone", 'manager = "ada"', pools="{ ae = 1 }")
TEAM = PEOPLE + UMA + VIC
NOTES = (("asked", "A demo for 40 people"), ("next_step", "Call on Tuesday"))


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    with office(database_url, published=False) as found:
        found.publish(RULES, TEAM)
        yield found


def open_offer(here: Office, told: dict[str, object]) -> offers.OfferRow | None:
    with here.desk.read() as tx:
        return offers.open_of(tx, str(told["lead"]))


def every_offer(here: Office, told: dict[str, object]) -> list[tuple[str, str, str]]:
    with here.desk.read() as tx:
        return [(o.rep_id, o.kind, o.state) for o in offers.of_lead(tx, str(told["lead"]))]


def given(here: Office, name: str = "mara") -> tuple[dict[str, object], str, str]:
    """A lead that its owner has offered: what was told, who gave it, to whom it is offered."""
    told = here.send(name)
    by = owner(told)
    here.desk.act(HandOver(str(told["lead"]), by, "to-ae", notes=NOTES))
    found = open_offer(here, told)
    assert found is not None
    return told, by, found.rep_id


def test_an_offered_lead_stays_with_its_giver_until_somebody_says_yes(here: Office) -> None:
    told, by, to = given(here)
    lead = here.lead(told)
    assert (lead.outcome, lead.holder_id, lead.epoch) == ("offered", by, 1)
    assert to in ("uma", "vic")
    assert [c for c in clocks(here, told) if c[0] == "acceptance"] == [
        ("acceptance", 1, "running", "02T09:30")
    ]
    assert ("webhook:desk", "lead.offered", "ready") in letters(here, told)
    here.at = MONDAY + 10 * MINUTE
    done = here.desk.act(AcceptOffer(str(told["lead"]), to, epoch=1))
    assert (done.outcome, done.owner, done.epoch) == ("owner", to, 2)
    assert [who for who, *_ in owners(here, told)] == [by, to]
    assert every_offer(here, told) == [(to, "to-ae", "accepted")]
    assert [c[2] for c in clocks(here, told) if c[0] == "acceptance"] == ["met"]
    assert ("owner", 2, "running") in [c[:3] for c in clocks(here, told)]
    assert sorted(here.rows("SELECT role, rep_id FROM role")) == [("ae", to), ("sdr", by)]
    assert here.desk.act(AcceptOffer(str(told["lead"]), to)).repeat
    assert faults(here) == []


def test_an_offered_lead_is_moved_once_the_offer_is_over_and_the_no_says_so(here: Office) -> None:
    told, by, to = given(here)
    lead = str(told["lead"])
    with pytest.raises(Refused) as why:
        here.desk.act(MoveStatus(lead, Actor(by, by, Role.REP, rep=by), "contacted"))
    assert why.value.reasons == (
        f"to: it is offered to {to}: the answer comes first, or the offer is withdrawn",
    )
    here.desk.act(TakeBack(lead, by))
    with pytest.raises(Refused) as why:
        here.desk.act(MoveStatus(lead, Actor(by, by, Role.REP, rep=by), "contacted"))
    assert "offered" not in " ".join(why.value.reasons)


def test_what_is_missing_is_named_and_what_is_known_need_not_be_said(here: Office) -> None:
    told = here.send("mara", message="Can you show us the robot?")
    with pytest.raises(Refused) as refused:
        here.desk.act(HandOver(str(told["lead"]), owner(told), "to-ae"))
    assert refused.value.reasons == ("notes.next_step: is needed before it is offered (suggested next step)",)
    with pytest.raises(Refused) as refused:
        here.desk.act(HandOver(str(told["lead"]), owner(told), "to-as", notes=(("mood", "fine"),)))
    assert refused.value.reasons == ('type: "to-as" is not known; did you mean to-ae?',)


def test_who_declines_is_followed_by_the_next_and_at_last_it_is_back_with_its_giver(here: Office) -> None:
    told, by, first = given(here)
    here.desk.act(DeclineOffer(str(told["lead"]), first, "busy"))
    found = open_offer(here, told)
    assert found is not None
    second = found.rep_id
    assert {first, second} == {"uma", "vic"}
    here.desk.act(DeclineOffer(str(told["lead"]), second, "busy"))
    third = open_offer(here, told)  # their manager is asked before it goes back
    assert third is not None
    assert third.rep_id == "ada"
    done = here.desk.act(DeclineOffer(str(told["lead"]), "ada", "busy"))
    assert (done.outcome, done.owner, done.epoch) == ("owner", by, 1)
    assert [state for *_, state in every_offer(here, told)] == ["declined"] * 3
    assert [who for who, *_ in owners(here, told)] == [by]
    assert faults(here) == []


def test_an_offer_nobody_answers_goes_the_same_way_by_its_clock(here: Office) -> None:
    told, by, first = given(here)
    here.rings(MONDAY + 31 * MINUTE)
    found = open_offer(here, told)
    assert found is not None
    assert found.rep_id != first
    assert every_offer(here, told)[0] == (first, "to-ae", "expired")
    with pytest.raises(Superseded) as late:
        here.desk.act(AcceptOffer(str(told["lead"]), first))
    assert late.value.where == f"offered to {found.rep_id}"
    here.rings(MONDAY + 62 * MINUTE)
    here.rings(MONDAY + 93 * MINUTE)
    assert (here.lead(told).outcome, here.lead(told).holder_id) == ("owner", by)
    assert [state for *_, state in every_offer(here, told)] == ["expired"] * 3
    assert here.lead(told).next_at is not None
    assert faults(here) == []


def test_two_offers_cannot_fill_one_place(database_url: str) -> None:
    with office(database_url, published=False) as here:
        full = rep("Uma Voss", 'manager = "ada"\ncapacity = 1', pools="{ ae = 1 }")
        here.publish(RULES, PEOPLE + full)
        one, *_ = given(here, "mara")
        two = here.send("nils")
        here.desk.act(HandOver(str(two["lead"]), owner(two), "to-ae", notes=NOTES))
        assert open_offer(here, two) is None
        assert here.lead(two).holder_id == owner(two)
        here.desk.act(DeclineOffer(str(one["lead"]), "uma", "busy"))
        here.desk.act(HandOver(str(two["lead"]), owner(two), "to-ae", notes=NOTES))
        found = open_offer(here, two)
        assert found is not None
        assert found.rep_id == "uma"


def test_a_turn_is_spent_once_and_comes_back_where_the_table_says_so(here: Office) -> None:
    told, _, first = given(here)
    turned = "SELECT rep, kind FROM ledger WHERE pool = 'ae' ORDER BY seq"
    assert here.rows(turned) == [(first, "turned")]
    here.desk.act(DeclineOffer(str(told["lead"]), first, "conflict"))
    found = open_offer(here, told)
    assert found is not None
    assert here.rows(turned) == [(first, "turned"), (first, "returned"), (found.rep_id, "turned")]
    here.desk.act(AcceptOffer(str(told["lead"]), found.rep_id))
    assert len(here.rows(turned)) == 3
    assert faults(here) == []


def test_an_offer_is_withdrawn_by_who_gave_it_and_the_turn_comes_back(here: Office) -> None:
    told, by, to = given(here)
    with pytest.raises(Superseded):
        here.desk.act(TakeBack(str(told["lead"]), to))
    here.desk.act(TakeBack(str(told["lead"]), by, reason="they called me"))
    assert every_offer(here, told) == [(to, "to-ae", "withdrawn")]
    assert (here.lead(told).outcome, here.lead(told).holder_id) == ("owner", by)
    assert here.rows("SELECT kind FROM ledger WHERE pool = 'ae' ORDER BY seq") == [("turned",), ("returned",)]
    with pytest.raises(Superseded):
        here.desk.act(AcceptOffer(str(told["lead"]), to))
    assert faults(here) == []


def test_who_has_seen_an_offer_is_known(here: Office) -> None:
    told, _, to = given(here)
    here.at = MONDAY + 3 * MINUTE
    here.desk.act(SeeOffer(str(told["lead"]), to))
    here.at = MONDAY + 5 * MINUTE
    here.desk.act(SeeOffer(str(told["lead"]), to))
    found = open_offer(here, told)
    assert found is not None
    assert found.received_at is not None
    assert found.received_at - MONDAY < 4 * MINUTE


def test_support_has_a_ticket_and_gives_the_lead_back_with_notes(here: Office) -> None:
    told = here.send("mara", message="My robot does not move")
    by = owner(told)
    here.desk.act(HandOver(str(told["lead"]), by, "help"))
    assert here.lead(told).outcome == "support"
    assert ("webhook:desk", "ticket.opened", "ready") in letters(here, told)
    here.at = MONDAY + HOUR
    moved = here.desk.act(MoveTicket(str(told["lead"]), "zendesk", "waiting", outside="Z-1"))
    assert (moved.state, moved.outside, moved.outcome, moved.back) == ("waiting", "Z-1", "support", False)
    with pytest.raises(Refused):
        here.desk.act(MoveTicket(moved.ticket, "zendesk", "waiting", back=True))
    back = here.desk.act(MoveTicket(moved.ticket, "zendesk", "solved", back=True, note="Wants a second one"))
    assert (back.outcome, back.back, back.state) == ("owner", True, "closed")
    lead = here.lead(told)
    assert (lead.holder_id, lead.cycle) == (by, 2)
    with here.desk.read() as tx:
        assert dict(offers.of_lead(tx, lead.id)[-1].notes)["key_notes"] == "Wants a second one"
        assert [t.state for t in tickets.of_lead(tx, lead.id)] == ["closed"]
    assert [c[0] for c in clocks(here, told) if c[2] == "running"] == ["speed-to-lead", "owner"]
    assert faults(here) == []


def test_a_lead_that_went_there_and_back_again_comes_back_to_who_really_had_it_last(here: Office) -> None:
    told = here.send("mara")
    by, lead = owner(told), str(told["lead"])
    other = next(each for each in ("kim", "noor", "omar") if each != by)
    here.desk.act(Reassign(lead, OPS, other, "knows them"))
    here.desk.act(Reassign(lead, OPS, by, "knows them better"))
    here.desk.act(HandOver(lead, by, "help"))
    here.desk.act(TakeBack(lead, by))
    assert [who for who, _, _ in owners(here, told)] == [by, other, by, "none:", by]
    assert faults(here) == []


def test_a_lead_rests_and_comes_back_to_who_had_it(here: Office) -> None:
    told = here.send("mara")
    by = owner(told)
    here.desk.act(HandOver(str(told["lead"]), by, "rest"))
    assert here.lead(told).outcome == "nurture"
    here.decide(MONDAY + 31 * DAY)
    lead = here.lead(told)
    assert (lead.outcome, lead.holder_id, lead.cycle) == ("owner", by, 2)
    assert here.rows("SELECT role FROM role") == []
    assert faults(here) == []


def test_a_partner_is_told_what_is_shared_accepts_and_can_be_recalled(here: Office) -> None:
    told = here.send("mara", company="Mara GmbH")
    by = owner(told)
    here.desk.act(HandOver(str(told["lead"]), by, "robotix"))
    assert (here.lead(told).outcome, here.lead(told).holder_id) == ("offered", by)
    assert ("webhook:robotix", "partner.shared", "ready") in letters(here, told)
    done = here.desk.act(AcceptOffer(str(told["lead"]), "robotix"))
    assert (done.outcome, done.epoch) == ("partner", 2)
    here.desk.act(TakeBack(str(told["lead"]), by))
    assert (here.lead(told).outcome, here.lead(told).holder_id) == ("owner", by)
    assert ("webhook:robotix", "partner.recalled") in [each[:2] for each in letters(here, told)]
    assert faults(here) == []


def test_a_partner_who_does_not_answer_has_nothing(here: Office) -> None:
    told = here.send("mara")
    by = owner(told)
    here.desk.act(HandOver(str(told["lead"]), by, "robotix"))
    here.rings(MONDAY + 10 * DAY)
    assert (here.lead(told).outcome, here.lead(told).holder_id) != ("offered", by)
    assert every_offer(here, told) == [("robotix", "robotix", "expired")]


FIRST = RULES.replace("[pools.sdr]\n", '[pools.sdr]\noffer = "10min"\noffers = 2\n')


def test_a_pool_that_asks_first_has_nobody_own_a_lead_before_they_say_yes(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FIRST, TEAM)
        told = here.send("mara")
        assert (here.lead(told).outcome, here.lead(told).holder_kind) == ("offered", "none")
        found = open_offer(here, told)
        assert found is not None
        here.at = MONDAY + 5 * MINUTE
        done = here.desk.act(AcceptOffer(str(told["lead"]), found.rep_id, offer=found.id))
        assert (done.outcome, done.owner, done.epoch) == ("owner", found.rep_id, 2)
        assert here.rows("SELECT kind FROM ledger WHERE pool = 'sdr'") == [("turned",)]
        assert ("speed-to-lead", 1, "running") in [c[:3] for c in clocks(here, told)]
        here.desk.act(LogTouch(str(told["lead"]), found.rep_id, "call"))
        assert faults(here) == []


def test_so_many_are_asked_and_then_it_goes_elsewhere(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FIRST, TEAM)
        told = here.send("mara")
        one = open_offer(here, told)
        here.rings(MONDAY + 11 * MINUTE)
        two = open_offer(here, told)
        assert one is not None
        assert two is not None
        assert one.rep_id != two.rep_id
        here.rings(MONDAY + 22 * MINUTE)
        assert open_offer(here, told) is None
        assert (here.lead(told).outcome, here.lead(told).holder_id) == ("queued", "desk")
        assert faults(here) == []


def test_who_is_given_it_by_hand_ends_what_was_offered(here: Office) -> None:
    told, by, to = given(here)
    here.desk.act(Accept(str(told["lead"]), by))  # the giver's own word is not the receiver's
    assert open_offer(here, told) is not None
    assert reasons(here, told)
    here.at = MONDAY + timedelta(days=3)
    assert to != by


def test_what_is_offered_to_somebody_who_leaves_goes_back(here: Office) -> None:
    told, by, to = given(here)
    stays = {"uma": VIC, "vic": UMA}[to]
    here.at = MONDAY + MINUTE
    here.publish(RULES, PEOPLE + stays)
    here.decide(MONDAY + 2 * MINUTE)
    here.decide(MONDAY + 3 * MINUTE)
    assert (here.lead(told).outcome, here.lead(told).holder_id) == ("owner", by)
    assert every_offer(here, told) == [(to, "to-ae", "withdrawn")]
    assert faults(here) == []


ON = RULES.replace('taker = "ae"\n', 'taker = "ae"\non = "contacted"\n').replace(
    'notes = ["asked", "next_step"]', 'notes = ["asked"]'
)


def test_a_status_makes_a_handoff_due_where_its_notes_are_complete(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ON, TEAM)
        mute, said = here.send("mara"), here.send("nils", message="A demo, please")
        for told in (mute, said):
            here.desk.act(LogTouch(str(told["lead"]), owner(told), "call", result="connected"))
        assert (here.lead(mute).outcome, here.lead(mute).status) == ("owner", "contacted")
        assert (here.lead(said).outcome, here.lead(said).status) == ("offered", "contacted")
        found = open_offer(here, said)
        assert found is not None
        here.desk.act(AcceptOffer(str(said["lead"]), found.rep_id))
        assert here.lead(said).status == "contacted"  # whoever takes it goes on from there
        assert here.lead(said).touched
        assert faults(here) == []


def test_an_enquiry_of_somebody_whose_handoff_is_open_joins_it(here: Office) -> None:
    told, by, to = given(here)
    again = here.send("mara", message="Are you there?")
    assert again["lead"] == told["lead"]
    assert here.lead(told).outcome == "offered"
    found = open_offer(here, told)
    assert found is not None
    assert (found.rep_id, here.lead(told).holder_id) == (to, by)
    assert faults(here) == []


def test_what_is_learnt_about_an_offered_lead_spends_no_second_turn(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FIRST, TEAM)
        told = here.send("mara")
        before = open_offer(here, told)
        here.desk.act(LearnFacts(str(told["lead"]), {"employees": 500}, "ada"))
        assert open_offer(here, told) == before
        assert here.rows("SELECT kind FROM ledger") == [("turned",)]
        assert faults(here) == []


def test_the_givers_own_deadline_takes_no_lead_away_from_who_is_asked(here: Office) -> None:
    slow = RULES.replace('accept = "30min"', 'accept = "4h"')
    here.publish(slow, TEAM)
    told, by, to = given(here)
    here.desk.act(
        Accept(str(told["lead"]), by)
    )  # their clock to the touch begins, and is missed before the answer
    here.rings(MONDAY + 3 * HOUR)
    found = open_offer(here, told)
    assert found is not None
    assert (found.rep_id, here.lead(told).holder_id, here.lead(told).outcome) == (to, by, "offered")
    here.desk.act(AcceptOffer(str(told["lead"]), to))
    assert (here.lead(told).holder_id, here.lead(told).epoch) == (to, 2)
    assert faults(here) == []


def turns(here: Office, pool: str = "ae") -> list[str]:
    return [kind for (kind,) in here.rows(f"SELECT kind FROM ledger WHERE pool = '{pool}' ORDER BY seq")]


def test_an_offer_that_ends_because_the_lead_went_elsewhere_gives_the_turn_back(here: Office) -> None:
    told, by, to = given(here)
    here.desk.act(Reassign(str(told["lead"]), Actor("olga", "Olga", Role.OPERATIONS), "ada", "a friend"))
    assert here.lead(told).holder_id == "ada"
    assert every_offer(here, told) == [(to, "to-ae", "withdrawn")]
    assert turns(here) == ["turned", "returned"]
    assert by != "ada"
    assert faults(here) == []


def test_the_turn_of_an_offer_comes_back_when_its_giver_leaves(here: Office) -> None:
    told, by, to = given(here)
    here.at = MONDAY + MINUTE
    stay = [each for each in (*PARTS, UMA, VIC) if f'id = "{by}"' not in each]
    here.publish(RULES, CALENDARS + "".join(stay))
    here.decide(MONDAY + 2 * MINUTE)
    here.decide(MONDAY + 3 * MINUTE)
    assert every_offer(here, told)[0] == (to, "to-ae", "withdrawn")
    assert turns(here) == ["turned", "returned"]
    assert faults(here) == []


def test_who_did_not_take_a_first_offer_is_not_asked_again_in_the_same_cycle(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FIRST.replace("offers = 2", "offers = 3"), TEAM)
        told = here.send("mara")
        one = open_offer(here, told)
        assert one is not None
        here.desk.act(DeclineOffer(str(told["lead"]), one.rep_id, "busy"))
        two = open_offer(here, told)
        assert two is not None
        here.desk.act(AcceptOffer(str(told["lead"]), two.rep_id))
        assert leads.as_lead(here.lead(told)).declined == (one.rep_id,)
        here.desk.act(Decline(str(told["lead"]), two.rep_id, "busy"))
        three = open_offer(here, told)
        assert three is None or three.rep_id not in (one.rep_id, two.rep_id)
        assert faults(here) == []


def test_notes_that_a_status_asks_for_and_nobody_knows_are_asked_of_the_owner_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ON.replace('notes = ["asked"]', 'notes = ["asked", "next_step"]'), TEAM)
        told = here.send("mara")
        by = owner(told)
        here.desk.act(LogTouch(str(told["lead"]), by, "call", result="connected"))
        asked = "Complete the handoff notes: what they asked, suggested next step"
        assert [each for each in tasks(here, told) if each[2] == "open"] == [
            (by, "", "open", "02T13:00")  # four hours of their business time
        ]
        assert here.rows("SELECT said FROM todo") == [(asked,)]
        here.desk.act(LogTouch(str(told["lead"]), by, "call", result="connected"))
        assert here.rows("SELECT said FROM todo") == [(asked,)]
        assert open_offer(here, told) is None
        assert faults(here) == []
