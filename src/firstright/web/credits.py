"""/v1/credit-requests: turns that reps asked back. GET tells them; POST .../approve and .../refuse answer one.

A key that may work reviews answers as operations do. What may be given, the desk judges.
"""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.crediting import Answered, CreditAnswer
from firstright.intake.strict import Field, Fields
from firstright.storage import credits
from firstright.storage.rows import CreditRequestRow
from firstright.web.acts import text
from firstright.web.assigning import REASON
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.lists import as_operations
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.problems import away
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head
from firstright.web.reviewing import WORK

APPROVE: Fields = {"reason": Field(most=LONGEST_REASON)}
REFUSE: Fields = {"reason": REASON}
PARAMETERS = frozenset({"after", "limit", "rep"})


class CreditView(msgspec.Struct, frozen=True):
    """A turn that was asked back. `state` is asked, given or refused; `note` is why it was refused, or what was said."""

    request: str
    lead: str
    rep: str
    pool: str
    lane: str
    cost: int
    reason: str
    state: str
    asked_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    note: str


class CreditsView(msgspec.Struct, frozen=True):
    """Those that wait for an answer, the oldest first; of one `rep` the latest, whatever became of them."""

    requests: list[CreditView]
    next: str | None


def crediting(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1/credit-requests", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "",
        summary="Turns that wait for somebody's yes, the oldest first",
        openapi_extra=parameters(rep="the latest of this rep instead", after="`next` of the page before"),
    )
    def listed(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope, PARAMETERS).authorization, READ).key)
        given = queried(request.scope)
        limit, rep = page_size(given), given.get("rep", "")
        after = begins(given, credits.FIRST, credits.read_place, FOR_PROGRAMS)
        if rep and "after" in given:
            raise away(400, "query.invalid", "of one rep there is one page: the latest")
        with desk.read() as tx:
            if rep:
                return said(CreditsView([_view(row) for row in credits.of_rep(tx, rep, limit)], None))
            found = credits.waiting(tx, scope.actor, after, limit + 1)
        shown, last = cut(found, limit)
        following = credits.Place(last.asked_at, last.id).text() if last else None
        return said(CreditsView([_view(row) for row in shown], following))

    _answers(router, desk, keeper)
    return router


def _answers(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    responses = problem_responses(409, 413, 415, 422)

    async def answered(request: Request, name: str, fields: Fields, *, approve: bool) -> Response:
        caller, values = await commanded(request, keeper, fields, scope=WORK)
        asked = CreditAnswer(name, approve, text(values, "reason"))
        return await run_in_threadpool(lambda: said(_done(desk, asked, caller.key, values)))

    @router.post(
        "/{request_id}/approve",
        summary="The turn goes back to who had it",
        openapi_extra=command(APPROVE),
        responses=responses,
    )
    async def approve(request: Request, request_id: Id) -> Response:
        return await answered(request, request_id, APPROVE, approve=True)

    @router.post(
        "/{request_id}/refuse",
        summary="The turn stays spent",
        openapi_extra=command(REFUSE),
        responses=responses,
    )
    async def refuse(request: Request, request_id: Id) -> Response:
        return await answered(request, request_id, REFUSE, approve=False)


def _done(desk: Desk, asked: CreditAnswer, by: str, values: dict[str, object]) -> Answered:
    if not is_id(asked.request):
        raise nothing()
    with judged(values):
        return desk.act(asked.work(operator(by)))


def _view(row: CreditRequestRow) -> CreditView:
    return CreditView(
        row.id,
        row.lead_id,
        row.rep,
        row.pool,
        row.lane,
        row.cost,
        row.reason,
        row.state,
        row.asked_at,
        row.resolved_at,
        row.resolved_by,
        row.note,
    )
