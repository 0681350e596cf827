"""What people do about a handoff from a lead's page or their inbox: give, accept, decline, withdraw, have a lead back. What is
allowed, the desk judges.
"""

from fastapi import APIRouter

from firstright.core.authority import Right
from firstright.core.handnotes import LONGEST_NOTE, NOTES
from firstright.core.policy import DECLINE_REASONS
from firstright.desk.acting import Acted
from firstright.desk.handover import AcceptOffer, DeclineOffer, HandOver, TakeBack
from firstright.intake.strict import Field, Fields
from firstright.web.console.onlead import WITH_BACK, Act, Asked, on_lead
from firstright.web.console.room import Room

GIVE: Fields = {
    **WITH_BACK,
    "type": Field(required=True, most=64),
    **{note: Field(most=LONGEST_NOTE) for note in NOTES},
}
ACCEPT: Fields = {**WITH_BACK, "offer": Field(most=64)}
DECLINE: Fields = {**ACCEPT, "reason": Field(required=True, among=DECLINE_REASONS), "note": Field(most=2_000)}
BACK: Fields = {**WITH_BACK, "why": Field(most=500)}
CALLED = {f"notes.{note}": note for note in NOTES}


def handoffacts(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _give(asked: Asked) -> Acted:
    notes = tuple([(note, asked.text(note)) for note in NOTES if asked.text(note)])
    return asked.act(HandOver(asked.lead, asked.rep, asked.text("type"), notes=notes, epoch=asked.epoch))


def _accept(asked: Asked) -> Acted:
    return asked.act(AcceptOffer(asked.lead, asked.rep, offer=asked.text("offer"), epoch=asked.epoch))


def _decline(asked: Asked) -> Acted:
    reason, note, offer = asked.text("reason"), asked.text("note"), asked.text("offer")
    return asked.act(DeclineOffer(asked.lead, asked.rep, reason, note=note, offer=offer, epoch=asked.epoch))


def _back(asked: Asked) -> Acted:
    why, actor = asked.text("why"), asked.actor
    return asked.act(TakeBack(asked.lead, asked.by, reason=why, actor=actor, epoch=asked.epoch))


def _stays(asked: Asked, acted: Acted | None) -> str:
    if acted is None or (acted.outcome, acted.owner) != ("owner", asked.rep):
        return ""
    return "Nobody can take it over just now. It stays yours."


ACTS = (
    Act("handoff", GIVE, _give, "Handed over.", called=CALLED, apart="type", warns=_stays),
    Act("offer-accept", ACCEPT, _accept, "Accepted: it is yours."),
    Act("offer-decline", DECLINE, _decline, "Declined: somebody else is asked."),
    Act("offer-withdraw", BACK, _back, "Taken back.", Right.SEE_LEADS),
)
