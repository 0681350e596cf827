"""API keys are found by their public prefix; a source keeps how its submissions are read."""

import msgspec
import pytest

from firstright.errors import Conflict
from firstright.storage import access
from firstright.storage.access import ApiKeyRow, SourceRow
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, uid

KEY = ApiKeyRow(uid("other", 1), "fr_1", b"\x00\xff", "website", '["leads:write"]', "web", NOON, NOON + FIVE)
WEB = SourceRow(uid("other", 2), "web", "form", True, "DE", False, '{"Mail":"email"}', True, NOON)


def test_a_key_is_found_by_its_prefix_and_can_be_revoked_once(database: Database) -> None:
    with database.write() as tx:
        access.create_key(tx, KEY)
    with database.write() as tx:
        assert access.key(tx, "fr_2") is None
        assert access.key(tx, "fr_1") == KEY
        assert access.revoke_key(tx, KEY.id, NOON + FIVE)
        assert not access.revoke_key(tx, KEY.id, NOON)
        assert access.keys(tx) == [msgspec.structs.replace(KEY, revoked_at=NOON + FIVE)]


def test_two_keys_cannot_have_one_prefix(database: Database) -> None:
    with pytest.raises(Conflict), database.write() as tx:
        access.create_key(tx, KEY)
        access.create_key(tx, msgspec.structs.replace(KEY, id=uid("other", 3)))


def test_a_source_comes_back_as_it_was_described(database: Database) -> None:
    with database.write() as tx:
        access.save_source(tx, WEB)
    with database.read() as tx:
        assert access.sources(tx) == {"web": WEB}
