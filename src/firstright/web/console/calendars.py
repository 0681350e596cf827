"""Somebody's own calendar, on one's own page and on that of one's people: handed over as a file, or read by URL from then on.

What it says becomes absences; who may say it of whom, the desk judges.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.authority import Right
from firstright.desk.staff.calendars import CalendarAsked, feed
from firstright.desk.staff.feeds import FeedAsked, FeedChange, FeedEnded
from firstright.desk.staff.repwork import Changed
from firstright.errors import NoPolicy, Refused
from firstright.intake.icalendarlines import LARGEST
from firstright.intake.strict import Field, Fields
from firstright.web.console.feedseen import BUSY
from firstright.web.console.form import Form, Posted, refused, sentence
from firstright.web.console.pauses import must_be_theirs
from firstright.web.console.person import PersonPage, myself
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.multipart import MOST_TEXT, Multipart
from firstright.web.problems import away
from firstright.web.request import Gone, read_body, read_head

OVER = Field(among=tuple(value for value, _ in BUSY if value))
FILE: Fields = {"busy_over": OVER}
FEED: Fields = {"url": Field(required=True, most=2_000), "busy_over": OVER}
ENVELOPE = MOST_TEXT + 16 * 1024  # bytes that a body has beside its file


def calendars(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = PersonPage(room)
    _files(router, room, pages)
    _feeds(router, room, pages)
    return router


def _files(router: APIRouter, room: Room, pages: PersonPage) -> None:
    async def taken(request: Request, right: Right, rep: str) -> Response:
        """`rep` empty is themselves. Who may not come in has nothing of theirs read."""
        await run_in_threadpool(room.enter, request, right)
        given, raw = await _posted(request)
        return await run_in_threadpool(_taken, room, pages, request, right, rep, given, raw)

    @router.post("/me/calendar")
    async def mine(request: Request) -> Response:
        return await taken(request, Right.WORK_LEADS, "")

    @router.post("/team/{rep_id}/calendar")
    async def theirs(request: Request, rep_id: str) -> Response:
        return await taken(request, Right.SEE_TEAM, rep_id)


def _taken(
    room: Room,
    pages: PersonPage,
    request: Request,
    right: Right,
    whose: str,
    given: dict[str, str],
    raw: bytes,
) -> Response:
    visit = room.enter_to_change(request, given, right)
    rep, me = _whose(pages, visit, whose)
    values = room.values(visit, given, FILE, "calendar")
    if isinstance(values, Form):
        return pages.show(visit, rep, me=me, form=values, status=422)
    try:
        if not raw:
            raise Refused(["file: choose one, such as calendar.ics"])
        over = values.get("busy_over")
        asked = CalendarAsked(rep, raw.decode(errors="replace"), busy_over=int(str(over)) if over else None)
        changed = feed(room.desk, asked, visit.actor)
    except Refused as refusal:
        form = refused({**given, "file": ""}, refusal.reasons, "calendar")
        return pages.show(visit, rep, me=me, form=form, status=422)
    except NoPolicy as error:
        raise away(404, "not_found", str(error)) from None
    room.desk.warm()  # the page after this one knows of it
    return room.done(_page(rep, me), *_told(changed))


def _told(changed: Changed) -> tuple[str, str]:
    said = sentence(changed.says) if changed.changed else "It was so already."
    if not changed.problems:
        return said, "good"
    first = changed.problems[0]
    place = first.pointer.removeprefix("/").replace("/", " ")
    count = f"{len(changed.problems)} of its entries" if len(changed.problems) > 1 else "One of its entries"
    return f"{said} {count} could not be read: {place}: {first.reason}.", "warn"


async def _posted(request: Request) -> tuple[dict[str, str], bytes]:
    """The fields of the form and the file, of which there is one at most. Raises TurnedAway."""
    head = read_head(request.scope)
    if head.content_type.partition(b";")[0].strip().lower() != b"multipart/form-data":
        raise away(415, "content_type.unsupported", "a file is sent as multipart/form-data")
    file = bytearray()
    try:
        parts = Multipart(head.content_type, lambda field, name: file.extend)
        parts.feed(await read_body(request.receive, head, LARGEST + ENVELOPE))
        parts.end()
    except Gone:
        raise away(400, "request.invalid", "the request ended before it was whole") from None
    if parts.files > 1:
        raise away(400, "form.duplicate", "one calendar at a time")
    return dict(parts.fields), bytes(file)


def _feeds(router: APIRouter, room: Room, pages: PersonPage) -> None:
    def changed(visit: Visit, rep: str, me: bool, given: Mapping[str, str], asked: FeedChange) -> Response:
        if room.feeds is None:
            raise away(503, "feeds.off", "this process has no key to seal addresses with")
        try:
            room.feeds.change(asked, visit.actor)
        except Refused as refusal:
            form = refused({**given, "url": ""}, refusal.reasons, "feed")
            return pages.show(visit, rep, me=me, form=form, status=422)
        except NoPolicy as error:
            raise away(404, "not_found", str(error)) from None
        room.desk.warm()  # as above
        told = "It is read from there, within seconds for the first time."
        return room.done(_page(rep, me), told if isinstance(asked, FeedAsked) else "It is read no longer.")

    def begun(visit: Visit, rep: str, me: bool, given: Mapping[str, str]) -> Response:
        values = room.values(visit, given, FEED, "feed")
        if isinstance(values, Form):
            return pages.show(visit, rep, me=me, form=values, status=422)
        over = values.get("busy_over")
        asked = FeedAsked(rep, str(values["url"]), int(str(over)) if over else None)
        return changed(visit, rep, me, given, asked)

    @router.post("/me/feed")
    def mine(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        return begun(visit, *_whose(pages, visit, ""), given)

    @router.post("/team/{rep_id}/feed")
    def theirs(request: Request, rep_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_TEAM)
        return begun(visit, *_whose(pages, visit, rep_id), given)

    @router.post("/me/feed/end")
    def end_mine(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        rep, me = _whose(pages, visit, "")
        return changed(visit, rep, me, given, FeedEnded(rep))

    @router.post("/team/{rep_id}/feed/end")
    def end_theirs(request: Request, rep_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_TEAM)
        rep, me = _whose(pages, visit, rep_id)
        return changed(visit, rep, me, given, FeedEnded(rep))


def _whose(pages: PersonPage, visit: Visit, rep: str) -> tuple[str, bool]:
    """The rep, and whether that is the visitor on their own page. Raises TurnedAway for whom they may not speak."""
    if not rep:
        return myself(visit), True
    must_be_theirs(pages, visit, rep)
    return rep, False


def _page(rep: str, me: bool) -> str:
    return "/me" if me else f"/team/{rep}"
