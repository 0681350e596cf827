"""What is done to the clocks of a lead from its page: they stand still, they go on, a miss is excused or worked out anew.

What is allowed, the desk judges.
"""

from fastapi import APIRouter

from firstright.core.authority import Right
from firstright.core.clockwork import EXCUSES
from firstright.desk.acting import Acted
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.clockacts import ExcuseMiss, PauseClocks, PutRight, ResumeClocks
from firstright.intake.strict import Field, Fields
from firstright.web.console.onlead import EPOCH, Act, Asked, on_lead
from firstright.web.console.room import Room

AS_NOW = "as-now"  # in the clock's own calendar
PAUSE: Fields = {
    **EPOCH,
    "why": Field(required=True, most=64),
    "until": Field("instant", required=True),
    "note": Field(most=LONGEST_REASON),
}
EXCUSE: Fields = {
    **EPOCH,
    "clock": Field(required=True, most=64),
    "why": Field(required=True, among=EXCUSES),
    "calendar": Field(most=64),
    "note": Field(required=True, most=LONGEST_REASON),
}
CALLED = {"reason": "why"}


def clockforms(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _pause(asked: Asked) -> Acted:
    until, why, note = asked.instant("until"), asked.text("why"), asked.text("note")
    assert until is not None
    return asked.act(PauseClocks(asked.lead, asked.actor, why, until, note=note, epoch=asked.epoch))


def _resume(asked: Asked) -> Acted:
    return asked.act(ResumeClocks(asked.lead, asked.actor, epoch=asked.epoch))


def _excuse(asked: Asked) -> Acted:
    clock, why, note, calendar = (asked.text(name) for name in ("clock", "why", "note", "calendar"))
    if not calendar:
        return asked.act(ExcuseMiss(asked.lead, asked.actor, clock, why, note))
    rightly = "" if calendar == AS_NOW else calendar
    return asked.act(PutRight(asked.lead, asked.actor, clock, why, note, calendar=rightly))


def _there(asked: Asked, acted: Acted | None) -> str:
    return f"/leads/{asked.lead}"


ACTS = tuple(
    act._replace(called=CALLED, onward=_there)
    for act in (
        Act("pause-clocks", PAUSE, _pause, "The clocks stand still."),
        Act("resume-clocks", EPOCH, _resume, "The clocks go on."),
        Act("excuse", EXCUSE, _excuse, "It is noted, and counts as no miss of theirs.", Right.ASSIGN),
    )
)
