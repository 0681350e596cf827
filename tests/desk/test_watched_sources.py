"""Once an hour one node compares what sources send with what they sent: an alarm about a field, told once, ended when it is over."""

from datetime import datetime, timedelta

from desk.office import Note, Office, office
from firstright.desk.alarming import silence
from firstright.desk.watch.watching import Verdict, watch_due
from firstright.storage import alarms, destinations, profiles, rounds
from firstright.storage.destinations import DestinationRow
from routing import MONDAY

START = MONDAY.replace(hour=0, minute=0, second=0, microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BROKEN = START + 20 * DAY


def sent(here: Office, begins: datetime, ends: datetime, phones: int) -> None:
    """Ten arrivals an hour from nine to five, so many of which have a phone."""
    counted: dict[profiles.Key, int] = {}
    hour = begins
    while hour < ends:
        if 9 <= hour.hour < 17:
            counted["web", hour, "", "arrived", "intake"] = 10
            counted["web", hour, "email", "filled", ""] = 10
            if phones:
                counted["web", hour, "phone", "filled", ""] = phones
        hour += HOUR
    with here.desk.database.write() as tx:
        profiles.add(tx, counted)


def looked(here: Office, at: datetime) -> list[tuple[str, str]]:
    here.at = at
    return [
        (each.kind, each.field) for verdict in watch_due(here.desk, at) or () for each in verdict.alarming
    ]


def opened(here: Office) -> list[tuple[str, str, str, int]]:
    with here.desk.read() as tx:
        return [(each.kind, each.subject, each.severity, each.n) for each in alarms.open_alarms(tx)]


def with_mail(here: Office) -> None:
    row = DestinationRow(
        here.desk.new_id(), "email", "email", "smtp://mail.test", "{}", None, True, None, MONDAY
    )
    with here.desk.database.write() as tx:
        destinations.add(tx, row)


def test_a_field_that_stops_coming_is_told_once_and_over_when_it_comes_again(database_url: str) -> None:
    with office(database_url) as here:
        with_mail(here)
        sent(here, START, BROKEN, 8)
        assert looked(here, BROKEN) == []
        sent(here, BROKEN, BROKEN + 12 * HOUR, 0)
        assert looked(here, BROKEN + 12 * HOUR) == [("field-vanished", "phone")]
        sent(here, BROKEN + 12 * HOUR, BROKEN + 14 * HOUR, 0)
        assert looked(here, BROKEN + 14 * HOUR) == [("field-vanished", "phone")]
        assert opened(here) == [("field-vanished", "web phone", "critical", 2)]
        told = here.rows("SELECT destination, body FROM delivery WHERE event = 'alarm.raised'")
        assert [where for where, _ in told] == ["email:ops@ours.example"]
        assert b"phone does not come any more" in bytes(told[0][1])

        sent(here, BROKEN + DAY, BROKEN + 3 * DAY, 8)
        assert looked(here, BROKEN + 3 * DAY) == []
        assert opened(here) == []


def test_it_is_done_once_an_hour_and_says_what_it_found(database_url: str) -> None:
    with office(database_url) as here:
        sent(here, START, BROKEN, 8)
        here.at = BROKEN
        assert watch_due(here.desk, BROKEN) == (Verdict("web", (), True, False),)
        assert watch_due(here.desk, BROKEN) is None
        assert watch_due(here.desk, BROKEN, asked=True) == (Verdict("web", (), True, False),)
        with here.desk.read() as tx:
            done = rounds.one(tx, "watch")
        assert done.lease_until is None
        assert done.about == {"sources": 1, "alarming": 0}


def test_while_one_node_is_at_it_no_other_is(database_url: str) -> None:
    with office(database_url) as here:
        here.at = BROKEN
        with here.desk.database.write() as tx:
            rounds.lease(tx, "watch", BROKEN + HOUR)
        assert watch_due(here.desk, BROKEN) is None
        here.at = BROKEN + HOUR
        assert watch_due(here.desk, BROKEN + HOUR) == ()


def test_what_somebody_has_accepted_is_how_it_is_from_then_on(database_url: str) -> None:
    with office(database_url) as here:
        sent(here, START, BROKEN, 8)
        sent(here, BROKEN, BROKEN + 12 * HOUR, 0)
        looked(here, BROKEN + 12 * HOUR)
        here.desk.writer.submit(
            Note("person", lambda batch: silence(batch, "field-vanished", "web phone", "kim"))
        ).result()
        assert looked(here, BROKEN + 13 * HOUR) == []
        assert opened(here) == []


def test_a_source_that_falls_silent_is_critical_until_it_sends_again(database_url: str) -> None:
    with office(database_url) as here:
        sent(here, START, BROKEN, 8)
        assert looked(here, BROKEN + 14 * HOUR) == [("source-silent", "")]
        assert opened(here) == [("source-silent", "web", "critical", 1)]
        sent(here, BROKEN + 14 * HOUR, BROKEN + 17 * HOUR, 8)
        assert looked(here, BROKEN + 17 * HOUR) == []
        assert opened(here) == []
