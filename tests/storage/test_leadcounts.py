"""How many leads stand in each status is kept with them; reading it costs the same however many there are."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random

from firstright.core.statuses import STATUSES
from firstright.storage import decisions, leadcounts, leads, statuses
from firstright.storage.rows import LeadRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.statuses import MOST_CHANGES, ChangeRow
from firstright.storage.transactions import Database, Tx, Value
from storage.inbound import NOON, lead, uid
from storage.test_inbox import Counting, plan

STAND = Statement("SELECT status, count(*) FROM lead WHERE merged_into IS NULL GROUP BY status")
HOUR = timedelta(hours=1)


def write(database: Database, new: Iterable[LeadRow] = (), changed: Iterable[LeadRow] = ()) -> None:
    rows = Rows()
    rows.leads += new
    rows.lead_changes += changed
    with database.write() as tx:
        decisions.write(tx, rows)


def counted(database: Database) -> dict[str, int]:
    with database.read() as tx:
        return leadcounts.by_status(tx)


def left(database: Database, n: int, was: str, hours: float) -> None:
    with database.write() as tx:
        row = ChangeRow(
            uid("lead", n), uid("decision", 1_000 * n + int(hours)), 1, was, "next", NOON + hours * HOUR
        )
        statuses.changed(tx, row)


def test_new_leads_and_those_that_move_on_are_counted(database: Database) -> None:
    write(database, [lead(1), lead(2), lead(3, status="new")])
    assert counted(database) == {"new": 1, "routed": 2}
    write(database, [lead(4)], [lead(1, status="contacted"), lead(3, status="new"), lead(4, status="new")])
    assert counted(database) == {"contacted": 1, "new": 2, "routed": 1}


class Sent:
    """A transaction that counts what is sent by itself, beside rows of a table."""

    def __init__(self, tx: Tx) -> None:
        self._tx, self.dialect, self.sent = tx, tx.dialect, 0
        self.all, self.one, self.many, self.together = tx.all, tx.one, tx.many, tx.together

    def run(self, statement: Statement, values: Sequence[Value] = ()) -> int:
        self.sent += 1
        return self._tx.run(statement, values)


def test_new_leads_are_counted_by_what_writes_them(database: Database) -> None:
    rows = Rows()
    rows.leads += [lead(1), lead(2, status="new")]
    with database.write() as tx:
        counting = Sent(tx)
        decisions.write(counting, rows)
    assert counting.sent == {"sqlite": 0, "postgresql": 1}[database.dialect]  # there one for all tables
    assert counted(database) == {"new": 1, "routed": 1}


def test_a_lead_that_was_merged_is_counted_once_more_when_it_is_itself_again(database: Database) -> None:
    write(database, [lead(1), lead(2)])
    for into, count in ((uid("lead", 2), 1), (uid("lead", 2), 1), (None, 2), (None, 2)):
        with database.write() as tx:
            leads.merge(tx, uid("lead", 1), into, NOON)
        assert counted(database) == {"routed": count}


def test_a_merge_is_counted_once_where_the_row_is_written_after_it(database: Database) -> None:
    write(database, [lead(1), lead(2)])
    with database.write() as tx:
        leads.merge(tx, uid("lead", 1), uid("lead", 2), NOON)
        rows = Rows()
        rows.lead_changes.append(lead(1, merged_into=uid("lead", 2), status="contacted"))
        decisions.write(tx, rows)
    assert counted(database) == {"routed": 1}


def test_reading_the_counts_walks_no_lead(database: Database) -> None:
    write(database, [lead(n) for n in range(1, 2_001)])
    with database.read() as tx:
        asked = Counting(tx)
        leadcounts.by_status(asked)
        said = plan(tx, *asked.asked[0])
    assert "lead_count" in said
    assert " lead " not in f"{said} ".replace("\n", " \n")


def test_a_status_is_left_after_the_time_since_the_change_before(database: Database) -> None:
    write(database, [lead(1), lead(2)])
    for n, was, hours in (
        (1, "new", 1),
        (1, "routed", 5),
        (1, "contacted", 6),
        (2, "new", 2),
        (2, "routed", 9),
    ):
        left(database, n, was, hours)
    with database.read() as tx:
        found = {each: statuses.durations(tx, each, NOON) for each in ("new", "routed", "contacted", "won")}
        assert found == {
            "new": [2 * HOUR, HOUR],
            "routed": [7 * HOUR, 4 * HOUR],
            "contacted": [HOUR],
            "won": [],
        }
        assert statuses.durations(tx, "routed", NOON + 6 * HOUR) == [7 * HOUR]


def test_how_long_they_stay_is_read_of_the_latest_by_an_index(database: Database) -> None:
    write(database, [lead(1)])
    changes = [(uid("lead", n), uid("decision", n), 1, "new", "routed") for n in range(1, MOST_CHANGES + 501)]
    with database.write() as tx:
        for n, row in enumerate(changes):
            statuses.changed(tx, ChangeRow(*row, NOON + n * HOUR))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE status_change"))
    with database.read() as tx:
        asked = Counting(tx)
        assert len(statuses.durations(asked, "new", NOON - HOUR)) == MOST_CHANGES
        assert "status_change_out_of" in plan(tx, *asked.asked[0])


def test_after_any_batches_the_counts_are_what_counting_them_would_say(database: Database) -> None:
    chance = Random(7)
    known: set[int] = set()
    for _ in range(40):
        drawn = [
            (chance.randint(1, 30), chance.choice(STATUSES[:4]), chance.random() < 0.2) for _ in range(6)
        ]
        rows = [
            lead(n, status=status, merged_into=uid("lead", 99) if merged else None)
            for n, status, merged in drawn
        ]
        fresh = {n: row for (n, _, _), row in zip(drawn, rows, strict=True) if n not in known}
        write(database, fresh.values(), rows)
        known |= set(fresh)
        with database.read() as tx:
            assert {s: n for s, n in leadcounts.by_status(tx).items() if n} == dict(tx.all(STAND))
