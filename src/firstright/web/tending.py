"""GET /v1/unmapped, /v1/alarms and /v1/hygiene: values that mean nothing yet, what is alarming, what the audit of the base found.

POST /v1/synonyms says what a value means; POST /v1/alarms/{id}/end that how it is now is right. What may be said the desk judges.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.identifiers import is_id
from firstright.core.meanings import known_meanings, suggestion
from firstright.core.why.findingwords import finding_sentence, remedy
from firstright.desk import Desk
from firstright.desk.synonyms import Mapped, SynonymsAsked, map_values
from firstright.desk.watch.hygiene import ROUND
from firstright.desk.watch.tending import EndAlarm, Ended
from firstright.intake.strict import Field, Fields
from firstright.storage import alarms, hygiene, profiles, rounds
from firstright.storage.alarms import Alarm
from firstright.storage.hygiene import Finding
from firstright.web.acts import text
from firstright.web.assigning import ASSIGN
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded, entered
from firstright.web.judging import judged
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head
from firstright.web.reviewing import WORK

DAYS = 30
MEAN: Fields = {
    "field": Field(required=True, most=64),
    "value": Field(required=True, most=200),
    "means": Field(required=True, most=200),
    "reason": Field(required=True, most=500),
    "again": Field("flag"),
}


class UnmappedView(msgspec.Struct, frozen=True):
    """A value of a field that no table knows; an empty one stands for those beyond the most that are kept. `near` may be meant."""

    field: str
    value: str
    n: int
    first_at: datetime
    last_at: datetime
    sources: list[str]
    near: str


class UnmappedList(msgspec.Struct, frozen=True):
    """By field, the most frequent first; `limit` is of each field."""

    unmapped: list[UnmappedView]


class AlarmView(msgspec.Struct, frozen=True):
    id: str
    kind: str
    subject: str
    source: str
    field: str
    severity: str
    said: str
    raised_at: datetime
    last_at: datetime
    n: int


class AlarmList(msgspec.Struct, frozen=True):
    """Open ones, newest first."""

    alarms: list[AlarmView]


class FindingView(msgspec.Struct, frozen=True):
    """`owner` is who is to see to it; `leads` the first it is about; `first_at` since when it is found without a break."""

    kind: str
    subject: str
    said: str
    remedy: str
    owner: str
    n: int
    leads: list[str]
    first_at: datetime
    last_at: datetime


class DayView(msgspec.Struct, frozen=True):
    day: datetime
    kind: str
    n: int


class HygieneView(msgspec.Struct, frozen=True):
    """What the audit at `audited_at` found, null before the first; `trend` is of thirty days."""

    audited_at: datetime | None
    findings: list[FindingView]
    trend: list[DayView]


def tending(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "/unmapped",
        summary="Values that no table knows",
        openapi_extra={"parameters": parameters(field="only of this field")["parameters"]},
    )
    def unmapped(request: Request) -> Response:
        keeper.admit(read_head(request.scope, frozenset({"field", "limit"})).authorization, READ)
        given = queried(request.scope)
        limit, field = page_size(given), given.get("field", "")
        with desk.read() as tx:
            found = profiles.missed_of(tx, field, limit) if field else profiles.all_missed(tx, limit)
        policy = desk.policy.policy if desk.policy else None
        known = {name: known_meanings(name, policy) if policy else {} for name in {m.field for m in found}}
        return said(
            UnmappedList(
                [
                    UnmappedView(
                        m.field,
                        m.value,
                        m.n,
                        m.first_at,
                        m.last_at,
                        sorted(m.sources),
                        suggestion(m.value, known[m.field]),
                    )
                    for m in found
                ]
            )
        )

    @router.get("/alarms", summary="What somebody should look at now")
    def ringing(request: Request) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        with desk.read() as tx:
            return said(AlarmList([_alarm(each) for each in alarms.open_alarms(tx)]))

    @router.get("/hygiene", summary="What the audit of the base found, and its trend")
    def found(request: Request) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        with desk.read() as tx:
            findings = [_finding(each) for each in hygiene.findings(tx)]
            trend = [DayView(*each) for each in hygiene.trend(tx, now(), DAYS)]
            return said(HygieneView(rounds.one(tx, ROUND).done_at, findings, trend))

    _acts(router, desk, keeper)
    return router


def _acts(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    responses = problem_responses(408, 409, 413, 415, 422)

    @router.post(
        "/synonyms",
        summary="What a value of a field means, from now on: a new version of the policy",
        openapi_extra=command(MEAN),
        responses=responses,
    )
    async def mean(request: Request) -> Response:
        caller, values = await commanded(request, keeper, MEAN, scope=ASSIGN)
        return await run_in_threadpool(lambda: said(_mapped(desk, values, caller.key)))

    @router.post(
        "/alarms/{alarm_id}/end",
        summary="As it is now, it is right",
        responses=responses,
    )
    async def end(request: Request, alarm_id: Id) -> Response:
        caller, _ = await entered(request, keeper, bare=True, scope=WORK)
        return await run_in_threadpool(lambda: said(_ended(desk, alarm_id, caller.key)))


def _mapped(desk: Desk, values: dict[str, object], by: str) -> Mapped:
    words = {text(values, "value"): text(values, "means")}
    asked = SynonymsAsked(text(values, "field"), words, text(values, "reason"), values.get("again") is True)
    with judged(values):
        return map_values(desk, asked, by=by)


def _ended(desk: Desk, alarm: str, by: str) -> Ended:
    if not is_id(alarm):
        raise nothing()
    with judged({}):
        return desk.act(EndAlarm(alarm, by))


def _alarm(each: Alarm) -> AlarmView:
    told = str(each.detail.get("said") or each.subject)
    return AlarmView(
        each.id,
        each.kind,
        each.subject,
        each.source,
        each.field,
        each.severity,
        told,
        each.raised_at,
        each.last_at,
        each.n,
    )


def _finding(each: Finding) -> FindingView:
    told = finding_sentence(each.kind, each.subject, each.n, each.detail.more)
    return FindingView(
        each.kind,
        each.subject,
        told,
        remedy(each.kind),
        each.owner,
        each.n,
        each.detail.leads,
        each.first_at,
        each.last_at,
    )
