"""GET /v1/inbox, /v1/reviews and /v1/search: lists of leads for programs. A key that may read leads sees what operations see."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Actor, Role
from firstright.core.glance import Glance
from firstright.core.roster import Roster
from firstright.core.seeking import sought
from firstright.desk import Desk
from firstright.storage import inbox, reviewing, searching
from firstright.storage.inbox import Entry, Scope
from firstright.storage.reviewing import Item
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.problems import away
from firstright.web.reading import READ, Id, Who, nothing, said, who
from firstright.web.request import page_size, queried, read_head

TABS = tuple(tab for tab in inbox.TABS if tab != "mine")  # a key is nobody's rep
PAGE = frozenset({"after", "limit"})


class EntryView(msgspec.Struct, frozen=True):
    """A lead in a list. `clock` and `due_at` are of the clock of its owner now."""

    lead: str
    about: Glance
    source: str
    outcome: str
    reason: str
    holder: Who | None
    epoch: int
    accepted: bool
    touched: bool
    status: str
    priority: int
    arrived_at: datetime
    expected_response: datetime | None
    next_at: datetime | None
    clock: str
    due_at: datetime | None


class InboxView(msgspec.Struct, frozen=True):
    """`next` is what to give as `after` for the page behind this one; null at the end."""

    tab: str
    leads: list[EntryView]
    next: str | None


class CountsView(msgspec.Struct, frozen=True):
    """Open leads by list and by queue, each at most 501: that many means "more than 500". `all` counts ended ones, too."""

    team: int
    queues: int
    review: int
    waiting: int
    breaching: int
    all: int
    by_queue: dict[str, int]


class ReviewView(msgspec.Struct, frozen=True):
    review: str
    lead: str
    about: EntryView | None
    reason: str
    state: str
    between: tuple[str, ...]
    due_at: datetime | None
    opened_at: datetime
    claimed_by: str
    claimed_at: datetime | None


class ReviewsView(msgspec.Struct, frozen=True):
    """Open and claimed ones, soonest due first; `next` as everywhere. The counts are at most 501."""

    reviews: list[ReviewView]
    open: int
    claimed: int
    overdue: int
    next: str | None


class RecordView(msgspec.Struct, frozen=True):
    id: str
    kind: str
    name: str
    owner: str
    system: str
    external_id: str


class SearchView(msgspec.Struct, frozen=True):
    """What stands under exactly this text; `more`: some key leads to more than were looked at."""

    leads: list[EntryView]
    records: list[RecordView]
    more: bool


def as_operations(key: str) -> Scope:
    return Scope(Actor(key, key, Role.OPERATIONS))


def lists(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    _inbox(router, desk, keeper, now)
    _reviews(router, desk, keeper, now)
    _review(router, desk, keeper)
    _search(router, desk, keeper)
    return router


def _inbox(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    @router.get("/inbox", summary="How many leads each list holds")
    def counts(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            found, queues = inbox.counts(tx, scope, now()), inbox.by_queue(tx, scope)
        return said(CountsView(*found[1:], by_queue=queues))

    @router.get(
        "/inbox/{tab}",
        summary="Open leads, untouched and soonest due first",
        openapi_extra=parameters(
            queue="of the list `queues`: one of them; all when not given", after="`next` of the page before"
        ),
    )
    def page(request: Request, tab: str) -> Response:
        head = read_head(request.scope, PAGE | {"queue"})
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        limit, queue = page_size(given), given.get("queue", "")
        if tab not in TABS:
            raise away(404, "not_found", f"a list is one of {', '.join(TABS)}")
        if queue and tab != "queues":
            raise away(400, "query.invalid", "queue narrows the list queues only")
        after = begins(given, inbox.FIRST, inbox.read_place, FOR_PROGRAMS)
        with desk.read() as tx:
            found = inbox.page(tx, scope, tab, now(), only=queue, after=after, limit=limit + 1)
        shown, last = cut(found, limit)
        leads = [entry_view(each, desk.roster) for each in shown]
        return said(InboxView(tab, leads, last.place.text() if last else None))


def _reviews(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    @router.get(
        "/reviews",
        summary="What waits for a person's decision, soonest due first",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def page(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope, PAGE).authorization, READ).key)
        given = queried(request.scope)
        limit = page_size(given)
        after = begins(given, reviewing.FIRST, reviewing.read_place, FOR_PROGRAMS)
        with desk.read() as tx:
            found = reviewing.page(tx, scope, after, limit + 1)
            counts = reviewing.counts(tx, scope, now())
        shown, last = cut(found, limit)
        reviews = [_review_view(item, desk.roster) for item in shown]
        following = last.place.text() if last else None
        return said(ReviewsView(reviews, counts.open, counts.claimed, counts.overdue, following))


def _review(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get("/reviews/{review_id}", summary="One review, in any state")
    def one(request: Request, review_id: Id) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            found = reviewing.one(tx, scope, review_id)
        if found is None:
            raise nothing()
        return said(_review_view(found, desk.roster))


def _search(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get(
        "/search",
        summary="Leads, accounts and contacts under exactly this address, telephone number, domain or id",
        openapi_extra={
            "parameters": [{"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}]
        },
    )
    def search(request: Request) -> Response:
        head = read_head(request.scope, frozenset({"q"}))
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        asked = sought(queried(request.scope).get("q", ""))
        if asked is None:
            raise away(400, "query.invalid", "q is a text of 1 to 254 characters that can be read")
        with desk.read() as tx:
            found = searching.search(tx, scope, asked)
        leads = [entry_view(each, desk.roster) for each in found.leads]
        return said(SearchView(leads, [RecordView(*record) for record in found.records], found.more))


def entry_view(entry: Entry, roster: Roster | None) -> EntryView:
    return EntryView(
        lead=entry.id,
        about=entry.glance,
        source=entry.source,
        outcome=entry.outcome,
        reason=entry.reason,
        holder=who(entry.holder.kind, entry.holder.id, roster),
        epoch=entry.epoch,
        accepted=entry.accepted,
        touched=entry.touched,
        status=entry.status,
        priority=entry.priority,
        arrived_at=entry.arrived_at,
        expected_response=entry.expected_at,
        next_at=entry.next_at,
        clock=entry.clock,
        due_at=entry.due_at,
    )


def _review_view(item: Item, roster: Roster | None) -> ReviewView:
    return ReviewView(
        review=item.id,
        lead=item.lead_id,
        about=entry_view(item.lead, roster) if item.lead else None,
        reason=item.reason,
        state=item.state,
        between=item.candidates,
        due_at=item.due_at,
        opened_at=item.opened_at,
        claimed_by=item.claimed_by,
        claimed_at=item.claimed_at,
    )
