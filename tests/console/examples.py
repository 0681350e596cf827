"""Northwind's example as a house for the console: its policy, its people around the clock, and fresh leads of its pattern."""

import csv
from collections.abc import Iterator
from functools import lru_cache

from firstright.core.authority import Actor, Role
from firstright.desk import Desk
from firstright.desk.acting import Accept, LogTouch
from firstright.desk.arrival import Arrival, Source, cleaned, fingerprint
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.mapping import apply_map
from firstright.simulate.fresh import EMAIL, EVENT, Fresh
from firstright.simulate.roundtheclock import round_the_clock
from firstright.storage import inbox
from firstright.storage.inbox import Entry, Scope
from firstright.wiring import now
from web.houses import EXAMPLES, House, running

SOURCE = "website"


def furnished(url: str, leads: int) -> Iterator[House]:
    """A house in which it is always working hours, with that many leads: a third of them touched, a few accepted."""
    for house in running(url, published=False):
        open_for_ever(house.desk)
        if leads:
            send(house.desk, leads)
            work_some(house.desk)
        yield house


def open_for_ever(desk: Desk) -> None:
    roster = round_the_clock((EXAMPLES / "rosters/inbound.toml").read_text())
    desk.publish_roster(roster, file="rosters/inbound.toml", by="mara", reason="always open")
    policy = (EXAMPLES / "policies/inbound.toml").read_text()
    desk.publish_policy(policy, file="policies/inbound.toml", by="mara", reason="the example policy")


def send(desk: Desk, count: int, first: int = 0) -> None:
    """That many fresh leads, each of a person and company of their own."""
    desk.take_in([arrival(desk, number) for number in range(first, first + count)])


def arrival(desk: Desk, number: int, **facts: str) -> Arrival:
    """Fresh lead `number`; `facts` are put in place of its own, by field."""
    row = fresh().row(number)
    row[EMAIL] = row[EMAIL].replace(".example", f"-{number}.example")
    raw = {**apply_map(_map(desk), row).raw, **facts}
    policy = desk.policy
    known, problems = cleaned(raw, Source(SOURCE), policy, texts=True)
    body = repr(sorted(raw.items())).encode()
    return Arrival(SOURCE, row[EVENT], fingerprint("POST", "/v1/leads", body), body, known, problems)


@lru_cache(maxsize=1)
def fresh() -> Fresh:
    with (EXAMPLES / "leads/inbound.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Fresh([row for row in rows if None not in row and None not in row.values()])


def _map(desk: Desk) -> FieldMap:
    assert desk.policy is not None
    text = (EXAMPLES / "maps/inbound.toml").read_text()
    found, _ = read_map(text, file="inbound.toml", catalogue=desk.policy.policy.catalogue)
    assert found is not None
    return found


def held_by(desk: Desk, rep: str, limit: int = 100) -> list[Entry]:
    """What this rep has, most urgent first."""
    with desk.read() as tx:
        return inbox.page(tx, Scope(Actor("u", rep, Role.REP, rep)), "mine", now(), limit=limit)


def work_some(desk: Desk) -> None:
    """Every third lead of each rep is touched, and every fifth accepted."""
    assert desk.roster is not None
    works: list[Accept | LogTouch] = []
    for rep in desk.roster.reps:
        for number, entry in enumerate(held_by(desk, rep, 200)):
            if number % 3 == 2:
                works.append(LogTouch(entry.id, rep, "call", result="reached"))
            elif number % 5 == 1:
                works.append(Accept(entry.id, rep))
    for future in [desk.writer.submit(work) for work in works]:
        future.result()
