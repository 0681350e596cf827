"""The fairness of a pool in the console, on both databases: figures that come out, the leads behind each, and who sees what."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from console.examples import arrival
from console.northwind import house
from console.test_team_page import republished
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from web.houses import House

__all__ = ["house"]
POOL = "/pools/emea-sdr"
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module", autouse=True)
def scored(house: House) -> None:
    """Sixty leads with a score, of which the pool counts some."""
    house.desk.take_in([arrival(house.desk, 80_000 + n, score=str(n % 30)) for n in range(60)])


def counted(house: House) -> int:
    ((n,),) = stored(house, "SELECT count(*) FROM ledger WHERE pool = ? AND kind = 'turned'", "emea-sdr")
    return int(n)


def test_targets_stand_beside_what_was_got_and_sum_to_the_same(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page(POOL)
    shown = words(page)
    assert f"leads counted {counted(house)} " in shown
    assert "Nobody is farther than" in shown
    assert "Dealing the same" in shown
    assert 'style="' not in page
    offs = re.findall(r'<td class="right num">([+−]?\d+\.\d\d)<', page)
    assert len(offs) >= 4
    assert abs(sum(float(each.replace("−", "-")) for each in offs)) < 0.05
    got = re.findall(r"Leads of [^<]+: </span>(\d+)</a>", page)
    assert sum(map(int, got)) == counted(house)


def test_a_figure_leads_to_its_leads_a_page_at_a_time(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page(POOL)
        path, n = re.findall(
            r'href="([^"]+rep=[^"]+#leads)"><span class="unseen">[^<]+</span>(\d+)</a>', page
        )[0]
        path, found = path.replace("&amp;", "&"), []
        for _ in range(10):
            one = olga.page(path)
            found += re.findall(r'<tr id="lead-(\d+)">', one)
            following = re.findall(r'rel="next" href="([^"]+)"', one)
            if not following:
                break
            path = following[0].replace("&amp;", "&")
        assert len(found) == len(set(found)) == int(n)
        assert found == sorted(found, key=int, reverse=True)
        assert re.search(r'<a class="opens" href="/leads/[0-9a-f-]+">', one)


def test_what_kept_leads_from_somebody_leads_to_those_leads(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page(POOL)
        path, n = re.findall(r'href="([^"]+code=LANGUAGE[^"]*)">language <span class="num">(\d+)<', page)[0]
        told = words(olga.page(path.replace("&amp;", "&")))
        assert re.search(rf"Leads .+ could not take: language {n} ", told)


def test_a_period_is_chosen_by_days_of_the_pools_zone(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        now = olga.page(f"{POOL}?from={TODAY - timedelta(days=2)}&until={TODAY + timedelta(days=2)}")
        assert f"leads counted {counted(house)} " in words(now)
        then = olga.page(f"{POOL}?from=2020-03-01&until=2020-04-01")
        assert "No lead was counted From 1 Mar 2020 to 31 Mar 2020, Berlin time" in words(then)
        assert 'value="2020-04-01"' in then
        begins, ends = re.findall(r'type="date"[^>]+value="([^"]+)"', olga.page(POOL))
        assert f"leads counted {counted(house)} " in words(olga.page(f"{POOL}?from={begins}&until={ends}"))
        for wrong in (
            "from=2020-04-01&until=2020-03-01",
            "from=spring",
            "code=ABSENT",
            "rep=lena&code=tired",
            "after=x",
        ):
            assert olga.see(f"{POOL}?{wrong}").status_code == 400, wrong
        for nowhere in ("/pools/nobody", f"{POOL}?rep=nobody"):
            assert olga.see(nowhere).status_code == 404, nowhere


def test_a_colleagues_reasons_and_leads_are_not_shown(house: House) -> None:
    with visitor(house, Role.REP, "noor") as noor, visitor(house, Role.REP, "maria") as maria:
        page = noor.page(POOL)
        assert "Pierre Lefèvre" in words(page)
        assert re.findall(r"rep=(\w+)&amp;code=", page) and set(re.findall(r"rep=(\w+)&amp;code=", page)) == {
            "noor"
        }
        assert "Not yours to see" in words(page)
        assert maria.see(POOL).status_code == 404


def test_names_are_text(house: House) -> None:
    republished(house, ('name = "Pierre Lefèvre"', "name = '<b>Pierre</b> & \"Co\"'"))
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page(POOL)
        assert "<b>Pierre" not in page
        assert "&lt;b&gt;Pierre&lt;/b&gt; &amp;" in page
    republished(house)


def test_the_team_leads_there_and_back(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        assert f'href="{POOL}"' in olga.page("/team")
        assert 'href="/team?pool=emea-sdr"' in olga.page(POOL)
