"""`firstright bench deadlines-sqlite` and `deadlines-postgres`: a node that slept finds every owner clock missed. How fast it
tells, re-routes and records all of it, against the same rows by the bare driver; and what a server does to intake meanwhile.
"""

import gc
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from time import monotonic, perf_counter, sleep

import msgspec

from firstright import wiring
from firstright.cli.benches.server import fill, found, loaded, loading, resting_mail, serving
from firstright.cli.benches.shelf import PostgresShelf, Shelf, SqliteShelf
from firstright.core.lead import Cause
from firstright.desk import Desk
from firstright.desk.access.keys import NewKey
from firstright.errors import FirstrightError
from firstright.settings import Settings
from firstright.simulate.benches import workspace
from firstright.simulate.benches.load import Found, Task
from firstright.simulate.benches.measure import (
    Disagreement,
    Extra,
    Figures,
    Method,
    Point,
    Side,
    figure,
    figures,
    point,
)
from firstright.simulate.benches.redo import Sides
from firstright.storage import destinations, invariants, jobs
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database

SQLITE, POSTGRES = "deadlines-sqlite", "deadlines-postgres"
TARGET = 0.4
SIZES, LEAST = (1_000, 10_000, 100_000), 20  # leads
RULES, POOLS, REPS = 1_000, 10, 200
TOLD = 4  # of each: owner and manager that it was missed, who had it, who has it
EXAMINED = 10_000  # leads up to which every promise is checked afterwards: that reads whole tables
SLEPT = timedelta(hours=4)  # the leads came then, their deadlines are long over
FIRST_EFFECT, PER_SECOND = (
    5.0,
    1_000,
)  # the promise: first effect in s; all within that and leads / PER_SECOND
SLOWER = 2.0  # times: p99 of intake while it drains, against afterwards
STEADY_RATE, STEADY_SECONDS, CONNECTIONS = 100.0, 10.0, 32
LONGEST = 1_800.0  # seconds a drain may take before the bench gives up

_SENT = Statement("UPDATE delivery SET state = 'sent', sent_at = due_at WHERE state = 'ready'")
_LAST = Statement("SELECT cause FROM decision ORDER BY id DESC LIMIT 1")
_AT_WORK = Statement("SELECT 1 FROM job WHERE state = 'leased' LIMIT 1")
_ORDER_OF = """SELECT -j.priority, j.due_at FROM decision AS d JOIN job AS j ON {} = d.trigger_id
       WHERE d.cause = 'sla-missed' ORDER BY d.turn, d.seq"""
_ORDER = Statement(_ORDER_OF.format("j.id"), postgresql=_ORDER_OF.format("j.id::text"))
_CHECKS = {
    "decisions of a missed deadline": "SELECT count(*) FROM decision WHERE cause = 'sla-missed'",
    "leads with a new holder": """SELECT count(*) FROM lead AS n JOIN was.lead AS w ON w.id = n.id
       WHERE n.holder_kind = 'rep' AND n.holder_id <> w.holder_id AND n.epoch = w.epoch + 1""",
    "decisions that were told": f"""SELECT count(*) FROM (
       SELECT d.id FROM decision AS d JOIN delivery AS x ON x.decision_id = d.id WHERE d.cause = 'sla-missed'
       GROUP BY d.id HAVING count(*) = {TOLD}) AS told""",
    "decisions in the audit trail": """SELECT count(*) FROM decision AS d JOIN audit AS a ON a.decision_id = d.id
       WHERE d.cause = 'sla-missed'""",
}


