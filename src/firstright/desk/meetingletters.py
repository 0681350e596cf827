"""Letters about a meeting: noted for the outbox as it is booked, moved or called off, and worded when one is first sent.

Each carries the invitation as a calendar file. It decides nothing and sends nothing.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.about import About
from firstright.core.filling import filled, lines, one_line
from firstright.core.lead import Facts
from firstright.core.meetings import OURS, THE_LEAD, MeetingType
from firstright.core.rendering import LONGEST_SUBJECT, MISSING, Fields
from firstright.desk.batch import Batch
from firstright.desk.links import token
from firstright.outbound.invitation import Invitation, Person, invitation
from firstright.storage import meetings
from firstright.storage.meetings import MeetingRow
from firstright.storage.rows import DeliveryRow

PREFIX = "invitation."
LEAD, REP = "lead", "rep"
EVENTS = ("invitation.booked", "invitation.moved", "invitation.cancelled", "invitation.reminder")
SUBJECTS = {
    "invitation.booked": "{what}: {time}",
    "invitation.moved": "Moved: {what}, now {time}",
    "invitation.cancelled": "Called off: {what}, {time}",
    "invitation.reminder": "Reminder: {what}, {time}",
}
OPENINGS = {
    "invitation.booked": "{title} with {other} is booked for {time}.",
    "invitation.moved": "{title} with {other} is now {time}; it was {before}.",
    "invitation.cancelled": "{title} with {other}, {time}, was called off.",
    "invitation.reminder": "{title} with {other} begins {time}.",
}


class MeetingTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one letter is about, as it was when it was noted. Beside it stands what any message is about."""

    event: str
    at: datetime
    cause: str
    outcome: str
    meeting: str
    sequence: int
    type: str
    rep: str
    to: str  # lead | rep
    starts: datetime
    ends: datetime
    zone: str
    before: datetime | None = None
    reason: str = ""
    asks: bool = False  # the time is of our choosing: whether it suits, the lead is asked


_about = msgspec.json.Decoder(MeetingTold).decode
_encode = msgspec.json.Encoder().encode


class Worded(msgspec.Struct, frozen=True):
    subject: str
    text: str
    calendar: str
    method: str


def tell_both(
    batch: Batch,
    row: MeetingRow,
    event: str,
    facts: Facts,
    *,
    before: datetime | None = None,
    reason: str = "",
) -> None:
    """A letter to the lead and one to the rep, as far as they have addresses."""
    tell_lead(batch, row, event, facts, before=before, reason=reason)
    tell_rep(batch, row, event, row.rep_id, before=before, reason=reason)


def tell_lead(
    batch: Batch,
    row: MeetingRow,
    event: str,
    facts: Facts,
    *,
    before: datetime | None = None,
    reason: str = "",
) -> None:
    address = facts.get("email")
    if isinstance(address, str) and "@" in address:
        _note(batch, row, event, LEAD, address, before, reason)


def tell_rep(
    batch: Batch,
    row: MeetingRow,
    event: str,
    rep_id: str,
    *,
    before: datetime | None = None,
    reason: str = "",
) -> None:
    rep = batch.roster.reps.get(rep_id)
    if rep is not None and rep.email:
        _note(batch, msgspec.structs.replace(row, rep_id=rep_id), event, REP, rep_id, before, reason)


def _note(
    batch: Batch, row: MeetingRow, event: str, to: str, whom: str, before: datetime | None, reason: str
) -> None:
    now = batch.turn.now
    about = MeetingTold(
        event=event,
        at=now,
        cause="booked",
        outcome="",
        meeting=row.id,
        sequence=row.sequence,
        type=row.type,
        rep=row.rep_id,
        to=to,
        starts=row.starts_at,
        ends=row.ends_at,
        zone=row.zone,
        before=before,
        reason=reason,
        asks=to == LEAD and row.changed_by != THE_LEAD and before != row.starts_at,
    )
    batch.rows.deliveries.append(
        DeliveryRow(
            batch.new_id(),
            row.lead_id,
            None,
            f"email:{whom}",
            "email",
            "",
            whom,
            "ready",
            now,
            person_id=row.person_id,
            order_key=f"{batch.turn.n:012d}.{batch.seq:06d}.{len(batch.rows.deliveries):06d}",
            event=event,
            about=_encode(about).decode(),
            decision_id=row.decision_id,
            created_at=now,
        )
    )


def is_letter(row: DeliveryRow) -> bool:
    return row.event in EVENTS and row.channel == "email"


