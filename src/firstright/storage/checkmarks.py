"""Points of playbooks that were gone through, by lead and cycle."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.inbox import OPEN
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx


class Mark(NamedTuple):
    item: str
    playbook: str
    rep: str
    answer: str
    at: datetime


class Worked(NamedTuple):
    """A lead that one of these reps has and has touched, and how many points of it were gone through."""

    rep: str
    lead: str
    facts: str
    status: str
    items: tuple[str, ...]


_ADD = Statement(
    """INSERT INTO checkmark (lead_id, cycle, item, playbook, rep_id, answer, at, person_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (lead_id, cycle, item) DO UPDATE SET playbook = excluded.playbook, rep_id = excluded.rep_id,
         answer = excluded.answer, at = excluded.at"""
)
_REMOVE = Statement("DELETE FROM checkmark WHERE lead_id = ? AND cycle = ? AND item = ?")
_OF = Statement(
    "SELECT item, playbook, rep_id, answer, at FROM checkmark WHERE lead_id = ? AND cycle = ? ORDER BY at, item"
)
# By the index of leads in hand, a rep at a time: all leads there are would be looked at for a condition in other words.
_HAD = f"l.holder_kind = 'rep' AND {OPEN} AND l.outcome = 'owner' AND l.touched"
_WORKED = Statement(
    f"""SELECT l.holder_id, l.id, l.facts, l.status,
         (SELECT json_group_array(c.item) FROM checkmark AS c WHERE c.lead_id = l.id AND c.cycle = l.cycle)
       FROM json_each(?) AS r CROSS JOIN lead AS l ON l.holder_id = r.value AND {_HAD} = 1
       ORDER BY l.updated_at DESC, l.id LIMIT ?""",
    postgresql=f"""SELECT l.holder_id, l.id, l.facts, l.status,
         (SELECT coalesce(json_agg(c.item), '[]'::json)::text FROM checkmark AS c
          WHERE c.lead_id = l.id AND c.cycle = l.cycle)
       FROM json_array_elements_text(%s::json) AS r JOIN lead AS l ON l.holder_id = r.value AND {_HAD}
       ORDER BY l.updated_at DESC, l.id LIMIT %s""",
)
_encode = msgspec.json.Encoder().encode
_items = msgspec.json.Decoder(tuple[str, ...]).decode


def add(tx: Tx, lead: str, cycle: int, mark: Mark, person: str) -> None:
    """Gone through once more, the newest answer stands."""
    at = instants.text(mark.at)
    tx.run(_ADD, (lead, cycle, mark.item, mark.playbook, mark.rep, mark.answer, at, person or None))


def remove(tx: Tx, lead: str, cycle: int, item: str) -> bool:
    return tx.run(_REMOVE, (lead, cycle, item)) == 1


def of_lead(tx: Tx, lead: str, cycle: int) -> dict[str, Mark]:
    """By item."""
    return {
        row[0]: Mark(row[0], row[1], row[2], row[3], instants.read(row[4]))
        for row in tx.all(_OF, (lead, cycle))
    }


def worked(tx: Tx, reps: Sequence[str], limit: int) -> list[Worked]:
    """Leads in the hands of these reps that were touched, the latest first."""
    found = tx.all(_WORKED, (_encode(list(reps)).decode(), limit))
    return [Worked(rep, str(lead), facts, status, _items(items)) for rep, lead, facts, status, items in found]
