"""Questions about leads: planned, asked, answered, told the lead. What becomes of them is the desk's to say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.enriched import enrichment as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class EnrichmentRow(msgspec.Struct):
    """`state`: waiting -> asked -> came -> done. `result`: empty while it is open, then known, unknown, failed or moot."""

    id: str
    lead_id: str
    person_id: str | None
    provider: str
    key: str
    state: str
    result: str
    detail: str
    said: str  # JSON: the facts it brought
    due_at: datetime
    give_up_at: datetime
    attempts: int
    lease_token: str
    created_at: datetime
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    took: int = 0  # milliseconds
    decision_id: str | None = None


class Figures(msgspec.Struct, frozen=True):
    """How a provider has done: ends by result, of them without asking anybody, answers some of which could not be read, and the
    median time of an answer."""

    results: dict[str, int]
    shelf: int = 0
    wrong: int = 0
    took: int | None = None  # milliseconds


OPEN = ("waiting", "asked")
_COLUMNS = ", ".join(EnrichmentRow.__struct_fields__)
_ADD = insert_into(table)
_ANYTHING = Statement(
    "SELECT 1 FROM enrichment WHERE due_at <= ? AND state IN ('waiting', 'asked', 'came') LIMIT 1"
)
_DUE = Statement(
    f"""SELECT {_COLUMNS} FROM enrichment WHERE due_at <= ? AND state IN ('waiting', 'asked', 'came')
        ORDER BY due_at, id LIMIT ?"""
)
_OF_LEAD = Statement(f"SELECT {_COLUMNS} FROM enrichment WHERE lead_id = ? ORDER BY id")
_OF_KEY = Statement(
    f"SELECT {_COLUMNS} FROM enrichment WHERE provider = ? AND key = ? AND state IN ('waiting', 'asked') ORDER BY id"
)
_ASKED = Statement(
    """SELECT provider, key, due_at FROM enrichment WHERE due_at > ? AND due_at <= ? AND state = 'asked'
       AND state IN ('waiting', 'asked', 'came')"""
)
LONGEST_LEASE = timedelta(minutes=1)
_ONE = Statement(f"SELECT {_COLUMNS} FROM enrichment WHERE id = ?")
_CHANGE = Statement(
    """UPDATE enrichment SET state = ?, result = ?, detail = ?, said = ?, due_at = ?, attempts = ?, lease_token = ?,
       asked_at = ?, answered_at = ?, took = ?, decision_id = ? WHERE id = ?"""
)
_HASTEN = Statement("UPDATE enrichment SET due_at = ? WHERE lead_id = ? AND state = 'came' AND due_at > ?")
_RESULTS = Statement(
    """SELECT provider, result, CASE WHEN took = 0 THEN 1 ELSE 0 END, count(*),
       sum(CASE WHEN result = 'known' AND detail <> '' THEN 1 ELSE 0 END) FROM enrichment
       WHERE answered_at IS NOT NULL AND answered_at >= ? GROUP BY 1, 2, 3"""
)
_TIMES = Statement(
    """SELECT took FROM enrichment WHERE provider = ? AND answered_at IS NOT NULL AND answered_at >= ?
       ORDER BY answered_at DESC LIMIT 1000"""
)
_FAILED = Statement(
    f"""SELECT {_COLUMNS} FROM enrichment WHERE provider = ? AND answered_at IS NOT NULL AND result = 'failed'
        ORDER BY answered_at DESC LIMIT ?"""
)
_WAITING = Statement(
    """SELECT provider, count(*) FROM enrichment WHERE state IN ('waiting', 'asked') GROUP BY provider"""
)


def add(tx: Tx, rows: Sequence[EnrichmentRow]) -> None:
    tx.many(_ADD, [_values(row) for row in rows])


def anything_due(tx: Tx, now: datetime) -> bool:
    return tx.one(_ANYTHING, (instants.text(now),)) is not None


def due(tx: Tx, now: datetime, limit: int) -> list[EnrichmentRow]:
    """To be asked, asked by somebody whose lease is over, or to be told the lead: what has waited longest first."""
    return [_read(row) for row in tx.all(_DUE, (instants.text(now), limit))]


def one(tx: Tx, name: str) -> EnrichmentRow | None:
    row = tx.one(_ONE, (name,))
    return None if row is None else _read(row)


def of_lead(tx: Tx, lead_id: str) -> list[EnrichmentRow]:
    """Every question about the lead, oldest first."""
    return [_read(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def of_key(tx: Tx, provider: str, key: str) -> list[EnrichmentRow]:
    """Who else waits for this very answer."""
    return [_read(row) for row in tx.all(_OF_KEY, (provider, key))]


def under_way(tx: Tx, now: datetime) -> list[tuple[str, str, datetime]]:
    """(provider, key, end of the lease) of every question somebody is asking right now."""
    span = (instants.text(now), instants.text(now + LONGEST_LEASE))
    return [(str(p), str(k), instants.read(at)) for p, k, at in tx.all(_ASKED, span)]


def change(tx: Tx, rows: Iterable[EnrichmentRow]) -> None:
    """Writes where each stands now."""
    tx.many(
        _CHANGE,
        [
            (
                row.state,
                row.result,
                row.detail,
                row.said,
                instants.text(row.due_at),
                row.attempts,
                row.lease_token,
                None if row.asked_at is None else instants.text(row.asked_at),
                None if row.answered_at is None else instants.text(row.answered_at),
                row.took,
                row.decision_id,
                row.id,
            )
            for row in rows
        ],
    )


def hasten(tx: Tx, lead_ids: Iterable[str], now: datetime) -> None:
    """What has come for these leads is told now: nothing else is on its way."""
    at = instants.text(now)
    tx.many(_HASTEN, [(at, lead, at) for lead in lead_ids])


def figures(tx: Tx, since: datetime) -> dict[str, Figures]:
    """By provider, of what has ended since then."""
    results: dict[str, dict[str, int]] = {}
    shelf: dict[str, int] = {}
    wrong: dict[str, int] = {}
    for name, result, without, n, unread in tx.all(_RESULTS, (instants.text(since),)):
        of = results.setdefault(str(name), {})
        of[str(result)] = of.get(str(result), 0) + int(n)
        if without and result in ("known", "unknown"):
            shelf[str(name)] = shelf.get(str(name), 0) + int(n)
        wrong[str(name)] = wrong.get(str(name), 0) + int(unread)
    return {
        name: Figures(of, shelf.get(name, 0), wrong[name], _median(tx, name, since))
        for name, of in results.items()
    }


def failed(tx: Tx, provider: str, limit: int) -> list[EnrichmentRow]:
    """What was given up last, newest first."""
    return [_read(row) for row in tx.all(_FAILED, (provider, limit))]


def waiting(tx: Tx) -> dict[str, int]:
    """How many questions wait for each provider."""
    return {str(name): int(n) for name, n in tx.all(_WAITING)}


def _median(tx: Tx, provider: str, since: datetime) -> int | None:
    """Of the last thousand that somebody was asked for."""
    times = sorted(int(row[0]) for row in tx.all(_TIMES, (provider, instants.text(since))) if row[0])
    return times[len(times) // 2] if times else None


def _values(row: EnrichmentRow) -> list[Value]:
    return [
        instants.text(value) if isinstance(value, datetime) else value
        for value in msgspec.structs.astuple(row)
    ]


def _read(row: Row) -> EnrichmentRow:
    name, lead, person, provider, key, state, result, words, said, due, give_up, attempts, token, *rest = row
    created, asked, answered, took, decision = rest
    return EnrichmentRow(
        name,
        lead,
        person,
        provider,
        key,
        state,
        result,
        words,
        said,
        instants.read(due),
        instants.read(give_up),
        attempts,
        token,
        instants.read(created),
        instants.read_maybe(asked),
        instants.read_maybe(answered),
        took,
        decision,
    )
