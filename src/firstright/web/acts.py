"""POST /v1/leads/{id}/...: what people and programs do to a lead. The door reads and names; the desk judges and decides.

`rep` is on whose behalf it is done, `epoch` the holder it is meant for, an Idempotency-Key makes a repeat a repeat.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple, cast

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.clean.problem import Problem, shown
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact
from firstright.core.policy import DECLINE_REASONS
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Desk
from firstright.desk.acting import (
    CHANNELS,
    KINDS,
    LONGEST_WHAT,
    Accept,
    Acted,
    Claim,
    Decline,
    LogEngagement,
    LogTouch,
    OnLead,
    Return,
)
from firstright.desk.arrival import cleaned
from firstright.desk.invited import AnswerInvitation
from firstright.desk.learning import LearnFacts
from firstright.errors import InHand, KeyReused, NoPolicy, NotFound, NothingWaits, Refused, Superseded
from firstright.intake.invitationreply import Reply, read_reply
from firstright.intake.jsonbody import parse_facts
from firstright.intake.refused import Refused as BadBody
from firstright.intake.shape import Shape
from firstright.intake.strict import LARGEST, Field, Fields, parse_command
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.openapi import Json, command, problem_responses
from firstright.web.problems import Current, TurnedAway, away
from firstright.web.reading import Id, Who, nothing
from firstright.web.request import Head, must_be_calendar, must_be_json, read_body, read_head

ACT = "leads:act"
MOST_EPOCH = 2**31
REP = Field(required=True, most=64)
EPOCH = Field("integer", most=MOST_EPOCH)
NOTE = Field(most=2_000)
ACCEPT: Fields = {"rep": REP, "epoch": EPOCH}
DECLINE: Fields = {**ACCEPT, "reason": Field(required=True, among=DECLINE_REASONS), "note": NOTE}
TOUCH: Fields = {
    **ACCEPT,
    "channel": Field(required=True, among=CHANNELS),
    "result": Field(most=64),
    "note": NOTE,
    "at": Field("instant"),
}
ENGAGEMENT: Fields = {
    "kind": Field(required=True, among=KINDS),
    "what": Field(most=LONGEST_WHAT),
    "at": Field("instant"),
}

Build = Callable[[str, dict[str, object], str, str], OnLead]  # lead, values, who asks, key
_encode = msgspec.json.Encoder().encode


class Links(msgspec.Struct, frozen=True):
    lead: str
    timeline: str
    why: str


class ActedView(msgspec.Struct, frozen=True):
    """Where the lead stands after the act. `decision` is null when nothing had to be decided; `problems` are facts that
    could not be read."""

    lead: str
    decision: str | None
    outcome: str
    owner: Who | None
    epoch: int
    status: str
    repeat: bool
    problems: tuple[Problem, ...]
    links: Links


class ActDoor:
    """Takes one act per request, of a key with this scope. `named` is what its address may name: a lead, else a pool."""

    def __init__(
        self, desk: Desk, keeper: Doorkeeper, scope: str = ACT, *, named: Callable[[str], bool] = is_id
    ) -> None:
        self._desk = desk
        self._keeper = keeper
        self._scope = scope
        self._named = named

    async def answered(self, request: Request, lead_id: str, fields: Fields, build: Build) -> Response:
        """An act whose body is a command."""
        caller, head, body = await self._entered(request)
        values = parse_command(body, fields)
        if isinstance(values, BadBody):
            raise TurnedAway(values.status, *values.errors)
        return await self._done(caller, head, body, lead_id, values, build, ())

    async def calendar(self, request: Request) -> Response:
        """A reply to one of our invitations, as the mail brought it."""
        caller, head, body = await self._entered(request, must_be_calendar)
        reply = read_reply(body)
        if not isinstance(reply, Reply):
            raise TurnedAway(422, *reply)

        def build(meeting: str, values: dict[str, object], by: str, key: str) -> OnLead:
            return AnswerInvitation(reply, by, key=key)

        return await self._done(caller, head, body, reply.meeting, {}, build, ())

    async def learn(self, request: Request, lead_id: str) -> Response:
        """Facts as a body: read, cleaned and mapped as those of a new lead are."""
        caller, head, body = await self._entered(request)
        policy = self._desk.policy
        raw = parse_facts(body, Shape.of(policy.policy.catalogue if policy else CATALOGUE))
        if isinstance(raw, BadBody):
            raise TurnedAway(raw.status, *raw.errors)
        clean = cleaned(raw, caller.source, policy, whole=False)
        facts, problems = clean.facts, clean.problems
        if "source" not in raw:
            facts.pop("source", None)  # whoever tells us more is not where the lead came from
        if problems and (caller.source.strict or not facts):
            raise TurnedAway(422, *problems)
        if not facts:
            raise away(422, "facts.none", "needs at least one fact")
        return await self._done(
            caller, head, body, lead_id, cast("dict[str, object]", facts), _learn, problems
        )

    async def _entered(
        self, request: Request, must_be: Callable[[Head], None] = must_be_json
    ) -> tuple[Caller, Head, bytes]:
        head = read_head(request.scope)
        caller = self._keeper.remembered(head.authorization, self._scope)
        if caller is None:
            caller = await asyncio.to_thread(self._keeper.admit, head.authorization, self._scope)
        must_be(head)
        return caller, head, await read_body(request.receive, head, LARGEST)

    async def _done(
        self,
        caller: Caller,
        head: Head,
        body: bytes,
        lead_id: str,
        values: dict[str, object],
        build: Build,
        problems: tuple[Problem, ...],
    ) -> Response:
        def done() -> Acted:
            if not self._named(lead_id):
                raise nothing()
            work = build(lead_id, values, caller.key, "")
            if head.idempotency_key:
                scoped = f"{caller.source.name}:{head.idempotency_key}:"
                work.key = f"{scoped}{hashlib.sha256(body).hexdigest()[:16]}"
                work.scope = scoped
            return self._acted(work, values)

        acted = await run_in_threadpool(done)
        replayed = {"idempotent-replayed": "true"} if acted.repeat and head.idempotency_key else {}
        view = self._view(acted, problems)
        return Response(_encode(view), media_type="application/json", headers=replayed)

    def _acted(self, work: OnLead, values: dict[str, object]) -> Acted:
        try:
            return self._desk.act(work)
        except NotFound:
            raise nothing() from None
        except Superseded as now:
            raise superseded(now, values) from None
        except InHand as error:
            raise away(409, "review.in_hand", str(error)) from None
        except NothingWaits as error:
            raise away(409, "pool.empty", str(error)) from None
        except KeyReused as error:
            raise away(422, "idempotency.mismatch", str(error)) from None
        except NoPolicy as error:
            raise away(409, f"{error.missing}.missing", f"{error}: leads are kept and not decided") from None
        except Refused as refused:
            raise TurnedAway(422, *[problem_of(reason, values) for reason in refused.reasons]) from None

    def _view(self, acted: Acted, problems: tuple[Problem, ...]) -> ActedView:
        roster = self._desk.roster
        rep = roster.reps.get(acted.owner) if roster and acted.owner else None
        here = f"/v1/leads/{acted.lead}"
        return ActedView(
            lead=acted.lead,
            decision=acted.decision or None,
            outcome=acted.outcome,
            owner=Who("rep", acted.owner, rep.name if rep else "") if acted.owner else None,
            epoch=acted.epoch,
            status=acted.status,
            repeat=acted.repeat,
            problems=problems,
            links=Links(here, f"{here}/timeline", f"{here}/why"),
        )


class ActRoute(NamedTuple):
    """One act on a lead, at a path of its own."""

    path: str
    summary: str
    fields: Fields
    build: Build
    name: str = ""  # by which documents of the API know it; empty: how its path ends


def doors(
    router: APIRouter,
    door: ActDoor,
    *acts: ActRoute,
    responses: dict[int | str, Json] | None = None,
) -> None:
    """Opens these acts at this router: all go through this door."""
    for act in acts:
        name, extra = act.name or act.path.rpartition("/")[2], command(act.fields)
        opened = router.post(
            act.path, name=name, summary=act.summary, openapi_extra=extra, responses=responses
        )
        opened(_at_door(door, act))


def _at_door(door: ActDoor, act: ActRoute) -> Callable[..., Awaitable[Response]]:
    async def answered(request: Request, lead_id: Id) -> Response:
        return await door.answered(request, lead_id, act.fields, act.build)

    return answered


def acts(door: ActDoor) -> APIRouter:
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/leads/{lead_id}", responses=responses)

    doors(
        router,
        door,
        ActRoute("/accept", "The owner says the lead is theirs", ACCEPT, _accept),
        ActRoute("/claim", "A rep takes the lead out of its queue", ACCEPT, _claim),
        ActRoute("/decline", "The owner gives the lead back", DECLINE, _decline),
        ActRoute(
            "/return", "The owner gives back a lead they had begun to work", DECLINE, _return, name="return_"
        ),
        ActRoute("/touches", "Log that one of us tried to reach the lead", TOUCH, _touch),
        ActRoute("/engagements", "Log something that the lead did", ENGAGEMENT, _engagement),
    )

    @router.post("/facts", summary="Tell what was found out about a lead", openapi_extra=command(None))
    async def facts(request: Request, lead_id: Id) -> Response:
        return await door.learn(request, lead_id)

    return router


def _accept(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return Accept(lead, text(values, "rep"), epoch=epoch_of(values), key=key)


def _claim(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return Claim(lead, text(values, "rep"), epoch=epoch_of(values), key=key)


def _decline(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    rep, reason, note = (text(values, name) for name in ("rep", "reason", "note"))
    return Decline(lead, rep, reason, note=note, epoch=epoch_of(values), key=key)


def _return(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    rep, reason, note = (text(values, name) for name in ("rep", "reason", "note"))
    return Return(lead, rep, reason, note=note, epoch=epoch_of(values), key=key)


def _touch(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    rep, channel, result, note = (text(values, name) for name in ("rep", "channel", "result", "note"))
    return LogTouch(
        lead,
        rep,
        channel,
        result=result,
        note=note,
        at=_at(values),
        epoch=epoch_of(values),
        key=key,
        reported=by,
    )


def _engagement(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    what = text(values, "what")
    return LogEngagement(lead, by, text(values, "kind"), what=what, at=_at(values), key=key)


def _learn(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return LearnFacts(lead, cast("dict[str, Fact]", values), by, key=key)


def text(values: dict[str, object], name: str) -> str:
    return str(values.get(name, ""))


def epoch_of(values: dict[str, object]) -> int | None:
    epoch = values.get("epoch")
    return epoch if isinstance(epoch, int) else None


def _at(values: dict[str, object]) -> datetime | None:
    at = values.get("at")
    return at if isinstance(at, datetime) else None


def superseded(now: Superseded, values: dict[str, object]) -> TurnedAway:
    pointer = "/epoch" if values.get("epoch") not in (None, now.epoch) else "/rep" if "rep" in values else ""
    problem = Problem(pointer, "lead.superseded", str(now), shown(values.get(pointer[1:], "")))
    return TurnedAway(409, problem, current=Current(now.owner, now.epoch))


def problem_of(reason: str, values: dict[str, object]) -> Problem:
    """The desk's sentences begin with the field they are about."""
    field, _, sentence = reason.partition(": ")
    note = field.removeprefix("notes.")  # of a handoff: there a field each
    if note != field and note not in values:
        return Problem(f"/{note}", "field.missing", sentence, "nothing")
    field, value = note, values.get(note)
    if value is None:
        return Problem("", "refused", reason, "")
    code = {"at": "time.refused", "rep": "rep.unknown"}.get(field, "value.refused")
    return Problem(
        f"/{field}", code, sentence, shown(value.isoformat() if isinstance(value, datetime) else value)
    )
