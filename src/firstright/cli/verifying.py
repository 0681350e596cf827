"""What `firstright verify` prints: each promise, whether it holds in what is stored, and the first rows where it does not.

It reads one snapshot and may run beside a server; on SQLite that keeps the write-ahead log from shrinking meanwhile.
"""

import time

import msgspec
from rich.console import Console
from rich.text import Text

from firstright.cli.exits import FOUND, OK
from firstright.cli.screen import MARKS, console, line, safe
from firstright.cli.workspace import workspace
from firstright.desk.explain.overfull import overfull
from firstright.storage import invariants
from firstright.storage.check import MOST, Check
from firstright.storage.transactions import Row, Tx

SHOWN = 5  # rows of a broken promise


class Checked(msgspec.Struct, frozen=True):
    """One check: `rows` are the first at which it fails, none when it holds."""

    check: str
    promise: str
    wrong: str
    rows: list[list[str]]
    seconds: float

    @property
    def holds(self) -> bool:
        return not self.rows


def verify(database: str, *, json: bool) -> int:
    """Checks and prints; the exit code."""
    with workspace(database) as (opened, _), opened.read() as tx:
        found = [*[_checked(tx, check) for check in invariants.CHECKS], _capacities(tx)]
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        _show(found, console())
    return OK if all(each.holds for each in found) else FOUND


def _checked(tx: Tx, check: Check) -> Checked:
    began = time.perf_counter()
    violations = invariants.run(tx, [check])
    rows: list[Row] = violations[0].rows if violations else []
    told = [["" if value is None else str(value) for value in row] for row in rows]
    return Checked(check.name, check.promise, check.sentence, told, round(time.perf_counter() - began, 3))


def _capacities(tx: Tx) -> Checked:
    """What a query cannot say, because capacities stand in the rosters' texts. Given by hand is not broken."""
    began = time.perf_counter()
    rows = [
        [each.rep, each.lead, each.cause, f"{each.has} of {each.capacity}", each.decision]
        for each in overfull(tx)
        if not each.by_hand
    ]
    wrong = "a rep was given a lead they had no room for, and nobody said so by hand"
    return Checked("capacity-holds", "I-14", wrong, rows[:MOST], round(time.perf_counter() - began, 3))


def _show(found: list[Checked], to: Console) -> None:
    wide = max(len(each.check) for each in found)
    for each in found:
        word, style = ("ok", "good") if each.holds else ("broken", "error")
        said = Text(f"{each.promise:<5} {each.check.replace('-', ' '):<{wide}}  ")
        to.print(said.append(word, MARKS[style]), soft_wrap=True)
        if not each.holds:
            line(to, f"{each.wrong}:", indent=6)
            for row in each.rows[:SHOWN]:
                line(to, safe("  ".join(value or "-" for value in row)), indent=8)
            if len(each.rows) > SHOWN:
                line(to, f"and {len(each.rows) - SHOWN} more, or many more", indent=8)
    wrong = len([each for each in found if not each.holds])
    seconds = sum(each.seconds for each in found)
    told = f"{wrong} of {len(found)} checks failed" if wrong else f"all {len(found)} checks hold"
    line(to, f"{told} ({seconds:.1f} s)", style=MARKS["error" if wrong else "good"])
