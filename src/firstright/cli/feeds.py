"""What `firstright rep feed` does. No address is shown again: who has it reads the calendar."""

import sys
from datetime import datetime

from firstright import wiring
from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.reps import BY
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.rules.durations import parse_duration
from firstright.desk.staff.feeds import FeedAsked, FeedChange, FeedEnded
from firstright.storage import feeds, gauges
from firstright.storage.feeds import FeedRow
from firstright.web.commands.connections import Feed

LONGEST = 4_000  # characters of a line with an address


def put(database: str | None, rep: str, url: str, busy_over: str) -> None:
    """ "-" reads the address from standard input, where no list of processes shows it."""
    try:
        seconds = int(parse_duration(busy_over).total_seconds()) if busy_over else None
    except ValueError as error:
        raise Stop(f"--busy-over: {error}") from None
    given = sys.stdin.readline(LONGEST).strip() if url == "-" else url
    _change(database, FeedAsked(rep, given, seconds))
    print("It is looked at within seconds where a server or worker runs: firstright rep feed list")


def off(database: str | None, rep: str, reason: str) -> None:
    _change(database, FeedEnded(rep, reason) if reason else FeedEnded(rep))


def show(database: str | None) -> None:
    """One a line: whose, how it does, where it is, and since when."""
    with workspace(database or "") as (opened, _), opened.read() as tx:
        found = feeds.load(tx)
        now = gauges.instant(tx, wiring.now())
    for row in found:
        print(safe("  ".join([f"{row.rep_id:<16}", f"{_state(row):<8}", row.host, *_told(row, now)])))
    if not found:
        print("none: firstright rep feed set REP URL")


def _state(row: FeedRow) -> str:
    return "failing" if row.problem else "read" if row.read_at else "new"


def _told(row: FeedRow, now: datetime) -> list[str]:
    told = [row.said] if row.said else []
    told.append(f"last read {row.read_at:%Y-%m-%d %H:%M} UTC" if row.read_at else "never read")
    if row.problem:
        times = "once" if row.failures == 1 else f"{row.failures} times"
        due = "now" if row.due_at <= now else f"at {row.due_at:%H:%M} UTC"
        told.append(f"failed {times}: {row.problem}; next try {due}")
    return told


def _change(database: str | None, asked: FeedChange) -> None:
    done = ask(database, Feed(asked=asked, by=BY))
    print(safe(f"the calendar of {done.rep} is {done.says.removeprefix('is ')}"))
