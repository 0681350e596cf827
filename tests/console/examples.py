"""Northwind's example as a house for the console: its policy, its people around the clock, and fresh leads of its pattern."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

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
from firstright.storage.statement import Statement
from firstright.wiring import now
from web.houses import EXAMPLES, House, running

SOURCE = "website"


def furnished(folder: Path, leads: int) -> Iterator[House]:
    """A house in which it is always working hours, with that many leads: a third of them touched, a few accepted, a few for
    review, some with values nobody can use, messages sent, waiting and dead, and a file that was imported."""
    url = f"sqlite:///{folder / 'workspace.db'}"
    for house in running(url, published=False, spool=folder / "spool"):
        open_for_ever(house.desk)
        if leads:
            send(house.desk, leads)
            work_some(house.desk)
            tell_some(house.desk)
        yield house


def open_for_ever(desk: Desk) -> None:
    roster = round_the_clock((EXAMPLES / "rosters/inbound.toml").read_text())
    desk.publish_roster(roster, file="rosters/inbound.toml", by="mara", reason="always open")
    policy = (EXAMPLES / "policies/inbound.toml").read_text()
    desk.publish_policy(policy, file="policies/inbound.toml", by="mara", reason="the example policy")


def send(desk: Desk, count: int, first: int = 0) -> None:
    """That many fresh leads, each of a person and company of their own; some of them untidy."""
    desk.take_in([arrival(desk, number, **_untidy(number)) for number in range(first, first + count)])


def _untidy(number: int) -> dict[str, str]:
    match number % 20:
        case 3:
            return {"phone": "call me", "employees": "many"}
        case 11:
            return {"email": f"someone.{number}@rival.example"}  # for review: a competitor
        case 17:
            return {"country": "Erth"}
        case _:
            return {}


def arrival(desk: Desk, number: int, **facts: str) -> Arrival:
    """Fresh lead `number`; `facts` are put in place of its own, by field."""
    row = fresh().row(number)
    row[EMAIL] = row[EMAIL].replace(".example", f"-{number}.example")
    raw = {**apply_map(_map(desk), row).raw, **facts}
    policy = desk.policy
    clean = cleaned(raw, Source(SOURCE), policy, texts=True)
    known, problems = clean.facts, clean.problems
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


def tell_some(desk: Desk) -> None:
    """What would be told is dead, sent or still waiting, in turn."""
    with desk.database.write() as tx:
        tx.run(_DEAD, ("550 5.1.1 mailbox unavailable",))
        tx.run(_SENT)


_DEAD = Statement(
    "UPDATE delivery SET state = 'dead', attempts = 10, last_status = 550, last_error = ? WHERE rowid % 3 = 0"
)
_SENT = Statement("UPDATE delivery SET state = 'sent', attempts = 1, sent_at = due_at WHERE rowid % 3 = 1")
