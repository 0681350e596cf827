"""/v1/reps/{id}/absences, /hours, /on, /leave, /pools/{pool}, /calendar, /presence: who is there. A key that may pause anybody
may say all of it. Times without an offset are those where the rep lives; a day is its midnight.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.clean.problem import Problem
from firstright.core.rules.durations import parse_duration
from firstright.core.world import Presence
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.staff.absences import AbsenceAsked, AbsenceEnded
from firstright.desk.staff.attending import HoursAsked, OnAsked
from firstright.desk.staff.calendars import CalendarAsked
from firstright.desk.staff.presence import USUAL, PresenceAsked, Present
from firstright.desk.staff.repasked import RepAsked, staffed
from firstright.desk.staff.repwork import Changed
from firstright.desk.staff.staffing import JoinAsked, LeaveAsked, StepAsked
from firstright.intake.icalendarlines import LARGEST
from firstright.intake.strict import Field, Fields
from firstright.web.acts import text
from firstright.web.assigning import REASON
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, problem_responses
from firstright.web.pausing import WRITE, Rep
from firstright.web.problems import away
from firstright.web.reading import nothing, said
from firstright.web.request import must_be_calendar, queried, read_body, read_head

WHEN = Field(most=40)
NEEDED = Field(required=True, most=40)
ABSENCE: Fields = {
    "type": NEEDED,
    "from": NEEDED,
    "until": NEEDED,
    "backup": Field(most=64),
    "reason": REASON,
}
ENDED = frozenset({"from", "reason"})
HOURS: Fields = {
    "date": Field(required=True, most=10),
    "hours": Field("names", most=10),
    "closed": Field("flag"),
    "reason": REASON,
}
ON: Fields = {"until": WHEN, "reason": REASON}
LEAVE: Fields = {"at": WHEN, "stays": Field("flag"), "reason": REASON}
PLACE: Fields = {
    "weight": Field("integer", most=1_000_000),
    "ramp": Field("names", most=50),
    "joined": WHEN,
    "left": WHEN,
    "reason": REASON,
}
PRESENCE: Fields = {
    "state": Field(required=True, among=tuple(Presence)),
    "for": Field("integer", most=86_400),
}
PoolName = Annotated[str, Path(max_length=64)]
Build = Callable[[str, dict[str, object]], RepAsked]
Answered = Callable[[Request, str, Fields, Build], Awaitable[Response]]


class ChangedView(msgspec.Struct, frozen=True):
    """What is so now; `roster` is the version that says so, `problems` are entries of a calendar that could not be read."""

    rep: str
    says: str
    roster: int
    changed: bool
    problems: tuple[Problem, ...] = ()


class PresentView(msgspec.Struct, frozen=True):
    """Until when it holds; later, somebody counts as offline."""

    rep: str
    state: str
    until: datetime


def staffing(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/reps/{rep_id}", responses=responses)

    async def answered(request: Request, rep: str, fields: Fields, build: Build) -> Response:
        caller, values = await commanded(request, keeper, fields, scope=WRITE)
        asked = build(rep, values)
        return await run_in_threadpool(lambda: said(_view(_done(desk, asked, values, caller.key))))

    @router.delete("/absences", summary="A rep is back, or was not to be away", openapi_extra=_ENDED)
    async def back(request: Request, rep_id: Rep) -> Response:
        head = read_head(request.scope, ENDED)
        caller = await asyncio.to_thread(keeper.admit, head.authorization, WRITE)
        values = dict[str, object](queried(request.scope))
        asked = AbsenceEnded(rep_id, text(values, "reason"), text(values, "from"))
        return await run_in_threadpool(lambda: said(_view(_done(desk, asked, values, caller.key))))

    _days(router, answered)
    _places(router, answered)

    @router.put("/calendar", summary="What a rep's own calendar says (iCalendar)", openapi_extra=_CALENDAR)
    async def calendar(request: Request, rep_id: Rep) -> Response:
        head = read_head(request.scope, frozenset({"busy_over"}))
        caller = await asyncio.to_thread(keeper.admit, head.authorization, WRITE)
        must_be_calendar(head)
        body = await read_body(request.receive, head, LARGEST)
        asked = CalendarAsked(rep_id, body.decode(errors="replace"), busy_over=_busy_over(request))
        return await run_in_threadpool(lambda: said(_view(_done(desk, asked, {}, caller.key))))

    @router.post("/presence", summary="Whether a rep is at their desk", openapi_extra=command(PRESENCE))
    async def presence(request: Request, rep_id: Rep) -> Response:
        caller, values = await commanded(request, keeper, PRESENCE, scope=WRITE)
        lasts = values.get("for", int(USUAL.total_seconds()))
        asked = PresenceAsked(rep_id, Presence(text(values, "state")), lasts if isinstance(lasts, int) else 0)
        return await run_in_threadpool(lambda: said(_present(desk, asked, values, caller.key)))

    return router


def _days(router: APIRouter, answered: Answered) -> None:
    @router.post("/absences", summary="A rep is to be away", openapi_extra=command(ABSENCE))
    async def absence(request: Request, rep_id: Rep) -> Response:
        return await answered(request, rep_id, ABSENCE, _absence)

    @router.post("/hours", summary="Other hours of a rep on one day", openapi_extra=command(HOURS))
    async def hours(request: Request, rep_id: Rep) -> Response:
        return await answered(request, rep_id, HOURS, _hours)

    @router.post(
        "/on", summary="A rep takes leads, whatever hours and absences say", openapi_extra=command(ON)
    )
    async def on(request: Request, rep_id: Rep) -> Response:
        return await answered(request, rep_id, ON, _on)


def _places(router: APIRouter, answered: Answered) -> None:
    @router.post(
        "/leave", summary="A rep leaves, and what they have goes to others", openapi_extra=command(LEAVE)
    )
    async def leave(request: Request, rep_id: Rep) -> Response:
        return await answered(request, rep_id, LEAVE, _leave)

    @router.put("/pools/{pool}", summary="A rep's place in a pool", openapi_extra=command(PLACE))
    async def place(request: Request, rep_id: Rep, pool: PoolName) -> Response:
        return await answered(request, rep_id, PLACE, lambda rep, values: _place(rep, pool, values))


_ENDED = {
    "parameters": [
        {"name": name, "in": "query", "required": True, "description": about, "schema": {"type": "string"}}
        for name, about in (("from", "when the absence begins"), ("reason", "for the change log"))
    ]
}
_CALENDAR = {
    "parameters": [
        {
            "name": "busy_over",
            "in": "query",
            "description": "from how long on being busy is an absence, too, such as 4h; without it only out of office is",
            "schema": {"type": "string"},
        }
    ],
    "requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}},
}


def _absence(rep: str, values: dict[str, object]) -> RepAsked:
    starts, ends, backup = (text(values, name) for name in ("from", "until", "backup"))
    return AbsenceAsked(rep, text(values, "reason"), text(values, "type"), starts, ends, backup)


def _hours(rep: str, values: dict[str, object]) -> RepAsked:
    """Neither hours nor closed: the calendar's again."""
    try:
        day = date.fromisoformat(text(values, "date"))
    except ValueError:
        raise away(422, "time.invalid", "date: is a day such as 2026-12-24") from None
    spans = values.get("hours")
    hours = spans if isinstance(spans, tuple) else () if values.get("closed") is True else None
    return HoursAsked(rep, text(values, "reason"), day, hours)


