"""What is done once in a while by one node of all: who is at it, and what the last time found. What it is, its caller knows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_ONE = Statement("SELECT done_at, lease_until, about FROM watch_round WHERE name = ?")
_LEASE = Statement(
    """INSERT INTO watch_round (name, done_at, lease_until, about) VALUES (?, NULL, ?, '{}')
       ON CONFLICT (name) DO UPDATE SET lease_until = excluded.lease_until"""
)
_DONE = Statement(
    """INSERT INTO watch_round (name, done_at, lease_until, about) VALUES (?, ?, NULL, ?)
       ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at, lease_until = NULL, about = excluded.about"""
)
_encode = msgspec.json.Encoder().encode
_about = msgspec.json.Decoder(dict[str, object]).decode


class Round(NamedTuple):
    """`done_at` is when it was last done, `lease_until` until when somebody is at it."""

    done_at: datetime | None = None
    lease_until: datetime | None = None
    about: Mapping[str, object] = {}


def one(tx: Tx, name: str) -> Round:
    row = tx.one(_ONE, (name,))
    if row is None:
        return Round()
    return Round(instants.read_maybe(row[0]), instants.read_maybe(row[1]), _about(row[2]))


def is_due(tx: Tx, name: str, now: datetime, every: timedelta) -> bool:
    """Whether nobody is at it, and the last time is so long ago. A look that writes nothing."""
    found = one(tx, name)
    if found.lease_until is not None and found.lease_until > now:
        return False
    return found.done_at is None or found.done_at + every <= now


def lease(tx: Tx, name: str, until: datetime) -> None:
    """It is ours until then. Under the turn, after `is_due`: else two would be at it."""
    tx.run(_LEASE, (name, instants.text(until)))


def done(tx: Tx, name: str, now: datetime, about: Mapping[str, object]) -> None:
    """It was done now, and this is what it found."""
    tx.run(_DONE, (name, instants.text(now), _encode(dict(about)).decode()))
