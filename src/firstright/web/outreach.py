"""/v1/leads/{id}/sequence, /consents, /opt-out and /v1/suppressions: what is sent by itself, who agreed to it, who must not be
contacted. The door reads and names; the desk judges.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.marks import KINDS
from firstright.desk.optingout import CHANNELS, STATES
from firstright.desk.outreachasked import Listed, OutreachAsked, OutreachDone, listed, reached_out
from firstright.errors import BadConfiguration, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import consents, enrolments
from firstright.web.acts import ACT, EPOCH, epoch_of, text
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.problems import away
from firstright.web.reading import READ, Id, nothing, said, stands
from firstright.web.request import queried, read_head

REASON = Field(most=200)
START: Fields = {"sequence": Field(required=True, most=64), "epoch": EPOCH}
STOP: Fields = {"reason": REASON, "epoch": EPOCH}
CONSENT: Fields = {
    "channel": Field(required=True, among=CHANNELS),
    "state": Field(required=True, among=STATES),
    "purpose": Field(most=200),
    "form": Field(most=200),
    "text": Field(most=2_000),
}
OPT_OUT: Fields = {"text": Field(most=2_000)}
ENTRY: Fields = {"kind": Field(required=True, among=KINDS), "value": Field(required=True, most=320)}
SUPPRESS: Fields = {**ENTRY, "reason": REASON}
CHECK = frozenset({"kind", "value"})


class StepView(msgspec.Struct, frozen=True):
    """What became of a step: sent (with the code `unsure`: nobody knows whether it went out), withdrawn, asked, skipped, waits;
    of the whole: started, moved, stopped, finished."""

    at: datetime
    sequence: str
    step: int
    what: str
    channel: str
    template: str
    code: str
    datum: str


class SequenceView(msgspec.Struct, frozen=True):
    """`state` is none, running, finished or stopped. `next_step` counts from 1; `waits` is why it is later than planned."""

    lead: str
    sequence: str
    state: str
    reason: str
    next_step: int | None
    due_at: datetime | None
    waits: str
    datum: str
    steps: list[StepView]


class ConsentView(msgspec.Struct, frozen=True):
    channel: str
    purpose: str
    state: str
    at: datetime
    evidence: msgspec.Raw


class ConsentsView(msgspec.Struct, frozen=True):
    """Newest first: for each channel and purpose the first counts."""

    lead: str
    consents: list[ConsentView]


class Kind(msgspec.Struct, frozen=True):
    kind: str
    reason: str
    number: int


class SuppressionsView(msgspec.Struct, frozen=True):
    """How many entries there are, by kind and reason; and what one is on the list for, where one was asked after."""

    kinds: list[Kind]
    listed: tuple[Listed, ...]


def outreach(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    _read(router, desk, keeper)
    _acts(router, _Doing(desk, keeper))
    return router


def _read(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get(
        "/leads/{lead_id}/sequence", summary="The sequence a lead is in, and what became of its steps"
    )
    def sequence(request: Request, lead_id: Id) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        with desk.read() as tx:
            row = stands(tx, lead_id)
            known, notes = enrolments.of_lead(tx, row.id), enrolments.notes(tx, row.id)
        steps = [
            StepView(n.at, n.sequence, n.step + 1, n.what, n.channel, n.template, n.code, n.datum)
            for n in notes
        ]
        if not known:
            return said(SequenceView(row.id, "", "none", "", None, None, "", "", steps))
        now = known[0]
        following = now.step + 1 if now.state == "running" else None
        return said(
            SequenceView(
                row.id, now.sequence, now.state, now.reason, following, now.due_at, now.code, now.datum, steps
            )
        )

    @router.get("/leads/{lead_id}/consents", summary="What a lead agreed to, with the evidence")
    def consented(request: Request, lead_id: Id) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        with desk.read() as tx:
            row = stands(tx, lead_id)
            found = consents.of_persons(tx, consents.as_one(tx, row.person_id).values())
        views = [
            ConsentView(c.channel, c.purpose, c.state, c.at, msgspec.Raw(c.evidence.encode())) for c in found
        ]
        return said(ConsentsView(row.id, views))

    @router.get(
        "/suppressions",
        summary="Whom not to contact: how many, and whether one is among them",
        openapi_extra=parameters(kind="email, phone or domain", value="of the one to look for"),
    )
    def suppressions(request: Request) -> Response:
        keeper.admit(read_head(request.scope, CHECK).authorization, READ)
        given = queried(request.scope)
        if ("kind" in given) != ("value" in given):
            raise away(400, "query.invalid", "kind and value go together")
        with desk.read() as tx:
            kinds = [Kind(*each) for each in consents.suppressions(tx)]
        try:
            found = listed(desk, ((given["kind"], given["value"]),)) if "kind" in given else ()
        except Refused as refused:
            raise away(400, "query.invalid", refused.reasons[0]) from None
        return said(SuppressionsView(kinds, found))


class _Doing:
    """One thing that is asked, judged by the desk."""

    def __init__(self, desk: Desk, keeper: Doorkeeper) -> None:
        self._desk = desk
        self._keeper = keeper

    async def __call__(
        self, request: Request, fields: Fields, asked: Callable[[dict[str, object]], OutreachAsked]
    ) -> Response:
        caller, values = await commanded(request, self._keeper, fields, scope=ACT)
        return await run_in_threadpool(lambda: said(self._done(asked(values), values, caller.key)))

    def _done(self, asked: OutreachAsked, values: dict[str, object], by: str) -> OutreachDone:
        if asked.lead and not is_id(asked.lead):
            raise nothing()
        try:
            with judged(values):
                return reached_out(self._desk, asked, by=by)
        except BadConfiguration as error:
            raise away(503, "key.missing", error.problems[0]) from None


class _Ask(NamedTuple):
    """One thing that may be asked, at a path of its own. What it makes is about a lead, or about "" where the path names none."""

    name: str
    path: str
    summary: str
    fields: Fields
    asked: Callable[[str, dict[str, object]], OutreachAsked]


def _start(lead: str, given: dict[str, object]) -> OutreachAsked:
    return OutreachAsked("start", lead, epoch_of(given), sequence=text(given, "sequence"))


def _stop(lead: str, given: dict[str, object]) -> OutreachAsked:
    return OutreachAsked("stop", lead, epoch_of(given), reason=text(given, "reason"))


def _consent(lead: str, given: dict[str, object]) -> OutreachAsked:
    return OutreachAsked(
        "consent",
        lead,
        channel=text(given, "channel"),
        purpose=text(given, "purpose"),
        state=text(given, "state"),
        form=text(given, "form"),
        text=text(given, "text"),
    )


def _opt_out(lead: str, given: dict[str, object]) -> OutreachAsked:
    return OutreachAsked("opt-out", lead, text=text(given, "text"))


def _suppress(_: str, given: dict[str, object]) -> OutreachAsked:
    return OutreachAsked("suppress", reason=text(given, "reason"), entries=(_entry(given),))


def _release(_: str, given: dict[str, object]) -> OutreachAsked:
    return OutreachAsked("release", entries=(_entry(given),))


OF_LEADS = (
    _Ask("start", "/leads/{lead_id}/sequence/start", "A lead begins a sequence", START, _start),
    _Ask("stop", "/leads/{lead_id}/sequence/stop", "The sequence of a lead stops", STOP, _stop),
    _Ask(
        "consent",
        "/leads/{lead_id}/consents",
        "A lead agreed to be contacted, or no longer does",
        CONSENT,
        _consent,
    ),
    _Ask("opt_out", "/leads/{lead_id}/opt-out", "A lead wants to hear no more", OPT_OUT, _opt_out),
)
OF_NOBODY = (
    _Ask("suppress", "/suppressions", "One more whom not to contact", SUPPRESS, _suppress),
    _Ask("release", "/suppressions/release", "One is off the list again", ENTRY, _release),
)


def _acts(router: APIRouter, doing: _Doing) -> None:
    responses = problem_responses(408, 409, 413, 415, 422)
    for at, asks in ((_about_lead, OF_LEADS), (_about_nobody, OF_NOBODY)):
        for ask in asks:
            opened = router.post(
                ask.path,
                name=ask.name,
                summary=ask.summary,
                openapi_extra=command(ask.fields),
                responses=responses,
            )
            opened(at(doing, ask))


def _about_lead(doing: _Doing, ask: _Ask) -> Callable[..., Awaitable[Response]]:
    async def answered(request: Request, lead_id: Id) -> Response:
        return await doing(request, ask.fields, lambda given: ask.asked(lead_id, given))

    return answered


def _about_nobody(doing: _Doing, ask: _Ask) -> Callable[..., Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        return await doing(request, ask.fields, lambda given: ask.asked("", given))

    return answered


def _entry(given: dict[str, object]) -> tuple[str, str]:
    return text(given, "kind"), text(given, "value")
