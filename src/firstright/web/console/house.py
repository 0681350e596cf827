"""The console as a whole: its room and the pages in it. Adding a page is one line here."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk import Desk
from firstright.desk.feeds import Feeds
from firstright.desk.uploads import Uploads
from firstright.web.console.attendance import attendance
from firstright.web.console.calendars import calendars
from firstright.web.console.creditacts import creditacts
from firstright.web.console.deliveries import deliveries
from firstright.web.console.gate import Gate
from firstright.web.console.imports import imports
from firstright.web.console.inbox import inbox
from firstright.web.console.lead import lead
from firstright.web.console.leadacts import leadacts
from firstright.web.console.pauses import pauses
from firstright.web.console.people import people
from firstright.web.console.person import person
from firstright.web.console.policy import policy
from firstright.web.console.pool import pool
from firstright.web.console.pulls import taking
from firstright.web.console.pulse import pulse
from firstright.web.console.reference import reference
from firstright.web.console.review import review
from firstright.web.console.reviewacts import reviewacts
from firstright.web.console.room import Room
from firstright.web.console.search import search
from firstright.web.console.sources import sources
from firstright.web.console.team import team
from firstright.web.console.versions import versions

PAGES: tuple[Callable[[Room], APIRouter], ...] = (
    people,
    pulse,
    inbox,
    taking,
    lead,
    leadacts,
    review,
    reviewacts,
    creditacts,
    team,
    person,
    pool,
    pauses,
    attendance,
    calendars,
    imports,
    sources,
    deliveries,
    policy,
    versions,
    search,
    reference,
)


def console(
    desk: Desk,
    gate: Gate,
    now: Callable[[], datetime],
    uploads: Uploads | None = None,
    feeds: Feeds | None = None,
) -> tuple[Room, list[APIRouter]]:
    room = Room(desk, gate, now, uploads, feeds)
    return room, [room.static.routes(), _front(room), *(page(room) for page in PAGES)]


def _front(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def front(request: Request) -> Response:
        room.enter(request, Right.SEE_LEADS)
        return room.done("/inbox")

    return router
