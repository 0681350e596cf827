"""One alarm is open at a time about one thing: raised again it counts, ended it makes room for the next."""

from datetime import UTC, datetime, timedelta

from firstright.storage import alarms
from firstright.storage.alarms import Alarm
from firstright.storage.transactions import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, SECOND = "01900001-0000-7000-8000-000000000001", "01900001-0000-7000-8000-000000000002"


def test_an_alarm_raised_again_counts_and_takes_the_new_figures(database: Database) -> None:
    with database.write() as tx:
        assert alarms.raise_alarm(
            tx, FIRST, "fill-dropped", "web/phone", NOON, source="web", field="phone", detail={"after": 2}
        )
        assert not alarms.raise_alarm(
            tx, SECOND, "fill-dropped", "web/phone", NOON + HOUR, severity="critical", detail={"after": 1}
        )
    with database.read() as tx:
        assert alarms.open_alarms(tx) == [
            Alarm(
                FIRST, "fill-dropped", "web/phone", "web", "phone", "critical", {"after": 1}, NOON, NOON + HOUR,
                2, None, "",
            )
        ]  # fmt: skip
        assert alarms.open_by_kind(tx) == {("fill-dropped", "critical"): 1}


def test_what_is_over_ends_and_may_begin_anew(database: Database) -> None:
    with database.write() as tx:
        assert alarms.end_alarm(tx, "silent", "web", NOON) == ""
        alarms.raise_alarm(tx, FIRST, "silent", "web", NOON)
        assert alarms.end_alarm(tx, "silent", "web", NOON + HOUR, "kim") == FIRST
        assert alarms.raise_alarm(tx, SECOND, "silent", "web", NOON + 2 * HOUR)
    with database.read() as tx:
        assert [each.id for each in alarms.open_alarms(tx)] == [SECOND]
        ended = alarms.ended_alarms(tx, 5)
        assert [(each.id, each.ended_at, each.ended_by) for each in ended] == [(FIRST, NOON + HOUR, "kim")]
        assert alarms.one(tx, FIRST) == ended[0]
        assert alarms.one(tx, "01900001-0000-7000-8000-000000000003") is None
