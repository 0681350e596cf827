"""What somebody won and lost: their own leads, their people's, nobody else's; narrowed, a page at a time, by month. On both databases."""

from datetime import UTC, datetime

import pytest

from console.northwind import came, house
from console.overs import over
from console.seats import PEOPLE
from console.visiting import visitor, words
from firstright.core.authority import Actor, Role
from firstright.desk.assigning import Reassign
from firstright.storage import endedleads
from firstright.web.console import ended as page_of
from firstright.web.console.ended import by_month
from web.houses import House

__all__ = ["house"]
OLGA = Actor("0190a000-0000-7000-8000-0000000000aa", "Olga Brandt", Role.OPERATIONS)
WHY = "Went with a supplier nearer to their plant"


def lead_of(house: House, rep: str, name: str) -> str:
    """A lead that this rep has by a manager's word."""
    lead = came(
        house, email=f"{name.lower()}@{house.desk.new_id()}.example", first_name=name, last_name="Ende"
    )
    house.desk.act(Reassign(lead, OLGA, rep, "for the test"))
    return lead


def ended_by(house: House, rep: str, name: str, status: str, why: str = "") -> str:
    lead = lead_of(house, rep, name)
    over(house, lead, rep, status, why)
    return lead


def test_a_rep_sees_what_they_won_and_lost_with_why_and_nobody_elses(house: House) -> None:
    ended_by(house, "lena", "Wanda", "won")
    ended_by(house, "lena", "Lotte", "lost", WHY)
    ended_by(house, "lena", "Dora", "disqualified", "no-budget")
    ended_by(house, "felix", "Frieda", "won")
    lead_of(house, "lena", "Olaf")
    with visitor(house, Role.REP, "lena") as lena:
        said = words(lena.page("/inbox/ended"))
        assert all(name in said for name in ("Wanda Ende", "Lotte Ende", "Dora Ende"))
        assert "Frieda Ende" not in said and "Olaf Ende" not in said
        assert f"lost “{WHY}”" in said and "disqualified No budget" in said
        assert "1 won · 1 lost · 1 disqualified; of those that were won or lost, 50 % were won" in said
        lost = words(lena.page("/inbox/ended?status=lost"))
        assert "Lotte Ende" in lost and "Wanda Ende" not in lost and "Dora Ende" not in lost
        assert [lena.see(f"/inbox/ended?{bad}").status_code for bad in ("rep=felix", "status=new")] == [
            404,
            404,
        ]
        assert "Won and lost" in words(lena.page("/inbox"))


def test_a_manager_sees_their_peoples_and_narrows_them_to_one(house: House) -> None:
    role, ada, _ = PEOPLE["manager"]
    ended_by(house, "lena", "Ludwig", "won")
    with visitor(house, role, ada) as manager:
        said = words(manager.page("/inbox/ended"))
        assert "Ludwig Ende" in said and "Everybody's" in said
        assert "Ludwig Ende" in words(manager.page("/inbox/ended?rep=lena"))
        assert "Ludwig Ende" not in words(manager.page(f"/inbox/ended?rep={ada}"))
    with visitor(house, Role.OPERATIONS) as olga:
        assert "Ludwig Ende" in words(olga.page("/inbox/ended"))


def test_a_lead_that_is_opened_again_is_over_no_more(house: House) -> None:
    lead = ended_by(house, "lena", "Rita", "lost", WHY)
    house.desk.act(Reassign(lead, OLGA, "lena", "they wrote again"))
    with visitor(house, Role.REP, "lena") as lena:
        assert "Rita Ende" not in words(lena.page("/inbox/ended"))


def test_pages_follow_each_other_without_a_gap(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of, "PAGE", 2)
    wanted = [ended_by(house, "mikko", f"Page{n}", "won") for n in range(5)]
    found: list[str] = []
    with house.desk.read() as tx:
        after = endedleads.FIRST
        while page := endedleads.page(tx, ["mikko"], status="won", after=after, limit=2):
            found += [each.id for each in page]
            after = endedleads.read_place(page[-1].place.text())
    assert found == wanted[::-1]
    with visitor(house, Role.REP, "mikko") as mikko:
        first = mikko.page("/inbox/ended?status=won")
        assert "Page4 Ende" in words(first) and "Page2 Ende" not in words(first)
        link = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        second = words(mikko.page(link))
        assert "Page2 Ende" in second and "Page4 Ende" not in second and "To the beginning" in second


def test_the_months_are_the_last_twelve_also_at_the_turn_of_a_year() -> None:
    now = datetime(2026, 1, 31, 23, tzinfo=UTC)
    at = [
        (now, "won"),
        (datetime(2025, 2, 1, tzinfo=UTC), "lost"),
        (datetime(2025, 1, 31, tzinfo=UTC), "won"),
    ]
    found = by_month(now, at)
    assert [found.columns[0].said, found.columns[-1].said] == ["Feb 2025: 1 lost", "Jan 2026: 1 won"]
    assert (len(found.columns), found.counts) == (12, {"won": 1, "lost": 1, "disqualified": 0})


def test_nothing_was_won_yet(house: House) -> None:
    with visitor(house, Role.REP, "kenji") as kenji:
        assert "Nothing was won or lost yet" in words(kenji.page("/inbox/ended"))
