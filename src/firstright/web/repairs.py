"""/v1/repairs: after a bad publish. POST .../preview tells what a repair would come to, POST begins one, GET tells how far
it is and what became of each lead.

A key that may assign leads does as operations do. What is decided, and what is left alone, is the desk's to say.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.correcting import Selection, problems
from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.repairing import RepairAsked, StopRepair
from firstright.desk.repairpreview import Preview, previewed
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.refused import Refused as BadBody
from firstright.intake.strict import Field, Fields, parse_command
from firstright.storage import repairs
from firstright.storage.repairs import Repair, Repaired, Standing
from firstright.storage.transactions import Tx
from firstright.web.acts import problem_of, text
from firstright.web.assigning import ASSIGN, REASON
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.entering import entered
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut, identifier
from firstright.web.problems import TurnedAway, away
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head

CHOSEN: Fields = {
    "version": Field("integer", most=10**9),
    "rules": Field("names"),
    "sources": Field("names"),
    "since": Field("instant"),
    "until": Field("instant"),
    "also_touched": Field("flag"),
}
ASKED: Fields = {**CHOSEN, "reason": REASON}
PARAMETERS = frozenset({"state", "after", "limit"})


class RepairView(msgspec.Struct, frozen=True):
    """A repair. `leads` are counted by state: waiting, moved, stayed, kept, failed; `kept` by why; `moves` are whose leads
    went to whom; `did` what became of what the wrong holders had begun."""

    repair: str
    asked_at: datetime
    asked_by: str
    reason: str
    selection: Selection
    state: str
    finished_at: datetime | None
    found: int
    leads: dict[str, int]
    kept: dict[str, int]
    moves: list[tuple[str, str, int]]
    did: list[tuple[str, str, int]]


class RepairedView(msgspec.Struct, frozen=True):
    lead: str
    state: str
    was: str
    now: str
    why: str
    decision: str | None
    at: datetime | None


class OneView(msgspec.Struct, frozen=True):
    """A repair, with those of its leads that are in the state asked for: those that were kept unless another is named."""

    about: RepairView
    listed: list[RepairedView]
    next: str | None


class RepairsView(msgspec.Struct, frozen=True):
    repairs: list[RepairView]


def repairing(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/repairs", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get("", summary="Repairs, the latest first", openapi_extra=parameters())
    def listed(request: Request) -> Response:
        keeper.admit(read_head(request.scope, frozenset({"limit"})).authorization, READ)
        limit = page_size(queried(request.scope))
        with desk.read() as tx:
            found = repairs.latest(tx, limit)
            return said(RepairsView([_view(each, repairs.standing(tx, each.id)) for each in found]))

    @router.get(
        "/{repair_id}",
        summary="How far a repair is, and what became of its leads",
        openapi_extra=parameters(
            state=f"one of {', '.join(repairs.STATES)}; kept when not given",
            after="`next` of the page before",
        ),
    )
    def one(request: Request, repair_id: Id) -> Response:
        keeper.admit(read_head(request.scope, PARAMETERS).authorization, READ)
        given = queried(request.scope)
        state, limit = given.get("state", "kept"), page_size(given)
        after = begins(given, repairs.FIRST, identifier, FOR_PROGRAMS)
        if state not in repairs.STATES:
            raise away(400, "query.invalid", f"state is one of {', '.join(repairs.STATES)}", state[:64])
        if not is_id(repair_id):
            raise nothing()
        with desk.read() as tx:
            return said(_one(tx, repair_id, state, after, limit))

    _asking(router, desk, keeper, now)
    return router


def _asking(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    responses = problem_responses(408, 409, 413, 415, 422)

    async def asked(
        request: Request,
        fields: Fields,
        done: Callable[[Caller, dict[str, object]], msgspec.Struct],
        *,
        bare: bool,
    ) -> Response:
        caller, body = await entered(request, keeper, bare=bare, scope=ASSIGN)
        values = {} if bare else parse_command(body, fields)
        if isinstance(values, BadBody):
            raise TurnedAway(values.status, *values.errors)
        given = values
        return await run_in_threadpool(lambda: said(_answered(lambda: done(caller, given), given)))

    @router.post(
        "/preview",
        summary="What a repair would come to",
        openapi_extra=command(CHOSEN),
        responses=responses,
    )
    async def preview(request: Request) -> Response:
        return await asked(request, CHOSEN, lambda caller, values: _previewed(desk, now, values), bare=False)

    @router.post("", summary="Begin a repair", openapi_extra=command(ASKED), responses=responses)
    async def begin(request: Request) -> Response:
        def begun(caller: Caller, values: dict[str, object]) -> msgspec.Struct:
            work = RepairAsked(selection_of(values), text(values, "reason")).work(operator(caller.key))
            return desk.act(work)

        return await asked(request, ASKED, begun, bare=False)

    @router.post("/{repair_id}/stop", summary="Decide no more of it", responses=responses)
    async def stop(request: Request, repair_id: Id) -> Response:
        if not is_id(repair_id):
            raise nothing()
        return await asked(
            request,
            {},
            lambda caller, values: desk.act(StopRepair(repair_id, operator(caller.key))),
            bare=True,
        )


def _answered(done: Callable[[], msgspec.Struct], values: dict[str, object]) -> msgspec.Struct:
    try:
        return done()
    except NotFound:
        raise nothing() from None
    except NoPolicy as error:
        raise away(409, f"{error.missing}.missing", str(error)) from None
    except Refused as refused:
        raise TurnedAway(422, *[problem_of(reason, values) for reason in refused.reasons]) from None


def _previewed(desk: Desk, now: Callable[[], datetime], values: dict[str, object]) -> Preview:
    chosen = selection_of(values)
    if wrong := problems(chosen):
        raise Refused(wrong)
    return preview_of(desk, chosen, now)


def preview_of(desk: Desk, chosen: Selection, now: Callable[[], datetime]) -> Preview:
    """By the policy and roster that are current. Raises NoPolicy before there are any."""
    policy, roster = desk.policy, desk.roster
    if policy is None or roster is None:
        raise NoPolicy("policy" if policy is None else "roster")
    with desk.read() as tx:
        return previewed(tx, chosen, policy, roster, desk.instant(tx, now()))


def selection_of(values: dict[str, object]) -> Selection:
    version = values.get("version")
    return Selection(
        versions=(version,) if isinstance(version, int) else (),
        rules=cast("tuple[str, ...]", values.get("rules", ())),
        sources=cast("tuple[str, ...]", values.get("sources", ())),
        since=cast("datetime | None", values.get("since")),
        until=cast("datetime | None", values.get("until")),
        also_touched=values.get("also_touched") is True,
    )


def _one(tx: Tx, name: str, state: str, after: str, limit: int) -> OneView:
    found = repairs.one(tx, name)
    if found is None:
        raise nothing()
    shown, last = cut(repairs.listed(tx, name, state, after, limit + 1), limit)
    listed = [_lead(each) for each in shown]
    return OneView(_view(found, repairs.standing(tx, name)), listed, last.lead if last else None)


def _view(asked: Repair, stands: Standing) -> RepairView:
    moves = [(_place(was), _place(now), n) for was, now, n in stands.moves]
    return RepairView(
        asked.id,
        asked.asked_at,
        asked.asked_by,
        asked.reason,
        asked.selection,
        asked.state,
        asked.finished_at,
        asked.found,
        stands.counts,
        stands.kept,
        moves,
        list(stands.did),
    )


def _lead(each: Repaired) -> RepairedView:
    now = _place(each.now) if each.decision else ""
    return RepairedView(each.lead, each.state, _place(each.was), now, each.why, each.decision, each.at)


def _place(holder: tuple[str, str]) -> str:
    kind, name = holder
    return f"{kind}:{name}" if name else "nobody"
