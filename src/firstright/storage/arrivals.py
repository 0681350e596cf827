"""Arrivals already answered, by the key their sender gave. New ones are written with the rest of their batch."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

Event = tuple[str, str]  # (source, event id)

_COLUMNS = "a.source, a.event_id, a.id, a.body_hash, a.status, a.reply, a.label, a.lead_id"
_STORED = Statement(
    f"""SELECT {_COLUMNS} FROM json_each(?) AS given CROSS JOIN arrival AS a
        ON a.source = given.value ->> 0 AND a.event_id = given.value ->> 1""",
    postgresql=f"""SELECT {_COLUMNS} FROM json_array_elements(%s::json) AS given
        JOIN arrival AS a ON a.source = given ->> 0 AND a.event_id = given ->> 1""",
)
_LABELS = Statement(
    "SELECT source, label, count(*) FROM arrival GROUP BY source, label ORDER BY source, label"
)
_encode = msgspec.json.Encoder().encode


class StoredArrival(NamedTuple):
    """What an event was answered with. A repeat with the same body hash gets the same reply."""

    id: str
    body_hash: str
    status: int
    reply: bytes
    label: str  # schema.intake.LABELS
    lead_id: str | None


def stored(tx: Tx, events: Iterable[Event]) -> dict[Event, StoredArrival]:
    """Those of the given events that have arrived before."""
    rows = tx.all(_STORED, (_encode(list(events)).decode(),))
    return {(row[0], row[1]): StoredArrival._make(row[2:]) for row in rows}


def counted(tx: Tx) -> dict[tuple[str, str], int]:
    """How many arrivals have each label, by (source, label)."""
    return {(source, label): n for source, label, n in tx.all(_LABELS)}
