"""Sequences of outreach, as data: which steps there are, when the next one is due, and what ends one.

Whether a step may be sent just now is `outreach`; sending is not ours.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from firstright.core.hours import Calendar, Hours, NeverOpen, Shift
from firstright.core.lead import Act, Cause, Lead, Outcome
from firstright.core.rules.conditions import Condition
from firstright.core.rules.fields import Catalogue, Field, FieldType

NOTHING = timedelta(0)
STEP_EVENT = "lead.step"  # of a delivery that is a step: it goes to the lead, and no subscriber hears of it


class By(StrEnum):
    """What a step is done by. The first two need nobody; the others ask the owner."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"
    TASK = "task"


AUTOMATIC = frozenset({By.EMAIL, By.SMS})


class Counted(StrEnum):
    """In whose business time the waits of a sequence are counted."""

    OWNER = "owner"
    LEAD = "lead"  # Monday to Friday, between the quiet hours, on the lead's own clock
    ALWAYS = "24x7"


class Ends(StrEnum):
    """What the lead does that ends a sequence, where the sequence says so. Opt-out, a closed lead and, unless it is moved
    along, another owner always do."""

    REPLY = "reply"
    ENQUIRY = "enquiry"
    BOOKED = "booked"
    BOUNCE = "bounce"
    CLICK = "click"
    VISIT = "visit"


ENDS = (Ends.REPLY, Ends.ENQUIRY, Ends.BOOKED, Ends.BOUNCE)
SO_FAR = ("so_far.replied", "so_far.clicked", "so_far.visited")  # since it began; for a step's `when` alone
_TALKED = frozenset({"connected", "replied", "met"})  # results of a touch in which the lead answered
_OVER = frozenset({Outcome.CLOSED, Outcome.REJECTED, Outcome.QUARANTINED, Outcome.SUPPORT, Outcome.PARTNER})
_CLOSED = frozenset({"won", "lost", "disqualified"})  # statuses


class SequenceStep(msgspec.Struct, frozen=True):
    """One step: after `wait` of business time on `channel`, by template (sent) or as a task (asked of the owner)."""

    channel: By
    wait: timedelta = NOTHING
    template: str = ""
    task: str = ""
    when: Condition | None = None

    @property
    def automatic(self) -> bool:
        return self.channel in AUTOMATIC


class Sequence(msgspec.Struct, frozen=True):
    """`purpose` is what consent is asked for."""

    id: str
    steps: tuple[SequenceStep, ...] = ()
    name: str = ""
    purpose: str = "sales"
    basis: Counted = Counted.OWNER
    stop_on: tuple[Ends, ...] = ENDS


class Enrolled(msgspec.Struct, frozen=True, tag="enrolled"):
    """The lead begins a sequence with who has it now."""

    sequence: str


class Halted(msgspec.Struct, frozen=True, tag="halted", omit_defaults=True):
    """Whatever sequence it is in stops, and why."""

    reason: str


SequenceEffect = Enrolled | Halted


def with_so_far(catalogue: Catalogue) -> Catalogue:
    """The fields a step's `when` may ask about: all, and what the lead has done since the sequence began."""
    known = {name: Field(name, FieldType.BOOLEAN, name.replace("so_far.", "has ")) for name in SO_FAR}
    return Catalogue({**catalogue, **known})


def done_so_far(kinds: frozenset[str]) -> dict[str, bool]:
    """Values of those fields, by the kinds of engagements there were."""
    return {
        "so_far.replied": bool(kinds & {"reply", "enquiry", "chat", "call-in"}),
        "so_far.clicked": "click" in kinds,
        "so_far.visited": bool(kinds & {"visit", "download"}),
    }


def due_after(wait: timedelta, since: datetime, hours: Hours) -> datetime:
    """When a step is due; in plain time once the calendar does not open any more: something must happen."""
    if wait <= NOTHING:
        return since
    try:
        return hours.add(since, wait)
    except NeverOpen:
        return since + wait


def local_hours(zone: str, opens: int, closes: int) -> Hours:
    """Monday to Friday on a lead's own clock; minutes of the day."""
    shifts = tuple(Shift(day, opens, closes) for day in range(5))
    return Hours(Calendar(f"lead-local {zone}", zone, shifts))


def ended_by(cause: Cause, act: Act | None, before: Lead, after: Lead, sequence: Sequence) -> str:
    """Why a decision ends a sequence; empty when it goes on. Another holder is the business of `reassigning`."""
    if after.outcome in _OVER or (after.status in _CLOSED and before.status != after.status):
        return "closed"
    act = act or Act()
    ends: Ends | None = None
    match cause:
        case Cause.BOOKED:
            ends = Ends.BOOKED
        case Cause.TOUCHED | Cause.CALL_OUTCOME if act.result == "booked":
            ends = Ends.BOOKED
        case Cause.TOUCHED | Cause.CALL_OUTCOME if act.result in _TALKED:
            ends = Ends.REPLY
        case Cause.ARRIVED:
            ends = Ends.ENQUIRY
        case Cause.ENGAGED:
            ends = _of_kind(act.channel)
        case _:
            pass
    return ends.value if ends in sequence.stop_on and ends else ""


def _of_kind(kind: str) -> Ends | None:
    if kind in ("reply", "chat", "call-in"):
        return Ends.REPLY
    if kind in ("enquiry", "form"):
        return Ends.ENQUIRY
    return {"click": Ends.CLICK, "visit": Ends.VISIT, "download": Ends.VISIT}.get(kind)
