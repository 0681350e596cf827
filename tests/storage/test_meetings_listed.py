"""Meetings of a period, all or one rep's, a page at a time; those of others stand in nobody's way, however many there are."""

from contextlib import closing
from datetime import datetime

from firstright.storage import meetings
from firstright.storage.database import open_database
from firstright.storage.meetings import MeetingRow
from firstright.storage.transactions import Tx
from firstright.wiring import Names
from routing import DAY, HOUR, MINUTE, MONDAY

new_id = Names()


def booked(tx: Tx, rep: str, at: datetime, state: str = "booked") -> str:
    name, ends = new_id(), at + MINUTE
    lead = new_id()
    times = at, ends, at, ends
    meetings.add(
        tx,
        MeetingRow(
            name, lead, None, "demo", rep, *times, state, 0, "", "UTC", "new", 1, MONDAY, "x", MONDAY, "x"
        ),
    )
    return name


def test_those_of_one_rep_are_found_behind_any_number_of_others(database_url: str) -> None:
    with closing(open_database(database_url, node="a")) as opened:
        with opened.write() as tx:
            for n in range(1_001):
                booked(tx, "omar", MONDAY + n * MINUTE)
            mine = [booked(tx, "kim", MONDAY + DAY + n * HOUR) for n in range(3)]
            booked(tx, "kim", MONDAY + 2 * DAY)
        with opened.read() as tx:
            found = meetings.between(tx, MONDAY, MONDAY + 2 * DAY, 2, rep="kim")
            assert [each.id for each in found] == mine[:2]
            rest = meetings.between(
                tx, MONDAY, MONDAY + 2 * DAY, 2, rep="kim", after=meetings.place_of(found[-1])
            )
            assert [each.id for each in rest] == mine[2:]
            assert meetings.between(tx, MONDAY, MONDAY + DAY, 2, rep="noor") == []


def test_two_that_begin_at_once_are_on_two_pages_once_each(database_url: str) -> None:
    with closing(open_database(database_url, node="a")) as opened:
        with opened.write() as tx:
            names = sorted(booked(tx, rep, MONDAY) for rep in ("kim", "omar", "noor"))
            early = booked(tx, "kim", MONDAY - MINUTE)
            names.append(booked(tx, "kim", MONDAY + HOUR, "cancelled"))
        seen: list[str] = []
        after = None
        with opened.read() as tx:
            while page := meetings.between(tx, MONDAY, MONDAY + DAY, 1, after=after):
                seen += [each.id for each in page]
                after = meetings.read_place(meetings.place_of(page[-1]).text())
        assert (seen, early in seen) == (names, False)
