"""Rows of offers, tickets and of roles beside the owner; and a handoff that a status makes due by itself. It decides nothing."""

from typing import assert_never

from firstright.core.handoff import HandoffEffect, Offered, OfferEnded, RoleSet, TicketOpened
from firstright.core.lead import Outcome
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import offers, tickets
from firstright.storage.offers import OfferRow
from firstright.storage.tickets import TicketRow
from firstright.storage.transactions import Tx


def written(batch: Batch, done: Concluded, effect: HandoffEffect) -> None:
    """Puts down what an effect of this kind makes true."""
    lead, tx = done.after, batch.tx
    match effect:
        case Offered():
            offers.add(
                tx,
                OfferRow(
                    batch.new_id(),
                    lead.id,
                    lead.epoch,
                    effect.to.id,
                    effect.kind,
                    "offered",
                    "",
                    effect.notes or _told_before(tx, lead.id, effect),
                    lead.person or None,
                    done.as_of,
                    effect.until,
                    to_kind=effect.to.kind,
                    pool=effect.pool,
                    given_by=effect.by,
                    decision_id=done.id,
                ),
            )
        case OfferEnded():
            offers.end(tx, lead.id, effect.state, effect.reason, effect.by, done.as_of)
        case RoleSet():
            offers.set_role(tx, lead.id, effect.role, effect.rep, done.as_of)
        case TicketOpened():
            opened = done.as_of
            tickets.add(
                tx,
                TicketRow(
                    batch.new_id(), lead.id, effect.kind, "open", "", "", lead.person or None, opened, opened
                ),
            )
        case _:
            assert_never(effect)


def _told_before(tx: Tx, lead: str, effect: Offered) -> tuple[tuple[str, str], ...]:
    """Who is asked after somebody has said no, or nothing, is told what they were told."""
    if not effect.tried:
        return ()
    earlier = [row for row in offers.of_lead(tx, lead) if row.kind == effect.kind]
    return earlier[-1].notes if earlier else ()


def left(batch: Batch, done: Concluded) -> None:
    """What ends with the place where a lead was: its tickets when it leaves support, its roles when a cycle begins."""
    if done.before.outcome is Outcome.SUPPORT and done.after.outcome is not Outcome.SUPPORT:
        tickets.close(batch.tx, done.after.id, done.as_of)
    if done.before.roles and done.decision.new_cycle:
        offers.forget_roles(batch.tx, [done.after.id])
