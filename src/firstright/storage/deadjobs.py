"""Jobs that were given up: what they are, and how they come back. Why a job is given up is told in `jobs`."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants, jobs
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

FIRST_ID = "00000000-0000-0000-0000-000000000000"  # before every other

_COLUMNS = "id, kind, lead_id, cause, due_at, attempts, last_error"
_LISTED = Statement(f"SELECT {_COLUMNS} FROM job WHERE state = 'dead' AND id > ? ORDER BY id LIMIT ?")
_NAMES = Statement("SELECT id FROM job WHERE state = 'dead' ORDER BY due_at, id LIMIT ?")
_STATE = Statement("SELECT state FROM job WHERE id = ?")
# What failed before it died is forgotten with its payload: the auditor counts from now on.
_REPLAY = Statement(
    """UPDATE job SET state = 'ready', due_at = ?, attempts = 0, last_error = '', payload = '{}'
       WHERE state = 'dead' AND id IN (SELECT value FROM json_each(?)) RETURNING id, lead_id""",
    postgresql="""UPDATE job SET state = 'ready', due_at = %s, attempts = 0, last_error = '', payload = '{}'
       WHERE state = 'dead' AND id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))
       RETURNING id, lead_id""",
)
_encode = msgspec.json.Encoder().encode


class DeadJob(NamedTuple):
    """`due_at` is when it should have been done; `attempts` how many workers died over it since it last failed alive."""

    id: str
    kind: str  # decide | clock | route
    lead_id: str | None
    cause: str
    due_at: datetime
    attempts: int
    last_error: str  # of a try before; empty when none failed alive


def listed(tx: Tx, after: str = FIRST_ID, limit: int = 50) -> list[DeadJob]:
    """A page in the order of ids; `after` is the last id of the page before."""
    return [_read(row) for row in tx.all(_LISTED, (after, limit))]


def names(tx: Tx, limit: int) -> list[str]:
    """The longest due first."""
    return [str(name) for (name,) in tx.all(_NAMES, (limit,))]


def state(tx: Tx, name: str) -> str | None:
    """Of any job; None when there is none of this id."""
    row = tx.one(_STATE, (name,))
    return None if row is None else str(row[0])


def replay(tx: Tx, wanted: Iterable[str], now: datetime) -> list[str]:
    """Dead jobs are due now, with every try before them; the names of those that were dead. Their leads are told."""
    revived = tx.all(_REPLAY, (instants.text(now), _encode(list(wanted)).decode()))
    for lead in {str(lead) for _, lead in revived if lead is not None}:
        jobs.tell_next(tx, lead, now)
    return sorted(str(name) for name, _ in revived)


def _read(row: Row) -> DeadJob:
    return DeadJob(row[0], row[1], row[2], row[3], instants.read(row[4]), row[5], row[6])
