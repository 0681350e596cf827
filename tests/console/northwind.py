"""Northwind on both databases for the pages of review and team: always open, with two exclusive rules that meet and a company
that two reps own.
"""

from collections.abc import Iterator
from itertools import count
from weakref import WeakKeyDictionary

import msgspec
import pytest

from console.examples import EXAMPLES, arrival
from firstright.desk import Desk
from firstright.desk.crm.accounts import TakeCrm
from firstright.intake.crmfiles import Account
from firstright.simulate.roundtheclock import round_the_clock
from web.houses import House, running

TWO_RULES = """
[[rule]]
id = "exclusive-arms"
tier = "named"
name = "Strategic accounts of the arm line"
exclusive = true
when = { domain = ["bothsides.example"] }
send_to = { rep = "lena" }

[[rule]]
id = "exclusive-nordic"
tier = "named"
name = "Framework agreement North"
exclusive = true
when = { domain = ["bothsides.example"] }
send_to = { pool = "nordics-ae" }

"""
BEFORE = '[[rule]]\nid = "new-partner"'
TWO_OWNERS = (
    Account("a1", "Weber Antriebe GmbH", ("twoowners.example",), "lena", "customer", "", ""),
    Account("a2", "Weber Antriebe Austria", ("twoowners.example",), "felix", "prospect", "", ""),
)
# Of each house its own: what becomes of a lead goes by its number, and must not go by which files of tests came before.
_leads: WeakKeyDictionary[House, Iterator[int]] = WeakKeyDictionary()


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    """Shared by a module's tests: each brings leads of its own."""
    yield from _settled(shared_url)


def _settled(url: str) -> Iterator[House]:
    for house in running(url, published=False):
        settle(house.desk)
        yield house


def settle(desk: Desk) -> None:
    roster = round_the_clock((EXAMPLES / "rosters/inbound.toml").read_text())
    desk.publish_roster(roster, file="roster.toml", by="mara", reason="always open")
    policy = (EXAMPLES / "policies/inbound.toml").read_text().replace(BEFORE, TWO_RULES + BEFORE)
    desk.publish_policy(policy, file="policy.toml", by="mara", reason="two rules that meet")
    desk.act(TakeCrm("crm", list(TWO_OWNERS), []))


def came(house: House, **facts: str) -> str:
    """A fresh lead with these facts in place of its own; its id."""
    number = next(_leads.setdefault(house, count(50_000)))
    (reply,) = house.desk.take_in([arrival(house.desk, number, **facts)])
    return str(msgspec.json.decode(reply.body)["lead"])
