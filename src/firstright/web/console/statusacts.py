"""What people do about where a lead is, from its page: move it on, win, lose or disqualify it, open it again, make it a contact,
give roles. What stands in the way comes back beside the form; what is allowed, the desk judges.
"""

from collections.abc import Callable

from fastapi import APIRouter

from firstright.core.authority import Right
from firstright.core.pipeline import BY_HAND, DISQUALIFIED_AS, ENDED, LOST, PIPELINE, ROLES, WON
from firstright.desk.acting import Acted
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.converted import LONGEST_NAME, MOST_AMOUNT, Convert
from firstright.desk.moving import REOPENED, MoveStatus, SetRole
from firstright.intake.strict import Field, Fields
from firstright.web.console.onlead import EPOCH, Act, Asked, home, on_lead
from firstright.web.console.room import Room
from firstright.web.console.statusseen import vouchable
from firstright.web.console.visit import Visit

NOTE = Field(most=2_000)
WORDS: Fields = {**EPOCH, "reason": Field(required=True, most=LONGEST_REASON)}
DISQUALIFY: Fields = {**EPOCH, "reason": Field(required=True, most=100), "note": NOTE}
ROLE: Fields = {**EPOCH, "role": Field(required=True, among=ROLES), "rep": Field(most=64)}
CONVERT: Fields = {**EPOCH, "deal": Field(most=LONGEST_NAME), "amount": Field("integer", most=MOST_AMOUNT)}
MET = "met-"  # begins the boxes of what somebody gives their word for


def statusacts(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _move_fields(visit: Visit) -> Fields:
    pipeline = visit.policy.policy.pipeline if visit.policy else PIPELINE
    boxes = {MET + name: Field(among=("yes",)) for name in vouchable(pipeline)}
    return {**EPOCH, "to": Field(required=True, among=BY_HAND), "note": NOTE, **boxes}


def _move(asked: Asked) -> Acted:
    met = tuple(name.removeprefix(MET) for name in asked.values if name.startswith(MET))
    to, note = asked.text("to"), asked.text("note")
    return asked.act(MoveStatus(asked.lead, asked.actor, to, met=met, note=note, epoch=asked.epoch))


def _to(status: str) -> Callable[[Asked], Acted]:
    def does(asked: Asked) -> Acted:
        reason, note = asked.text("reason"), asked.text("note")
        work = MoveStatus(asked.lead, asked.actor, status, reason=reason, note=note, epoch=asked.epoch)
        return asked.act(work)

    return does


def _convert(asked: Asked) -> Acted:
    deal, amount = asked.text("deal"), asked.whole("amount")
    return asked.act(Convert(asked.lead, asked.actor, deal=deal, amount=amount, epoch=asked.epoch))


def _role(asked: Asked) -> Acted:
    role, rep = asked.text("role"), asked.text("rep")
    return asked.act(SetRole(asked.lead, asked.actor, role, rep, epoch=asked.epoch))


def _onward(asked: Asked, acted: Acted | None) -> str:
    """Who had it last still sees it."""
    return f"/leads/{acted.lead}" if acted and acted.status in ENDED else home(asked, acted)


ACTS = tuple(
    act._replace(onward=_onward)
    for act in (
        Act("status", _move_fields, _move, "Moved: it is {status} now."),
        Act("won", EPOCH, _to(WON), "Won. Its clocks have ended."),
        Act("lost", WORDS, _to(LOST), "Lost. Its clocks have ended."),
        Act("disqualify", DISQUALIFY, _to(DISQUALIFIED_AS), "Disqualified, with the reason you gave."),
        Act("reopen", WORDS, _to(REOPENED), "Opened again: a new cycle has begun.", Right.ASSIGN),
        Act("convert", CONVERT, _convert, "It is a contact now."),
        Act("role", ROLE, _role, "Noted."),
    )
)