def _on(rep: str, values: dict[str, object]) -> RepAsked:
    return OnAsked(rep, text(values, "reason"), text(values, "until") or None)


def _leave(rep: str, values: dict[str, object]) -> RepAsked:
    stays = values.get("stays") is True
    return LeaveAsked(rep, text(values, "reason"), text(values, "at") or None, stays)


def _place(rep: str, pool: str, values: dict[str, object]) -> RepAsked:
    weight, steps = values.get("weight", 1), values.get("ramp")
    return JoinAsked(
        rep,
        text(values, "reason"),
        pool,
        weight if isinstance(weight, int) else 1,
        tuple(step_of(each) for each in steps) if isinstance(steps, tuple) else (),
        text(values, "joined") or None,
        text(values, "left") or None,
    )


def step_of(written: str) -> StepAsked:
    """`2026-02-01=2`: from then on the weight is that; a weight that is none is 0, which is refused by name."""
    at, _, weight = written.rpartition("=")
    return StepAsked(at, int(weight) if weight.isascii() and weight.isdigit() and len(weight) < 8 else 0)


def _busy_over(request: Request) -> int | None:
    given = queried(request.scope).get("busy_over", "")
    if not given:
        return None
    try:
        return int(parse_duration(given).total_seconds())
    except ValueError as error:
        raise away(400, "duration.invalid", f"busy_over: {error}") from None


def _done(desk: Desk, asked: RepAsked, values: dict[str, object], by: str) -> Changed:
    if desk.roster is not None and asked.rep not in desk.roster.reps:
        raise nothing()
    with judged(values):
        return staffed(desk, asked, operator(by))


def _present(desk: Desk, asked: PresenceAsked, values: dict[str, object], by: str) -> PresentView:
    if desk.roster is not None and asked.rep not in desk.roster.reps:
        raise nothing()
    with judged(values):
        now: Present = desk.act(asked.work(operator(by)))
    return PresentView(now.rep, now.state, now.until)


def _view(done: Changed) -> ChangedView:
    return ChangedView(done.rep, done.says, done.version, done.changed, done.problems)
