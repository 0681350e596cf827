"""API keys and sources: who may hand in leads, and how their submissions are read. Secrets are stored as digests only."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema import intake, people
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx


class ApiKeyRow(msgspec.Struct):
    id: str
    prefix: str  # public part, unique
    hash: bytes  # SHA-256 of the secret
    name: str
    scopes: str  # JSON list
    source: str  # name of the source its leads belong to
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


class SourceRow(msgspec.Struct):
    id: str
    name: str
    kind: str  # api, form, webhook, csv, crm, ...
    strict: bool  # wrong values are refused
    country: str  # phone numbers without a prefix are of this country
    allow_extra: bool
    field_map: str  # JSON object: their name to ours
    enabled: bool
    created_at: datetime


_ADD_KEY, _ADD_SOURCE = insert_into(people.api_key), insert_into(intake.source)
_KEY_COLUMNS = ", ".join(people.api_key.columns.keys())
_KEY = Statement(f"SELECT {_KEY_COLUMNS} FROM api_key WHERE prefix = ?")
_KEYS = Statement(f"SELECT {_KEY_COLUMNS} FROM api_key ORDER BY id")
_REVOKE = Statement("UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
_SOURCES = Statement(f"SELECT {', '.join(intake.source.columns.keys())} FROM source ORDER BY name")


def create_key(tx: Tx, row: ApiKeyRow) -> None:
    """Conflict when the prefix is taken."""
    dates = [_maybe(at) for at in (row.expires_at, row.revoked_at, row.last_used_at)]
    made = instants.text(row.created_at)
    tx.run(_ADD_KEY, (row.id, row.prefix, row.hash, row.name, row.scopes, row.source, made, *dates))


def key(tx: Tx, prefix: str) -> ApiKeyRow | None:
    """By its public part, revoked and expired ones too: the caller compares the digest, then the dates."""
    row = tx.one(_KEY, (prefix,))
    return None if row is None else _key(row)


def keys(tx: Tx) -> list[ApiKeyRow]:
    """All of them, oldest first."""
    return [_key(row) for row in tx.all(_KEYS)]


def revoke_key(tx: Tx, key_id: str, now: datetime) -> bool:
    """False when there is no such key in force."""
    return tx.run(_REVOKE, (instants.text(now), key_id)) == 1


def create_source(tx: Tx, row: SourceRow) -> None:
    """Conflict when another has the name."""
    flags = row.allow_extra, row.field_map, row.enabled
    at = instants.text(row.created_at)
    tx.run(_ADD_SOURCE, (row.id, row.name, row.kind, row.strict, row.country, *flags, at))


def sources(tx: Tx) -> dict[str, SourceRow]:
    """By name."""
    return {row[1]: _source(row) for row in tx.all(_SOURCES)}


def _key(row: Row) -> ApiKeyRow:
    expires, revoked, used = (instants.read_maybe(at) for at in row[7:])
    return ApiKeyRow(*row[:2], bytes(row[2]), *row[3:6], instants.read(row[6]), expires, revoked, used)


def _source(row: Row) -> SourceRow:
    name, about, kind, strict, country, extra, mapped, enabled, at = row
    return SourceRow(
        name, about, kind, bool(strict), country, bool(extra), mapped, bool(enabled), instants.read(at)
    )


def _maybe(instant: datetime | None) -> str | None:
    return None if instant is None else instants.text(instant)
