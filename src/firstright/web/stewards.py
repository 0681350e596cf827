"""/v1/stewards: who answers for each part of the policy in force, and by when somebody looks at it again; POST .../reviewed notes
that somebody has."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.watch.stewards import Answering, Noted, PartReviewed, answering
from firstright.intake.strict import Field, Fields
from firstright.web.acts import text
from firstright.web.assigning import REASON
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.problems import away
from firstright.web.reading import READ, nothing, said
from firstright.web.request import queried, read_head
from firstright.web.reviewing import WORK

REVIEWED: Fields = {"part": Field(required=True), "note": REASON}
PARAMETERS = frozenset({"overdue"})


class PartView(msgspec.Struct, frozen=True):
    """A part of the policy. `due` is the day by which it is to be looked at again, null where nobody has to."""

    part: str
    responsible: str
    accountable: str
    inform: tuple[str, ...]
    due: date | None
    overdue: bool
    reviewed_at: datetime | None
    reviewed_by: str
    note: str


class StewardsView(msgspec.Struct, frozen=True):
    """What is overdue comes first, the longest first."""

    version: int
    parts: list[PartView]


def stewards(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/stewards", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "",
        summary="Who answers for what, and what is overdue",
        openapi_extra={"parameters": parameters(overdue="1: only what is overdue")["parameters"][:1]},
    )
    def listed(request: Request) -> Response:
        keeper.admit(read_head(request.scope, PARAMETERS).authorization, READ)
        overdue = queried(request.scope).get("overdue", "0")
        if overdue not in ("0", "1"):
            raise away(400, "query.invalid", "overdue is 0 or 1", overdue[:64])
        policy = desk.policy
        if policy is None:
            raise nothing()
        with desk.read() as tx:
            found = answering(tx, policy.policy, desk.instant(tx, now()))
        shown = [_view(each) for each in found if each.overdue or overdue == "0"]
        return said(StewardsView(policy.version, shown))

    @router.post(
        "/reviewed",
        summary="A part of the policy was looked at",
        openapi_extra=command(REVIEWED),
        responses=problem_responses(408, 409, 413, 415, 422),
    )
    async def reviewed(request: Request) -> Response:
        caller, values = await commanded(request, keeper, REVIEWED, scope=WORK)
        asked = PartReviewed(text(values, "part"), text(values, "note"))
        return await run_in_threadpool(lambda: said(_noted(desk, asked, caller.key, values)))

    return router


def _noted(desk: Desk, asked: PartReviewed, by: str, values: dict[str, object]) -> Noted:
    with judged(values):
        return desk.act(asked.work(operator(by)))


def _view(each: Answering) -> PartView:
    mine, last = each.steward, each.last
    return PartView(
        mine.part,
        mine.responsible,
        mine.accountable,
        mine.inform,
        each.due,
        each.overdue,
        last.at if last else None,
        last.by if last else "",
        last.note if last else "",
    )
