"""Nils asks what ten arms cost. Kim finds out what he needs and offers him to the account executives: Uma is busy, Vic says yes, and
later hands him to Ada for the quote. What was said goes along, and each turn is spent once.
"""

import pytest

from desk.views import clocks, faults, owners, tasks
from firstright.desk.acting import LogTouch
from firstright.desk.handover import AcceptOffer, DeclineOffer, HandOver
from firstright.errors import Refused, Superseded
from firstright.storage import offers
from routing import HOUR, MINUTE, MONDAY
from stories.team import NOTES, asked, lead, stands, team


def test_nils_goes_from_kim_to_vic_and_to_ada_with_what_was_said(database_url: str) -> None:
    with team(database_url) as here:
        nils = here.send("nils", intent="pricing", message="What do ten arms cost?")
        assert stands(here, nils) == ("owner", "kim", "routed")
        here.at = MONDAY + 5 * MINUTE
        here.desk.act(LogTouch(lead(nils), "kim", "call", result="connected"))

        with pytest.raises(Refused, match="suggested next step"):
            here.desk.act(HandOver(lead(nils), "kim", "to-ae"))
        here.desk.act(HandOver(lead(nils), "kim", "to-ae", notes=NOTES))
        assert stands(here, nils)[:2] == ("offered", "kim")  # Kim has him until somebody says yes
        first = asked(here, nils)
        here.desk.act(DeclineOffer(lead(nils), first, "busy"))
        second = asked(here, nils)
        assert {first, second} == {"uma", "vic"}
        with pytest.raises(Superseded):
            here.desk.act(AcceptOffer(lead(nils), first))  # whoever said no cannot say yes any more

        here.at = MONDAY + 20 * MINUTE
        assert here.desk.act(AcceptOffer(lead(nils), second)).owner == second
        assert sorted(here.rows("SELECT role, rep_id FROM role")) == [("ae", second), ("sdr", "kim")]
        assert [state for who, _, state, _ in tasks(here, nils) if who == "kim"].count("open") == 0
        assert ("owner", 2, "running") in [c[:3] for c in clocks(here, nils)]
        with here.desk.read() as tx:
            said = dict(offers.of_lead(tx, lead(nils))[-1].notes)
        assert said["next_step"] == "Call on Tuesday at ten"

        here.at = MONDAY + HOUR
        here.desk.act(LogTouch(lead(nils), second, "call", result="connected"))
        here.desk.act(HandOver(lead(nils), second, "quote", to="ada"))
        assert [who for who, *_ in owners(here, nils)] == ["kim", second, "ada"]
        turns = here.rows("SELECT rep, kind FROM ledger WHERE pool = 'ae' ORDER BY seq")
        assert turns == [(first, "turned"), (second, "turned")]
        assert faults(here) == []


def test_who_answers_after_the_offer_ran_out_is_told_who_is_asked_by_now(database_url: str) -> None:
    with team(database_url) as here:
        nils = here.send("nils", intent="pricing", message="What do ten arms cost?")
        here.desk.act(HandOver(lead(nils), "kim", "to-ae", notes=NOTES))
        first = asked(here, nils)
        here.rings(MONDAY + 31 * MINUTE)
        second = asked(here, nils)
        assert {first, second} == {"uma", "vic"}
        with pytest.raises(Superseded):
            here.desk.act(AcceptOffer(lead(nils), first))
        assert here.desk.act(AcceptOffer(lead(nils), second)).owner == second
        assert faults(here) == []
