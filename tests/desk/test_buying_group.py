"""Several people of one company who come within minutes have one owner; who shares a free mail provider is no company."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from desk.office import RULES, Office, office, owner
from desk.views import faults, reasons
from firstright.core.groups import Came, group_of
from firstright.core.why.sentences import sentences
from firstright.desk.explain.explaining import Versions, explained, last_routing
from firstright.storage import groups, leads, recorded
from routing import DAY, HEAD, MINUTE, MONDAY, SATURDAY

PEOPLE = ("ana", "bo", "cy", "di", "ed", "flo")
ALONE = '\n[[precedence]]\nstep = "previous-owner"\n'  # and no other step
WITHIN = 15 * 60


def together(here: Office, domain: str = "contoso.example", names: tuple[str, ...] = PEOPLE) -> list[str]:
    """They come in one batch: who owns each."""
    arrivals = [here.arrival(name, email=f"{name}@{domain}", company="Contoso") for name in names]
    here.desk.take_in(arrivals)
    rows = here.rows("SELECT holder_id FROM lead ORDER BY id")
    return [str(holder) for (holder,) in rows]


def test_six_people_of_one_company_in_one_batch_have_one_owner(database_url: str) -> None:
    with office(database_url) as here:
        assert together(here) == ["kim"] * 6
        assert faults(here) == []


def test_without_the_step_they_are_spread_over_the_team(database_url: str) -> None:
    """The control: it is the step that holds them together, not chance."""
    with office(database_url, published=False) as here:
        here.publish(RULES.replace(HEAD, HEAD + ALONE))
        assert sorted(set(together(here))) == ["kim", "noor", "omar"]


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.com"])
def test_people_with_free_mail_are_no_group(database_url: str, domain: str) -> None:
    with office(database_url) as here:
        assert sorted(set(together(here, domain))) == ["kim", "noor", "omar"]


def test_two_doors_at_once_give_a_company_one_owner(database_url: str) -> None:
    """On PostgreSQL two nodes, on SQLite two threads of one."""
    two = database_url.startswith("postgresql")
    with (
        office(database_url) as here,
        office(database_url, "ben", published=False)
        if two
        else office(database_url.replace("workspace", "other")) as ben,
    ):
        other = ben if two else here
        with ThreadPoolExecutor(2) as both:
            parts = [(here, PEOPLE[:3]), (other, PEOPLE[3:])]
            list(both.map(lambda part: together(part[0], names=part[1]), parts))
        owners = here.rows("SELECT holder_id, count(*) FROM lead GROUP BY holder_id")
        assert owners == [(owners[0][0], 6)]
        assert faults(here) == []


def test_a_lead_that_is_routed_and_not_touched_counts_as_its_owner_s(database_url: str) -> None:
    with office(database_url) as here:
        first = here.send("ana", email="ana@contoso.example")
        assert (owner(first), here.lead(first).touched) == ("kim", False)
        here.at = MONDAY + DAY
        colleague = here.send("bo", email="bo@contoso.example")
        again = here.send("ana", email="ana@contoso.example")
        assert (owner(colleague), reasons(here, colleague)) == ("kim", [("arrived", "step:same-company")])
        assert (again["lead"], owner(again)) == (first["lead"], "kim")


def test_a_company_that_came_at_night_has_one_owner_when_hours_open(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        assert together(here) == [""] * 6
        here.decide(MONDAY + 7 * DAY)
        assert {str(name) for (name,) in here.rows("SELECT holder_id FROM lead")} == {"kim"}


def test_the_group_is_told_with_since_when_and_in_the_explanation(database_url: str) -> None:
    with office(database_url) as here:
        told = []
        for name in PEOPLE[:4]:
            told.append(here.send(name, email=f"{name}@contoso.example", company="Contoso"))
            here.at += 10 * MINUTE
        here.at += DAY
        late = here.send("gus", email="gus@contoso.example", company="Contoso")
        with here.desk.read() as tx:
            found = groups.of_lead(tx, leads.rows(tx, [str(told[1]["lead"])])[str(told[1]["lead"])], WITHIN)
            alone = groups.of_lead(tx, here.lead(late), WITHIN)
            stored = last_routing(recorded.of_lead(tx, str(told[1]["lead"])))
            assert stored is not None
            said = sentences(explained(tx, stored, Versions()))
        assert [each.lead for each in found] == [each["lead"] for each in told]
        assert alone == ()
        assert any(line.startswith("2 people of Contoso since") for line in said), said


def test_a_group_ends_where_nobody_came_for_longer_than_that() -> None:
    came = [
        Came(name, MONDAY + n * MINUTE) for name, n in (("a", 0), ("b", 10), ("c", 20), ("d", 40), ("e", 45))
    ]
    names = {each.lead: [g.lead for g in group_of(each.lead, came, 15 * MINUTE)] for each in came}
    assert names == {
        "a": ["a", "b", "c"],
        "b": ["a", "b", "c"],
        "c": ["a", "b", "c"],
        "d": ["d", "e"],
        "e": ["d", "e"],
    }
    assert group_of("x", came, 15 * MINUTE) == ()
