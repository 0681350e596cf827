"""Numbered SQL files, one folder per database: which are missing here, and which were edited after they ran."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from firstright.errors import SchemaMismatch
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

# On PostgreSQL the lock keeps two starting nodes from migrating at once; SQLite's write transaction does that itself.
_LOCK = Statement("SELECT 1", postgresql="SELECT pg_advisory_xact_lock(4771)")
_TABLE = Statement(
    """CREATE TABLE IF NOT EXISTS schema_migration
       (name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT""",
    postgresql="""CREATE TABLE IF NOT EXISTS schema_migration
       (name text NOT NULL PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL)""",
)
_APPLIED = Statement("SELECT name, hash FROM schema_migration ORDER BY name")
_THERE = Statement(
    "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'",
    postgresql="SELECT count(*) FROM pg_tables WHERE tablename = 'schema_migration' AND schemaname = current_schema()",
)
_RECORD = Statement(
    "INSERT INTO schema_migration (name, hash, applied_at) VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))",
    postgresql="INSERT INTO schema_migration (name, hash, applied_at) VALUES (%s, %s, clock_timestamp())",
)


class Migration(NamedTuple):
    name: str
    text: str

    @property
    def hash(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def known(dialect: str) -> Iterator[Migration]:
    """The files of this program, in order."""
    folder = files("firstright.storage").joinpath("migrations", dialect)
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            yield Migration(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))


def pending(tx: Tx) -> list[Migration]:
    """What is still to be applied, in order. SchemaMismatch for a file we do not know or that was edited."""
    tx.all(_LOCK)
    tx.run(_TABLE)
    return _unapplied(tx)


def missing(tx: Tx) -> list[str]:
    """Names of the files still to be applied, found out without writing; SchemaMismatch as above."""
    if not tx.all(_THERE)[0][0]:
        return [migration.name for migration in known(tx.dialect)]
    return [migration.name for migration in _unapplied(tx)]


def _unapplied(tx: Tx) -> list[Migration]:
    applied: dict[str, str] = dict(tx.all(_APPLIED))
    ours = {migration.name: migration for migration in known(tx.dialect)}
    for name, stored in applied.items():
        if name not in ours:
            raise SchemaMismatch(name, "was applied by a newer program")
        if ours[name].hash != stored:
            raise SchemaMismatch(name, "was edited after it was applied")
    return [migration for name, migration in ours.items() if name not in applied]


def record(tx: Tx, migration: Migration) -> None:
    tx.run(_RECORD, (migration.name, migration.hash))
