"""A first message by its owner: sent through the outbox, or copied. Sent is a touch when it was delivered, and not before.

Only who has the lead now sees their draft; nothing goes out that still has a gap, or that the rule keeps back.
"""

from collections.abc import Iterator

import msgspec

from firstright.core.about import About
from firstright.core.actions import EMAIL, SENT
from firstright.core.causes.nextaction import gated, rule_of
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead
from firstright.core.policy import Medium
from firstright.core.rendering import blanks
from firstright.desk.acting import Acted, acted, standing, superseded
from firstright.desk.batch import Batch
from firstright.desk.deciding import decide_in
from firstright.desk.letter import DRAFT_EVENT, Letter
from firstright.desk.mailing import Unwanted, address_for
from firstright.desk.stepletter import owner_of
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, destinations, drafts
from firstright.storage.drafts import DraftRow
from firstright.storage.rows import DeliveryRow, TouchRow

UNSENT = ("ready", "failed", "copied")
EVENT = DRAFT_EVENT
LONGEST, LONGEST_SUBJECT = 20_000, 200
_encode = msgspec.json.Encoder().encode
WHY = {
    "no-address": "there is no e-mail address to write to",
    "invalid-contact": "what was sent to their address came back",
    "no-consent": "they did not agree to be written to",
    "consent-withdrawn": "they do not want to be written to any more",
    "suppressed": "they are on the list of whom not to contact",
    "after-qualified": "the rule lets nothing be sent before the lead is qualified",
}


class _OnDraft:
    """Something done to a draft by the one it was written for. Nothing is decided by it."""

    lane = "person"

    def __init__(self, draft: str, lead: str, by: str, *, epoch: int | None = None) -> None:
        self.draft = draft
        self.lead = lead
        self.by = by
        self.epoch = epoch

    def needs(self, batch: Batch) -> None:
        batch.want_lead(self.lead)

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        stored, draft = standing(batch, self.lead), drafts.one(batch.tx, self.draft)
        lead = batch.lead(stored.id) if stored else None
        if stored is None or lead is None or draft is None or draft.lead_id != lead.id:
            return NotFound(f"draft {self.draft}")
        theirs = (lead.epoch, lead.holder) == (draft.epoch, Holder(HolderKind.REP, self.by))
        if self.epoch not in (None, lead.epoch) or not theirs or draft.rep_id != self.by:
            return superseded(lead)
        if reasons := self.refused(batch, lead, draft):
            return Refused(reasons)
        self.carried_out(batch, lead, draft)
        return acted(stored, "")

    def rescue(self, batch: Batch, failure: Exception) -> Acted | FirstrightError:
        raise failure

    def refused(self, batch: Batch, lead: Lead, draft: DraftRow) -> list[str]:
        """Sentences about everything that is wrong with it."""
        return [] if draft.state in UNSENT else [f"text: it is {draft.state} already"]

    def carried_out(self, batch: Batch, lead: Lead, draft: DraftRow) -> None:
        raise NotImplementedError


