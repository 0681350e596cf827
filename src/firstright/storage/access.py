"""Sources and the API keys bound to them. Only a key's hash is stored; who may do what is the door's to say."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema import intake, people
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class SourceRow(msgspec.Struct):
    id: str
    name: str
    kind: str  # api | form | file | webhook
    strict: bool
    country: str
    allow_extra: bool
    field_map: str
    enabled: bool
    created_at: datetime
    settings: str = "{}"  # JSON; what a form's door needs


class ApiKeyRow(msgspec.Struct):
    id: str
    prefix: str
    hash: bytes  # SHA-256 of the secret
    name: str
    scopes: str  # JSON list
    source: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


_ADD_SOURCE = insert_into(intake.source)
_SOURCE_COLUMNS = "id, name, kind, strict, country, allow_extra, field_map, enabled, created_at, settings"
_SOURCES = Statement(f"SELECT {_SOURCE_COLUMNS} FROM source ORDER BY name")
_SOURCE = Statement(f"SELECT {_SOURCE_COLUMNS} FROM source WHERE name = ?")
_CHANGE_SOURCE = Statement(
    "UPDATE source SET strict = ?, country = ?, allow_extra = ?, field_map = ?, enabled = ?, settings = ? WHERE id = ?"
)
_ADD_KEY = insert_into(people.api_key)
_KEY_COLUMNS = "id, prefix, hash, name, scopes, source, created_at, expires_at, revoked_at, last_used_at"
_KEY = Statement(f"SELECT {_KEY_COLUMNS} FROM api_key WHERE prefix = ?")
_KEYS = Statement(f"SELECT {_KEY_COLUMNS} FROM api_key ORDER BY id")
_REVOKE = Statement("UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")


def sources(tx: Tx) -> dict[str, SourceRow]:
    """Described sources by name, in its order."""
    return {row[1]: _source(row) for row in tx.all(_SOURCES)}


def source(tx: Tx, name: str) -> SourceRow | None:
    row = tx.one(_SOURCE, (name,))
    return None if row is None else _source(row)


def _source(row: Row) -> SourceRow:
    id_, name, kind, strict, country, extra, map_, enabled, at, more = row
    return SourceRow(
        id_, name, kind, bool(strict), country, bool(extra), map_, bool(enabled), instants.read(at), more
    )


def change_source(tx: Tx, row: SourceRow) -> None:
    """All but its name, its kind and when it was made."""
    values = (row.strict, row.country, row.allow_extra, row.field_map, row.enabled, row.settings, row.id)
    tx.run(_CHANGE_SOURCE, values)


def save_source(tx: Tx, row: SourceRow) -> None:
    """A new source. Conflict when the name is taken."""
    tx.run(_ADD_SOURCE, _stored(row))


def create_key(tx: Tx, row: ApiKeyRow) -> None:
    tx.run(_ADD_KEY, _stored(row))


def key(tx: Tx, prefix: str) -> ApiKeyRow | None:
    row = tx.one(_KEY, (prefix,))
    return None if row is None else _key(row)


def keys(tx: Tx) -> list[ApiKeyRow]:
    """Oldest first."""
    return [_key(row) for row in tx.all(_KEYS)]


def revoke_key(tx: Tx, key_id: str, now: datetime) -> bool:
    """False when there is no such key, or it was revoked before."""
    return tx.run(_REVOKE, (instants.text(now), key_id)) == 1


def _key(row: Row) -> ApiKeyRow:
    name, prefix, digest, title, scopes, source, created, *others = row
    expires, revoked, used = map(instants.read_maybe, others)
    return ApiKeyRow(
        name, prefix, bytes(digest), title, scopes, source, instants.read(created), expires, revoked, used
    )


def _stored(row: msgspec.Struct) -> list[Value]:
    values = msgspec.structs.astuple(row)
    return [instants.text(value) if isinstance(value, datetime) else value for value in values]
