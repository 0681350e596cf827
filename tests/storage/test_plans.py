"""What pages, programs and the worker ask is found by an index, however much there is: told from SQLite's own plans. What reads a
table that grows from one end to the other stands here, with why it may."""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from firstright import storage
from firstright.storage.statement import Statement
from firstright.wiring import open_database

GROWING = frozenset(
    {
        "account", "arrival", "assignment", "audit", "clock", "consent", "contact", "credit_request", "decision",
        "delivery", "draft", "duplicate_pair", "engagement", "enrichment", "enrolment", "job", "lead", "ledger",
        "match_key", "meeting", "merge", "offer", "opportunity", "outreach_note", "reassigned", "repaired",
        "review_item", "role", "status_change", "task", "ticket", "todo", "touch",
    }
)  # fmt: skip
# Whole on purpose: checks and reports of commands, and what counts everything once in a while.
WHOLE = ("invariants.", "milechecks.", "repairchecks.", "reports.", "overdue.", "hygiene.", "whole.")
MAY = {
    "arrivals._LABELS": "counted by a command: all that ever came, by what became of it",
    "enrolments._COUNTS": "how far sequences get, on the page that is about nothing else",
    "holdings._HOLDINGS": "a check of a command, over all that anybody ever had",
    "holdings._OFFERS": "the same, of offers",
    "inbox._EVER": "stops at five hundred",
    "ledger._ROTATIONS": "a replay of everything, by a command",
    "repairs._MANY": "asked of a repair that is about to begin, over what it may be about",
    "sourceview._LATEST": "stops at the latest arrivals",
    "undecided._OTHERS": "given names, in a list that has the same name as a table elsewhere in it",
    "world._ALL": "the same",
}
OTHERS = {"gauges._CLOCK", "duplicates._PROPOSE"}  # of the other database; with numbered values


def statements() -> Iterator[tuple[str, Statement]]:
    for found in pkgutil.walk_packages(storage.__path__, "firstright.storage."):
        if ".migrations" in found.name:
            continue
        short = found.name.removeprefix("firstright.storage.")
        for name, value in vars(importlib.import_module(found.name)).items():
            for each in _within(value):
                yield f"{short}.{name}", each


def _within(value: object) -> Iterator[Statement]:
    if isinstance(value, Statement):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _within(each)
    elif isinstance(value, dict):
        yield from _within(list(value.values()))


def walks(base: sqlite3.Connection, sql: str) -> set[str]:
    """Growing tables that a statement reads whole. By a partial index it reads the few rows that index is of."""
    few = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%INDEX%WHERE%'")}
    called = {alias: table for table, alias in re.findall(r"\b(\w+) AS (\w+)", sql)}
    plan = base.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
    found = [re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", told) for *_, told in plan]
    tables = {called.get(each[1], each[1]) for each in found if each and each[2] not in few}
    return tables & GROWING


def test_what_grows_is_not_read_from_one_end_to_the_other(tmp_path: Path) -> None:
    file = tmp_path / "plans.db"
    with closing(open_database(f"sqlite:///{file}", node="plans")) as fresh:
        fresh.migrate()
    whole: set[str] = set()
    with closing(sqlite3.connect(file)) as base:
        asked = 0
        for name, statement in statements():
            if name.startswith(WHOLE) or name in OTHERS:
                continue
            asked += 1
            if walks(base, statement.sqlite):
                whole.add(name)
    assert asked > 500
    assert whole == MAY.keys()
