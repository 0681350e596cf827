"""GET /v1/leads/{id}/timeline and /activities: what happened to a lead, newest first, a page at a time. It only reads."""

import base64
import hashlib
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.storage import instants, timeline
from firstright.storage.timeline import NEWEST, Happened, Place
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import cut
from firstright.web.problems import away
from firstright.web.reading import READ, Id, said, stands
from firstright.web.request import page_size, queried, read_head

PARAMETERS = frozenset({"limit", "after"})


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """`kind` is arrival, decision, holder, clock, touch, engagement, delivery, task, credit, offer, ticket, reassigned or repair; `about` is what its table says.
    `of` is the lead it happened to, where that one was merged into this one."""

    at: datetime
    kind: str
    id: str
    about: msgspec.Raw
    of: str = ""


class TimelineView(msgspec.Struct, frozen=True):
    """`next` is what to give as `after` for the page behind this one; null at the end."""

    lead: str
    entries: list[Entry]
    next: str | None


def timelines(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "/leads/{lead_id}/timeline",
        summary="Everything that happened to a lead, newest first",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def shown(request: Request, lead_id: Id) -> Response:
        return page(request, lead_id)

    @router.get(
        "/leads/{lead_id}/activities",
        summary="What we did to reach a lead and what it did itself, newest first",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def activities(request: Request, lead_id: Id) -> Response:
        return page(request, lead_id, activities=True)

    def page(request: Request, lead_id: str, *, activities: bool = False) -> Response:
        head = read_head(request.scope, PARAMETERS)
        keeper.admit(head.authorization, READ)
        given = queried(request.scope)
        limit = page_size(given)
        with desk.read() as tx:
            row = stands(tx, lead_id)
            after = _place(row.id, given["after"]) if "after" in given else NEWEST
            found = timeline.page(tx, row.id, after, limit + 1, activities=activities)
        shown, last = cut(found, limit)
        entries = [_entry(each) for each in shown]
        return said(TimelineView(row.id, entries, _cursor(row.id, last) if last else None))

    return router


def _entry(each: Happened) -> Entry:
    name = each.name.partition(".")[0]  # of a holder the epoch
    return Entry(each.at, each.kind, name, msgspec.Raw(each.told.encode()), each.of)


def _cursor(lead: str, last: Happened) -> str:
    text = f"{instants.text(last.at)}|{last.kind}|{last.name}"
    return base64.urlsafe_b64encode(f"{text}|{_mark(lead, text)}".encode()).decode().rstrip("=")


def _place(lead: str, cursor: str) -> Place:
    """Where the page before ended. TurnedAway for what is no cursor of ours, or of another lead: anybody can make the mark,
    so what is in a cursor is judged all the same.
    """
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        if "\0" in text:
            raise away(422, "cursor.invalid", "after holds U+0000, and no text here does")
        place, _, mark = text.rpartition("|")
        at, kind, name = place.split("|")
        if mark == _mark(lead, place) and cursor == cursor.rstrip("="):
            return Place(instants.read(at.removesuffix("Z")), kind, name)
    except ValueError:
        pass
    raise away(400, "cursor.invalid", "after is `next` of the page before, for the same lead")


def _mark(lead: str, text: str) -> str:
    """Tells a cursor that was cut, changed or meant for another lead; it keeps no secret."""
    return hashlib.sha256(f"{lead}|{text}".encode()).hexdigest()[:12]
