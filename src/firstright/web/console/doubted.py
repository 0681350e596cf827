"""Whom a lead in review may be, each beside it: for the page of a likely duplicate. What becomes of it is said elsewhere."""

from typing import NamedTuple

from firstright.desk.doubts import in_doubt_of
from firstright.storage import duplicates, inbox, leads
from firstright.storage.inbox import Scope
from firstright.storage.reviewing import Item
from firstright.storage.transactions import Tx
from firstright.web.console.besideseen import Beside, beside
from firstright.web.console.visit import Visit

MOST = 3


class Doubt(NamedTuple):
    href: str
    name: str
    both: Beside


def doubted(tx: Tx, visit: Visit, item: Item) -> list[Doubt]:
    """The likeliest first; without those of which somebody has said that they are others, or that are not theirs to see."""
    if item.reason != "likely-duplicate":
        return []
    others = duplicates.distinct_from(tx, item.lead_id)
    found = [c for c in in_doubt_of(tx, item.lead_id) if c.kind == "lead" and c.id not in others][:MOST]
    ids = [item.lead_id, *(c.id for c in found)]
    entries = inbox.of_ids(tx, Scope(visit.actor, visit.queues), ids)
    rows = leads.rows(tx, [name for name in ids if name in entries])
    if item.lead_id not in rows:
        return []
    mine = leads.as_lead(rows[item.lead_id])
    doubts = []
    for each in found:
        if each.id not in rows:
            continue
        reasons = [f"{field}:{verdict}:{weight}" for field, verdict, weight in each.reasons]
        both = beside(visit, [mine, leads.as_lead(rows[each.id])], entries, {}, each.score, reasons)
        name = entries[each.id].glance.name or "somebody without a name"
        doubts.append(Doubt(f"/duplicates/{item.lead_id}/{each.id}", name, both))
    return doubts
