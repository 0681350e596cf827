"""Robotix refers Pavel and leaves half the form empty: no country, no company. Kim has him all the same, finds out what is missing, and he
turns out to be in the partner's region. Robotix is told only what may be shared, takes him, does nothing for a week, and he comes back.
"""

import json

import pytest

from desk.views import faults, letters, owners
from firstright.desk.acting import LogTouch
from firstright.desk.handover import AcceptOffer, HandOver, TakeBack
from firstright.desk.learning import LearnFacts
from firstright.errors import Superseded
from routing import DAY, HOUR, MINUTE, MONDAY
from stories.team import asked, lead, stands, team


def test_pavel_comes_with_half_a_form_goes_to_the_partner_and_comes_back(database_url: str) -> None:
    with team(database_url) as here:
        pavel = here.send("pavel", country="", topic="Referral", external_id="R-17")
        assert stands(here, pavel)[:2] == ("owner", "kim")  # what is missing keeps nobody waiting
        here.at = MONDAY + 10 * MINUTE
        here.desk.act(LogTouch(lead(pavel), "kim", "call", result="connected"))
        here.desk.act(LearnFacts(lead(pavel), {"company": "Pavel s.r.o.", "country": "CZ"}, "kim"))
        assert stands(here, pavel)[:2] == (
            "owner",
            "kim",
        )  # a lead that is worked is not moved by better knowledge

        here.desk.act(HandOver(lead(pavel), "kim", "robotix"))
        assert (stands(here, pavel)[:2], asked(here, pavel)) == (("offered", "kim"), "robotix")
        shared = here.rows("SELECT about FROM delivery WHERE event = 'partner.shared'")
        told = json.dumps([json.loads(about) for (about,) in shared])
        assert "pavel@pavel.example" not in told

        here.at = MONDAY + HOUR
        assert here.desk.act(AcceptOffer(lead(pavel), "robotix")).outcome == "partner"
        with pytest.raises(Superseded):
            here.desk.act(LogTouch(lead(pavel), "kim", "call", epoch=1))
        here.at = MONDAY + 7 * DAY
        here.desk.act(TakeBack(lead(pavel), "kim", reason="a week of silence"))
        assert stands(here, pavel)[:2] == ("owner", "kim")
        assert ("webhook:robotix", "partner.recalled") in [each[:2] for each in letters(here, pavel)]
        assert [who for who, *_ in owners(here, pavel)] == ["kim", "partner:robotix", "kim"]
        assert faults(here) == []
