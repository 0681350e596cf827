"""What people say about a handoff: give, accept, decline, take back, have seen it; and what support says of a ticket.

Compare-and-set on the epoch and on the offer: who answers one that is over is told who has the lead, and nothing is changed.
"""

from firstright.core.authority import Actor, Right
from firstright.core.causes.creditback import LOOKED_AT
from firstright.core.followup import RECEIPT
from firstright.core.handnotes import LONGEST_NOTE, NOTES, complete, missing, prefilled
from firstright.core.handoff import HandoffType
from firstright.core.lead import Act, Cause, Handed, Holder, HolderKind, Lead, Outcome
from firstright.core.matchkeys import match_keys
from firstright.core.rules.predicates import Truth, evaluate
from firstright.desk.acting import Acted, OnLead, acted, no_reason, not_one, superseded, with_act
from firstright.desk.assigning import no_taker
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.spent import spent_on_offer
from firstright.errors import FirstrightError, NotFound, Refused, Superseded
from firstright.storage import offers
from firstright.storage.clocks import Met

Notes = tuple[tuple[str, str], ...]
AWAY = frozenset({Outcome.SUPPORT, Outcome.PARTNER, Outcome.NURTURE})  # from where a lead can be had back
__all__ = ("AcceptOffer", "DeclineOffer", "HandOver", "SeeOffer", "TakeBack", "known_notes")


