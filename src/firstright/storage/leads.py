"""Leads as stored and as the core sees them. It changes single things of a lead; whole decisions are `decisions`."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.clockwork import Pause
from firstright.core.lead import Cause, Fact, Holder, HolderKind, Lead, Offer, Outcome, Waiting
from firstright.core.pools import LEAD
from firstright.storage import instants, leadcounts
from firstright.storage.rows import AssignmentRow, LeadRow
from firstright.storage.schema.leads import lead as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

COLUMNS = tuple(table.columns.keys())
_AT = tuple(place for place, name in enumerate(COLUMNS) if name.endswith(("_at", "_until")))
_NAMES = ", ".join(COLUMNS)
_BY_ID = Statement(
    f"SELECT {_NAMES} FROM lead WHERE id IN (SELECT value FROM json_each(?))",
    postgresql=f"SELECT {_NAMES} FROM lead WHERE id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))",
)
_FACTS = Statement(
    "SELECT id, facts, source FROM lead WHERE id IN (SELECT value FROM json_each(?))",
    postgresql="""SELECT id, facts, source FROM lead
       WHERE id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))""",
)
_HISTORY = Statement(
    """SELECT lead_id, epoch, cycle, holder_kind, holder_id, cause, accepted_at FROM assignment
       WHERE lead_id IN (SELECT value FROM json_each(?)) ORDER BY lead_id, epoch""",
    postgresql="""SELECT lead_id, epoch, cycle, holder_kind, holder_id, cause, accepted_at FROM assignment
       WHERE lead_id IN (SELECT value::uuid FROM json_array_elements_text(%s::json)) ORDER BY lead_id, epoch""",
)
_HOLDERS = Statement(
    """SELECT lead_id, epoch, holder_kind, holder_id, cycle, origin, cause, decision_id, started_at, ended_at
       FROM assignment WHERE lead_id = ? ORDER BY epoch"""
)
_RAISE = Statement("UPDATE lead SET priority = ?, updated_at = ? WHERE id = ? AND priority < ?")
_MERGE = Statement("UPDATE lead SET merged_into = ?, updated_at = ? WHERE id = ?")
_IMPROVING = (Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN)
_encode = msgspec.json.Encoder().encode


class _Hold(msgspec.Struct, array_like=True, frozen=True):
    cause: Cause = Cause.ARRIVED
    spent: tuple[tuple[str, datetime], ...] = ()
    since: datetime | None = None


class _Weighs(msgspec.Struct, array_like=True, frozen=True):
    cost: int = LEAD
    size: int = 0
    tasks: tuple[str, ...] = ()


class _Mile(msgspec.Struct, frozen=True, omit_defaults=True):
    offer: Offer | None = None
    roles: tuple[tuple[str, str], ...] = ()
    pause: Pause | None = None
    contact: str = ""
    declined: tuple[str, ...] = ()


_mile = msgspec.json.Decoder(_Mile).decode
_NOTHING = _Mile()
_hold = msgspec.json.Decoder(_Hold).decode
_weighs = msgspec.json.Decoder(_Weighs).decode
_LIGHT = _Weighs()
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


def facts_text(facts: dict[str, Fact]) -> str:
    return _encode(facts).decode()


def holds_text(waiting: Waiting | None) -> str:
    """What a hold remembers beside what it waits for: its first cause, limits that are used up, when it began."""
    return "" if waiting is None else _encode((waiting.cause, waiting.spent, waiting.since)).decode()


def load_text(lead: Lead) -> str:
    """What the lead is to its owner's load; empty while no rep has it."""
    if lead.holder.kind is not HolderKind.REP:
        return ""
    return _encode((lead.cost, lead.size, lead.tasks)).decode()


def mile_text(lead: Lead) -> str:
    """What it carries beside its owner; empty for nearly all."""
    if not (lead.offer or lead.roles or lead.pause or lead.contact or lead.declined):
        return ""
    return _encode(_Mile(lead.offer, lead.roles, lead.pause, lead.contact, lead.declined)).decode()


def paused_until(mile: str) -> datetime | None:
    """The limit of a lead's pause, as stored with what it carries."""
    pause = _mile(mile).pause if mile else None
    return pause.until if pause else None


def rows(tx: Tx, ids: Iterable[str]) -> dict[str, LeadRow]:
    """The leads that are there, by id."""
    found = tx.all(_BY_ID, (_encode(list(ids)).decode(),))
    return {row[0]: as_row(row) for row in found}


def standing(tx: Tx, lead_id: str) -> LeadRow | None:
    """The lead, or the one that stands for it since they were merged."""
    row, seen = rows(tx, [lead_id]).get(lead_id), {lead_id}
    while row is not None and row.merged_into is not None and row.merged_into not in seen:
        seen.add(row.merged_into)
        row = rows(tx, [row.merged_into]).get(row.merged_into)
    return row


def facts_of(tx: Tx, ids: Iterable[str]) -> dict[str, tuple[dict[str, Fact], str]]:
    """(facts, source) by id. Facts nobody can read are left out: whoever decides about that lead will say so."""
    found = {}
    for name, facts, source in tx.all(_FACTS, (_encode(list(ids)).decode(),)):
        with suppress(msgspec.DecodeError):
            found[name] = (_facts(facts), source)
    return found


