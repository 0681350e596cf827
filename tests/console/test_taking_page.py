"""Pull pools in the queues tab, on both databases: members see and claim, or see how many wait and take the next one."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from console.visiting import Visitor, stored, visitor, words
from firstright.core.authority import Role
from routing import CATCH_ALL, HEAD, TO_SDR, rep
from web.houses import House, codes, running

PEOPLE = "".join(
    [
        rep("Kim Larsen", pools="{ sdr = 1, sun = 1 }", calendar="24x7"),
        rep("Noor Haddad", pools="{ sdr = 1 }", calendar="24x7"),
        rep("Zoe Park", pools="{}", calendar="24x7"),
    ]
)
POLICY = (
    HEAD.replace(
        '[pools.sdr]\nname = "Sales development"\ncalendar = "berlin"',
        '[pools.sdr]\nname = "Sales development"\nmethod = "pull"',
    )
    .replace("[pools.sun]", '[pools.sun]\nname = "Sunny side"\nmethod = "pull"\npreview = false')
    .replace('calendar = "berlin"\n', "")
    .replace('tell = ["ada"]', 'tell = ["zoe"]')
    + '\n[[rule]]\nid = "blind"\ntier = "first"\nwhen = { country = "FR" }\nsend_to = { pool = "sun" }\n'
    + TO_SDR
    + CATCH_ALL
)
_people = count(1)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    yield from staffed(database_url)


def staffed(url: str) -> Iterator[House]:
    for house in running(url, published=False):
        house.desk.publish_roster(PEOPLE, file="roster.toml", by="mara", reason="test")
        house.desk.publish_policy(POLICY, file="policy.toml", by="mara", reason="test")
        yield house


def came(house: House, name: str, **facts: str) -> str:
    n = next(_people)
    body = {"first_name": name, "email": f"{name}{n}@firm{n}.example", "country": "DE", **facts}
    return str(house.send(body).json()["lead"])


@contextmanager
def kim(house: House) -> Iterator[Visitor]:
    with visitor(house, Role.REP, "kim") as found:
        yield found


def test_a_member_sees_what_waits_and_claims_one_of_it(house: House) -> None:
    lead = came(house, "Anna")
    with kim(house) as visits:
        page = visits.page("/inbox/queues")
        assert "Sales development 1 waits, the most urgent and then the oldest first" in words(page)
        assert "Anna" in page
        visits.post(f"/leads/{lead}/claim", {"epoch": "1", "back": "/inbox/queues"})
    assert stored(house, "SELECT holder_id FROM lead WHERE id = ?", lead) == [("kim",)]
    assert stored(house, "SELECT pool, rep FROM ledger") == [("sdr", "kim")]


def test_of_a_blind_pool_a_member_sees_how_many_wait_and_takes_the_next(house: House) -> None:
    first, _ = came(house, "Babette", country="FR"), came(house, "Claude", country="FR")
    with kim(house) as visits:
        page = visits.page("/inbox/queues")
        assert "Sunny side 2 wait" in words(page)
        assert "Babette" not in page and "What waits is not shown" in page
        assert "Queues 2" in words(page)
        assert visits.see(f"/leads/{first}").status_code == 404
        answer = visits.post("/inbox/pools/sun/next")
        assert answer.headers["location"] == f"/leads/{first}"
        assert visits.told(answer) == "Taken: it is yours."
        assert "Sunny side 1 waits" in words(visits.page("/inbox/queues"))


def test_who_is_too_late_hears_so_and_who_is_no_member_is_shown_nothing(house: House) -> None:
    with kim(house) as visits:
        assert "Nothing waits" in words(visits.page("/inbox/queues"))
        assert (
            visits.told(visits.post("/inbox/pools/sun/next"))
            == "Somebody was faster: nothing waits in Sunny side."
        )
        assert visits.post("/inbox/pools/nowhere/next").status_code == 404
    lead = came(house, "Dora", country="FR")
    with visitor(house, Role.REP, "zoe") as zoe:
        page = zoe.page("/inbox/queues")
        assert "Take the next one" not in page and "Dora" not in page
        assert zoe.told(zoe.post("/inbox/pools/sun/next")) == "Zoe Park is no member of Sunny side."
        assert zoe.post("/inbox/pools/sun/next", csrf="").status_code == 403
    with visitor(house, Role.OPERATIONS) as olga:
        assert "Dora" in olga.page("/inbox/queues")
    assert stored(house, "SELECT holder_kind FROM lead WHERE id = ?", lead) == [("queue",)]


def test_a_program_takes_the_next_one_for_a_member(house: House) -> None:
    first, second = came(house, "Elin"), came(house, "Finn")
    key = house.new_key("web", scopes=("leads:act",))
    with house.client(key) as client:
        taken = client.post("/v1/pools/sdr/next", json={"rep": "kim"}, headers={"Idempotency-Key": "one"})
        again = client.post("/v1/pools/sdr/next", json={"rep": "kim"}, headers={"Idempotency-Key": "one"})
        assert (taken.status_code, taken.json()["lead"], taken.json()["owner"]["id"]) == (200, first, "kim")
        assert (again.json()["lead"], again.headers["idempotent-replayed"]) == (first, "true")
        assert client.post("/v1/pools/sdr/next", json={"rep": "noor"}).json()["lead"] == second
        empty = client.post("/v1/pools/sdr/next", json={"rep": "noor"})
        assert (empty.status_code, codes(empty)) == (409, [("", "pool.empty")])
        assert client.post("/v1/pools/nowhere/next", json={"rep": "kim"}).status_code == 404
        assert codes(client.post("/v1/pools/sdr/next", json={})) != []
        came(house, "Gro")
        stranger = client.post("/v1/pools/sdr/next", json={"rep": "zoe"})
        assert (stranger.status_code, stranger.json()["errors"][0]["pointer"]) == (422, "/rep")
