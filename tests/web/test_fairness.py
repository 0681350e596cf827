"""GET /v1/pools/{id}/fairness and its leads, on both databases: figures that come out, their period and filter named."""

from datetime import UTC, datetime, timedelta

import pytest

from firstright.desk.access.keys import SCOPES
from web.houses import codes
from web.staffed import Staffed, house

__all__ = ["house"]
TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=2)


def pool_of(house: Staffed) -> str:
    ((pool,),) = house.stored("SELECT pool FROM ledger ORDER BY at DESC LIMIT 1")
    return str(pool)


def test_targets_and_what_was_got_sum_to_the_same_with_period_and_filter_named(house: Staffed) -> None:
    for _ in range(5):
        house.owned()
    pool = pool_of(house)
    told = house.see(f"/v1/pools/{pool}/fairness?from=2026-01-01&until={SOON}").json()
    assert (told["pool"], told["filter"]) == (pool, {"pool": pool, "lane": "main"})
    assert told["denominator"] == "leads that took a turn of the pool's rotation"
    assert set(told["period"]) == {"from", "until", "zone"}
    ((stored,),) = house.stored("SELECT count(*) FROM ledger WHERE pool = ? AND kind = 'turned'", pool)
    assert told["counted"] == sum(rep["turns"] for rep in told["reps"]) == stored
    assert sum(rep["deviation"] for rep in told["reps"]) == 0
    for rep in told["reps"]:
        assert rep["deviation"] == rep["actual"] - rep["target"]
        assert rep["part"] == (rep["actual"] / rep["target"] if rep["target"] else None)
    assert told["furthest"] == max(abs(rep["deviation"]) for rep in told["reps"])


def test_the_leads_behind_it_come_a_page_at_a_time(house: Staffed) -> None:
    lead, owner = house.owned()
    house.owned()
    path = f"/v1/pools/{pool_of(house)}/fairness/leads"
    whole = house.see(f"{path}?limit=200").json()["leads"]
    assert [each["seq"] for each in whole] == sorted([each["seq"] for each in whole], reverse=True)
    mine = house.see(f"{path}?rep={owner}&limit=200").json()["leads"]
    assert mine == [each for each in whole if each["rep"] == owner]
    assert lead in {each["lead"] for each in mine}
    first = house.see(f"{path}?limit=1").json()
    second = house.see(f"{path}?limit=1&after={first['next']}").json()
    assert first["leads"] + second["leads"] == whole[:2]
    last = house.see(f"{path}?limit=1&after={whole[-2]['seq']}").json()
    assert (last["leads"], last["next"]) == (whole[-1:], None)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("/fairness?from=2026-04-01&until=2026-03-01", 400, "query.invalid"),
        ("/fairness?from=yesterday", 400, "query.invalid"),
        ("/fairness?rep=ada", 400, "query.unknown"),
        ("/fairness/leads?code=TIRED&rep=ada", 400, "query.invalid"),
        ("/fairness/leads?code=ABSENT", 400, "query.invalid"),
        ("/fairness/leads?rep=nobody", 404, "not_found"),
        ("/fairness/leads?after=x", 400, "cursor.invalid"),
        ("/fairness/leads?limit=0", 400, "query.invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused(house: Staffed, query: str, status: int, code: str) -> None:
    house.owned()
    answer = house.see(f"/v1/pools/{pool_of(house)}{query}")
    assert (answer.status_code, [name for _, name in codes(answer)]) == (status, [code])


def test_it_needs_the_right_to_read_leads_and_a_pool_there_is(house: Staffed) -> None:
    house.owned()
    others = house.new_key("web", scopes=tuple(scope for scope in SCOPES if scope != "leads:read"))
    for path in ("fairness", "fairness/leads"):
        address = f"/v1/pools/{pool_of(house)}/{path}"
        assert house.get(address, Authorization=f"Bearer {others}").status_code == 403
        assert house.get(address, Authorization="").status_code == 401
        assert house.see(f"/v1/pools/nobody/{path}").status_code == 404
