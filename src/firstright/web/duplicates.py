"""/v1/duplicates: pairs of leads that may be one. GET tells them, field by field; POST .../distinct says that two are two.

POST /v1/duplicates/distinct says it of any two leads, proposed or not. That two are one is said of the leads: POST /v1/leads/{id}/merge.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.identifiers import is_id
from firstright.core.lead import Fact, Lead
from firstright.core.matchrules import MATCHING
from firstright.core.sidebyside import as_record, master_of, side_by_side
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.distinct import Apart, Distinct, TellApart
from firstright.desk.writer import Work
from firstright.errors import FirstrightError
from firstright.intake.strict import Field, Fields
from firstright.storage import duplicates, leads
from firstright.storage.duplicates import Pair
from firstright.storage.transactions import Tx
from firstright.web.acts import text
from firstright.web.assigning import REASON
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.reading import READ, Id, Who, nothing, said, who
from firstright.web.request import page_size, queried, read_head
from firstright.web.reviewing import WORK

DISTINCT: Fields = {"reason": REASON}
LEAD = Field(required=True, most=36)
TWO: Fields = {"lead": LEAD, "other": LEAD, "reason": REASON}
PARAMETERS = frozenset({"after", "limit"})
T = TypeVar("T")


class LineView(msgspec.Struct, frozen=True):
    """One field: what each of the two says, in their order, and which of them would survive."""

    field: str
    values: list[Fact | None]
    differs: bool
    survives: str | None  # a lead
    rule: str


class SideView(msgspec.Struct, frozen=True):
    lead: str
    source: str
    outcome: str
    holder: Who | None
    arrived_at: datetime


class PairView(msgspec.Struct, frozen=True):
    """Two leads that may be one, the one that would stand for both first. `score` is their likeness in per mille."""

    id: str
    score: int
    reasons: tuple[str, ...]
    state: str
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    leads: list[SideView]
    fields: list[LineView]


class DecidedView(msgspec.Struct, frozen=True):
    """A lead that waited in review for it, and where the rules sent it."""

    lead: str
    outcome: str
    owner: Who | None


class ApartView(msgspec.Struct, frozen=True):
    """The two leads, as they stand for all that is one with them, and what was decided with it."""

    leads: tuple[str, str]
    decided: list[DecidedView]


class PairsView(msgspec.Struct, frozen=True):
    """`next` is what to give as `after` for the page behind this one; null at the end."""

    duplicates: list[PairView]
    next: str | None


def duplicate_pairs(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "",
        summary="Pairs of leads that may be one, the likeliest first",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def listed(request: Request) -> Response:
        keeper.admit(read_head(request.scope, PARAMETERS).authorization, READ)
        given = queried(request.scope)
        limit = page_size(given)
        after = begins(given, duplicates.FIRST, duplicates.read_place, FOR_PROGRAMS)
        with desk.read() as tx:
            found = duplicates.open_pairs(tx, after, limit + 1)
            shown, last = cut(found, limit)
            views = _views(desk, tx, shown)
        return said(PairsView(views, last.place.text() if last else None))

    _answers(router, desk, keeper)
    return router


def _answers(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    def distinct_pair(caller: Caller, pair_id: str, values: dict[str, object]) -> Response:
        if not is_id(pair_id):
            raise nothing()
        pair = _done(desk, Distinct(pair_id, operator(caller.key), text(values, "reason")), values)
        with desk.read() as tx:
            return said(_views(desk, tx, [pair])[0])

    def distinct_leads(caller: Caller, values: dict[str, object]) -> Response:
        one, other, reason = (text(values, name) for name in TWO)
        return said(_told(desk, _done(desk, TellApart(one, other, operator(caller.key), reason), values)))

    @router.post(
        "/distinct",
        summary="These two leads are two people: they are proposed and linked no more",
        openapi_extra=command(TWO),
        responses=problem_responses(409, 413, 415, 422),
    )
    async def two(request: Request) -> Response:
        return await run_in_threadpool(distinct_leads, *await commanded(request, keeper, TWO, WORK))

    @router.post(
        "/{pair_id}/distinct",
        summary="These two are two: they are proposed no more",
        openapi_extra=command(DISTINCT),
        responses=problem_responses(409, 413, 415, 422),
    )
    async def distinct(request: Request, pair_id: Id) -> Response:
        caller, values = await commanded(request, keeper, DISTINCT, WORK)
        return await run_in_threadpool(distinct_pair, caller, pair_id, values)


def _done(desk: Desk, work: Work[T | FirstrightError], values: dict[str, object]) -> T:
    with judged(values):
        return desk.act(work)


def _told(desk: Desk, apart: Apart) -> ApartView:
    decided = [
        DecidedView(lead, acted.outcome, who("rep", acted.owner, desk.roster) if acted.owner else None)
        for lead, acted in apart.decided
    ]
    return ApartView((apart.one, apart.other), decided)


def _views(desk: Desk, tx: Tx, pairs: list[Pair]) -> list[PairView]:
    rows = leads.rows(tx, {name for pair in pairs for name in (pair.a, pair.b)})
    found = {name: leads.as_lead(row) for name, row in rows.items()}
    return [_view(desk, pair, [found[name] for name in (pair.a, pair.b) if name in found]) for pair in pairs]


def _view(desk: Desk, pair: Pair, found: list[Lead]) -> PairView:
    first = master_of(found) if found else None
    sides = sorted(found, key=lambda lead: (lead is not first, lead.id))
    rules = desk.policy.policy.matching if desk.policy else MATCHING
    lines = side_by_side([as_record(lead) for lead in sides], rules) if sides else []
    return PairView(
        pair.id,
        pair.score,
        pair.reasons,
        pair.state,
        pair.found_at,
        pair.decided_at,
        pair.decided_by or None,
        [
            SideView(
                lead.id,
                lead.source,
                lead.outcome,
                who(lead.holder.kind, lead.holder.id, desk.roster),
                lead.arrived_at,
            )
            for lead in sides
        ],
        [
            LineView(
                line.field,
                list(line.values),
                line.differs,
                sides[line.taken].id if line.taken is not None else None,
                line.rule,
            )
            for line in lines
        ],
    )
