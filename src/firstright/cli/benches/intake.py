"""`firstright bench intake-sqlite` and `intake-postgres`: durable leads a second over real HTTP, against the rows they left,
replayed by the bare driver. Each round starts a new server on a new database.
"""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec

from firstright.cli.benches.server import Node, filled, loaded, postgres_database, prepared, serving
from firstright.simulate.benches import replay
from firstright.simulate.benches.load import Found, Task
from firstright.simulate.benches.measure import (
    Extra,
    Figures,
    Method,
    Point,
    Side,
    compared,
    figure,
    figures,
    point,
)

SQLITE, POSTGRES = "intake-sqlite", "intake-postgres"
TARGETS = {SQLITE: {1: 0.3, 8: 0.45, 32: 0.6}, POSTGRES: {1: 0.3, 8: 0.6, 32: 1.0}}
HEADLINE = 32
SECONDS = 3.0  # of each closed loop
STEADY_RATE, STEADY_SECONDS, STEADY_P99 = 100.0, 10.0, 50.0  # leads a second, seconds, ms
APART = 100_000  # lead numbers between two tasks

ReplayFresh = Callable[[], float]  # leads a second of the bare driver


class Round(msgspec.Struct, frozen=True):
    """At each number of connections, of the bare driver in leads a second, and under the steady load."""

    closed: dict[int, Found]
    bare: float
    steady: Found
    cpu: float  # ms of the server's processor time for a lead, at the headline's connections


Served = tuple[dict[int, Found], Found, float]


def run_sqlite(method: Method, folder: str) -> Figures:
    """`folder` must be on the disk that is to be measured."""

    def one(number: int) -> Round:
        with TemporaryDirectory(prefix="firstright-bench-", dir=folder or None) as place:
            left, fresh = Path(place, "left.db"), Path(place, "fresh.db")
            key = prepared(f"sqlite:///{left}")
            closed, steady, cpu = _served(f"sqlite:///{left}", key, method, SQLITE, number)
            bare = _rate(replay.sqlite_seconds(left, fresh, SECONDS * method.scale))
            return Round(closed, bare, steady, cpu)

    rounds = [one(number) for number in range(_rounds(method))]
    grown = []
    if method.before:
        with TemporaryDirectory(prefix="firstright-bench-", dir=folder or None) as place:
            full, empty = (f"sqlite:///{Path(place, name)}" for name in ("full.db", "empty.db"))
            grown.append(_grown(full, empty, method))
    return _figures(SQLITE, "SQLite (WAL, synchronous=FULL)", rounds, grown)


def run_postgres(method: Method, base: str) -> Figures:
    """`base` is the URL of a role that may create databases."""

    def one(number: int) -> Round:
        with ExitStack() as stack:
            left = stack.enter_context(postgres_database(base, f"left_{number}"))
            fresh = stack.enter_context(postgres_database(base, f"fresh_{number}"))
            key = prepared(left)
            closed, steady, cpu = _served(left, key, method, POSTGRES, number)
            bare = _rate(replay.postgres_seconds(left, fresh, SECONDS * method.scale))
            return Round(closed, bare, steady, cpu)

    rounds = [one(number) for number in range(_rounds(method))]
    grown = []
    if method.before:
        with postgres_database(base, "full") as full, postgres_database(base, "empty") as empty:
            grown.append(_grown(full, empty, method))
    return _figures(POSTGRES, "PostgreSQL", rounds, grown)


def _grown(full: str, empty: str, method: Method) -> Point:
    """The headline's closed loop on a workspace that already holds leads and on one that does not, by turns."""
    key_of = {url: prepared(url) for url in (full, empty)}
    filled(full, method.before, 0)
    firsts = count(method.before, APART)
    with serving(full) as big, serving(empty) as small:

        def rate(node: Node, key: str) -> float:
            task = Task(
                ports=(node.port,),
                key=key,
                connections=HEADLINE,
                seconds=SECONDS * method.scale,
                first=next(firsts),
                most=method.of(12_000, 200),
            )
            return loaded(task).rate

        a, b = compared(lambda: rate(big, key_of[full]), lambda: rate(small, key_of[empty]), _rounds(method))
    at = f"{HEADLINE} connections, {method.before:,} leads before (B: none)"
    return point(at, a, b, a / b, None, "at least")


def _rounds(method: Method) -> int:
    return max(1, method.rounds // 2)


def _served(url: str, key: str, method: Method, name: str, number: int) -> Served:
    seconds = SECONDS * method.scale
    most = method.of(12_000, 200)
    with serving(url) as node:
        first = number * 10 * APART

        def task(connections: int, lasting: float, rate: float = 0.0) -> Found:
            nonlocal first
            first += APART
            return loaded(
                Task(
                    ports=(node.port,),
                    key=key,
                    connections=connections,
                    seconds=lasting,
                    first=first,
                    most=most,
                    rate=rate,
                )
            )

        task(8, 0.5 * method.scale)
        closed = {}
        used = 0.0
        for connections in TARGETS[name]:
            used = node.cpu_seconds()
            closed[connections] = task(connections, seconds)
        cpu = (node.cpu_seconds() - used) * 1e3 / closed[HEADLINE].answered
        return closed, task(HEADLINE, STEADY_SECONDS * method.scale, STEADY_RATE), cpu


def _rate(timed: tuple[int, float]) -> float:
    done, seconds = timed
    return done / seconds


def _figures(name: str, database: str, rounds: list[Round], grown: list[Point]) -> Figures:
    bare = median(each.bare for each in rounds)
    points = []
    for connections, target in TARGETS[name].items():
        ours = median(each.closed[connections].rate for each in rounds)
        ratio = median(each.closed[connections].rate / each.bare for each in rounds)
        plural = "" if connections == 1 else "s"
        points.append(point(f"{connections} connection{plural}", ours, bare, ratio, target, "at least"))
    headline = points[-1]
    steady = [each.steady for each in rounds]
    p99 = median(each.p99 for each in steady)
    extras = [
        Extra(
            "processor time of the server a lead, 32 connections", "ms", figure(median(r.cpu for r in rounds))
        ),
        Extra("p99 at a steady 100 leads/s", "ms", figure(p99), STEADY_P99, p99 <= STEADY_P99),
        Extra("p50 at a steady 100 leads/s", "ms", figure(median(each.p50 for each in steady))),
        *[
            Extra(
                f"p99 in the closed loop of {connections}",
                "ms",
                figure(median(each.closed[connections].p99 for each in rounds)),
            )
            for connections in TARGETS[name]
        ],
    ]
    return figures(
        name,
        Side(f"durable leads over HTTP, {database}, {HEADLINE} connections", "leads/s", headline.a),
        Side("the same rows by the bare driver, one transaction a lead", "leads/s", bare),
        headline.ratio or 0.0,
        TARGETS[name][HEADLINE],
        "at least",
        [*points, *grown],
        len(rounds),
        extras,
    )