def load(tx: Tx, ids: Iterable[str]) -> dict[str, tuple[Lead, str]]:
    """(lead with the reps it was tried with, person id) by id."""
    found = rows(tx, ids)
    known = with_tried(tx, [as_lead(row) for row in found.values()])
    return {name: (lead, row.person_id) for (name, row), lead in zip(found.items(), known, strict=True)}


def as_row(stored: Row) -> LeadRow:
    """A row of all columns, in column order."""
    values = list(stored)
    for place in _AT:
        values[place] = instants.read_maybe(values[place])
    row = LeadRow(*values)
    row.touched = bool(row.touched)
    return row


def as_lead(row: LeadRow) -> Lead:
    """The lead without whom it was tried with: see `with_tried`."""
    waiting = None
    if row.waiting_until is not None:
        hold = _hold(row.holds) if row.holds else _Hold()
        waiting = Waiting(
            row.waiting_rule, row.waiting_until, hold.cause, hold.spent, row.waiting_pool, hold.since
        )
    weighs = _weighs(row.load) if row.load else _LIGHT
    mile = _mile(row.mile) if row.mile else _NOTHING
    return Lead(
        _facts(row.facts),
        row.source,
        row.arrived_at,
        row.id,
        person=row.person_id,
        lane=row.lane,
        outcome=Outcome(row.outcome),
        rule=row.rule,
        holder=Holder(HolderKind(row.holder_kind), row.holder_id),
        epoch=row.epoch,
        cycle=row.cycle,
        status=row.status,
        touched=row.touched,
        locked_to=row.locked_to,
        locked_until=row.locked_until,
        waiting=waiting,
        expected_at=row.expected_at,
        priority=row.priority,
        cost=weighs.cost,
        size=weighs.size,
        tasks=weighs.tasks,
        offer=mile.offer,
        roles=mile.roles,
        pause=mile.pause,
        contact=mile.contact,
        declined=mile.declined,
    )


class Held(NamedTuple):
    """One line of a lead's holder history."""

    epoch: int
    cycle: int
    kind: str
    holder: str
    cause: str
    accepted: bool


def histories(tx: Tx, ids: Iterable[str]) -> dict[str, list[Held]]:
    """Who held each lead, by epoch, in one look-up."""
    found: dict[str, list[Held]] = {}
    for lead, epoch, cycle, kind, holder, cause, accepted in tx.all(_HISTORY, (_encode(list(ids)).decode(),)):
        found.setdefault(lead, []).append(Held(epoch, cycle, kind, holder, cause, accepted is not None))
    return found


def with_tried(tx: Tx, known: Sequence[Lead]) -> list[Lead]:
    """Each with whom it was tried, in one look-up. One of one epoch has been with nobody or with its holder: that needs none."""
    moved = {lead.id for lead in known if lead.epoch > 1}
    past = histories(tx, moved) if moved else {}
    return [_tried(lead, past.get(lead.id, [])) for lead in known]


def _tried(lead: Lead, history: list[Held]) -> Lead:
    if lead.epoch > 1:
        return msgspec.structs.replace(
            lead, tried=_reps([held for held in history if held.cycle == lead.cycle])
        )
    if lead.epoch == 1 and lead.holder.kind is HolderKind.REP:
        return msgspec.structs.replace(lead, tried=(lead.holder.id,))
    return lead


def with_history(lead: Lead, history: list[Held]) -> Lead:
    """The lead with whom it was tried, whether its holder accepted, and how often deadlines and knowledge moved it."""
    now = [held for held in history if held.cycle == lead.cycle]
    by_rep = [held for held in now if held.kind == HolderKind.REP]
    first = by_rep[0].epoch if by_rep else 0
    return msgspec.structs.replace(
        lead,
        tried=_reps(now),
        accepted=any(held.accepted for held in history if held.epoch == lead.epoch),
        hops=len([held for held in by_rep if held.cause == Cause.SLA_MISSED]),
        improved=len([held for held in by_rep if held.cause in _IMPROVING and held.epoch > first]),
    )


def _reps(history: list[Held]) -> tuple[str, ...]:
    """The reps among them, each once: who had it last is the last."""
    reps = [held.holder for held in history if held.kind == HolderKind.REP]
    return tuple(dict.fromkeys(reversed(reps)))[::-1]


def holders(tx: Tx, lead_id: str) -> list[AssignmentRow]:
    """Who held the lead, by epoch; the last one without an end holds it now."""
    return [
        AssignmentRow(
            lead, epoch, kind, name, cycle, origin, cause, by, instants.read(since), instants.read_maybe(end)
        )
        for lead, epoch, kind, name, cycle, origin, cause, by, since, end in tx.all(_HOLDERS, (lead_id,))
    ]


def raise_priority(tx: Tx, raised: Iterable[tuple[str, int]], now: datetime) -> None:
    """(lead, priority) of repeat enquiries; a lead that is more urgent already stays as it is."""
    at = instants.text(now)
    tx.many(_RAISE, [(priority, at, lead, priority) for lead, priority in raised])


def merge(tx: Tx, lead_id: str, into: str | None, now: datetime) -> None:
    """`into` now stands for the lead; None undoes it."""
    leadcounts.merge(tx, lead_id, into is not None)
    tx.run(_MERGE, (into, instants.text(now), lead_id))
