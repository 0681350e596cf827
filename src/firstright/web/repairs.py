"""/v1/repairs: after a bad publish. POST .../previews works out what a repair would come to, in the background; POST begins one, of a
selection or of the leads of a preview; GET tells how far either is and what became of each lead.

A key that may assign leads does as operations do. What is decided, and what is left alone, is the desk's to say.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.causes.correcting import Selection
from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.errands import StopErrand
from firstright.desk.previewing import StartPreview
from firstright.desk.previewseen import Seen, seen_of
from firstright.desk.repairing import RepairAsked, StopRepair
from firstright.errors import Refused
from firstright.intake.refused import Refused as BadBody
from firstright.intake.strict import Field, Fields, parse_command
from firstright.storage import errands, previews, repairs
from firstright.storage.previews import Otherwise
from firstright.storage.repairs import Repair, Repaired, Standing
from firstright.storage.transactions import Tx
from firstright.web.acts import text
from firstright.web.assigning import ASSIGN, REASON
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.entering import entered
from firstright.web.judging import judged
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
ASKED: Fields = {**CHOSEN, "preview": Field(most=36), "reason": REASON}
PARAMETERS = frozenset({"state", "after", "limit"})


class RepairView(msgspec.Struct, frozen=True):
    """A repair. `leads` are counted by state: waiting, moved, stayed, kept, failed; `kept` by why; `moves` are whose leads
    went to whom; `did` what became of what the wrong holders had begun; `preview` is whose leads these are, or empty."""

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
    preview: str


class RepairedView(msgspec.Struct, frozen=True):
    lead: str
    state: str
    was: str
    now: str
    why: str
    decision: str | None
    at: datetime | None


class WouldView(msgspec.Struct, frozen=True):
    """One lead of a preview: `was` and `now` are "rep:kim", or the outcome where nobody has it."""

    lead: str
    state: str
    was: str
    now: str
    rule: str
    why: str


class OneView(msgspec.Struct, frozen=True):
    """A repair, with those of its leads that are in the state asked for: those that were kept unless another is named."""

    about: RepairView
    listed: list[RepairedView]
    next: str | None
    otherwise: list[Otherwise]  # the first leads of which it made something else than its preview said


class PreviewView(msgspec.Struct, frozen=True):
    """A preview, with those of its leads that are in the state asked for: those that would move unless another is named."""

    about: Seen
    listed: list[WouldView]
    next: str | None


class PreviewsView(msgspec.Struct, frozen=True):
    previews: list[Seen]


class RepairsView(msgspec.Struct, frozen=True):
    repairs: list[RepairView]


def repairing(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1/repairs", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get("", summary="Repairs, the latest first", openapi_extra=parameters())
    def listed(request: Request) -> Response:
        keeper.admit(read_head(request.scope, frozenset({"limit"})).authorization, READ)
        limit = page_size(queried(request.scope))
        with desk.read() as tx:
            found = repairs.latest(tx, limit)
            return said(RepairsView([_view(each, repairs.standing(tx, each.id)) for each in found]))

    _previews(router, desk, keeper)

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

    _asking(router, desk, keeper)
    return router


def _previews(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get("/previews", summary="Previews, the latest first", openapi_extra=parameters())
    def previewed(request: Request) -> Response:
        keeper.admit(read_head(request.scope, frozenset({"limit"})).authorization, READ)
        limit = page_size(queried(request.scope))
        with desk.read() as tx:
            found = errands.latest(tx, errands.PREVIEW, min(limit, previews.LAST))
            return said(PreviewsView([seen_of(tx, each) for each in found]))

    @router.get(
        "/previews/{preview_id}",
        summary="How far a preview is, what it found, and where things have moved since",
        openapi_extra=parameters(
            state=f"one of {', '.join(previews.STATES)}; moved when not given",
            after="`next` of the page before",
        ),
    )
    def preview(request: Request, preview_id: Id) -> Response:
        keeper.admit(read_head(request.scope, PARAMETERS).authorization, READ)
        given = queried(request.scope)
        state, limit = given.get("state", previews.MOVED), page_size(given)
        after = begins(given, repairs.FIRST, identifier, FOR_PROGRAMS)
        if state not in previews.STATES:
            raise away(400, "query.invalid", f"state is one of {', '.join(previews.STATES)}", state[:64])
        with desk.read() as tx:
            errand = errands.one(tx, preview_id)
            if errand is None or errand.kind != errands.PREVIEW:
                raise nothing()
            found = previews.listed(tx, errand.id, state, after, limit + 1)
            seen = seen_of(tx, errand)
        shown, last = cut(found, limit)
        leads = [WouldView(w.lead, w.state, w.was, w.now, w.now_rule, w.why) for w in shown]
        return said(PreviewView(seen, leads, last.lead if last else None))


def _asking(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    responses = problem_responses(408, 409, 413, 415, 422)

    @router.post(
        "/previews",
        summary="Begin to work out what a repair would come to",
        openapi_extra=command(CHOSEN),
        responses=responses,
    )
    async def preview(request: Request) -> Response:
        def begun(caller: Caller, values: dict[str, object]) -> msgspec.Struct:
            return desk.act(StartPreview(selection_of(values), operator(caller.key)))

        return await _asked(keeper, request, CHOSEN, begun, bare=False)

    @router.post("/previews/{preview_id}/stop", summary="Work out no more of it", responses=responses)
    async def stop_preview(request: Request, preview_id: Id) -> Response:
        if not is_id(preview_id):
            raise nothing()
        return await _asked(
            keeper,
            request,
            {},
            lambda caller, values: desk.act(StopErrand(preview_id, caller.key)),
            bare=True,
        )

    @router.post("", summary="Begin a repair", openapi_extra=command(ASKED), responses=responses)
    async def begin(request: Request) -> Response:
        def begun(caller: Caller, values: dict[str, object]) -> msgspec.Struct:
            chosen, preview = selection_of(values), text(values, "preview")
            if preview and chosen != Selection():
                raise Refused(["preview: has a selection of its own; name one or the other"])
            work = RepairAsked(chosen, text(values, "reason"), preview).work(operator(caller.key))
            return desk.act(work)

        return await _asked(keeper, request, ASKED, begun, bare=False)

    @router.post("/{repair_id}/stop", summary="Decide no more of it", responses=responses)
    async def stop(request: Request, repair_id: Id) -> Response:
        if not is_id(repair_id):
            raise nothing()
        return await _asked(
            keeper,
            request,
            {},
            lambda caller, values: desk.act(StopRepair(repair_id, operator(caller.key))),
            bare=True,
        )


async def _asked(
    keeper: Doorkeeper,
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

    def answered() -> Response:
        with judged(given):
            return said(done(caller, given))

    return await run_in_threadpool(answered)


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
    otherwise = previews.otherwise(tx, name, found.preview) if found.preview else []
    return OneView(_view(found, repairs.standing(tx, name)), listed, last.lead if last else None, otherwise)


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
        asked.preview,
    )


def _lead(each: Repaired) -> RepairedView:
    now = _place(each.now) if each.decision else ""
    return RepairedView(each.lead, each.state, _place(each.was), now, each.why, each.decision, each.at)


def _place(holder: tuple[str, str]) -> str:
    kind, name = holder
    return f"{kind}:{name}" if name else "nobody"
