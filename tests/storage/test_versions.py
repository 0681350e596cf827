"""Policies and rosters are published as immutable versions; the turn names the current ones."""

from datetime import UTC, datetime

import pytest

from firstright.core.hours import Calendar
from firstright.core.roster import Absence, Document, Membership, Rep
from firstright.errors import Conflict
from firstright.storage import audit, people, policies, turns
from firstright.storage.rows import AuditRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from firstright.storage.versions import Version
from storage.inbound import FIVE, NOON, uid


def test_the_newest_published_version_is_current_and_every_one_stays(database: Database) -> None:
    with database.write() as tx:
        assert policies.current(tx) is None
        assert policies.publish(tx, "first = 1", "h1", NOON, "mara", "start") == 1
        assert policies.publish(tx, "second = 2", "h2", NOON + FIVE, "lena", "more") == 2
        assert people.publish(tx, "roster", "h3", NOON, "mara", "start") == 1
    with database.read() as tx:
        assert policies.current(tx) == Version(2, "h2", NOON + FIVE, "lena", "more")
        assert policies.history(tx) == [
            Version(2, "h2", NOON + FIVE, "lena", "more"), Version(1, "h1", NOON, "mara", "start"),
        ]  # fmt: skip
        assert (policies.load(tx, 1), policies.load(tx, 2), people.load(tx, 1)) == (
            "first = 1",
            "second = 2",
            "roster",
        )
        assert (turns.peek(tx).policy_version, turns.peek(tx).roster_version) == (2, 1)
        with pytest.raises(LookupError):
            policies.load(tx, 3)


def test_a_roster_becomes_rows_and_the_next_one_replaces_them(database: Database) -> None:
    until = datetime(2026, 12, 24, tzinfo=UTC)
    ada = Rep("ada", "Ada", "ada@x.example", capacity=60, languages=("de",), skills={"enterprise": 3},
              absences=(Absence("sick", NOON, until, "noor"),),
              memberships=(Membership("smb", 2), Membership("dach", 1, joined=NOON)))  # fmt: skip
    noor = Rep("noor", memberships=(Membership("smb"),))
    calendar = Calendar(id="berlin", zone="Europe/Berlin", shifts=(), holidays=(), exceptions=(), always=True)
    with database.write() as tx:
        people.materialise(tx, Document("h0", (noor,)))
        people.materialise(tx, Document("h1", (ada, noor), (calendar,)))
        assert tx.all(Statement("SELECT id, capacity, languages, skills, place FROM rep ORDER BY place")) == [
            ("ada", 60, '["de"]', '{"enterprise":3}', 0), ("noor", None, "[]", "{}", 1),
        ]  # fmt: skip
        assert tx.all(Statement("SELECT pool, rep_id, weight, joined_at IS NULL FROM membership ORDER BY 1, 2")) == [
            ("dach", "ada", 1, False), ("smb", "ada", 2, True), ("smb", "noor", 1, True),
        ]  # fmt: skip
        assert tx.all(Statement("SELECT id FROM pool ORDER BY place")) == [("smb",), ("dach",)]
        assert tx.all(Statement("SELECT rep_id, type, backup FROM absence")) == [("ada", "sick", "noor")]
        assert tx.all(Statement("SELECT id, zone FROM calendar")) == [("berlin", "Europe/Berlin")]


def test_the_audit_trail_is_only_added_to(database: Database) -> None:
    with database.write() as tx:
        audit.append(tx, uid("audit", 1), NOON, 3, "mara", "policy.published", "policy", "2", {"hash": "h2"})
    expected = AuditRow(
        uid("audit", 1), NOON, 3, "mara", "policy.published", "policy", "2", None, '{"hash":"h2"}'
    )
    for change in ("UPDATE audit SET actor = 'lena'", "DELETE FROM audit", "TRUNCATE audit"):
        if database.dialect == "sqlite" and change.startswith("TRUNCATE"):
            continue
        with pytest.raises(Conflict, match="only added to"), database.write() as tx:
            tx.run(Statement(change))
    with database.read() as tx:
        assert audit.of(tx, "policy", "2") == [expected]
