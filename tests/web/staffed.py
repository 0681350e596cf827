"""A house in which somebody always works: five reps, the clocks of speed-to-lead and owner, and keys that may do everything."""

from collections.abc import Iterator
from itertools import count

import httpx2
import pytest

from chaos.scene import POLICY, reps, roster
from firstright.desk.access.keys import SCOPES
from firstright.storage.statement import Statement
from web.houses import House, running

REPS = reps(5)
ALWAYS = POLICY.replace('first_touch = "2h"', 'first_touch = "2h"\nuntouched = "1h"')
_people = count(1)


class Staffed(House):
    """Acts with a key that may act."""

    able: str

    def act(self, lead: str, verb: str, body: object, **headers: str) -> httpx2.Response:
        return self.post(f"/v1/leads/{lead}/{verb}", body, **headers)

    def post(self, path: str, body: object, **headers: str) -> httpx2.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        with self.client(self.able) as client:
            if isinstance(body, bytes):
                given.setdefault("Content-Type", "application/json")
                return client.post(path, content=body, headers=given)
            return client.post(path, json=body, headers=given)

    def see(self, path: str) -> httpx2.Response:
        return self.get(path, Authorization=f"Bearer {self.able}")

    def owned(self) -> tuple[str, str]:
        """(a new lead, who owns it)."""
        n = next(_people)
        sent = self.send({"email": f"p{n}@firm{n}.example"}).json()
        return sent["lead"], sent["owner"]["id"]

    def stored(self, query: str, *values: str) -> list[tuple[object, ...]]:
        with self.desk.read() as tx:
            return tx.all(Statement(query), values)


def staffed(url: str) -> Iterator[Staffed]:
    for house in running(url, published=False):
        house.desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")
        house.desk.publish_roster(roster(REPS), file="roster.toml", by="mara", reason="test")
        house.__class__ = Staffed
        assert isinstance(house, Staffed)
        house.able = house.new_key("web", scopes=SCOPES)
        yield house


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[Staffed]:
    """Shared by a module's tests, as the other house is."""
    yield from staffed(shared_url)
