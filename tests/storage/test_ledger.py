"""The ledger reads back in order with its sets; a rotation's standing is kept and found again."""

from datetime import timedelta

from firstright.core.world import PoolStanding
from firstright.storage import decisions, ledger
from firstright.storage.ledger import Entry
from firstright.storage.rows import LedgerRow
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, routed, uid


def entry(seq: int) -> Entry:
    shared = (("ada", 1), ("noor", 1))
    return Entry("smb", "main", seq, "turned", "ada", 10**9, shared, (), 0, uid("decision", seq), 1, NOON)


def test_rows_come_in_order_with_the_members_who_shared(database: Database) -> None:
    rows = routed(1, 2, 3)
    rows.ledger.append(LedgerRow("smb", "import", 1, "manual", "noor", 5, "", None, NOON + FIVE))
    with database.write() as tx:
        decisions.write(tx, rows)
    with database.read() as tx:
        assert ledger.entries(tx, "smb", "main") == [entry(1), entry(2), entry(3)]
        assert ledger.entries(tx, "smb", "main", after=1, upto=2) == [entry(2)]
        assert ledger.entries(tx, "smb", "main", limit=1) == [entry(1)]
        assert ledger.entries(tx, "smb", "import") == [
            Entry("smb", "import", 1, "manual", "noor", 5, (), (), 0, None, None, NOON + FIVE)
        ]
        assert ledger.rotations(tx) == [("smb", "import"), ("smb", "main")]


def test_counted_leads_are_those_inside_the_period(database: Database) -> None:
    with database.write() as tx:
        decisions.write(tx, routed(1, 2))
        assert ledger.counts(tx, "smb", "main", NOON, NOON + FIVE) == {"ada": 2}
        assert ledger.counts(tx, "smb", "main", NOON + timedelta(microseconds=1), NOON + FIVE) == {}
        assert ledger.counts(tx, "smb", "main", NOON - FIVE, NOON) == {}


def test_the_last_standing_kept_before_a_row_is_found(database: Database) -> None:
    first = PoolStanding(1000, ("ada", "noor"), (5, -5), (1000, 999))
    second = PoolStanding(2000, ("ada",), (0,), (2000,))
    with database.write() as tx:
        ledger.check(tx, "smb", "main", second)
        ledger.check(tx, "smb", "main", first)
        ledger.check(tx, "smb", "main", first)
        assert ledger.last_check(tx, "smb", "main", 999) == PoolStanding()
        assert ledger.last_check(tx, "smb", "main", 1999) == first
        assert ledger.last_check(tx, "smb", "main", 2000) == second
        assert ledger.checks(tx) == {("smb", "main", 1000): first, ("smb", "main", 2000): second}
