"""What people do about the outreach to a lead from its page: begin a sequence, stop it, note what the lead agrees to.

What is allowed, the desk judges.
"""

from fastapi import APIRouter

from firstright.core.authority import Right
from firstright.desk.acting import Acted
from firstright.desk.optingout import CHANNELS, STATES
from firstright.desk.outreachasked import OutreachAsked, reached_out
from firstright.intake.strict import Field, Fields
from firstright.storage.leadview import Seen
from firstright.web.console.onlead import EPOCH, Act, Asked, on_lead
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away

START: Fields = {**EPOCH, "sequence": Field(required=True, most=64)}
CONSENT: Fields = {
    **EPOCH,
    "channel": Field(required=True, among=CHANNELS),
    "state": Field(required=True, among=STATES),
    "text": Field(most=200),
}


def outreachacts(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _theirs(visit: Visit, seen: Seen) -> None:
    """The owner writes to their lead, or who may give leads away says so."""
    if seen.row.holder_id != visit.actor.rep and not visit.actor.may(Right.ASSIGN):
        raise away(403, "auth.role", "this lead is with somebody else")


def _start(asked: Asked) -> None:
    sequence = asked.text("sequence")
    reached_out(asked.desk, OutreachAsked("start", asked.lead, asked.epoch, sequence=sequence), by=asked.by)


def _stop(asked: Asked) -> None:
    reached_out(asked.desk, OutreachAsked("stop", asked.lead, asked.epoch), by=asked.by)


def _consent(asked: Asked) -> None:
    channel, state, text = asked.text("channel"), asked.text("state"), asked.text("text")
    wanted = OutreachAsked("consent", asked.lead, channel=channel, state=state, source="console", text=text)
    reached_out(asked.desk, wanted, by=asked.by)


def _opt_out(asked: Asked) -> None:
    reached_out(asked.desk, OutreachAsked("opt-out", asked.lead, source="console"), by=asked.by)


def _onward(asked: Asked, acted: Acted | None) -> str:
    return f"/leads/{asked.seen.row.id}#outreach"


ACTS = tuple(
    act._replace(may=_theirs, onward=_onward)
    for act in (
        Act("sequence-start", START, _start, "The sequence has begun."),
        Act("sequence-stop", EPOCH, _stop, "Stopped: nothing more of it is sent."),
        Act("consent", CONSENT, _consent, "Noted."),
        Act("opt-out", EPOCH, _opt_out, "Noted: nothing is sent to them by itself any more."),
    )
)
