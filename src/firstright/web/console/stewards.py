"""Who answers for each part of the policy, what is overdue, and noting that somebody has looked."""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.policy import Policy
from firstright.core.why.reasons import rule_name
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.watch.stewards import Answering, ReviewPart, answering
from firstright.errors import Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import users
from firstright.web.console.form import NOTHING_TYPED, Form, Posted, refused
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.request import read_head

REVIEWED: Fields = {
    "part": Field(required=True),
    "note": Field(required=True, most=LONGEST_REASON),
}


def stewards(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/policy/stewards")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_POLICY)
        read_head(request.scope)
        return _shown(room, visit)

    @router.post("/policy/stewards/reviewed")
    def reviewed(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_POLICY)
        values = room.values(visit, given, REVIEWED)
        if isinstance(values, Form):
            return _shown(room, visit, values, status=422)
        try:
            done = room.desk.act(ReviewPart(str(values["part"]), visit.actor, str(values["note"])))
        except Refused as refusal:
            return _shown(room, visit, refused(given, refusal.reasons), status=422)
        after = f" It is looked at again by {done.due.day} {done.due:%b %Y}." if done.due else ""
        return room.done("/policy/stewards", f"Noted: {_called(visit, done.part)}.{after}")

    return router


def _shown(room: Room, visit: Visit, form: Form = NOTHING_TYPED, *, status: int = 200) -> Response:
    found: list[Answering] = []
    names: dict[str, str] = {}
    if visit.policy is not None:
        with room.desk.read() as tx:
            found = answering(tx, visit.policy.policy, room.desk.instant(tx, visit.now))
            names = dict(users.names(tx))
    late = [each for each in found if each.overdue]
    return room.page(
        visit,
        "stewards.html",
        status=status,
        here="/policy",
        tab="stewards",
        form=form,
        published=visit.policy is not None,
        late=late,
        others=[each for each in found if not each.overdue],
        names=names,
        parts=[(part, _called(visit, part)) for part in _theirs(visit, found)],
        called=lambda part: _called(visit, part),
        who=lambda name: name if "@" in name or not name else visit.rep(name),
    )


def _called(visit: Visit, part: str) -> str:
    """A part by the name it has in the policy, else by its id."""
    kind, _, id = part.partition(":")
    name = _name(visit.policy.policy, kind, id) if visit.policy else ""
    return f"{kind} “{name}”" if name not in ("", id) else f"{kind} {id}".strip()


def _name(policy: Policy, kind: str, id: str) -> str:
    match kind:
        case "rule":
            return rule_name(id, policy)
        case "queue" if id in policy.queues:
            return policy.queues[id].name
        case "sequence" if id in policy.sequences:
            return policy.sequences[id].name
        case _:
            return ""


def _theirs(visit: Visit, found: list[Answering]) -> list[str]:
    """Parts that whoever looks may note as looked at."""
    mine = visit.actor
    return [
        each.steward.part
        for each in found
        if mine.sees_all or (mine.rep and mine.rep in (each.steward.responsible, each.steward.accountable))
    ]
