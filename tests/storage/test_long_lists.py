"""Tasks and meetings page by page: each of them once, the first first, and only of those whom somebody may see."""

from collections.abc import Callable, Sequence
from typing import Any  # a task or a meeting, and its place

from firstright.storage import decisions, meetings, tasks
from firstright.storage.meetings import MeetingRow
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, routed, uid

MANY, SIZE = 23, 5


def whole(
    page: Callable[[Any], Sequence[Any]], begin: object, place_of: Callable[[Any], object]
) -> list[str]:
    """The ids of all pages, one after the other; every page but the last is full."""
    found: list[str] = []
    place, rows = begin, page(begin)
    while rows:
        found += [row.id for row in rows]
        place = place_of(rows[-1])
        assert (len(found) % SIZE == 0) == (len(rows) == SIZE)
        rows = page(place)
    return found


def test_every_open_task_stands_on_one_page(database: Database) -> None:
    rows = routed(*range(MANY))
    for n, task in enumerate(rows.tasks):
        task.rep_id = ("ada", "noor", "felix")[n % 3]
        task.due_at = NOON + FIVE * (n // 4)  # several at one moment
        task.state = "done" if n % 7 == 6 else "open"
    with database.write() as tx:
        decisions.write(tx, rows)
    left = sorted(
        (each for each in rows.tasks if each.state == "open"), key=lambda each: (each.due_at, each.id)
    )
    late = NOON + 3 * FIVE
    with database.read() as tx:
        for whose in (None, {"ada", "felix"}, set()):
            theirs = [each for each in left if whose is None or each.rep_id in whose]
            read = whole(lambda after: tasks.listed(tx, whose, after, SIZE), tasks.BEGIN, tasks.place_of)  # noqa: B023 - used at once
            assert read == [each.id for each in theirs]
            assert tasks.counts(tx, whose, late) == (len(theirs), len([e for e in theirs if e.due_at < late]))
        [third] = tasks.listed(tx, None, tasks.BEGIN, 3)[2:]
        assert tasks.read_place(tasks.place_of(third).text()) == tasks.place_of(third)


def test_every_booked_meeting_stands_on_one_page(database: Database) -> None:
    booked = []
    with database.write() as tx:
        decisions.write(tx, routed(*range(MANY)))
        for n in range(MANY):
            rep, starts = ("ada", "noor", "felix")[n % 3], NOON + FIVE * (n // 3)
            state = "cancelled" if n % 7 == 6 else "booked"
            span = (starts, starts + FIVE, starts, starts + FIVE)
            row = MeetingRow(
                uid("other", n), uid("lead", n), uid("person", n), "demo", rep, *span, state, 0, "", "", "", 1, NOON, "", NOON, ""
            )  # fmt: skip
            meetings.add(tx, row)
            booked += [row] if state == "booked" else []
    until = NOON + 7 * FIVE
    with database.read() as tx:
        for whose in (None, {"ada", "felix"}, set()):
            theirs = [
                each for each in booked if each.starts_at < until and (whose is None or each.rep_id in whose)
            ]
            read = whole(
                lambda after: meetings.live(tx, whose, after, until, SIZE),  # noqa: B023 - used at once
                meetings.since(NOON),
                meetings.place_of,
            )
            assert read == [each.id for each in sorted(theirs, key=lambda each: (each.starts_at, each.id))]
        place = meetings.place_of(booked[4])
        assert meetings.read_place(place.text()) == place
