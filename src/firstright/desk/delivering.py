"""Claiming what is to be sent: under the turn, heads of chains only, each as a message that is the same at every attempt.

What can go nowhere ends here, with its reason, another way for an alert where the policy names one, and a line of audit.
It sends nothing.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

import msgspec

from firstright.core.messages import PARTNERS, About, rendered
from firstright.core.offers import SHARED
from firstright.core.policy import Medium, Template
from firstright.core.sequences import STEP_EVENT
from firstright.desk.batch import Batch
from firstright.desk.draftlinks import with_link
from firstright.desk.letter import DRAFT_EVENT, Letter
from firstright.desk.meetingletters import is_letter, worded
from firstright.desk.outgoing import place_of, planned
from firstright.desk.sharing import page_of
from firstright.desk.stepletter import Unsent, address_of, step_letter, still_wanted
from firstright.desk.unsure import nobody_knows
from firstright.outbound.channel import Message
from firstright.storage import deliveries, destinations, enrolments, leads
from firstright.storage.destinations import DestinationRow
from firstright.storage.rows import AuditRow, DeliveryRow, LeadRow

LEASE = timedelta(seconds=20)  # longer than any attempt: see worker.postman.TIMEOUT
ACTOR = "firstright"
_encode = msgspec.json.Encoder().encode

log = logging.getLogger("firstright.deliveries")


class Outgoing(msgspec.Struct, frozen=True):
    """A delivery that is ours until its lease is over, the message it is, and the destination as registered."""

    message: Message
    place: DestinationRow
    row: DeliveryRow


class Unsendable(Exception):
    """A delivery that no attempt could bring anywhere; the sentence says why."""


_letter = msgspec.json.Decoder(Letter).decode
_about = msgspec.json.Decoder(About).decode


class ClaimDeliveries:
    """At most `room` deliveries under `token`. `link` is what a lead's id is put behind; empty: messages have no link."""

    lane = "deadlines"

    def __init__(self, room: int, token: str, link: str = "", site: str = "") -> None:
        self.room = room
        self.token = token
        self.link = link
        self.site = site  # where browsers reach us; empty: letters have no link to pages of leads

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> list[Outgoing]:
        if batch.memory.policy is None or batch.memory.roster is None:
            return []
        tx, now = batch.tx, batch.turn.now
        for row in deliveries.expire(tx, now):
            buried(batch, row) if row.state == "dead" else nobody_knows(batch, row)
        plan = planned(tx, now, self.room, batch.policy.policy)
        for reason, names in plan.hopeless + plan.late:
            for row in deliveries.bury(tx, names, reason):
                buried(batch, row)
        rows = deliveries.claim(tx, now, plan.asks, self.room, self.token, LEASE)
        return self._written(batch, rows) if rows else []

    def rescue(self, batch: Batch, failure: Exception) -> list[Outgoing]:
        raise failure

    def _written(self, batch: Batch, rows: list[DeliveryRow]) -> list[Outgoing]:
        """Messages for what was claimed; what makes none is dead."""
        places = destinations.load(batch.tx)
        known = leads.rows(batch.tx, {row.lead_id for row in rows if row.lead_id})
        written: list[Outgoing] = []
        fresh: list[tuple[str, bytes]] = []
        for row in rows:
            place = place_of(row.destination, places)
            assert place is not None  # it was asked for because it is there
            try:
                lead = known.get(row.lead_id or "")
                if row.event == STEP_EVENT:
                    still_wanted(batch, row, lead)
                kept = row.body or self._body(batch, row, known)
                if row.event == DRAFT_EVENT:
                    kept = with_link(batch.tx, row.lead_id or "", kept, self.site)
                written.append(Outgoing(_message(row, kept, _address(batch, row, lead)), place, row))
            except (Unsendable, Unsent) as why:
                _give_up(batch, row, str(why))
                continue
            except Exception as failure:  # else what is told of one lead holds up what is told of all
                log.exception("delivery.not-written", extra={"delivery": row.id})
                _give_up(batch, row, f"could not be written: {type(failure).__name__}")
                continue
            if not row.body:
                fresh.append((row.id, kept))
        deliveries.store_bodies(batch.tx, self.token, fresh)
        return written

    def _body(self, batch: Batch, row: DeliveryRow, known: dict[str, LeadRow]) -> bytes:
        policy, lead = batch.policy.policy, known.get(row.lead_id or "")
        if is_letter(row):
            told_of = worded(batch, row, leads.as_lead(lead).facts if lead else {}, self.site)
            return _encode(
                Letter(told_of.subject, told_of.text, calendar=told_of.calendar, method=told_of.method)
            )
        if lead is not None and row.event == STEP_EVENT:
            said = step_letter(batch, row, lead, self.site)
            return _encode(
                Letter(
                    said.subject,
                    said.text,
                    said.body,
                    unsubscribe=said.unsubscribe,
                    author=said.author,
                    reply_to=said.reply_to,
                )
            )
        template = policy.templates.get(row.template)
        if template is None and row.template:
            raise Unsendable(f"template {row.template} is not in policy version {batch.policy.version}")
        told = rendered(
            template,
            _told_about(row),
            leads.as_lead(lead).facts if lead else {},
            medium=row.channel,
            delivery=row.id,
            lead=row.lead_id or "",
            policy=policy,
            roster=batch.roster,
            link=self._link(batch, row),
        )
        return _encode(Letter(told.subject, told.text, told.body))

    def _link(self, batch: Batch, row: DeliveryRow) -> str:
        """To the lead; a partner, who has no account here, has a page of their own to answer on."""
        if row.event in PARTNERS:
            partner = row.destination.partition(":")[2]
            known = {kind.to for kind in batch.policy.policy.handoffs.values() if kind.kind == "partner"}
            asks = row.event == SHARED
            return (
                page_of(batch.tx, row.lead_id or "", partner if partner in known else "", self.site)
                if asks
                else ""
            )
        return f"{self.link}{row.lead_id}" if self.link and row.lead_id else ""


