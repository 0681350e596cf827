"""What people do to a lead's meeting from its page or their agenda: book for them, move, call off, say how it went.

What is allowed, the desk judges.
"""

from datetime import UTC, datetime

from fastapi import APIRouter

from firstright.desk.acting import Acted
from firstright.desk.meetings import (
    LONGEST_REASON,
    BookMeeting,
    CancelMeeting,
    MeetingHeld,
    MeetingMissed,
    MoveMeeting,
)
from firstright.intake.strict import Field, Fields
from firstright.web.console.onlead import Act, Asked, holders, on_lead
from firstright.web.console.room import Room

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
BACK = Field(most=200)
SLOT: Fields = {"slot": Field(required=True, most=120), "back": BACK}
WHY: Fields = {"meeting": Field(most=64), "why": Field(most=LONGEST_REASON), "back": BACK}
CALLED = {"starts": "slot", "type": "slot", "reason": "why"}


def meetingacts(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _book(asked: Asked) -> Acted:
    type, at = _slot(asked)
    return asked.act(BookMeeting(asked.lead, asked.by, type, at, called=_called(asked)))


def _move(asked: Asked) -> Acted:
    return asked.act(MoveMeeting(asked.lead, asked.by, _slot(asked)[1], called=_called(asked)))


def _cancel(asked: Asked) -> Acted:
    meeting, why, called = asked.text("meeting"), asked.text("why"), _called(asked)
    return asked.act(CancelMeeting(asked.lead, asked.by, meeting=meeting, reason=why, called=called))


def _missed(asked: Asked) -> Acted:
    meeting, why = asked.text("meeting"), asked.text("why")
    return asked.act(MeetingMissed(asked.lead, asked.by, meeting=meeting, reason=why))


def _held(asked: Asked) -> Acted:
    meeting, why = asked.text("meeting"), asked.text("why")
    return asked.act(MeetingHeld(asked.lead, asked.by, meeting=meeting, reason=why))


def _slot(asked: Asked) -> tuple[str, datetime]:
    """The kind and the instant of a choice; of a forged one an instant at which nothing is free."""
    type, _, text = asked.text("slot").partition("|")
    try:
        at = datetime.fromisoformat(text)
        return type, at.astimezone(UTC) if at.tzinfo else NEVER
    except (ValueError, OverflowError):
        return type, NEVER


def _called(asked: Asked) -> str:
    return "" if asked.rep else asked.actor.name


ACTS = tuple(
    act._replace(may=holders)
    for act in (
        Act("book", SLOT, _book, "Booked with {owner}. The invitation is on its way.", called=CALLED),
        Act("meeting-move", SLOT, _move, "Moved. Both are told.", called=CALLED),
        Act("meeting-cancel", WHY, _cancel, "Called off. Both are told.", called=CALLED),
        Act(
            "meeting-no-show",
            WHY,
            _missed,
            "Noted: they did not come. There is a task to offer another time.",
        ),
        Act("meeting-held", WHY, _held, "Noted: you met."),
    )
)
