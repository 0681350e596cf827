"""Saying yes or no to a turn that was asked back: on the review page, with a reason where it is no.

Who may, and whether it can be given, the desk judges.
"""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.crediting import CreditAnswer, may_see
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import credits
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.review import ReviewPages
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away

APPROVE: Fields = {"reason": Field(most=LONGEST_REASON)}
REFUSE: Fields = {"reason": Field(required=True, most=LONGEST_REASON)}


def creditacts(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = ReviewPages(room)

    def answered(request: Request, name: str, given: Posted, fields: Fields, *, approve: bool) -> Response:
        visit = room.enter_to_change(request, given, Right.REVIEW)
        if not _is_asked(room, visit, name):
            return room.done("/review", "It was answered in the meantime. Nothing was changed.", "warn")
        values = room.values(visit, given, fields, name)
        if isinstance(values, Form):
            return pages.show_list(visit, form=values, status=422)
        try:
            asked = CreditAnswer(name, approve, str(values.get("reason", "")))
            done = room.desk.act(asked.work(visit.actor))
        except Refused as refusal:
            return pages.show_list(visit, form=refused(given, refusal.reasons, name), status=422)
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        who, pool = visit.rep(done.rep), visit.pool(done.pool)
        said = f"Agreed: {who} has the turn in {pool} back." if approve else f"Not given: {who} is told why."
        return room.done("/review", said)

    @router.post("/credit-requests/{request_id}/approve")
    def approve(request: Request, request_id: str, given: Posted) -> Response:
        return answered(request, request_id, given, APPROVE, approve=True)

    @router.post("/credit-requests/{request_id}/refuse")
    def refuse(request: Request, request_id: str, given: Posted) -> Response:
        return answered(request, request_id, given, REFUSE, approve=False)

    return router


def _is_asked(room: Room, visit: Visit, name: str) -> bool:
    """Whether it waits for an answer. Raises TurnedAway for what is not there, not theirs, or their own."""
    with room.desk.read() as tx:
        asked = credits.load(tx, name)
    if asked is None or not may_see(visit.actor, asked.rep):
        raise away(404, "not_found", "there is nothing to answer under this address")
    if asked.rep == visit.actor.rep:
        raise away(403, "auth.role", "this is your own, and somebody else's to answer")
    return asked.state == "asked"