def _told_about(row: DeliveryRow) -> About:
    """Deliveries older than their column `about` have none."""
    try:
        return _about(row.about)
    except msgspec.ValidationError:
        return About(event=row.event, at=row.created_at or row.due_at, cause="", outcome="")


def _message(row: DeliveryRow, kept: bytes, to: str) -> Message:
    letter = _letter(kept)
    return Message(
        row.id,
        row.channel,
        to,
        letter.subject,
        letter.text,
        letter.body,
        letter.calendar,
        letter.method,
        letter.unsubscribe,
        letter.author,
        letter.reply_to,
    )


def _address(batch: Batch, row: DeliveryRow, lead: LeadRow | None) -> str:
    """Looked up at every claim: a delivery that died of a wrong address is sent to the right one when it is replayed."""
    if row.event == STEP_EVENT:
        return address_of(row, lead) if row.channel == Medium.EMAIL else ""
    if row.channel != Medium.EMAIL or "@" in row.rep_id:
        return row.rep_id if row.channel == Medium.EMAIL else ""
    rep = batch.roster.reps.get(row.rep_id)
    if rep is None or not rep.email:
        raise Unsendable(f"{row.rep_id} has no e-mail address in roster version {batch.roster.version}")
    return rep.email


def _give_up(batch: Batch, row: DeliveryRow, why: str) -> None:
    if deliveries.dead(batch.tx, row.id, row.lease_token, 0, why, tried=False):
        buried(batch, row)
        deliveries.wake(batch.tx, [row.lead_id])


def buried(batch: Batch, row: DeliveryRow) -> None:
    """A delivery has died in this batch: audited, and told another way where the policy names one."""
    data = _encode({"destination": row.destination, "event": row.event}).decode()
    batch.rows.audits.append(
        AuditRow(
            batch.new_id(),
            batch.turn.now,
            batch.turn.n,
            ACTOR,
            "dead",
            "delivery",
            row.id,
            row.decision_id,
            data,
        )
    )
    if row.event == STEP_EVENT and row.lead_id:
        enrolments.failed(batch.tx, row.lead_id, row.id, row.last_error)
    other = fallback(batch, row)
    if other is not None and not _is_told(batch.rows.deliveries + _others(batch, row), row, other):
        batch.rows.deliveries.append(_instead(batch, row, other))


def fallback(batch: Batch, row: DeliveryRow) -> Template | None:
    """The template that is told instead of this one, if it goes another way. Subscribers have one way only."""
    if row.event == STEP_EVENT:
        return None  # what is written to a lead is nobody else's to read
    templates = batch.policy.policy.templates
    first = templates.get(row.template)
    other = templates.get(first.fallback) if first and row.epoch is not None else None
    return other if other and other.channel != row.channel else None


def _others(batch: Batch, row: DeliveryRow) -> list[DeliveryRow]:
    return deliveries.of_lead(batch.tx, row.lead_id) if row.lead_id else []


def _is_told(others: Iterable[DeliveryRow], row: DeliveryRow, other: Template) -> bool:
    """Whether the same was told that way before: a delivery that was replayed may die a second time."""
    return any(
        (each.decision_id, each.rep_id, each.event, each.template)
        == (row.decision_id, row.rep_id, row.event, other.id)
        for each in others
    )


def _instead(batch: Batch, row: DeliveryRow, other: Template) -> DeliveryRow:
    return DeliveryRow(
        batch.new_id(),
        row.lead_id,
        row.epoch,
        f"{other.channel}:{row.rep_id}",
        other.channel,
        other.id,
        row.rep_id,
        "ready",
        batch.turn.now,
        person_id=row.person_id,
        order_key=row.order_key,
        event=row.event,
        about=row.about,
        decision_id=row.decision_id,
        created_at=batch.turn.now,
        trace=row.trace,
    )
