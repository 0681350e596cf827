"""Pages of a house with a pool of nearly every method: each says what is true of its method, and of what bounds it."""

import re
from collections.abc import Iterator

import pytest

from console.everymethod import varied
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from web.houses import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from varied(tmp_path_factory.mktemp("methods"), 200)


def part(page: str, name: str) -> str:
    """The words of the element with that id."""
    found = re.search(rf'<(\w+)[^>]* id="{name}".*?</\1>', page, re.DOTALL)
    assert found, name
    return words(found[0])


def test_the_policy_says_how_each_pool_gives_and_what_bounds_it(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        page = lena.page("/policy")
    assert part(page, "pool-amer-sdr").startswith(
        "Americas amer-sdr claimed from a queue Members take leads themselves, the most urgent and oldest first, and see what waits."
    )
    assert "Nobody gets more than 5 leads within 10min." in part(page, "pool-emea-sdr")
    assert "Only who is online." in part(page, "pool-nordics-ae")
    assert "Kenji Sato, Maria Santos and Dwayne Carter in turn" in part(page, "rotas")
    limits = part(page, "limits")
    assert "a-day At most 60 leads a day each, Berlin time" in limits
    assert "Others for Lena Huber 90." in limits
    assert "an-hour At most 4 leads each within 1h" in limits
    assert "For no show the turn is given back when the manager agrees, within 3d." in part(
        page, "credit-back"
    )
    assert "Parental: what was missed is made up for" in part(page, "absences")
    assert "bavaria From 2026-01-01 until 2099-04-01 its leads still go to Felix Brunner." in words(page)
    assert "until employees is 10 % past an edge" in part(page, "edges")
    for link in set(re.findall(r'href="#([^"]+)"', page)):
        assert f'id="{link}"' in page, link


def test_in_the_picture_a_pool_that_is_taken_from_is_no_pool_that_gives_and_a_rota_is_one(
    house: House,
) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/policy")
    (held,) = stored(
        house, "SELECT count(*) FROM decision WHERE rule = 'smb-amer' AND reason = 'rule:smb-amer'"
    )
    picture = page[page.index('<svg class="chart flow"') : page.index("</svg>", page.index('chart flow"'))]
    (americas,) = re.findall(r'<a href="#pool-amer-sdr">.*?</g>', picture, re.DOTALL)
    assert words(americas) == f"Americas Americas Members take from it {held[0]}"
    assert "waited" not in americas


def test_my_turn_is_told_as_each_method_takes_it(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        page = lena.page("/me")
        said = words(page)
        assert (
            "Americas claimed from a queue You take leads yourself 3 can take one now · To the queue" in said
        )
        assert re.search(
            r"DACH by load (You have the most room|\d have? more room than you): open leads worth \d+", said
        )
        assert "SDRs EMEA to the best fit Each lead goes to who fits it best" in said
        assert re.search(r"Had 5 leads in a short time, until .*? weight 1, 2 from Wed 1 Jan 2098", said)
        assert re.search(
            r"Got it Account executives DACH You had the most room: you had open leads worth \d+\.", said
        )
        assert re.search(r"Could have .*? Another rep had more room: you had open leads worth \d+\.", said)
        assert "fits with" not in said
        limits = part(page, "limits")
        assert "a-day" in limits and "of 90 counted anew from" in limits
        assert re.search(r"an-hour ?\d+ of 4 others go first until", limits)
        assert re.search(r"Burst guard of SDRs EMEA ?5 of 5 room again from", limits)
        assert re.search(r"\d+ of 70 leads, by cost", said)


def test_a_team_says_who_is_next_only_where_a_pool_gives(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/team")
        said = words(page)
        assert "Members take leads themselves; each one taken costs a turn." in said
        assert "Astrid Lindqvist is there soonest: the next lead anybody here can take is theirs." in said
        assert re.search(r"\w+ \w+ has the most room: the next lead anybody here can take is theirs\.", said)
        assert "Mikko Virtanen not online off" in words(
            re.findall(r'<tr id="row-mikko">.*?</tr>', page, re.DOTALL)[0]
        )
        assert "full" in words(re.findall(r'<tr id="row-chiara">.*?</tr>', page, re.DOTALL)[0])
        assert "at the desk" in words(olga.page("/team/astrid"))


def test_a_waiting_lead_says_whom_it_waits_for_and_until_when(house: House) -> None:
    (waiting,) = stored(
        house, "SELECT count(*) FROM lead WHERE outcome = 'waiting' AND waiting_pool = 'emea-sdr'"
    )
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/inbox/waiting")
        assert words(page).count("SDRs EMEA until ") == waiting[0] > 0
        assert "Waits for" in words(page)
        (lead, *_) = re.findall(r'href="(/leads/[^"]+)"', page)
        assert "Waits for SDRs EMEA until" in words(olga.page(lead))
        assert "waits for SDRs EMEA until" in words(olga.page("/inbox/all"))


def test_only_one_button_stands_out_where_one_takes_the_next(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        page = lena.page("/inbox/queues")
        page = page[: page.index("<dialog")]
        assert re.findall(r'class="button[^"]*\bfirst\b[^"]*"[^>]*>([^<]*)', page) == ["Take the next one"]
        assert "Night owls Nothing waits" in words(page)