class HandOver(OnLead):
    """By who has the lead: it is offered to whom the type names, or is theirs at once where nobody is asked. Notes that are known
    already need not be said again; one that is missing is named."""

    verb = "hand-over"

    def __init__(
        self,
        lead: str,
        by: str,
        type_: str,
        *,
        to: str = "",
        notes: Notes = (),
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.notes = notes
        self.type = type_
        self.to = to

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        """Who only sees it, as what waits in a queue of theirs, has nothing to hand over."""
        return None if lead.holder == Holder(HolderKind.REP, self.by) else superseded(lead)

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        kinds = batch.policy.policy.handoffs
        kind = kinds.get(self.type)
        if kind is None:
            return [not_one(f'type: "{self.type}"', self.type, tuple(kinds))]
        found = wrong_notes(self.notes)
        if lead.offer:
            found.append(f"lead: it is offered to {_called(batch, lead.offer.to.id)} already")
        if lead.outcome in AWAY:
            found.append(f"lead: it is in {lead.outcome}; take it back first")
        if kind.when is not None and evaluate(kind.when, lead.facts, batch.turn.now) is not Truth.TRUE:
            found.append(f"type: {kind.name or kind.id} is not for leads like this one")
        lacking = missing(kind, self._complete(batch, lead))
        found += [f"notes.{note}: is needed before it is offered ({NOTES[note].lower()})" for note in lacking]
        return [*found, *self._wrong_receiver(batch, lead, kind)]

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        batch.know(match_keys(lead.facts, lead.source))
        notes = self._complete(batch, lead)
        act = Act(by=self.by, handed=Handed(self.type, self.to, notes))
        return decide_in(batch, with_act(lead, act), Cause.HANDED_OVER, trigger)

    def _complete(self, batch: Batch, lead: Lead) -> Notes:
        return complete(known_notes(batch, lead), self.notes)

    def _wrong_receiver(self, batch: Batch, lead: Lead, kind: HandoffType) -> list[str]:
        if not self.to:
            return []
        if kind.receiver not in ("pool", "rep"):
            return [f"to: nobody is named for {kind.name or kind.id}"]
        if self.to == lead.holder.id:
            return ["to: it is with them already"]
        if found := no_taker(batch, self.to):
            return [reason.replace("rep:", "to:", 1) for reason in found]
        if kind.receiver == "pool" and self.to not in batch.roster.members(kind.to).ids:
            return [f"to: {_called(batch, self.to)} is no member of {kind.to}"]
        return []


class _ByReceiver(OnLead):
    """Done by whom the open offer is made to: a rep, or a partner by the name of theirs. `offer` names the very one that is
    meant; without it, the one that is open. `partner`: it can be no other, though a rep be called like them."""

    def __init__(
        self,
        lead: str,
        by: str,
        *,
        offer: str = "",
        partner: bool = False,
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.offer = offer
        self.partner = partner

    def is_mine(self, holder: Holder) -> bool:
        return holder.id == self.by != "" and (holder.kind is HolderKind.PARTNER or not self.partner)

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        if self.is_so(lead):
            return None
        if lead.offer is None or not self.is_mine(lead.offer.to):
            return _too_late(lead)
        row = offers.open_of(batch.tx, lead.id) if self.offer else None
        return _too_late(lead) if row and row.id != self.offer else None

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        partner = lead.offer is not None and lead.offer.to.kind is HolderKind.PARTNER
        return [] if partner else super().refused(batch, lead)


class AcceptOffer(_ByReceiver):
    """It is theirs from now on, with a new epoch; who gave it has it no more."""

    verb = "accept-offer"

    def is_so(self, lead: Lead) -> bool:
        return lead.offer is None and self.is_mine(lead.holder)

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        act = Act(by=self.by, offered=True)
        return decide_in(batch, with_act(lead, act), Cause.ACCEPTED, trigger)


class DeclineOffer(_ByReceiver):
    """They do not take it, for a reason of the list: somebody else is asked, or it stays with who gave it."""

    verb = "decline-offer"

    def __init__(
        self,
        lead: str,
        by: str,
        reason: str,
        *,
        note: str = "",
        offer: str = "",
        partner: bool = False,
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, offer=offer, partner=partner, epoch=epoch, key=key)
        self.reason = reason
        self.note = note

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return [*super().refused(batch, lead), *no_reason(self.reason)]

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        if self.reason not in LOOKED_AT:
            batch.know(match_keys(lead.facts, lead.source))
        spent = spent_on_offer(batch, lead, self.reason)
        act = Act(by=self.by, reason=self.reason, note=self.note, spent=spent, offered=True)
        return decide_in(batch, with_act(lead, act), Cause.DECLINED, trigger)


class TakeBack(OnLead):
    """By who has the lead, or somebody who may assign it: an offer that is open is withdrawn; a lead that is with support, a partner
    or in nurture comes back, with notes. Without an `actor` a program speaks for the rep `by`."""

    verb = "take-back"

    def __init__(
        self,
        lead: str,
        by: str,
        *,
        reason: str = "",
        notes: Notes = (),
        actor: Actor | None = None,
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.notes = notes
        self.actor = actor
        self.reason = reason

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        rep = lead.holder.kind is HolderKind.REP
        if rep and lead.holder.id == self.by:
            return None
        if self.actor is None:
            return superseded(lead) if rep else None
        if rep:
            return None if self.actor.may_assign(lead.holder, lead.holder.id) else superseded(lead)
        name = self.actor.name
        return None if self.actor.may(Right.ASSIGN) else Refused([f"lead: {name} may not have it back"])

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = [*([] if self.actor else super().refused(batch, lead)), *wrong_notes(self.notes)]
        if lead.offer is None and lead.outcome not in AWAY:
            found.append(
                "lead: there is no offer to withdraw, and it is not with anybody it could be had back from"
            )
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        return taken_back(batch, lead, trigger, self.by, self.reason, self.notes)


class SeeOffer(_ByReceiver):
    """The receiver has it before them: the receipt is confirmed, and its clock met. Nothing is decided."""

    verb = "see-offer"

    def is_so(self, lead: Lead) -> bool:
        return False

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        row = self.subject(batch)
        lead = batch.lead(row.id) if row else None
        if row is None or lead is None:
            return NotFound(f"lead {self.lead}")
        if barred := self.barred(batch, lead):
            return barred
        now = batch.turn.now
        offers.seen(batch.tx, lead.id, self.by, now)
        batch.endings.meet(Met(lead.id, RECEIPT, now, lead.cycle, lead.epoch), batch.clocks)
        batch.endings.retold.append(lead.id)
        return acted(row, "")


def taken_back(
    batch: Batch, lead: Lead, trigger: str, by: str, reason: str = "", notes: Notes = ()
) -> Concluded:
    """The one way a lead comes back, whoever says so."""
    batch.know(match_keys(lead.facts, lead.source))
    kind = lead.offer.kind if lead.offer else _gone_by(batch, lead)
    handed = Handed(kind, notes=complete(known_notes(batch, lead), notes), back=True)
    act = Act(by=by, reason=reason, handed=handed)
    return decide_in(batch, with_act(lead, act), Cause.HANDED_OVER, trigger)


def known_notes(batch: Batch, lead: Lead) -> dict[str, str]:
    """What is known of a lead for whoever gets it."""
    names = [_called(batch, rep) for rep in lead.tried]
    return prefilled(lead.facts, lead.source, lead.arrived_at, names, lead.status)


def wrong_notes(notes: Notes) -> list[str]:
    """Sentences about notes that are none."""
    found = [not_one(f'notes: "{note}"', note, tuple(NOTES)) for note, _ in notes if note not in NOTES]
    return found + [
        f"notes.{note}: has at most {LONGEST_NOTE} characters"
        for note, text in notes
        if len(text) > LONGEST_NOTE
    ]


def _gone_by(batch: Batch, lead: Lead) -> str:
    """The handoff by which it went where it is; empty where a rule sent it there."""
    given = offers.of_lead(batch.tx, lead.id)
    return given[-1].kind if given and given[-1].state == "accepted" else ""


def _too_late(lead: Lead) -> Superseded:
    """Who has it, or to whom it is offered by now."""
    if lead.offer is not None:
        return Superseded("", lead.epoch, f"offered to {lead.offer.to.id}")
    return superseded(lead)


def _called(batch: Batch, rep: str) -> str:
    known = batch.roster.reps.get(rep)
    return (known.name if known else "") or rep
