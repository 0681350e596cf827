"""An open offer of a lead, what is handed over with it, and to whom it could be handed; and what is offered to whom."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from firstright.core.authority import Right
from firstright.core.glance import Glance, glance
from firstright.core.handnotes import NOTES, missing, prefilled
from firstright.core.handoff import FIRST, HandoffType
from firstright.core.lead import Fact, HolderKind
from firstright.core.policy import DECLINE_REASONS
from firstright.core.rules.predicates import Truth, evaluate
from firstright.desk.handover import SeeOffer
from firstright.storage import leads, offers, tickets
from firstright.storage.leadview import Seen
from firstright.storage.offers import OfferRow
from firstright.storage.tickets import TicketRow
from firstright.storage.transactions import Tx
from firstright.web.console.form import Form
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit

AWAY = ("support", "partner", "nurture")
SHORT = frozenset({"source", "campaign", "product", "channel", "recency", "history"})  # a line each
_MOMENT = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b")  # as core.handnotes writes it
WRITTEN = (
    "product",
    "asked",
    "key_notes",
    "questions",
    "objections",
    "next_step",
)  # by whoever hands it over
MOST = 200  # open offers a page looks through


class Note(msgspec.Struct, frozen=True):
    name: str
    label: str
    needed: bool
    short: bool


class Give(msgspec.Struct, frozen=True):
    """One handoff that could be made of this lead now. `lacks` are labels of notes that are needed and not known."""

    id: str
    name: str
    what: str
    notes: tuple[Note, ...]
    more: tuple[Note, ...]  # notes that may be said
    lacks: tuple[str, ...]
    form: Form


class HandoffSeen(msgspec.Struct, frozen=True):
    """What the page shows of it."""

    offer: OfferRow | None
    to: str  # whom it is offered to, by name
    by: str
    kind: str  # what the offer is of, in words
    mine: bool  # it is offered to who looks
    may_withdraw: bool
    notes: tuple[tuple[str, str], ...]  # (label, text) of the offer, or of the last handoff
    gives: tuple[Give, ...]
    ticket: TicketRow | None
    may_recall: bool
    reasons: tuple[tuple[str, str], ...]


class OfferSeen(msgspec.Struct, frozen=True):
    """A line of what is offered to whom."""

    lead: str
    offer: str
    epoch: int
    glance: Glance
    to: str
    by: str
    kind: str
    until: datetime | None
    mine: bool
    unseen: bool


def handoff_seen(tx: Tx, visit: Visit, seen: Seen) -> HandoffSeen | None:
    """What its part of the lead's page shows; None: nothing."""
    if visit.policy is None or not asks(visit):
        return None
    policy = visit.policy.policy
    row, actor = seen.row, visit.actor
    offer = offers.open_of(tx, row.id) if row.outcome == "offered" else None
    given = [each for each in offers.of_lead(tx, row.id) if each.state == "accepted"]
    shown = offer or (given[-1] if given else None)
    own = row.holder_kind == HolderKind.REP and row.holder_id == actor.rep != ""
    decides = actor.may_assign(seen.holder, row.holder_id) or (actor.sees_all and actor.may(Right.ASSIGN))
    kept = tickets.of_lead(tx, row.id) if row.outcome == "support" else []
    gives = tuple(_gives(visit, seen, policy.handoffs.values())) if own and row.outcome == "owner" else ()
    found = HandoffSeen(
        offer=offer,
        to=_called(visit, offer) if offer else "",
        by=visit.rep(offer.given_by) if offer and offer.given_by else "",
        kind=_kind(visit, shown.kind) if shown else "",
        mine=offer is not None and offer.to_kind == "rep" and offer.rep_id == actor.rep != "",
        may_withdraw=offer is not None and (own or decides),
        notes=tuple([(NOTES.get(name, name), _theirs(visit, text)) for name, text in _read(shown)])
        if shown
        else (),
        gives=gives,
        ticket=kept[-1] if kept else None,
        may_recall=row.outcome in AWAY and (decides or actor.may(Right.ASSIGN)),
        reasons=tuple([(reason, reason.replace("-", " ")) for reason in DECLINE_REASONS]),
    )
    return found if found.offer or found.notes or found.gives or found.ticket or found.may_recall else None


