"""The console as a whole: its room and the pages in it. Adding a page is one line here."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk import Desk
from firstright.desk.files.uploads import Uploads
from firstright.desk.staff.feeds import Feeds
from firstright.web.console.agenda import agenda
from firstright.web.console.attendance import attendance
from firstright.web.console.calendars import calendars
from firstright.web.console.clockforms import clockforms
from firstright.web.console.companies import companies
from firstright.web.console.creditacts import creditacts
from firstright.web.console.deliveries import deliveries
from firstright.web.console.duplicates import duplicates
from firstright.web.console.ended import ended
from firstright.web.console.extracts import extracts
from firstright.web.console.fields import fields
from firstright.web.console.gate import Gate
from firstright.web.console.handoffacts import handoffacts
from firstright.web.console.hooks import hook_pages
from firstright.web.console.hygiene import hygiene_page
from firstright.web.console.imports import imports
from firstright.web.console.inbox import inbox
from firstright.web.console.lead import lead
from firstright.web.console.leadacts import leadacts
from firstright.web.console.meetingacts import meetingacts
from firstright.web.console.nextacts import nextacts
from firstright.web.console.outreach import outreach_page
from firstright.web.console.outreachacts import outreachacts
from firstright.web.console.pauses import pauses
from firstright.web.console.people import people
from firstright.web.console.person import person
from firstright.web.console.pipeline import pipeline
from firstright.web.console.policy import policy
from firstright.web.console.pool import pool
from firstright.web.console.providers import providers
from firstright.web.console.pulls import taking
from firstright.web.console.pulse import pulse
from firstright.web.console.reference import reference
from firstright.web.console.repair import repair
from firstright.web.console.repairpreview import preview_pages
from firstright.web.console.review import review
from firstright.web.console.reviewacts import reviewacts
from firstright.web.console.room import Room
from firstright.web.console.score import score
from firstright.web.console.search import search
from firstright.web.console.sources import sources
from firstright.web.console.statusacts import statusacts
from firstright.web.console.stewards import stewards
from firstright.web.console.stuck import stuck_pages
from firstright.web.console.tasklist import tasklist
from firstright.web.console.team import team
from firstright.web.console.versions import versions

PAGES: tuple[Callable[[Room], APIRouter], ...] = (
    people,
    pulse,
    ended,  # before the lists of the inbox: it is one with a page of its own
    inbox,
    taking,
    lead,
    leadacts,
    statusacts,
    handoffacts,
    meetingacts,
    agenda,
    nextacts,
    tasklist,
    review,
    reviewacts,
    creditacts,
    clockforms,
    stuck_pages,
    duplicates,
    team,
    pipeline,
    person,
    pool,
    pauses,
    attendance,
    calendars,
    extracts,  # before the pages of single accounts: /accounts/files is none of them
    companies,
    imports,
    sources,
    hook_pages,
    fields,
    hygiene_page,
    outreach_page,
    outreachacts,
    deliveries,
    providers,
    policy,
    score,
    stewards,
    preview_pages,
    repair,
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
