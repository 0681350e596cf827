"""GET /v1/stuck: leads that lie, why and since when. POST /v1/leads/{id}/stuck: what is decided about one of them."""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.causes.overriding import DISQUALIFIED
from firstright.core.sweep import CAUSES
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.asked import operator
from firstright.desk.watch.stuck import DECISIONS, LookedAt
from firstright.intake.strict import Field, Fields
from firstright.storage import stuck as stored
from firstright.web.acts import EPOCH, ActDoor, epoch_of, text
from firstright.web.assigning import ASSIGN, REASON
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.problems import away
from firstright.web.reading import READ, Id, Who, said
from firstright.web.request import page_size, queried, read_head

PARAMETERS = frozenset({"after", "limit", "cause", "owner"})
DECIDE: Fields = {
    "decided": Field(required=True, among=DECISIONS),
    "reason": REASON,
    "rep": Field(most=64),
    "why": Field(among=DISQUALIFIED),
    "epoch": EPOCH,
}


class CauseView(msgspec.Struct, frozen=True):
    cause: str
    since: datetime


class StuckView(msgspec.Struct, frozen=True):
    lead: str
    holder: Who | None
    outcome: str
    status: str
    epoch: int
    causes: list[CauseView]
    found_at: datetime


class StuckListView(msgspec.Struct, frozen=True):
    """Those that lie longest first; `counts` are of all of them, by cause. `next` as everywhere."""

    leads: list[StuckView]
    counts: dict[str, int]
    next: str | None


def stuck(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    door = ActDoor(desk, keeper, ASSIGN)

    @router.get(
        "/stuck",
        summary="Leads that lie, those that do so longest first",
        openapi_extra=parameters(
            cause="only these", owner="only this rep's", after="`next` of the page before"
        ),
    )
    def listed(request: Request) -> Response:
        head = read_head(request.scope, PARAMETERS)
        actor = as_operations(keeper.admit(head.authorization, READ).key).actor
        given = queried(request.scope)
        limit, cause, owner = page_size(given), given.get("cause", ""), given.get("owner", "")
        if cause and cause not in CAUSES:
            raise away(400, "query.invalid", f"cause is one of {', '.join(CAUSES)}")
        after = begins(given, stored.BEGIN, stored.read_place, FOR_PROGRAMS)
        with desk.read() as tx:
            found = stored.listed(tx, actor, cause=cause, owner=owner, after=after, limit=limit + 1)
            counts = stored.counts(tx, actor, owner)
        shown, last = cut(found, limit)
        following = stored.place_of(last).text() if last else None
        return said(StuckListView([_view(each) for each in shown], counts, following))

    @router.post(
        "/leads/{lead_id}/stuck",
        summary="A lead that lies is kept where it is, moved or closed",
        openapi_extra=command(DECIDE),
        responses=problem_responses(408, 409, 413, 415, 422),
    )
    async def decide(request: Request, lead_id: Id) -> Response:
        return await door.answered(request, lead_id, DECIDE, _looked)

    return router


def _looked(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    decided, reason, rep, why = (text(values, name) for name in ("decided", "reason", "rep", "why"))
    return LookedAt(lead, operator(by), decided, reason, to=rep, why=why, epoch=epoch_of(values), key=key)


def _view(one: stored.Stuck) -> StuckView:
    return StuckView(
        one.lead,
        Who(one.holder_kind, one.holder, "") if one.holder else None,
        one.outcome,
        one.status,
        one.epoch,
        [CauseView(each.cause, each.since) for each in one.causes],
        one.found_at,
    )
