"""The team page and a rep's own, over leads that were really decided: who sees what, and sums that must come out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.office import Office, office
from firstright.core.assignment.turning import Share
from firstright.core.authority import Actor, Role, team_of
from firstright.core.decision import Code
from firstright.core.why.explanation import SOMEBODY, Barrier
from firstright.core.why.teamview import InHand, Team
from firstright.desk.explain import skips, teams
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.skips import Turns
from routing import ADA, CALENDARS, HOUR, KIM, MINUTE, MONDAY, NOOR, SATURDAY, ZOE, rep
from storage.test_inbox import Counting

OMAR = rep("Omar Diaz", 'manager = "ada"\ncapacity = 2\npaused_until = 2026-03-02T12:00:00Z')
PEOPLE = CALENDARS + "".join((ADA, KIM, NOOR, OMAR, ZOE))
NAMES = ("anna", "bela", "cleo", "dora", "emil", "fred", "gina")


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    """Seven leads, a minute apart: Omar is paused, so Kim and Noor share them."""
    with office(database_url, published=False) as found:
        found.publish(people=PEOPLE)
        for name in NAMES:
            found.at += MINUTE
            found.send(name)
        yield found


def actor(here: Office, role: Role, name: str = "") -> Actor:
    assert here.desk.roster
    return Actor(f"u-{name}", name.title(), role, name, team_of(name, here.desk.roster))


def team(here: Office, who: Actor) -> Team:
    assert here.desk.policy and here.desk.roster
    with here.desk.read() as tx:
        return teams.team(tx, who, here.desk.policy, here.desk.roster, here.at)


def turns(here: Office, who: Actor, name: str, after: dict[str, int] | None = None, limit: int = 20) -> Turns:
    assert here.desk.policy and here.desk.roster
    with here.desk.read() as tx:
        found = skips.turns(
            tx, who, (), name, here.desk.policy, here.desk.roster, Versions(), here.at, after, limit
        )
    assert found
    return found


def test_who_is_on_off_or_full_why_and_until_when(here: Office) -> None:
    found = {mate.rep: mate for mate in team(here, actor(here, Role.OPERATIONS)).mates}
    assert {name: mate.state for name, mate in found.items()} == {
        "ada": "on", "kim": "on", "noor": "on", "omar": "off", "zoe": "on",
    }  # fmt: skip
    noon = MONDAY + 3 * HOUR
    assert (found["omar"].barriers, found["omar"].back) == ((Barrier(Code.PAUSED, noon),), noon)
    here.at = noon
    for name in ("hans", "ines", "jana", "karl", "lena"):
        here.send(name)
    full = {mate.rep: mate for mate in team(here, actor(here, Role.OPERATIONS)).mates}["omar"]
    assert (full.state, full.load, full.capacity, full.back) == ("full", 2, 2, None)
    assert full.barriers == (Barrier(Code.LOAD_FULL, need="2", have="2"),)
    here.at = SATURDAY
    off = {mate.rep: mate for mate in team(here, actor(here, Role.OPERATIONS)).mates}
    monday = MONDAY + timedelta(days=7) - HOUR  # nine o'clock in Berlin
    assert (off["kim"].barriers, off["kim"].back) == ((Barrier(Code.OUT_OF_HOURS, monday),), monday)
    assert off["zoe"].state == "on"


def test_turns_and_entitlement_come_out_at_the_credit_there_is(here: Office) -> None:
    mates = team(here, actor(here, Role.OPERATIONS)).mates
    places = {mate.rep: place for mate in mates for place in mate.places if place.pool == "sdr"}
    assert sum(place.credit for place in places.values()) == 0
    assert sum(place.week.turns for place in places.values()) == len(NAMES)
    for name, place in places.items():
        assert place.week == place.month
        assert place.credit == place.week.entitled - place.week.paid, name
    assert places["omar"].week == Share()
    assert sum(mate.hand.open for mate in mates if mate.hand) == len(NAMES)
    assert sum(mate.load or 0 for mate in mates) == len(NAMES)
    assert {mate.rep: mate.hand for mate in mates}["kim"] == InHand(4, 4, MONDAY + MINUTE)


def test_a_month_reaches_farther_back_than_a_week(here: Office) -> None:
    here.at += timedelta(days=8)
    here.send("hans")
    places = [mate.places[0] for mate in team(here, actor(here, Role.OPERATIONS)).mates if mate.places]
    assert sum(place.week.turns for place in places) == 1
    assert sum(place.month.turns for place in places) == len(NAMES) + 1
    here.at += timedelta(days=23)
    places = [mate.places[0] for mate in team(here, actor(here, Role.OPERATIONS)).mates if mate.places]
    assert sum(place.month.turns for place in places) == 1


@pytest.mark.parametrize(
    ("role", "name", "seen", "named"),
    [
        (Role.REP, "kim", ["kim"], ["kim", "noor", "omar"]),
        (Role.REP, "zoe", ["zoe"], ["zoe"]),
        (Role.REP, "", [], []),
        (Role.MANAGER, "ada", ["ada", "kim", "noor", "omar"], ["ada", "kim", "noor", "omar"]),
        (Role.OPERATIONS, "", ["ada", "kim", "noor", "omar", "zoe"], ["ada", "kim", "noor", "omar", "zoe"]),
        (Role.ADMIN, "", ["ada", "kim", "noor", "omar", "zoe"], ["ada", "kim", "noor", "omar", "zoe"]),
    ],
)
def test_a_colleague_is_a_name_and_a_share_of_the_rotation(
    here: Office, role: Role, name: str, seen: list[str], named: list[str]
) -> None:
    mates = team(here, actor(here, role, name)).mates
    assert [mate.rep for mate in mates] == named
    assert [mate.rep for mate in mates if mate.seen] == seen
    for mate in mates:
        if not mate.seen:
            assert (mate.barriers, mate.back, mate.capacity, mate.load, mate.hand) == (
                (),
                None,
                None,
                None,
                None,
            )
            assert [place.pool for place in mate.places] == ["sdr"]


def test_my_turn_is_the_lead_that_comes_to_me(here: Office) -> None:
    mine = turns(here, actor(here, Role.REP, "noor"), "noor").now
    assert [(turn.pool, turn.name, turn.before, turn.on, turn.am_on) for turn in mine] == [
        ("sdr", "Sales development", 0, 2, True)
    ]
    assert turns(here, actor(here, Role.REP, "kim"), "kim").now[0].before == 1
    assert turns(here, actor(here, Role.REP, "omar"), "omar").now[0].am_on is False
    told = here.send("hans")
    assert told["owner"] == {"id": "noor", "name": "Noor Haddad"}


def test_why_a_lead_did_not_come_to_me(here: Office) -> None:
    found = turns(here, actor(here, Role.REP, "omar"), "omar")
    assert found.following is None
    assert [skip.verdict for skip in found.skips] == ["ruled-out"] * len(NAMES)
    assert found.skips[0].barriers == (Barrier(Code.PAUSED, MONDAY + 3 * HOUR),)
    assert {(skip.winner, skip.lead) for skip in found.skips} == {(SOMEBODY, "")}
    mine = turns(here, actor(here, Role.REP, "kim"), "kim").skips
    assert [skip.verdict for skip in mine] == ["won", "eligible"] * 3 + ["won"]
    assert [bool(skip.lead) for skip in mine] == [True, False] * 3 + [True]
    assert (mine[1].credit, mine[1].of_winner) == (-500_000_000, 500_000_000)
    assert (mine[-1].at, mine[-1].rule, mine[-1].credit) == (MONDAY + MINUTE, "to-sdr", 0)
    of_her = turns(here, actor(here, Role.MANAGER, "ada"), "kim").skips
    assert [skip.winner and skip.winner.id for skip in of_her] == ["kim", "noor"] * 3 + ["kim"]
    assert all(skip.lead for skip in of_her)


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_skips_go_on_where_the_page_before_ended(here: Office, limit: int) -> None:
    kim = actor(here, Role.REP, "kim")
    whole = turns(here, kim, "kim").skips
    found = turns(here, kim, "kim", limit=limit)
    walked = list(found.skips)
    while found.following:
        here.send(f"later-{len(walked)}")  # what comes meanwhile is on no page behind
        found = turns(here, kim, "kim", found.following, limit)
        walked += found.skips
    assert tuple(walked) == whole


def test_nobody_looks_at_the_turns_of_whom_they_do_not_see(here: Office) -> None:
    assert here.desk.policy and here.desk.roster
    kim, ada = actor(here, Role.REP, "kim"), actor(here, Role.MANAGER, "ada")
    with here.desk.read() as tx:
        for who, name in ((kim, "noor"), (ada, "zoe"), (ada, "nobody")):
            asked = (here.desk.policy, here.desk.roster, Versions(), here.at)
            assert skips.turns(tx, who, (), name, *asked) is None


def test_an_erased_decision_is_told_as_erased(here: Office) -> None:
    here.change("UPDATE decision SET record = ? WHERE turn = (SELECT max(turn) FROM decision)", b"")
    found = turns(here, actor(here, Role.REP, "noor"), "noor").skips
    assert [skip.verdict for skip in found] == ["erased", "won"] + ["eligible", "won"] * 2 + ["eligible"]


def test_a_team_takes_as_many_queries_as_one_rep(here: Office) -> None:
    assert here.desk.policy and here.desk.roster
    asked = []
    for who in (actor(here, Role.REP, "zoe"), actor(here, Role.ADMIN)):
        with here.desk.read() as tx:
            counting = Counting(tx)
            teams.team(counting, who, here.desk.policy, here.desk.roster, here.at)
            asked.append(len(counting.asked))
    assert asked == [8, 8]
