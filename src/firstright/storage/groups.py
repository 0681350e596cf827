"""Who came with a lead: leads of the same company that were taken in at about the same time. What makes a group is the core's."""

from datetime import UTC, datetime, timedelta

from firstright.core.groups import Came, group_of
from firstright.core.identifiers import first_of
from firstright.core.matchkeys import match_keys
from firstright.storage import instants, leads
from firstright.storage.rows import LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

AROUND = timedelta(days=1)  # of when it was taken in: ids sort by that
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 500  # leads of a company in that time that are looked at
_NEAR = Statement(
    """SELECT k.id, l.arrived_at FROM match_key AS k JOIN lead AS l ON l.id = k.id
       WHERE k.kind = 'domain' AND k.value = ? AND k.entity = 'lead' AND k.id >= ? AND k.id < ?
         AND l.merged_into IS NULL ORDER BY k.id DESC LIMIT ?"""
)


def of_lead(tx: Tx, row: LeadRow, within: int) -> tuple[Came, ...]:
    """The buying group of a lead, itself among them, oldest first; nothing for one without a company or without company."""
    facts, source = leads.facts_of(tx, [row.id]).get(row.id, ({}, ""))
    domain = next((value for kind, value in match_keys(facts, source) if kind == "domain"), "")
    if not domain or not within:
        return ()
    taken = _taken_in(row.id)
    first, last = first_of(taken - AROUND), first_of(taken + AROUND)
    found = [Came(str(name), instants.read(at)) for name, at in tx.all(_NEAR, (domain, first, last, MOST))]
    group = group_of(row.id, found, timedelta(seconds=within))
    return group if len(group) > 1 else ()


def _taken_in(lead_id: str) -> datetime:
    """When the id was given. History is decided as of other days, and taken in on one."""
    return _EPOCH + timedelta(milliseconds=int(lead_id.replace("-", "")[:12], 16))
