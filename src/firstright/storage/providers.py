"""Providers as registered, what they have cost, and what they answered. Addresses and headers come and go sealed; nothing here can open
them."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.enriched import answer, provider
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class ProviderRow(msgspec.Struct):
    """`url` is what may be shown: neither its query nor a path behind the host's."""

    name: str
    url: str
    sealed: bytes  # Access as JSON, sealed about `sealed_about(name)`
    headers: str  # JSON: names
    enabled: bool
    off_reason: str
    created_at: datetime
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    problem: str = ""
    problem_at: datetime | None = None
    minute: datetime | None = None
    minute_n: int = 0


class Access(msgspec.Struct, frozen=True):
    """What is sealed: the whole address, with a place such as {domain}, and the headers and the body that are sent."""

    url: str
    headers: dict[str, str] = {}
    body: str = (
        ""  # JSON that is posted, with a place such as {domain} in one of its strings; empty: it is a GET
    )


class AnswerRow(msgspec.Struct):
    """`answer` is our field -> their value, as it came: it is cleaned when it is used."""

    provider: str
    key: str
    shape: str
    result: str  # known | unknown
    answer: str
    detail: str
    answered_at: datetime
    fresh_until: datetime


_COLUMNS = ", ".join(ProviderRow.__struct_fields__)
_ADD = insert_into(provider)
_ALL = Statement(f"SELECT {_COLUMNS} FROM provider ORDER BY name")
_ONE = Statement(f"SELECT {_COLUMNS} FROM provider WHERE name = ?")
_CHANGE = Statement("UPDATE provider SET url = ?, sealed = ?, headers = ? WHERE name = ?")
_SWITCH = Statement(
    """UPDATE provider SET enabled = ?, off_reason = ?, failures = 0, failing_since = NULL, paused_until = NULL
       WHERE name = ?"""
)
_FARED = Statement(
    """UPDATE provider SET enabled = ?, off_reason = ?, failures = ?, failing_since = ?, paused_until = ?, problem = ?,
       problem_at = ?, minute = ?, minute_n = ? WHERE name = ?"""
)
_REMOVE = Statement("DELETE FROM provider WHERE name = ?")
_FORGET = Statement("DELETE FROM enrichment_answer WHERE provider = ?")
_SPEND = Statement(
    """INSERT INTO enrichment_spend (provider, month, n) VALUES (?, ?, 1)
       ON CONFLICT (provider, month) DO UPDATE SET n = enrichment_spend.n + 1"""
)
_SPENT = Statement("SELECT provider, n FROM enrichment_spend WHERE month = ?")
_KEEP = insert_into(answer, "replace")
_ANSWERED = Statement(
    """SELECT provider, key, shape, result, answer, detail, answered_at, fresh_until FROM enrichment_answer
       WHERE provider = ? AND key = ? AND shape = ? AND fresh_until > ?"""
)
_access = msgspec.json.Decoder(Access).decode


def load(tx: Tx) -> dict[str, ProviderRow]:
    """All of them by name."""
    return {row.name: row for row in map(_read, tx.all(_ALL))}


def one(tx: Tx, name: str) -> ProviderRow | None:
    row = tx.one(_ONE, (name,))
    return None if row is None else _read(row)


def add(tx: Tx, row: ProviderRow) -> None:
    """A new one. Conflict when the name is taken."""
    tx.run(_ADD, _values(row))


def change(tx: Tx, row: ProviderRow) -> None:
    """Writes address and headers as the row has them now."""
    tx.run(_CHANGE, (row.url, row.sealed, row.headers, row.name))


def switch(tx: Tx, name: str, enabled: bool, reason: str = "") -> None:
    """On, with a clean slate, or off for a reason."""
    tx.run(_SWITCH, (enabled, reason, name))


def fared(tx: Tx, row: ProviderRow) -> None:
    """Writes how it is doing, and how many requests were made in this minute, as the row has it now."""
    since, until, at, minute = (
        None if each is None else instants.text(each)
        for each in (row.failing_since, row.paused_until, row.problem_at, row.minute)
    )
    tx.run(
        _FARED,
        (
            row.enabled,
            row.off_reason,
            row.failures,
            since,
            until,
            row.problem,
            at,
            minute,
            row.minute_n,
            row.name,
        ),
    )


def remove(tx: Tx, name: str) -> None:
    """With everything it ever answered: another one of that name may mean something else by it."""
    tx.run(_REMOVE, (name,))
    tx.run(_FORGET, (name,))


def spend(tx: Tx, name: str, month: str) -> None:
    tx.run(_SPEND, (name, month))


def spent(tx: Tx, month: str) -> dict[str, int]:
    """Requests of a month ("2026-11") by provider."""
    return {str(name): int(n) for name, n in tx.all(_SPENT, (month,))}


def keep(tx: Tx, row: AnswerRow) -> None:
    """Instead of what they answered about this before."""
    tx.run(_KEEP, _values(row))


def answered(tx: Tx, name: str, key: str, shape: str, now: datetime) -> AnswerRow | None:
    """What they answered about it, while that is fresh."""
    row = tx.one(_ANSWERED, (name, key, shape, instants.text(now)))
    if row is None:
        return None
    of, about, looked_for, result, said, words, at, until = row
    return AnswerRow(of, about, looked_for, result, said, words, instants.read(at), instants.read(until))


def sealed_about(name: str) -> str:
    """What a provider's access is sealed about: that of one cannot be put under another."""
    return f"provider:{name}"


def opened(row: ProviderRow, open_secret: Callable[[bytes, str], bytes]) -> Access:
    """Whatever `open_secret` raises when it was sealed with another key."""
    return _access(open_secret(row.sealed, sealed_about(row.name)))


def _values(row: msgspec.Struct) -> list[Value]:
    return [
        instants.text(value) if isinstance(value, datetime) else value
        for value in msgspec.structs.astuple(row)
    ]


def _read(row: Row) -> ProviderRow:
    name, url, sealed, headers, enabled, reason, created, failures, since, until, problem, at, minute, n = row
    return ProviderRow(
        name,
        url,
        bytes(sealed),
        headers,
        bool(enabled),
        reason,
        instants.read(created),
        failures,
        instants.read_maybe(since),
        instants.read_maybe(until),
        problem,
        instants.read_maybe(at),
        instants.read_maybe(minute),
        n,
    )
