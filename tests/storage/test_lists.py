"""Versions of lists are added once and read by hash; the newest of a name stands first."""

from firstright.core.documents.listfile import listed
from firstright.storage import lists
from firstright.storage.lists import Version
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON

OLD = listed("emea", ["acme.example", "hill.example"])
NEW = listed("emea", ["acme.example"])
OTHER = listed("apac", ["acme.example"])


def test_a_version_is_kept_once_and_found_by_its_hash(database: Database) -> None:
    with database.write() as tx:
        assert [lists.add(tx, OLD, NOON), lists.add(tx, OLD, NOON + FIVE)] == [True, False]
        assert lists.add(tx, NEW, NOON + FIVE)
        assert lists.add(tx, OTHER, NOON)
    with database.read() as tx:
        assert lists.texts(tx, [OLD.hash, "0" * 64]) == {OLD.hash: OLD.text}
        assert lists.texts(tx, []) == {}
        assert lists.known(tx, [OLD.hash, NEW.hash, "0" * 64]) == {OLD.hash, NEW.hash}
        assert lists.versions(tx) == [
            Version("apac", OTHER.hash, NOON, 1),
            Version("emea", NEW.hash, NOON + FIVE, 1),
            Version("emea", OLD.hash, NOON, 2),
        ]
