"""/v1/reps/{id}/feed: a calendar that is read by URL. Its address goes in and does not come out again, but for the host."""

import asyncio
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.rules.durations import parse_duration
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.staff.feeds import FeedAsked, FeedChange, FeedEnded, Feeds
from firstright.intake.strict import Field, Fields
from firstright.storage import feeds as stored
from firstright.web.acts import text
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, problem_responses
from firstright.web.pausing import WRITE, Rep
from firstright.web.problems import away
from firstright.web.reading import nothing, said
from firstright.web.request import queried, read_head

FEED: Fields = {"url": Field(required=True, most=2_000), "busy_over": Field(most=20)}
ENDED = frozenset({"reason"})
_REASON = {
    "parameters": [
        {
            "name": "reason",
            "in": "query",
            "description": "for the change log",
            "schema": {"type": "string"},
        }
    ]
}


class FeedView(msgspec.Struct, frozen=True):
    """`said` is what came of the calendar the last time it was another one, at `taken_at`; `read_at` is the last look that went
    well, `problem` why the latest did not. `next_at` is the next look.
    """

    rep: str
    host: str
    busy_over: int | None
    set_at: datetime
    set_by: str
    said: str
    taken_at: datetime | None
    read_at: datetime | None
    failures: int
    problem: str
    next_at: datetime


def feeding(desk: Desk, keeper: Doorkeeper, feeds: Feeds | None) -> APIRouter:
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/reps/{rep_id}/feed", responses=responses)

    @router.get("", summary="How the calendar of a rep that is read by URL is doing")
    async def shown(request: Request, rep_id: Rep) -> Response:
        head = read_head(request.scope)
        await asyncio.to_thread(keeper.admit, head.authorization, WRITE)
        return await run_in_threadpool(lambda: said(_view(desk, rep_id)))

    @router.put("", summary="Read a rep's own calendar (iCalendar) by URL", openapi_extra=command(FEED))
    async def put(request: Request, rep_id: Rep) -> Response:
        caller, values = await commanded(request, keeper, FEED, scope=WRITE)
        asked = FeedAsked(rep_id, text(values, "url"), _seconds(text(values, "busy_over")))
        return await run_in_threadpool(lambda: _changed(desk, feeds, asked, caller.key))

    @router.delete(
        "", status_code=204, summary="Read a rep's calendar by URL no longer", openapi_extra=_REASON
    )
    async def delete(request: Request, rep_id: Rep) -> Response:
        head = read_head(request.scope, ENDED)
        caller = await asyncio.to_thread(keeper.admit, head.authorization, WRITE)
        given = queried(request.scope).get("reason", "")
        asked = FeedEnded(rep_id, given) if given else FeedEnded(rep_id)
        return await run_in_threadpool(lambda: _changed(desk, feeds, asked, caller.key))

    return router


def _seconds(given: str) -> int | None:
    if not given:
        return None
    try:
        return int(parse_duration(given).total_seconds())
    except ValueError as error:
        raise away(422, "duration.invalid", f"busy_over: {error}") from None


def _changed(desk: Desk, feeds: Feeds | None, asked: FeedChange, by: str) -> Response:
    if feeds is None:
        raise away(503, "feeds.off", "this process has no key to seal addresses with")
    if isinstance(asked, FeedAsked) and desk.roster is not None and asked.rep not in desk.roster.reps:
        raise nothing()
    with judged({}):  # the address is said to nobody once more, not even to who sent it
        feeds.change(asked, operator(by))
    return said(_view(desk, asked.rep)) if isinstance(asked, FeedAsked) else Response(status_code=204)


def _view(desk: Desk, rep: str) -> FeedView:
    with desk.read() as tx:
        row = stored.one(tx, rep)
    if row is None:
        raise nothing()
    return FeedView(
        row.rep_id,
        row.host,
        row.busy_over,
        row.set_at,
        row.set_by,
        row.said,
        row.taken_at,
        row.read_at,
        row.failures,
        row.problem,
        row.due_at,
    )
