"""What became of what an earlier holder had begun when a lead got a new one: counted before it is ended, told once.

What is cancelled and what goes along is said elsewhere (`core.reassigning`); `endings.supersede` cancels.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.repairs import reassigned as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_encode = msgspec.json.Encoder().encode
_ADD = insert_into(table)
_IDS = "json_each(?) AS i"
_PG_IDS = "json_array_elements_text(%s::json) AS i"
# What no decision counts for itself. The rows of each lead first: a plain join reads everything in that state.
_OPEN = Statement(
    f"""SELECT t.lead_id, t.epoch, 'tasks', count(*) FROM {_IDS} CROSS JOIN task AS t ON t.lead_id = i.value
       WHERE t.state = 'open' GROUP BY t.lead_id, t.epoch
       UNION ALL
       SELECT d.lead_id, d.epoch, 'deliveries', count(*) FROM {_IDS} CROSS JOIN delivery AS d ON d.lead_id = i.value
       WHERE d.state IN ('behind', 'ready') AND d.epoch IS NOT NULL GROUP BY d.lead_id, d.epoch""",
    postgresql=f"""SELECT t.lead_id, t.epoch, 'tasks', count(*) FROM {_PG_IDS} JOIN task AS t ON t.lead_id = i.value::uuid
       WHERE t.state || '' = 'open' GROUP BY t.lead_id, t.epoch
       UNION ALL
       SELECT d.lead_id, d.epoch, 'deliveries', count(*) FROM {_PG_IDS} JOIN delivery AS d ON d.lead_id = i.value::uuid
       WHERE d.state || '' IN ('behind', 'ready') AND d.epoch IS NOT NULL GROUP BY d.lead_id, d.epoch""",
)
_MOVE_TASKS = Statement(
    "UPDATE task SET rep_id = ?, epoch = ? WHERE lead_id = ? AND rep_id = ? AND state = 'open'",
    postgresql="""UPDATE task SET rep_id = %s, epoch = %s
       WHERE lead_id = %s AND rep_id = %s AND state || '' = 'open'""",
)
_OF_LEAD = Statement(
    "SELECT epoch, at, cause, was_kind, was_id, now_kind, now_id, did FROM reassigned WHERE lead_id = ? ORDER BY epoch"
)

_BEGUN = Statement(
    f"""SELECT i.value FROM {_IDS} WHERE EXISTS (SELECT 1 FROM enrolment AS e WHERE e.lead_id = i.value)
         OR EXISTS (SELECT 1 FROM draft AS d WHERE d.lead_id = i.value)
         OR EXISTS (SELECT 1 FROM meeting AS m WHERE m.lead_id = i.value)""",
    postgresql=f"""SELECT i.value FROM {_PG_IDS} WHERE EXISTS (SELECT 1 FROM enrolment AS e WHERE e.lead_id = i.value::uuid)
         OR EXISTS (SELECT 1 FROM draft AS d WHERE d.lead_id = i.value::uuid)
         OR EXISTS (SELECT 1 FROM meeting AS m WHERE m.lead_id = i.value::uuid)""",
)

Did = tuple[str, str, int]  # kind of thing, cancelled | moved | stopped | kept | withdrawn, how many


class Moving(NamedTuple):
    """A lead that has a new holder by this batch, with what the rooms did about what the last one had begun."""

    lead: str
    epoch: int  # of the new holder
    at: datetime
    cause: str
    was: tuple[str, str]  # kind and name of the holder
    now: tuple[str, str]
    did: tuple[Did, ...]


class TasksToMove(NamedTuple):
    lead: str
    was: str
    rep: str
    epoch: int


class Reassigned(NamedTuple):
    epoch: int
    at: datetime
    cause: str
    was: tuple[str, str]
    now: tuple[str, str]
    did: tuple[Did, ...]


def begun(tx: Tx, leads: Iterable[str]) -> set[str]:
    """Those of them that ever had a sequence, a draft or a meeting: nobody else need be asked what becomes of theirs."""
    return {str(lead) for (lead,) in tx.all(_BEGUN, (_encode(list(leads)).decode(),))}


def move_tasks(tx: Tx, moved: Iterable[TasksToMove]) -> None:
    """In their order: a lead may go on to a third."""
    for each in moved:
        tx.run(_MOVE_TASKS, (each.rep, each.epoch, each.lead, each.was))


def tell(tx: Tx, moving: Sequence[Moving]) -> None:
    """One row for each new holder, where the last one had begun anything. Called before what they left is cancelled."""
    if not moving:
        return
    left = _left(tx, moving)
    rows = []
    for each in moving:
        did = (*left.get((each.lead, each.epoch), ()), *each.did)
        if did:
            rows.append(
                (
                    each.lead,
                    each.epoch,
                    instants.text(each.at),
                    each.cause,
                    *each.was,
                    *each.now,
                    _encode(did).decode(),
                )
            )
    tx.many(_ADD, rows)


def of_lead(tx: Tx, lead_id: str) -> list[Reassigned]:
    """Oldest first."""
    return [
        Reassigned(epoch, instants.read(at), cause, (wk, wi), (nk, ni), read_did(did))
        for epoch, at, cause, wk, wi, nk, ni, did in tx.all(_OF_LEAD, (lead_id,))
    ]


def read_did(text: str) -> tuple[Did, ...]:
    return msgspec.json.decode(text, type=tuple[Did, ...])


def _left(tx: Tx, moving: Sequence[Moving]) -> dict[tuple[str, int], tuple[Did, ...]]:
    """What is about to be cancelled, under the new holder by whom it is: the first after whoever had it."""
    epochs: dict[str, list[int]] = {}
    for each in moving:
        epochs.setdefault(each.lead, []).append(each.epoch)
    names = _encode(list(epochs)).decode()
    found: dict[tuple[str, int], dict[str, int]] = {}
    for lead, epoch, kind, n in tx.all(_OPEN, (names, names)):
        ends = next((e for e in sorted(epochs[str(lead)]) if e > epoch), 0)
        if ends:
            counts = found.setdefault((str(lead), ends), {})
            counts[kind] = counts.get(kind, 0) + n
    order = ("tasks", "deliveries")
    return {
        key: tuple((kind, "cancelled", counts[kind]) for kind in order if kind in counts)
        for key, counts in found.items()
    }
