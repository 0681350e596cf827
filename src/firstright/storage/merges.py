"""Merges as stored: who stands for whom, how both stood before, and what the master has from its children.

A merge that was undone stays; of those in force a lead has one at most. What follows from one is the desk's business.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.lead import Fact, Lead
from firstright.core.world import Key
from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.merged import merge as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

DEEPEST = 50  # merges over one another that are read
_COLUMNS = ", ".join(table.columns.keys())
_ADD = insert_into(table)
_OF_CHILD = Statement(f"SELECT {_COLUMNS} FROM merge WHERE child = ? AND undone_at IS NULL")
_OF_MASTER = Statement(f"SELECT {_COLUMNS} FROM merge WHERE master = ? AND undone_at IS NULL ORDER BY at, id")
_BELOW = f"""WITH RECURSIVE below (id, depth) AS (
         SELECT child, 1 FROM merge WHERE master = ? AND undone_at IS NULL
         UNION ALL
         SELECT m.child, depth + 1 FROM below JOIN merge AS m ON m.master = below.id AND m.undone_at IS NULL
         WHERE depth < {DEEPEST})
       SELECT id FROM below ORDER BY depth, id"""
_CHILDREN = Statement(_BELOW)
_UNDO = Statement("UPDATE merge SET undone_at = ?, undone_by = ? WHERE id = ? AND undone_at IS NULL")
_GIVE = Statement("UPDATE merge SET gave = ? WHERE id = ?")
_SHARED = Statement(
    """SELECT g.value ->> 0, g.value ->> 1 FROM json_each(?) AS g
       WHERE EXISTS (SELECT 1 FROM match_key AS k WHERE k.kind = g.value ->> 0 AND k.value = g.value ->> 1
                     AND k.entity = 'lead' AND k.id = ?)
         AND EXISTS (SELECT 1 FROM match_key AS k WHERE k.kind = g.value ->> 0 AND k.value = g.value ->> 1
                     AND k.entity = 'lead' AND k.id = ?)""",
    postgresql="""SELECT g ->> 0, g ->> 1 FROM json_array_elements(%s::json) AS g
       WHERE EXISTS (SELECT 1 FROM match_key AS k WHERE k.kind = g ->> 0 AND k.value = g ->> 1
                     AND k.entity = 'lead' AND k.id = %s)
         AND EXISTS (SELECT 1 FROM match_key AS k WHERE k.kind = g ->> 0 AND k.value = g ->> 1
                     AND k.entity = 'lead' AND k.id = %s)""",
)
_UNKEY = Statement("DELETE FROM match_key WHERE kind = ? AND value = ? AND entity = 'lead' AND id = ?")
_SINCE = Statement("SELECT record FROM decision WHERE lead_id = ? AND as_of >= ? ORDER BY turn, seq")
_encode = msgspec.json.Encoder().encode
_was = msgspec.json.Decoder(Lead).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
Given = dict[str, tuple[Fact | None, Fact]]  # field: (what the master had of its own, what it has)
_given = msgspec.json.Decoder(Given).decode


class Merge(NamedTuple):
    """`child_was` and `master_was` are without facts; None: there is nothing to go back to."""

    id: str
    child: str
    master: str
    at: datetime
    by: str
    how: str  # auto | person
    reason: str
    score: int | None
    reasons: tuple[str, ...]
    child_was: Lead | None
    master_was: Lead | None
    master_epoch: int
    gave: Given
    undone_at: datetime | None = None
    undone_by: str = ""


def add(tx: Tx, merge: Merge) -> None:
    tx.run(
        _ADD,
        (
            merge.id,
            merge.child,
            merge.master,
            instants.text(merge.at),
            merge.by,
            merge.how,
            merge.reason,
            merge.score,
            _encode(merge.reasons).decode(),
            _text(merge.child_was),
            _text(merge.master_was),
            merge.master_epoch,
            _encode(merge.gave).decode(),
            None,
            "",
        ),
    )


def in_force(tx: Tx, child: str) -> Merge | None:
    """The merge by which another lead stands for this one."""
    row = tx.one(_OF_CHILD, (child,))
    return None if row is None else _read(row)


def of_master(tx: Tx, master: str) -> list[Merge]:
    """Those in force by which this lead stands for others itself, oldest first."""
    return [_read(row) for row in tx.all(_OF_MASTER, (master,))]


def children(tx: Tx, master: str) -> list[str]:
    """Every lead this one stands for, also by others, those merged into it directly first."""
    return [str(child) for (child,) in tx.all(_CHILDREN, (master,))]


def undo(tx: Tx, merge_id: str, at: datetime, by: str) -> None:
    tx.run(_UNDO, (instants.text(at), by, merge_id))


def give(tx: Tx, merge_id: str, gave: Given) -> None:
    """What the master has from its children stands on the latest merge in force, and on no other."""
    tx.run(_GIVE, (_encode(gave).decode(), merge_id))


def shared(tx: Tx, keys: Iterable[Key], first: str, second: str) -> list[Key]:
    """Those of the keys under which both leads can be found."""
    given = _encode(list(keys)).decode()
    return [(str(kind), str(value)) for kind, value in tx.all(_SHARED, (given, first, second))]


def forget_keys(tx: Tx, lead_id: str, keys: Iterable[Key]) -> None:
    """The lead is found under these no more."""
    for kind, value in keys:
        tx.run(_UNKEY, (kind, value, lead_id))


def records_since(tx: Tx, lead_id: str, at: datetime) -> list[bytes]:
    """Records of what was decided about a lead from an instant on."""
    return [bytes(record) for (record,) in tx.all(_SINCE, (lead_id, instants.text(at)))]


def _text(lead: Lead | None) -> str:
    return "" if lead is None else _encode(lead).decode()


def _read(row: Row) -> Merge:
    (
        name,
        child,
        master,
        at,
        by,
        how,
        reason,
        score,
        reasons,
        child_was,
        master_was,
        epoch,
        gave,
        undone,
        undoer,
    ) = row
    return Merge(
        str(name),
        str(child),
        str(master),
        instants.read(at),
        by,
        how,
        reason,
        score,
        _texts(reasons),
        _was(child_was) if child_was else None,
        _was(master_was) if master_was else None,
        epoch,
        _given(gave),
        instants.read_maybe(undone),
        undoer,
    )