def worded(batch: Batch, row: DeliveryRow, facts: Facts, site: str) -> Worded:
    """The letter of one delivery. `site` is where the booking pages are reached; empty: it has no link."""
    about = _about(row.about)
    types = batch.policy.policy.meetings
    type = types.get(about.type) or MeetingType(about.type)
    link = f"{site}/b/{token(meetings.secret(batch.tx), row.lead_id)}" if site and row.lead_id else ""
    say = _Sayings(batch, about, type, facts, row.lead_id or "", link)
    subject, text = _template(batch, about, type, say) or _shipped(about, type, say, link)
    cancelled = about.event == "invitation.cancelled"
    calendar = "" if about.event == "invitation.reminder" else say.invitation(text, cancelled=cancelled)
    return Worded(subject, text, calendar, "CANCEL" if cancelled else "REQUEST")


class _Sayings:
    """The words and fields of one letter."""

    def __init__(
        self, batch: Batch, about: MeetingTold, type: MeetingType, facts: Facts, lead: str, link: str
    ) -> None:
        policy = batch.policy.policy
        self.about = about
        self.type = type
        self.link = link
        self.company = policy.company
        rep = batch.roster.reps.get(about.rep)
        self.rep = Person(rep.email if rep else "", (rep.name if rep else "") or about.rep)
        plain = About(about.event, about.at, about.cause, "", holder_kind="rep", holder=about.rep)
        self.fields = Fields(plain, facts, lead, policy, batch.roster, "")
        self.lead = Person(str(facts.get("email") or ""), self.fields.of_decision("name"))
        zone = about.zone if about.to == LEAD else _zone_of(batch, about.rep)
        self.zone = ZoneInfo(zone or policy.zone)

    def __call__(self, name: str) -> str:
        match name:
            case "meeting_title" | "title":
                return self.type.said
            case "meeting_time" | "time":
                return self.when(self.about.starts)
            case "meeting_place":
                return self.type.location or MISSING
            case "booking_link":
                return self.link or MISSING
            case "before":
                return self.when(self.about.before) if self.about.before else MISSING
            case "what":
                named = self.company and self.about.to == LEAD
                return f"{self.type.said} with {self.company}" if named else self.type.said
            case "other":
                return self.of_us if self.about.to == LEAD else self.fields.of_decision("who")
            case _:
                return self.fields(name)

    @property
    def of_us(self) -> str:
        """The rep, as somebody from outside knows them."""
        return f"{self.rep.name} of {self.company}" if self.company else self.rep.name

    def when(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({self.zone.key})"

    def invitation(self, text: str, *, cancelled: bool) -> str:
        about = self.about
        asked = Invitation(
            uid=f"{about.meeting}{OURS}",
            sequence=about.sequence,
            stamp=about.at,
            starts=about.starts,
            ends=about.ends,
            summary=f"{self.type.said}: {self.fields.of_decision('who')}"
            if about.to == REP
            else f"{self.type.said} with {self.of_us}",
            organizer=Person(self.rep.email, self.of_us),
            guest=self.lead,
            description=text,
            location=self.type.location,
            url=self.link if about.to == LEAD else "",
            asks=about.asks,
        )
        return invitation(asked, "CANCEL" if cancelled else "REQUEST")


def _template(
    batch: Batch, about: MeetingTold, type: MeetingType, say: Callable[[str], str]
) -> tuple[str, str] | None:
    """The policy's own words, to the lead and where it has some."""
    name = type.reminder if about.event == "invitation.reminder" else type.confirm
    template = batch.policy.policy.templates.get(name) if about.to == LEAD and name else None
    if template is None or about.event == "invitation.cancelled":
        return None
    subject = filled(template.subject or SUBJECTS[about.event], say)
    return one_line(subject, LONGEST_SUBJECT), lines(filled(template.text, say))


def _shipped(about: MeetingTold, type: MeetingType, say: Callable[[str], str], link: str) -> tuple[str, str]:
    said = [OPENINGS[about.event]]
    if about.reason:
        said.append(f"The reason: {about.reason.replace('{', '(').replace('}', ')')}")
    if type.location and about.event != "invitation.cancelled":
        said.append("Where: {meeting_place}")
    if link and about.to == LEAD:
        again = "Book another time: " if about.event == "invitation.cancelled" else "Move it or call it off: "
        said.append(again + "{booking_link}")
    text = lines("\n\n".join(filled(line, say) for line in said))
    return one_line(filled(SUBJECTS[about.event], say), LONGEST_SUBJECT), text


def _zone_of(batch: Batch, rep_id: str) -> str:
    rep = batch.roster.reps.get(rep_id)
    return batch.roster.hours_of(rep).calendar.zone if rep and rep.calendar else ""
