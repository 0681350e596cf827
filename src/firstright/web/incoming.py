"""GET /v1/sources and /v1/imports: where leads come from and what was wrong with them, never what was in them. Reads only."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.storage import credits, imports, junkview, sourceview
from firstright.storage.imports import Shown
from firstright.storage.junkview import missed
from firstright.storage.sourceview import MONTH, OUTCOMES
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut, identifier
from firstright.web.problems import away
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head

PAGE = frozenset({"after", "limit"})
MOST_LINE = 2**53


class SourceView(msgspec.Struct, frozen=True):
    """Arrivals by label over seven and thirty days, and how many of them had problems. No `kind`: never described.

    `asked_back` are turns that its leads cost for nothing, by the reason reps gave, over thirty days; `junk` are leads that
    were called junk as they came, by what sort, over the same; `junk_missed` those of which reps had to say so.
    """

    source: str
    kind: str
    enabled: bool
    strict: bool
    week: dict[str, int]
    month: dict[str, int]
    problems_week: int
    problems_month: int
    last_at: datetime | None
    asked_back: dict[str, int]
    junk: dict[str, int]
    junk_missed: int


class RefusedView(msgspec.Struct, frozen=True):
    """What was turned away at the door for one reason; `request` is one of them, as the log names it."""

    source: str
    code: str
    pointer: str
    reason: str
    count: int
    last_at: datetime
    request: str


class SourcesView(msgspec.Struct, frozen=True):
    """`since` is when counting begins, where more came than are counted; refusals of thirty days."""

    sources: list[SourceView]
    since: datetime | None
    refusals: list[RefusedView]


class WrongView(msgspec.Struct, frozen=True):
    arrival: str
    source: str
    event_id: str
    received_at: datetime
    label: str
    status: int
    lead: str
    problems: tuple[Problem, ...]


class WrongPage(msgspec.Struct, frozen=True):
    """Newest first; `next` is what to give as `after`, null at the end."""

    arrivals: list[WrongView]
    next: str | None


class ImportView(msgspec.Struct, frozen=True):
    """`total` is 0 while its records are being counted."""

    id: str
    name: str
    source: str
    total: int
    state: str
    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    actor: str


class ImportsPage(msgspec.Struct, frozen=True):
    """Newest first; `next` is what to give as `after`, null at the end."""

    imports: list[ImportView]
    next: str | None


class ImportedView(msgspec.Struct, frozen=True):
    record: int
    outcome: str
    lead: str
    problems: tuple[Problem, ...]


class RecordsPage(msgspec.Struct, frozen=True):
    """In the order of the file; `next` is what to give as `after`, null at the end."""

    records: list[ImportedView]
    next: int | None


def incoming(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    _sources(router, desk, keeper, now)
    _imports(router, desk, keeper)
    return router


def _sources(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    @router.get("/sources", summary="Every source, what came of it lately, and what was turned away")
    def listed(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        at = now()
        with desk.read() as tx:
            found = sourceview.sources(tx, scope, at)
            refused = sourceview.refused(tx, scope, at - MONTH)
            back, junk = credits.by_source(tx, at), junkview.by_source(tx, at)
        sources = [
            SourceView(*each, asked := back.get(each.name, {}), junk.get(each.name, {}), missed(asked))
            for each in found.sources
        ]
        return said(SourcesView(sources, found.since, [RefusedView(*each) for each in refused]))

    @router.get(
        "/sources/problems",
        summary="Arrivals of which something could not be read, newest first",
        openapi_extra=parameters(source="one source; all when not given", after="`next` of the page before"),
    )
    def wrong(request: Request) -> Response:
        head = read_head(request.scope, PAGE | {"source"})
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        limit, before = page_size(given), begins(given, sourceview.LAST, identifier, FOR_PROGRAMS)
        with desk.read() as tx:
            found = sourceview.wrong(
                tx, scope, source=given.get("source", ""), before=before, limit=limit + 1
            )
        shown, last = cut(found, limit)
        return said(WrongPage([WrongView(*each) for each in shown], last.id if last else None))


def _imports(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get(
        "/imports",
        summary="Files that were imported",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def listed(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope, PAGE).authorization, READ).key)
        given = queried(request.scope)
        limit, before = page_size(given), begins(given, imports.LAST, identifier, FOR_PROGRAMS)
        with desk.read() as tx:
            found = imports.latest(tx, scope.actor, before=before, limit=limit + 1)
        shown, last = cut(found, limit)
        return said(ImportsPage([_import_view(each) for each in shown], last.id if last else None))

    @router.get("/imports/{import_id}", summary="One import and how far it has come")
    def one(request: Request, import_id: Id) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            found = imports.shown(tx, scope.actor, import_id)
        if found is None:
            raise nothing()
        return said(_import_view(found))

    @router.get(
        "/imports/{import_id}/records",
        summary="What became of each record of a file",
        openapi_extra=parameters(
            outcome=f"one of {', '.join(OUTCOMES)}; all when not given", after="`next` of the page before"
        ),
    )
    def records(request: Request, import_id: Id) -> Response:
        head = read_head(request.scope, PAGE | {"outcome"})
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        limit, outcome = page_size(given), given.get("outcome", "")
        after = begins(given, 0, _line, FOR_PROGRAMS)
        if outcome and outcome not in OUTCOMES:
            raise away(400, "query.invalid", f"outcome is one of {', '.join(OUTCOMES)}", outcome[:64])
        with desk.read() as tx:
            if not is_id(import_id) or imports.shown(tx, scope.actor, import_id) is None:
                raise nothing()
            found = sourceview.records(tx, scope, import_id, outcome=outcome, after=after, limit=limit + 1)
        shown, last = cut(found, limit)
        return said(RecordsPage([ImportedView(*each) for each in shown], last.line if last else None))


def _line(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= MOST_LINE):
        raise ValueError("this is no line of a file")
    return int(text)


def _import_view(row: Shown) -> ImportView:
    return ImportView(
        id=row.id,
        name=row.name,
        source=row.source,
        total=row.total,
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        counts=row.counts,
        actor=row.actor,
    )
