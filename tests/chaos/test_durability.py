"""The settings on which "acknowledged is kept" rests are read back from the running database, and careless ones refused."""

import pytest

from firstright.errors import UnsafeDatabase
from firstright.storage import sqlite
from firstright.storage.database import open_database
from firstright.storage.sqlite import PRAGMAS
from firstright.storage.transactions import Database
from firstright.storage.turns import peek


def test_commits_reach_the_disk_before_they_are_acknowledged(database: Database) -> None:
    with database.write() as tx:  # the writer's own settings are the ones that count
        peek(tx)
    found = database.settings()
    if database.dialect == "sqlite":
        assert (found["synchronous"], found["journal_mode"]) == ("2", "wal")
    else:
        assert {found[name] for name in ("fsync", "synchronous_commit", "full_page_writes")} == {"on"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("careless", ["NORMAL", "OFF"])
def test_the_read_back_is_seen_to_bite(
    database_url: str, careless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = tuple(
        (name, careless if name == "synchronous" else value, wanted) for name, value, wanted in PRAGMAS
    )
    monkeypatch.setattr(sqlite, "PRAGMAS", worse)
    database = open_database(database_url, node="ada")
    with pytest.raises(UnsafeDatabase) as refusal, database.write():
        raise AssertionError("a careless database was opened")
    database.close()
    assert refusal.value.setting == "synchronous"