class Slow:
    """A clock in the past that goes on by a second a turn, so that deadlines fall due one after the other."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class Turn(msgspec.Struct, frozen=True):
    """Missed deadlines a second, of ours and of the bare driver."""

    ours: float
    bare: float


class Served(msgspec.Struct, frozen=True):
    """What a server did that found everything overdue. `covered`: the load ended before the drain did."""

    first: float
    all_done: float
    overtaken: int
    during: Found
    after: Found
    covered: bool


def run_sqlite(method: Method, folder: str) -> Figures:
    """`folder` must be on the disk that is to be measured."""
    return _run(SQLITE, "SQLite (WAL, synchronous=FULL)", SqliteShelf(folder), method)


def run_postgres(method: Method, base: str) -> Figures:
    """`base` is the URL of a role that may create databases."""
    return _run(POSTGRES, "PostgreSQL", PostgresShelf(base), method)


def _run(name: str, database: str, shelf: Shelf, method: Method) -> Figures:
    sizes = sorted({method.of(size, LEAST) for size in SIZES})
    rounds = max(1, method.rounds // 2)
    points: list[Point] = []
    with shelf.empty() as url:
        clock = Slow(wiring.now() - SLEPT)
        key = prepared(url, clock)
        had = 0
        for size in sizes:
            slept_through(url, clock, size - had, had)
            had = size
            turns = [_turn(shelf, url, size) for _ in range(rounds)]
            points.append(_point(size, turns, TARGET if size == sizes[-1] else None))
        served = _served(shelf, url, key, had, method)
    headline = points[-1]
    return figures(
        name,
        Side(f"missed deadlines: told, re-routed, recorded, {database}", "deadlines/s", headline.a),
        Side(
            "the rows that changed and came, by the bare driver, 500 leads a transaction",
            "deadlines/s",
            headline.b or 0.0,
        ),
        headline.ratio or 0.0,
        TARGET,
        "at least",
        points,
        rounds,
        _extras(served, had),
    )


def _point(size: int, turns: list[Turn], target: float | None) -> Point:
    ours, bare = median(turn.ours for turn in turns), median(turn.bare for turn in turns)
    ratio = median(turn.ours / turn.bare for turn in turns)
    return point(f"{size:,} missed deadlines", ours, bare, ratio, target, "at least")


def prepared(url: str, clock: Callable[[], datetime]) -> str:
    """A workspace as of the past. What is told waits in the outbox: sending is no part of this."""
    with closing(_past(url, clock)) as desk:
        roster = workspace.roster_text(REPS, POOLS, manager="boss")
        desk.publish_roster(roster, file="roster.toml", by="bench", reason="")
        policy = workspace.policy_text(RULES, POOLS, sent=True, deadlines=True)
        desk.publish_policy(policy, file="policy.toml", by="bench", reason="")
        with desk.database.write() as tx:
            destinations.add(tx, resting_mail(desk.new_id(), clock()))
        return wiring.make_key(desk, NewKey("bench", "bench", country="DE"), by="bench")


def _past(url: str, clock: Callable[[], datetime]) -> Desk:
    database = open_database(url, node="bench")
    database.migrate()
    return Desk(database, node="bench", now=clock, new_id=wiring.Names())


def slept_through(url: str, clock: Callable[[], datetime], leads: int, first: int) -> None:
    with closing(_past(url, clock)) as desk:
        fill(desk, leads, first)
        with desk.database.write() as tx:
            tx.run(_SENT)


def _turn(shelf: Shelf, url: str, leads: int) -> Turn:
    with shelf.copy(url, "ours") as ours, shelf.copy(url, "bare") as bare:
        moved, seconds = drained(ours)
        if leads <= EXAMINED:
            _examine(ours)
        with shelf.sides(url, ours) as sides:
            _check(sides, leads, moved)
            written, bare_seconds = shelf.seconds(sides, bare)
    return Turn(moved / seconds, written / bare_seconds)


def drained(url: str) -> tuple[int, float]:
    """(leads that went to somebody else, seconds) until nothing is due."""
    with closing(wiring.open_desk(Settings(database=url, node="bench"))) as desk:
        desk.warm()
        gc.collect()
        gc.freeze()  # as the server does
        moved, began = 0, perf_counter()
        while (worked := desk.work_due(wiring.now()))[0]:
            moved += sum(d.cause is Cause.SLA_MISSED and d.before.holder != d.after.holder for d in worked[1])
        seconds = perf_counter() - began
        gc.unfreeze()
    return moved, seconds


def _examine(url: str) -> None:
    with closing(open_database(url, node="bench")) as database, database.read() as tx:
        broken = [violation.check.name for violation in invariants.run(tx)]
    if broken:
        raise Disagreement(f"promises are broken after the drain: {', '.join(broken)}")


def _check(sides: Sides, leads: int, moved: int) -> None:
    """Each lead has a new holder, by one decision that was told and recorded: else the figure says nothing."""
    counts = {"leads moved": moved, "leads decided about": sides.leads}
    counts |= {what: sides.ask(query)[0][0] for what, query in _CHECKS.items()}
    wrong = [f"{count} {what}" for what, count in counts.items() if count != leads]
    if wrong:
        raise Disagreement(f"of {leads} missed deadlines: {', '.join(wrong)}")


def _served(shelf: Shelf, url: str, key: str, leads: int, method: Method) -> Served:
    seconds = max(0.2, STEADY_SECONDS * method.scale)

    def task(port: int, first: int) -> Task:
        most = int(STEADY_RATE * seconds) + 1
        return Task(
            ports=(port,),
            key=key,
            connections=CONNECTIONS,
            seconds=seconds,
            first=first,
            most=most,
            rate=STEADY_RATE,
        )

    with shelf.copy(url, "served") as copy, closing(open_database(copy, node="watch")) as watched:
        with serving(copy) as node:
            ready = monotonic()
            _await(lambda: _has_begun(watched))
            first = monotonic() - ready
            with loading(task(node.port, leads)) as generator:
                _await(lambda: generator.poll() is not None or _has_ended(watched))
                covered = not _has_ended(watched)
                _await(lambda: _has_ended(watched))
                ended = monotonic() - ready
                during = found(generator)
            after = loaded(task(node.port, 2 * leads + 100_000))
        if set(during.statuses) != {"201"}:
            raise FirstrightError(f"leads were not all taken while deadlines rang: {during.statuses}")
        return Served(first, ended, _overtaken(watched), during, after, covered)


def _await(happened: Callable[[], bool]) -> None:
    until = monotonic() + LONGEST
    while not happened():
        if monotonic() > until:
            raise FirstrightError("what was overdue was not done")
        sleep(0.02)


def _has_begun(database: Database) -> bool:
    with database.read() as tx:
        return tx.all(_LAST) == [("sla-missed",)]


def _has_ended(database: Database) -> bool:
    with database.read() as tx:
        return not jobs.anything_due(tx, wiring.now(), kinds=("clock",)) and not tx.all(_AT_WORK)


def _overtaken(database: Database) -> int:
    """How often a missed deadline came right after one that was less urgent."""
    with database.read() as tx:
        return sum(later < sooner for sooner, later in pairwise(tx.all(_ORDER)))


def _extras(served: Served, leads: int) -> Sequence[Extra]:
    within = FIRST_EFFECT + leads / PER_SECOND
    slower = served.during.p99 / served.after.p99
    share = Extra("p99 of intake while it drains, against afterwards", "times", figure(slower))
    if served.covered:
        share = msgspec.structs.replace(share, target=SLOWER, met=slower <= SLOWER)
    return [
        _bounded("from a ready server to its first effect", "s", served.first, FIRST_EFFECT),
        _bounded(f"until all {leads:,} are done, leads coming in", "s", served.all_done, within),
        _bounded("times a less urgent one went before", "", float(served.overtaken), 0.0),
        share,
        Extra("p99 of intake while it drains, 100 leads/s", "ms", figure(served.during.p99)),
        Extra("p99 of intake afterwards, 100 leads/s", "ms", figure(served.after.p99)),
    ]


def _bounded(what: str, unit: str, value: float, target: float) -> Extra:
    return Extra(what, unit, figure(value), figure(target), value <= target)
