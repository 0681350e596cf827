"""What was turned away at the doors, counted by source, hour and reason. Nothing that was sent is in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from firstright.storage import arrivals, instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

REQUESTS = ""  # the code under which requests are counted; under every other code the errors in them are

_ADD = Statement(
    """INSERT INTO refusal (source, hour, code, pointer, reason, n, last_at, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, hour, code, pointer) DO UPDATE SET n = refusal.n + excluded.n, reason = excluded.reason,
       last_at = excluded.last_at, request_id = excluded.request_id"""
)
HOOK = "hook:"  # before the name of a hook, which is no source
_OF_HOOKS = Statement(
    """SELECT source, code, max(reason), hour, sum(n) FROM refusal WHERE source LIKE 'hook:%' AND hour >= ?
       GROUP BY source, code, hour ORDER BY source, hour DESC, code"""
)
_REQUESTS = Statement("SELECT source, sum(n) FROM refusal WHERE code = '' GROUP BY source ORDER BY source")


class Counted(NamedTuple):
    """So many for one reason. `request_id` is of the last of them."""

    source: str
    code: str
    pointer: str
    reason: str
    n: int
    request_id: str


def add(tx: Tx, counted: Iterable[Counted], now: datetime) -> None:
    """On top of what this hour has."""
    hour, at = instants.text(now.replace(minute=0, second=0, microsecond=0)), instants.text(now)
    rows = [(c.source, hour, c.code, c.pointer, c.reason, c.n, at, c.request_id) for c in counted]
    tx.many(_ADD, sorted(rows))


class AtHook(NamedTuple):
    """What a hook turned away in one hour. Under the code `REQUESTS` requests are counted, under others the reasons."""

    hook: str
    code: str
    reason: str
    hour: datetime
    n: int


def of_hooks(tx: Tx, since: datetime) -> list[AtHook]:
    """By hook, the latest first, since the beginning of an hour."""
    rows = tx.all(_OF_HOOKS, (instants.text(since),))
    return [
        AtHook(source.removeprefix(HOOK), code, reason, instants.read(hour), int(n))
        for source, code, reason, hour, n in rows
    ]


def requests(tx: Tx) -> dict[str, int]:
    """How many requests were turned away, by source."""
    return {source: int(n) for source, n in tx.all(_REQUESTS)}


def received(tx: Tx) -> dict[str, dict[str, int]]:
    """Everything known sources sent, by what became of it: labels of arrivals that are kept, and `rejected`."""
    found: dict[str, dict[str, int]] = {}
    for (source, label), n in arrivals.counted(tx).items():
        found.setdefault(source, {})[label] = n
    for source, n in requests(tx).items():
        found.setdefault(source, {})["rejected"] = n
    return found
