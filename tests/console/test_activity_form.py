"""What the lead did, logged by hand on its page: what it was about, when, by whom; late is said, and no clock stops."""

from datetime import timedelta

import pytest

from console.crew import came
from console.test_status_page import house as house
from console.visiting import stored, visitor, words
from firstright import wiring
from firstright.core.authority import Role
from web.houses import House


def test_kim_logs_that_mara_replied_three_hours_ago(house: House) -> None:
    lead = came(house, "Mara")
    before = stored(house, "SELECT clock, state FROM clock WHERE lead_id = ? ORDER BY clock", lead)
    with visitor(house, Role.REP, "kim") as kim:
        assert "They did something" in words(kim.page(f"/leads/{lead}"))
        at = f"{wiring.now() - timedelta(hours=3, minutes=1):%Y-%m-%dT%H:%M}"
        done = kim.post(
            f"/leads/{lead}/engaged", {"epoch": "1", "kind": "reply", "what": "Re: your offer", "at": at}
        )
        assert done.status_code in (200, 303)
        assert "The lead did something: reply (Re: your offer), logged" in words(kim.page(f"/leads/{lead}"))
    assert stored(house, "SELECT kind, what, reported_by FROM engagement WHERE lead_id = ?", lead) == [
        ("reply", "Re: your offer", "kim")
    ]
    assert stored(house, "SELECT clock, state FROM clock WHERE lead_id = ? ORDER BY clock", lead) == before


@pytest.mark.parametrize("given", [{}, {"kind": "dance"}, {"kind": "reply", "at": "2199-01-01T00:00"}])
def test_what_is_wrong_is_said_beside_its_field(house: House, given: dict[str, str]) -> None:
    lead = came(house, "Nils")
    with visitor(house, Role.REP, "kim") as kim:
        answer = kim.post(f"/leads/{lead}/engaged", {"epoch": "1", **given})
    assert answer.status_code == 422
    wrong = "at" if "at" in given else "kind"
    assert f'id="engaged-{wrong}-wrong"' in answer.text
    assert stored(house, "SELECT kind FROM engagement WHERE lead_id = ?", lead) == []
