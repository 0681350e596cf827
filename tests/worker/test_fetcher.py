"""Calendars by URL, from real servers on loopback that are slow, lie, redirect, say nothing new, or send what is no calendar."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from desk.office import Office, office
from firstright.core.authority import Actor, Role
from firstright.core.roster import Absence
from firstright.desk.staff.absences import AbsenceAsked
from firstright.desk.staff.feeding import EVERY, next_look
from firstright.desk.staff.feeds import FeedAsked, FeedEnded, Feeds
from firstright.outbound.egress import Egress
from firstright.outbound.http import Client
from firstright.storage import feeds
from firstright.storage.feeds import FeedRow
from firstright.worker.fetcher import Fetcher
from firstright.worker.means import Calling
from outbound import certificates
from outbound.outside import LOOPBACK
from outbound.sink import (
    Sink,
    Step,
    dribble_body,
    garbage,
    gzip_bomb,
    hang,
    held,
    huge,
    ok,
    raw,
    redirect,
    reset_in_reply,
    status,
    throttled,
)
from patience import PATIENCE, until
from web.houses import OpenBox

MARA = Actor("mara", "Mara Voss", Role.OPERATIONS)
ENTRY = (
    "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:{}\r\nDURATION:PT4H\r\nX-MICROSOFT-CDO-BUSYSTATUS:{}\r\nEND:VEVENT\r\n"
)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def calendar(*entries: tuple[str, str, str]) -> bytes:
    return (
        f"BEGIN:VCALENDAR\r\n{''.join(ENTRY.format(*entry) for entry in entries)}END:VCALENDAR\r\n".encode()
    )


def fed(uid: str, day: int, kind: str = "out-of-office") -> Absence:
    begins = datetime(2026, 3, day, 8, tzinfo=UTC)
    return Absence(kind, begins, begins + 4 * HOUR, feed=uid)


TUESDAY = calendar(("a", "20260303T080000Z", "OOF"))
FRIDAY = calendar(("b", "20260306T080000Z", "OOF"), ("c", "20260305T080000Z", "BUSY"))


@contextmanager
def fetching(
    here: Office,
    egress: Egress = LOOPBACK,
    seconds: float = PATIENCE,
    dice: Callable[[], float] = lambda: 0.5,
) -> Iterator[None]:
    """`seconds` of a look; the dice are thrown when it is over, before what came is taken."""
    means = Calling(
        client=lambda: Client(egress, seconds=seconds, trust=certificates.trusting),
        open_secret=OpenBox().open,
        now=lambda: here.at,
        dice=dice,
        clock=lambda: here.at + timedelta(seconds=1),  # each turn moves the office's by a little
    )
    with Fetcher(here.desk, means):
        yield


def register(here: Office, url: str, rep: str = "kim", busy_over: int | None = None) -> None:
    Feeds(here.desk, OpenBox(), LOOPBACK).change(FeedAsked(rep, url, busy_over), MARA)


def row(here: Office, rep: str = "kim") -> FeedRow:
    with here.desk.read() as tx:
        found = feeds.one(tx, rep)
    assert found is not None
    return found


def absences(here: Office, rep: str = "kim") -> tuple[Absence, ...]:
    here.desk.warm()
    assert here.desk.roster is not None
    return here.desk.roster.reps[rep].absences


def versions(here: Office) -> int:
    return int(here.rows("SELECT count(*) FROM roster_version")[0][0])


def is_read(here: Office) -> bool:
    """Since the clock was moved."""
    at = row(here).read_at
    return at is not None and at >= here.at


def about(wait: timedelta) -> timedelta:
    return timedelta(seconds=round(wait.total_seconds()))


def next_one(here: Office) -> None:
    """Moves the clock to the next look."""
    here.at = row(here).due_at


def test_what_a_calendar_says_is_in_the_roster_and_what_came_before_publishes_nothing(
    database_url: str,
) -> None:
    with Sink() as server, office(database_url) as here:
        server.script(ok(TUESDAY, ETag='"one"'), ok(TUESDAY, ETag='"two"'), status(304), ok(FRIDAY))
        register(here, server.url("/private/kim.ics?key=sesame"), busy_over=3 * 3600)
        with fetching(here):
            until(lambda: is_read(here))
            assert absences(here) == (fed("a", 3),)
            assert (row(here).said, row(here).problem, versions(here)) == ("1 absence", "", 2)
            for n in (2, 3):  # the same bytes under another name, and nothing new
                next_one(here)
                server.wait(n)
                until(lambda: is_read(here))
            assert versions(here) == 2
            next_one(here)
            until(lambda: len(absences(here)) == 2)
            assert set(absences(here)) == {fed("b", 6), fed("c", 5, "busy")}
    assert marks(server) == [None, '"one"', '"two"', '"two"']


def marks(server: Sink) -> list[str | None]:
    return [each.headers.get("if-none-match") for each in server.received]


WRONG: list[tuple[Step, str]] = [
    (reset_in_reply(), "broke off: "),
    (garbage(), "illegal status line"),
    (redirect(), "HTTP 301: it is elsewhere, and redirects are not followed; give the address it leads to"),
    (status(404), "HTTP 404: it is not there"),
    (status(304), "HTTP 304"),
    (ok(b"<html>sign in, please"), "line 1: is outside of any BEGIN:VCALENDAR"),
    (ok(TUESDAY[:-20]), "line "),
    (huge(11), "has more than 10,485,760 bytes"),
    (gzip_bomb(b"\x1f\x8b"), "came packed (gzip), which was not asked for"),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), "broke off: "),
]  # fmt: skip


def test_a_look_that_fails_takes_nothing_away_and_says_why(database_url: str) -> None:
    with Sink() as server, office(database_url) as here:
        server.script(ok(TUESDAY))
        register(here, server.url("/private/kim.ics"))
        with fetching(here):
            until(lambda: row(here).read_at is not None)
            for n, (step, why) in enumerate(WRONG, 1):
                server.script(step)
                next_one(here)
                until(lambda n=n: row(here).failures == n)
                assert row(here).problem.startswith(why)
                assert "private" not in row(here).problem
                assert absences(here) == (fed("a", 3),)
            server.script(ok(FRIDAY))
            next_one(here)
            until(lambda: row(here).failures == 0)
            assert absences(here) == (fed("b", 6),)


def test_a_look_that_never_ends_takes_nothing_away_and_says_why(database_url: str) -> None:
    with Sink() as server, office(database_url) as here:
        server.script(ok(TUESDAY))
        register(here, server.url("/private/kim.ics"))
        with fetching(here):
            until(lambda: row(here).read_at is not None)
        server.script(hang(), dribble_body())
        with fetching(here, seconds=1.0):
            for n in (1, 2):
                next_one(here)
                until(lambda n=n: row(here).failures == n)
                assert row(here).problem.removeprefix("broke off: ") == "no answer within 1 s"
                assert absences(here) == (fed("a", 3),)


def test_the_next_try_is_later_each_time_and_never_before_the_server_wants_it(database_url: str) -> None:
    with Sink() as server, office(database_url) as here:
        server.otherwise = status(500)
        server.script(*[status(500)] * 3, throttled("7200"))
        register(here, server.url())
        waits = []
        with fetching(here):
            for n in range(1, 6):
                until(lambda n=n: row(here).failures == n)
                waits.append(about(row(here).due_at - here.at))
                next_one(here)
            until(lambda: row(here).failures == 6)
        assert waits == [MINUTE, 5 * MINUTE, 15 * MINUTE, 2 * HOUR, HOUR]


def test_one_that_hangs_holds_up_no_other(database_url: str) -> None:
    given_up = threading.Event()
    with Sink() as dead, Sink() as server, office(database_url) as here:
        dead.otherwise, server.otherwise = held(given_up, status(500)), ok(TUESDAY)
        register(here, dead.url(), "noor")
        register(here, server.url())
        with fetching(here):
            until(lambda: row(here).read_at is not None)
            assert row(here, "noor").read_at is None
            given_up.set()
            until(lambda: row(here, "noor").failures == 1)


def test_two_nodes_look_once(database_url: str) -> None:
    with Sink() as server, office(database_url) as here:
        server.otherwise = ok(TUESDAY)
        register(here, server.url())
        with fetching(here), fetching(here):
            until(lambda: row(here).read_at is not None)
            time.sleep(1.5)  # long enough for both to have looked at whose turn it is
        assert len(server.received) == 1


def test_a_roster_published_without_it_has_it_read_anew(database_url: str) -> None:
    with Sink() as server, office(database_url) as here:
        server.otherwise = ok(TUESDAY, ETag='"one"')
        register(here, server.url())
        with fetching(here):
            until(lambda: row(here).read_at is not None)
            here.publish()
            assert absences(here) == ()
            next_one(here)
            until(lambda: is_read(here))
            assert absences(here) == (fed("a", 3),)
        assert marks(server) == [None, None]


def test_whoever_ends_it_while_it_is_looked_at_has_ended_it(database_url: str) -> None:
    has_ended = threading.Event()
    taken: list[str] = []
    with Sink() as server, office(database_url) as here:
        server.script(ok(TUESDAY), held(has_ended, ok(TUESDAY)))
        server.otherwise = ok(TUESDAY)
        register(here, server.url())
        own = AbsenceAsked("kim", "x", "vacation", "2026-03-10", "2026-03-12")

        def dice() -> float:
            taken.append("a look")
            return 0.5

        with fetching(here, dice=dice):
            until(lambda: row(here).read_at is not None)
            here.desk.act(own.work(MARA))
            next_one(here)
            server.wait(2)
            Feeds(here.desk, OpenBox(), LOOPBACK).change(FeedEnded("kim"), MARA)
            has_ended.set()
            until(lambda: len(taken) == 2)
        assert [each.type for each in absences(here)] == ["vacation"]
        assert here.rows("SELECT count(*) FROM rep_feed") == [(0,)]


def test_nobody_is_asked_where_the_egress_policy_says_no(database_url: str) -> None:
    with Sink() as server, office(database_url) as here:
        register(here, server.url())
        with fetching(here, Egress()):
            until(lambda: row(here).failures == 1)
        assert row(here).problem == "egress.scheme: http, only https is permitted"
        assert server.connections == 0


def test_a_thousand_looks_are_spread_over_the_quarter_of_an_hour() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    looks = [next_look(f"rep-{n}", now) for n in range(1000)]
    assert all(EVERY / 3 < at - now <= EVERY * 4 / 3 for at in looks)
    minutes = [int((at - now) / MINUTE) % 15 for at in looks]
    assert max(minutes.count(n) for n in range(15)) < 120
    at = looks[0]
    assert next_look("rep-0", at) == at + EVERY
