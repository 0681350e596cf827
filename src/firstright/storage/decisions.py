"""What a batch of decisions leaves behind, written in one go; and decisions read back. It decides nothing."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from firstright.errors import Conflict
from firstright.storage import imports, instants, leadcounts
from firstright.storage.bulk import Bulk, record_set, write_all
from firstright.storage.rows import (
    ArrivalRow,
    AssignmentRow,
    AuditRow,
    ClockRow,
    CreditRequestRow,
    DecisionRow,
    DeliveryRow,
    EligibleSetRow,
    EndedAssignment,
    EngagementRow,
    JobRow,
    LeadCountRow,
    LeadRow,
    LedgerRow,
    MatchKeyRow,
    ReviewRow,
    Rows,
    StandingRow,
    TaskRow,
    TouchRow,
)
from firstright.storage.schema import intake, leads, routing, statuses, work
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_BULKS = (
    Bulk(intake.arrival, ArrivalRow),
    Bulk(leads.lead, LeadRow),
    Bulk(leads.lead, LeadRow, "only", fixed=("created_at",)),
    Bulk(leads.match_key, MatchKeyRow, "keep"),
    Bulk(leads.decision, DecisionRow),
    Bulk(routing.eligible_set, EligibleSetRow, "keep"),
    Bulk(routing.ledger, LedgerRow),
    Bulk(leads.assignment, AssignmentRow),
    Bulk(work.clock, ClockRow),
    Bulk(work.job, JobRow),
    Bulk(work.task, TaskRow),
    Bulk(work.delivery, DeliveryRow),
    Bulk(work.review_item, ReviewRow),
    Bulk(routing.credit_request, CreditRequestRow),
    Bulk(leads.engagement, EngagementRow),
    Bulk(leads.touch, TouchRow),
    Bulk(routing.audit, AuditRow),
    Bulk(routing.standing, StandingRow, "replace"),
    Bulk(statuses.lead_count, LeadCountRow, "add"),
)
_OF_TRIGGER = Statement("SELECT id FROM decision WHERE lead_id = ? AND trigger_id = ?")
_encode = msgspec.json.Encoder().encode
# num_nulls: see _CLAIM in jobs for what a plain IS NULL makes of it.
_END = Statement(
    "UPDATE assignment SET ended_at = ? WHERE lead_id = ? AND epoch = ? AND ended_at IS NULL",
    postgresql=f"""UPDATE assignment SET ended_at = r.ended_at
       FROM {record_set(leads.assignment, "lead_id", "epoch", "ended_at")}
       WHERE assignment.lead_id = r.lead_id AND assignment.epoch = r.epoch AND num_nulls(assignment.ended_at) = 1
       RETURNING 1""",
)

_OF_HOLDER = Statement(
    """SELECT d.lead_id, d.id FROM assignment AS a JOIN decision AS d ON d.lead_id = a.lead_id AND d.trigger_id = ?
       WHERE a.holder_kind = 'rep' AND a.holder_id = ? AND a.ended_at IS NULL LIMIT 1"""
)


def write(tx: Tx, rows: Rows) -> None:
    """All rows of a batch. Conflict when a row that must be new is known, or an ended holder did not hold.

    Of several changes of one lead, and of one scope's standing, the last is written.
    """
    fresh, changed = _folded(rows.leads, rows.lead_changes)
    assignments, ended = _closed(rows.assignments, rows.ended_assignments)
    _end(tx, ended)
    counted = leadcounts.move(tx, fresh, changed)
    lists: tuple[Sequence[msgspec.Struct], ...] = (
        rows.arrivals,
        fresh,
        changed,
        rows.match_keys,
        rows.decisions,
        rows.eligible_sets,
        rows.ledger,
        assignments,
        rows.clocks,
        rows.jobs,
        rows.tasks,
        rows.deliveries,
        rows.reviews,
        rows.credit_requests,
        rows.engagements,
        rows.touches,
        rows.audits,
        list({row.scope: row for row in rows.standing}.values()),
        counted,
    )
    write_all(tx, zip(_BULKS, lists, strict=True))
    if rows.records:
        imports.record(tx, rows.records)


def _folded(fresh: list[LeadRow], changes: list[LeadRow]) -> tuple[list[LeadRow], list[LeadRow]]:
    """New leads in their last state of this batch, and the last change of each that was there before."""
    if not changes:
        return fresh, []
    last = {row.id: row for row in changes}
    new = {row.id for row in fresh}
    return [last.get(row.id, row) for row in fresh], [row for row in last.values() if row.id not in new]


def _closed(
    assignments: list[AssignmentRow], ended: list[EndedAssignment]
) -> tuple[list[AssignmentRow], list[EndedAssignment]]:
    """Holders that came and went within the batch are written as ended, because only one may be active at a time."""
    if not ended:
        return assignments, []
    ends = {(row.lead_id, row.epoch): row.ended_at for row in ended}
    new = {(row.lead_id, row.epoch) for row in assignments}
    closed = [_ended(row, ends) for row in assignments]
    return closed, [row for row in ended if (row.lead_id, row.epoch) not in new]


def _ended(row: AssignmentRow, ends: dict[tuple[str, int], datetime]) -> AssignmentRow:
    at = ends.get((row.lead_id, row.epoch))
    return row if at is None else msgspec.structs.replace(row, ended_at=at)


def _end(tx: Tx, ended: list[EndedAssignment]) -> None:
    if not ended:
        return
    values = [(instants.text(row.ended_at), row.lead_id, row.epoch) for row in ended]
    if tx.dialect == "sqlite":
        count = tx.many(_END, values)
    else:
        given = _encode([{"ended_at": a, "lead_id": i, "epoch": e} for a, i, e in values]).decode()
        count = len(tx.all(_END, (given,)))
    if count != len(ended):
        raise Conflict("assignment_active", "a holder that was to end had ended already")


def of_trigger(tx: Tx, lead_id: str, trigger: str) -> str:
    """The decision about this lead that the trigger led to; empty when there is none."""
    row = tx.one(_OF_TRIGGER, (lead_id, trigger))
    return str(row[0]) if row else ""


def of_holder(tx: Tx, rep: str, trigger: str) -> tuple[str, str] | None:
    """(lead, decision) of the lead that the trigger brought to a rep who still has it; None when there is none."""
    row = tx.one(_OF_HOLDER, (trigger, rep))
    return (str(row[0]), str(row[1])) if row else None