def _theirs(visit: Visit, text: str) -> str:
    """A note whose moments are on the clock of who reads it: it was written down in nobody's. What somebody typed may look
    like a moment and be none."""

    def said(found: re.Match[str]) -> str:
        try:
            return visit.moment(datetime.fromisoformat(found[1]).replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            return found[0]

    return _MOMENT.sub(said, text)


def asks(visit: Visit) -> bool:
    """Whether anything is ever offered under this policy: else nobody looks for it."""
    policy = visit.policy.policy if visit.policy else None
    return policy is not None and bool(policy.handoffs or any(pool.offer for pool in policy.pools.values()))


def offers_seen(tx: Tx, visit: Visit, tab: str) -> list[OfferSeen]:
    """What is offered to who looks ("mine"), or to and by the people they answer for; first to run out first."""
    actor = visit.actor
    if tab == "mine":
        found = offers.offered_to(tx, actor.rep) if actor.rep else []
    elif tab in ("team", "all"):
        every = offers.open_ones(tx, MOST)
        found = [each for each in every if actor.sees_all or {each.rep_id, each.given_by} & actor.team]
    else:
        return []
    rows = leads.rows(tx, [each.lead_id for each in found]) if found else {}
    return [_line(visit, each, leads.as_lead(row).facts) for each in found if (row := rows.get(each.lead_id))]


def confirm(room: Room, visit: Visit, unseen: Iterable[str]) -> None:
    """The receipt of offers that were shown to who they are made to. Nobody waits for it."""
    for lead in unseen:
        room.desk.writer.submit(SeeOffer(lead, visit.actor.rep))


def _line(visit: Visit, offer: OfferRow, facts: Mapping[str, Fact]) -> OfferSeen:
    mine = offer.to_kind == "rep" and offer.rep_id == visit.actor.rep != ""
    return OfferSeen(
        offer.lead_id,
        offer.id,
        offer.epoch,
        glance(facts),
        _called(visit, offer),
        visit.rep(offer.given_by) if offer.given_by else "",
        _kind(visit, offer.kind),
        offer.expires_at,
        mine,
        mine and offer.received_at is None,
    )


def _gives(visit: Visit, seen: Seen, kinds: Iterable[HandoffType]) -> Iterable[Give]:
    lead = leads.as_lead(seen.row)
    had = dict.fromkeys(visit.rep(each.holder_id) for each in seen.holders if each.holder_kind == "rep")
    known = prefilled(lead.facts, lead.source, lead.arrived_at, had, lead.status)
    for kind in kinds:
        if kind.when is not None and evaluate(kind.when, lead.facts, visit.now) is not Truth.TRUE:
            continue
        notes = [Note(name, label, name in kind.needs, name in SHORT) for name, label in NOTES.items()]
        yield Give(
            kind.id,
            kind.name or kind.id.replace("-", " "),
            _what(visit, kind),
            tuple([note for note in notes if note.needed]),
            tuple([note for note in notes if not note.needed]),
            tuple([NOTES[name].lower() for name in missing(kind, known.items())]),
            Form(known, name=f"handoff-{kind.id}"),
        )


def _what(visit: Visit, kind: HandoffType) -> str:
    """What happens then, in a sentence."""
    match kind.kind:
        case "support":
            return "Support gets a ticket with what is known, and the lead is with them until it is solved."
        case "nurture":
            return "It rests, and comes back by itself or when they stir."
        case "partner":
            asked = ", once they say yes. Until then it stays yours" if kind.accept else ""
            return f"{kind.to} gets what may be shared{asked}."
        case _:
            whom = visit.pool(kind.to) if kind.receiver == "pool" else visit.queue(kind.to)
            whom = visit.rep(kind.to) if kind.receiver == "rep" else whom
            if kind.receiver == "queue":
                return f"It goes to {whom} at once, for whoever claims it there."
            if not kind.accept:
                return f"It goes to {whom} at once."
            return f"Somebody of {whom} is asked. It stays yours until they say yes."


def _kind(visit: Visit, kind: str) -> str:
    if kind == FIRST:
        return "New lead"
    known = visit.policy.policy.handoffs.get(kind) if visit.policy else None
    return (known.name if known else "") or kind.replace("-", " ").capitalize()


def _read(offer: OfferRow) -> list[tuple[str, str]]:
    """What somebody wrote comes before what was filled in from what is known."""
    return sorted(offer.notes, key=lambda note: note[0] not in WRITTEN)


def _called(visit: Visit, offer: OfferRow) -> str:
    return visit.rep(offer.rep_id) if offer.to_kind == "rep" else offer.rep_id
