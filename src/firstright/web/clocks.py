"""/v1/leads/{id}/pause, /resume, /excuse and /correct, and /v1/clocks: clocks that stand still or go on, misses told and excused.

A key may stop the clocks of a rep it speaks for; to excuse a miss it decides as operations do. What may be, the desk judges.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.authority import Actor, Role
from firstright.core.clockwork import EXCUSES
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.asked import operator
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.clockacts import ExcuseMiss, PauseClocks, PutRight, ResumeClocks
from firstright.desk.clockasked import MOST, Excused, SpanAsked, excuse_span, of_span
from firstright.intake.strict import Field, Fields
from firstright.storage import excuses
from firstright.web.acts import EPOCH, NOTE, REP, ActDoor, ActRoute, doors, epoch_of, text
from firstright.web.assigning import ASSIGN
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.lists import as_operations
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.reading import READ, Who, said
from firstright.web.request import moment, page_size, queried, read_head

WHY = Field(required=True, among=EXCUSES)
SAID = Field(required=True, most=LONGEST_REASON)
PAUSE: Fields = {
    "rep": REP,
    "why": Field(required=True, most=64),
    "until": Field("instant", required=True),
    "note": Field(most=LONGEST_REASON),
    "epoch": EPOCH,
}
RESUME: Fields = {"rep": REP, "note": NOTE, "epoch": EPOCH}
EXCUSE: Fields = {"clock": Field(required=True, most=64), "why": WHY, "note": SAID}
CORRECT: Fields = {**EXCUSE, "calendar": Field(most=64)}
SPAN: Fields = {
    "since": Field("instant", required=True),
    "until": Field("instant", required=True),
    "why": WHY,
    "note": SAID,
    "calendar": Field(most=64),
    "pool": Field(most=64),
    "clock": Field(most=64),
}
PARAMETERS = frozenset({"since", "until", "calendar", "pool", "clock", "limit"})
LATELY = timedelta(days=7)


class MissView(msgspec.Struct, frozen=True):
    """A clock that was missed and not excused, and with whom its lead is now."""

    lead: str
    clock: str
    calendar: str
    due_at: datetime
    missed_at: datetime
    met_at: datetime | None
    holder: Who | None


class MissesView(msgspec.Struct, frozen=True):
    """In the order they were noticed; `more`: narrow it."""

    misses: list[MissView]
    more: bool


def clocks(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    _of_leads(router, ActDoor(desk, keeper), ActDoor(desk, keeper, ASSIGN))
    _spans(router, desk, keeper)

    @router.get(
        "/clocks/missed",
        summary="Deadlines that were missed and not excused",
        openapi_extra=parameters(
            since="due from then on; else of the last seven days",
            until="due before then",
            calendar="counted in this one",
            pool="of leads that rules send there",
            clock="of this name",
        ),
    )
    def missed(request: Request) -> Response:
        head = read_head(request.scope, PARAMETERS)
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        limit, at = page_size(given), now()
        span = SpanAsked(
            moment(given, "since") or at - LATELY,
            moment(given, "until") or at,
            "",
            "",
            given.get("calendar", ""),
            given.get("pool", ""),
            given.get("clock", ""),
        )
        policy = desk.policy.policy if desk.policy else None
        with desk.read() as tx:
            misses = excuses.misses(tx, span.since, span.until, MOST)
        found = list(of_span(misses, span, scope.actor, policy))
        shown = [
            MissView(
                each.lead,
                each.clock,
                each.calendar,
                each.due,
                each.missed_at,
                each.met_at,
                Who(each.holder_kind, each.holder, "") if each.holder else None,
            )
            for each in found[:limit]
        ]
        return said(MissesView(shown, len(found) > limit))

    return router


def _of_leads(router: APIRouter, door: ActDoor, strict: ActDoor) -> None:
    responses = problem_responses(408, 409, 413, 415, 422)

    doors(
        router,
        door,
        ActRoute("/leads/{lead_id}/pause", "Clocks of the owner stand still", PAUSE, _pause),
        ActRoute(
            "/leads/{lead_id}/resume", "They go on, with the business time that was left", RESUME, _resume
        ),
        responses=responses,
    )
    doors(
        router,
        strict,
        ActRoute("/leads/{lead_id}/excuse", "A miss is nobody's fault", EXCUSE, _excuse),
        ActRoute(
            "/leads/{lead_id}/correct",
            "A miss is worked out anew in the calendar as it is now, or in another one",
            CORRECT,
            _correct,
        ),
        responses=responses,
    )


def _spans(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    responses = problem_responses(409, 413, 415, 422)

    async def answered(request: Request, *, correct: bool) -> Response:
        caller, values = await commanded(request, keeper, SPAN, scope=ASSIGN)
        return await run_in_threadpool(lambda: said(_excused(desk, values, caller.key, correct=correct)))

    @router.post(
        "/clocks/excuse",
        summary="All misses of a span of time are nobody's fault",
        openapi_extra=command(SPAN),
        responses=responses,
    )
    async def excuse(request: Request) -> Response:
        return await answered(request, correct=False)

    @router.post(
        "/clocks/correct",
        summary="All misses of a span of time are worked out anew",
        openapi_extra=command(SPAN),
        responses=responses,
    )
    async def correct(request: Request) -> Response:
        return await answered(request, correct=True)


def _excused(desk: Desk, values: dict[str, object], by: str, *, correct: bool) -> Excused:
    with judged(values):
        asked = msgspec.convert({**values, "correct": correct}, SpanAsked)
        return excuse_span(desk, asked, operator(by))


def _pause(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    until = values["until"]
    assert isinstance(until, datetime)
    actor, note = _speaking_for(values, by), text(values, "note")
    return PauseClocks(lead, actor, text(values, "why"), until, note=note, epoch=epoch_of(values), key=key)


def _resume(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    actor, note = _speaking_for(values, by), text(values, "note")
    return ResumeClocks(lead, actor, note, epoch=epoch_of(values), key=key)


def _excuse(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    clock, why, note = (text(values, name) for name in ("clock", "why", "note"))
    return ExcuseMiss(lead, operator(by), clock, why, note, key=key)


def _correct(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    clock, why, note, calendar = (text(values, name) for name in ("clock", "why", "note", "calendar"))
    return PutRight(lead, operator(by), clock, why, note, calendar=calendar, key=key)


def _speaking_for(values: dict[str, object], by: str) -> Actor:
    """A key may do what the rep it names may, and no more."""
    rep = text(values, "rep")
    return Actor(by, by, Role.REP, rep, frozenset({rep}))
