"""One lead with what stands around it, for somebody who may see it: clocks, tasks, holders, review. Nothing is changed here."""

from datetime import datetime
from typing import NamedTuple

from firstright.core.lead import Holder, HolderKind
from firstright.core.pipeline import ENDED
from firstright.storage import clocks, instants, leads
from firstright.storage.inbox import Scope
from firstright.storage.rows import AssignmentRow, ClockRow, LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_TASKS = Statement(
    "SELECT id, rep_id, action, channel, due_at FROM task WHERE lead_id = ? AND state = 'open' ORDER BY due_at, id"
)
_REVIEW = Statement(
    """SELECT id, reason, state, claimed_by, due_at FROM review_item
       WHERE lead_id = ? AND state IN ('open', 'claimed') ORDER BY id DESC LIMIT 1"""
)
_ACCEPTED = Statement("SELECT accepted_at FROM assignment WHERE lead_id = ? AND epoch = ?")


class Task(NamedTuple):
    id: str
    rep: str
    action: str
    channel: str
    due_at: datetime


class Review(NamedTuple):
    """The review a lead is in."""

    id: str
    reason: str
    state: str  # open | claimed
    claimed_by: str  # a user's id, or empty
    due_at: datetime | None


class Seen(NamedTuple):
    """`asked` is another lead's id when this one stands for it since they were merged."""

    row: LeadRow
    asked: str
    accepted_at: datetime | None
    clocks: list[ClockRow]  # of this cycle and this holder
    tasks: list[Task]
    holders: list[AssignmentRow]
    review: Review | None

    @property
    def holder(self) -> Holder:
        return Holder(HolderKind(self.row.holder_kind), self.row.holder_id)


def seen(tx: Tx, scope: Scope, lead_id: str) -> Seen | None:
    """None for a lead there is not, and for one that is not theirs to see: nobody can tell which."""
    row = leads.standing(tx, lead_id)
    if row is None:
        return None
    holders = leads.holders(tx, row.id)
    if not (
        scope.actor.sees(Holder(HolderKind(row.holder_kind), row.holder_id), scope.queues)
        or _is_offered(row, scope)
        or _had_it(row, holders, scope)
    ):
        return None
    accepted = tx.one(_ACCEPTED, (row.id, row.epoch))
    return Seen(
        row,
        lead_id if lead_id != row.id else "",
        instants.read_maybe(accepted[0]) if accepted else None,
        clocks.counting(tx, row),
        [
            Task(name, rep, action, channel, instants.read(due))
            for name, rep, action, channel, due in tx.all(_TASKS, (row.id,))
        ],
        holders,
        _review(tx, row.id),
    )


def _is_offered(row: LeadRow, scope: Scope) -> bool:
    """Whoever is to say yes to a lead sees it before."""
    if row.outcome != "offered":
        return False
    offer = leads.as_lead(row).offer
    return offer is not None and scope.actor.sees(offer.to, scope.queues)


def last_rep(row: LeadRow, holders: list[AssignmentRow]) -> str:
    """Who had a lead last in its cycle, where that is over and nobody has it any more; else empty."""
    if row.status not in ENDED or row.holder_kind != HolderKind.NONE:
        return ""
    reps = [
        each.holder_id for each in holders if each.holder_kind == HolderKind.REP and each.cycle == row.cycle
    ]
    return reps[-1] if reps else ""


def _had_it(row: LeadRow, holders: list[AssignmentRow], scope: Scope) -> bool:
    """Whoever has brought a lead to its end still sees it."""
    rep = last_rep(row, holders)
    return bool(rep) and scope.actor.sees(Holder(HolderKind.REP, rep), scope.queues)


def _review(tx: Tx, lead_id: str) -> Review | None:
    found = tx.one(_REVIEW, (lead_id,))
    if found is None:
        return None
    name, reason, state, by, due = found
    return Review(name, reason, state, by, instants.read_maybe(due))