class SendDraft(_OnDraft):
    """As its owner has left it. The message goes to the lead's own address, in the order of what is told of the lead."""

    def __init__(
        self, draft: str, lead: str, by: str, subject: str, text: str, *, epoch: int | None = None
    ) -> None:
        super().__init__(draft, lead, by, epoch=epoch)
        self.subject = " ".join(subject.split())
        self.text = text.replace("\r\n", "\n").strip()

    def refused(self, batch: Batch, lead: Lead, draft: DraftRow) -> list[str]:
        found = super().refused(batch, lead, draft)
        if draft.channel != EMAIL:
            found.append(f"text: only e-mail is sent from here; copy it, and log the {draft.channel}")
        found += [*_wrong("subject", self.subject, LONGEST_SUBJECT), *_wrong("text", self.text, LONGEST)]
        if code := held(batch, lead):
            found.append(f"text: {why_not(code)}")
        if not _mails(batch):
            found.append("text: no mail server is registered (destination email): copy it instead")
        return found

    def carried_out(self, batch: Batch, lead: Lead, draft: DraftRow) -> None:
        author, answers = owner_of(lead, batch.roster)
        to, name, now = address_for(batch, lead, batch.turn.now), batch.new_id(), batch.turn.now
        assert isinstance(to, str)  # else it was refused
        about = About(EVENT, now, Cause.TOUCHED, lead.outcome, epoch=lead.epoch, cycle=lead.cycle, by=self.by)
        batch.rows.deliveries.append(
            DeliveryRow(
                name,
                lead.id,
                lead.epoch,
                f"{Medium.EMAIL}:{to}",
                Medium.EMAIL,
                "",
                to,
                "ready",
                now,
                body=_encode(Letter(self.subject, self.text, author=author, reply_to=answers)),
                person_id=lead.person,
                order_key=f"{batch.turn.n:012d}.{batch.seq:06d}.{len(batch.rows.deliveries):06d}",
                event=EVENT,
                about=_encode(about).decode(),
                created_at=now,
            )
        )
        drafts.send(batch.tx, draft.id, self.subject, self.text, name)
        _noted(batch, self.by, "send-draft", lead, draft)


class CopyDraft(_OnDraft):
    """They took the words with them, and will log the touch themselves."""

    def carried_out(self, batch: Batch, lead: Lead, draft: DraftRow) -> None:
        drafts.ended(batch.tx, draft.id, "copied")
        _noted(batch, self.by, "copy-draft", lead, draft)


def held(batch: Batch, lead: Lead) -> str:
    """Why nothing personal may be sent to the lead now, as a code."""
    if code := gated(lead, rule_of(lead, batch.policy)):
        return code
    to = address_for(batch, lead, batch.turn.now)
    return to.why if isinstance(to, Unwanted) else ""


def delivered(batch: Batch, delivery: DeliveryRow) -> None:
    """A message of somebody's own has arrived: it is their touch, as of now."""
    draft = drafts.of_delivery(batch.tx, delivery.id)
    lead = batch.lead(draft.lead_id) if draft else None
    if draft is None or lead is None:
        return
    now = batch.turn.now
    drafts.sent(batch.tx, draft.id, now)
    act = Act(by=draft.rep_id, channel=EMAIL, result=SENT, at=now)
    decide_in(batch, msgspec.structs.replace(lead, act=act), Cause.TOUCHED, f"draft:{draft.id}")
    batch.rows.touches.append(
        TouchRow(
            batch.new_id(), lead.id, draft.epoch, draft.rep_id, EMAIL, SENT, "", now, now, lead.person or None
        )
    )


def undelivered(batch: Batch, delivery: DeliveryRow) -> None:
    """It could not be brought anywhere: it stays with its owner, to be mended."""
    if draft := drafts.of_delivery(batch.tx, delivery.id):
        drafts.ended(batch.tx, draft.id, "failed")


def why_not(code: str) -> str:
    """A reason for which nothing is sent, in words."""
    return WHY.get(code, code.replace("-", " "))


def _wrong(field: str, text: str, most: int) -> Iterator[str]:
    if not text:
        yield f"{field}: is empty"
    elif len(text) > most:
        yield f"{field}: has at most {most:,} characters"
    elif gaps := blanks(text):
        yield f"{field}: {', '.join(gaps)} {'is' if len(gaps) == 1 else 'are'} still to be filled in"


def _mails(batch: Batch) -> bool:
    place = destinations.load(batch.tx).get(Medium.EMAIL)
    return place is not None and place.enabled


def _noted(batch: Batch, by: str, what: str, lead: Lead, draft: DraftRow) -> None:
    now, turn = batch.turn.now, batch.turn.n
    audit.append(batch.tx, batch.new_id(), now, turn, by, what, "lead", lead.id, {"template": draft.template})
