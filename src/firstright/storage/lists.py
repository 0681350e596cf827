"""Lists that policies name by hash: versions are added and read, never changed. What they mean is the core's."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.documents.listfile import NamedList
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_ADD = Statement(
    "INSERT INTO list_table (hash, name, text, published_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING hash"
)
_GIVEN = "SELECT g.value FROM json_each(?) AS g"
_PG_GIVEN = "SELECT json_array_elements_text(%s::json)"
_TEXTS = Statement(
    f"SELECT hash, text FROM list_table WHERE hash IN ({_GIVEN})",
    postgresql=f"SELECT hash, text FROM list_table WHERE hash IN ({_PG_GIVEN})",
)
_KNOWN = Statement(
    f"SELECT hash FROM list_table WHERE hash IN ({_GIVEN})",
    postgresql=f"SELECT hash FROM list_table WHERE hash IN ({_PG_GIVEN})",
)
# Every domain ends its line, so that what is left without line ends says how many there are.
_VERSIONS = Statement(
    """SELECT name, hash, published_at, length(text) - length(replace(text, '\n', '')) FROM list_table
       ORDER BY name, published_at DESC, hash"""
)


class Version(NamedTuple):
    name: str
    hash: str
    published_at: datetime
    domains: int


def add(tx: Tx, version: NamedList, now: datetime) -> bool:
    """Whether it is new: the same domains under the same name are the same version."""
    return bool(tx.all(_ADD, (version.hash, version.name, version.text, instants.text(now))))


def texts(tx: Tx, hashes: Collection[str]) -> dict[str, str]:
    """Those that are known, by hash."""
    return dict(tx.all(_TEXTS, (_json(hashes),))) if hashes else {}


def known(tx: Tx, hashes: Collection[str]) -> set[str]:
    return {row[0] for row in tx.all(_KNOWN, (_json(hashes),))} if hashes else set()


def versions(tx: Tx) -> list[Version]:
    """By name, the newest first."""
    return [Version(name, digest, instants.read(at), n) for name, digest, at, n in tx.all(_VERSIONS)]


def _json(hashes: Collection[str]) -> str:
    return msgspec.json.encode(sorted(hashes)).decode()
