"""Meetings for programs: what is free, which there are, and to book, move, call off one or say how it went.

A slot that was taken in the meantime is a 422 of the field `starts`; the Idempotency-Key makes a repeat a repeat.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.identifiers import is_id
from firstright.core.lead import HolderKind
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.bookable import offer
from firstright.desk.links import token
from firstright.desk.meetings import (
    LONGEST_REASON,
    BookMeeting,
    CancelMeeting,
    MeetingHeld,
    MeetingMissed,
    MoveMeeting,
)
from firstright.intake.strict import Field, Fields
from firstright.storage import leads, meetings
from firstright.storage.meetings import MeetingRow
from firstright.web.acts import ACT, ActDoor, epoch_of, text
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.problems import away
from firstright.web.reading import READ, Id, said, stands
from firstright.web.request import moment, page_size, queried, read_head

STARTS = Field("instant", required=True)
BOOK: Fields = {
    "type": Field(required=True, most=64),
    "starts": STARTS,
    "zone": Field(most=64),
    "epoch": Field("integer", most=2**31),
}
MOVE: Fields = {"starts": STARTS}
WHY: Fields = {"reason": Field(most=LONGEST_REASON)}
SLOTS, LIST = frozenset({"type", "lead", "limit"}), frozenset({"from", "until", "rep", "after", "limit"})
_REPLY = {
    "requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}},
}
LOOK = timedelta(days=14)
LAST = datetime.max.replace(tzinfo=UTC) - LOOK


class MeetingView(msgspec.Struct, frozen=True):
    """`answer` is what was said to the invitation of its time of now: accepted, declined or tentative; empty: nothing yet."""

    meeting: str
    lead: str
    type: str
    rep: str
    starts: datetime
    ends: datetime
    state: str
    sequence: int
    zone: str
    booked_at: datetime
    booked_by: str
    reason: str
    answer: str
    answered_at: datetime | None


class MeetingsView(msgspec.Struct, frozen=True):
    """Those that begin in the period, whatever became of them, the first first; `next` is what to give as `after`, null at the end."""

    meetings: list[MeetingView]
    next: str | None


class SlotsView(msgspec.Struct, frozen=True):
    """`rep` is null where it is whoever of the pool has the turn; `page` is where the lead can book by itself."""

    type: str
    minutes: int
    rep: str | None
    zone: str
    slots: tuple[datetime, ...]
    page: str


def meeting_routes(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(
        prefix="/v1", responses=problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    )
    _slots(router, desk, keeper, now)
    _list(router, desk, keeper, now)
    _acts(router, desk, keeper)
    return router


def _slots(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    @router.get(
        "/meetings/slots",
        summary="When a kind of meeting can begin",
        openapi_extra=parameters(
            type="a kind of meeting of the policy",
            lead="whose owner it is with; without it, with the pool of the kind",
        ),
    )
    def slots(request: Request) -> Response:
        head = read_head(request.scope, SLOTS)
        keeper.admit(head.authorization, READ)
        given = queried(request.scope)
        policy, roster = desk.policy, desk.roster
        type = policy.policy.meetings.get(given.get("type", "")) if policy else None
        if policy is None or roster is None or type is None:
            raise away(404, "not_found", "the policy has no kind of meeting of this name")
        with desk.read() as tx:
            at = desk.instant(tx, now())
            row = stands(tx, given["lead"]) if "lead" in given else None
            owner = row.holder_id if row and row.holder_kind == HolderKind.REP else ""
            facts = leads.as_lead(row).facts if row else {}
            found = offer(tx, policy.policy, roster, type, owner, facts, at, most=page_size(given))
            page = f"/b/{token(meetings.secret(tx), row.id)}" if row else f"/b/pool/{type.id}"
        minutes = int(type.length.total_seconds() // 60)
        return said(SlotsView(type.id, minutes, found.rep or None, found.zone, found.slots, page))


def _list(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    @router.get(
        "/meetings",
        summary="Meetings that begin in a period",
        openapi_extra=parameters(
            **{"from": "an instant; now when not given", "until": "an instant; two weeks after `from`"},
            rep="only those with this rep",
            after="`next` of the page before",
        ),
    )
    def page(request: Request) -> Response:
        head = read_head(request.scope, LIST)
        keeper.admit(head.authorization, READ)
        given = queried(request.scope)
        since = moment(given, "from") or now()
        until = moment(given, "until") or min(since, LAST) + LOOK
        limit, rep = page_size(given), given.get("rep", "")
        after = begins(given, None, meetings.read_place, FOR_PROGRAMS)
        with desk.read() as tx:
            rows = meetings.between(tx, since, until, limit + 1, rep=rep, after=after)
        shown, last = cut(rows, limit)
        following = meetings.place_of(last).text() if last else None
        return said(MeetingsView([_view(row) for row in shown], following))


def _acts(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    door = ActDoor(desk, keeper, ACT, named=is_id)

    @router.post("/leads/{lead_id}/meetings", summary="Book a meeting", openapi_extra=command(BOOK))
    async def book(request: Request, lead_id: Id) -> Response:
        return await door.answered(request, lead_id, BOOK, _book)

    @router.post(
        "/meetings/{meeting_id}/move", summary="To another time, same rep", openapi_extra=command(MOVE)
    )
    async def move(request: Request, meeting_id: Id) -> Response:
        return await door.answered(request, meeting_id, MOVE, _move)

    @router.post("/meetings/{meeting_id}/cancel", summary="Call it off", openapi_extra=command(WHY))
    async def cancel(request: Request, meeting_id: Id) -> Response:
        return await door.answered(request, meeting_id, WHY, _Of(CancelMeeting).built)

    @router.post(
        "/meetings/replies", summary="What an invited person's calendar replied", openapi_extra=_REPLY
    )
    async def replied(request: Request) -> Response:
        return await door.calendar(request)

    @router.post("/meetings/{meeting_id}/no-show", summary="They did not come", openapi_extra=command(WHY))
    async def missed(request: Request, meeting_id: Id) -> Response:
        return await door.answered(request, meeting_id, WHY, _Of(MeetingMissed).built)

    @router.post("/meetings/{meeting_id}/held", summary="It was held", openapi_extra=command(WHY))
    async def held(request: Request, meeting_id: Id) -> Response:
        return await door.answered(request, meeting_id, WHY, _Of(MeetingHeld).built)


class _Of(NamedTuple):
    """Work on one meeting that is named."""

    work: type[CancelMeeting] | type[MeetingMissed] | type[MeetingHeld]

    def built(self, meeting: str, values: dict[str, object], by: str, key: str) -> OnLead:
        return self.work("", by, meeting=meeting, reason=text(values, "reason"), key=key)


def _book(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    type, zone = text(values, "type"), text(values, "zone")
    return BookMeeting(lead, by, type, _starts(values), zone=zone, epoch=epoch_of(values), key=key)


def _move(meeting: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return MoveMeeting("", by, _starts(values), meeting=meeting, key=key)


def _starts(values: dict[str, object]) -> datetime:
    at = values["starts"]
    assert isinstance(at, datetime)
    return at.astimezone(UTC)


def _view(row: MeetingRow) -> MeetingView:
    return MeetingView(
        row.id,
        row.lead_id,
        row.type,
        row.rep_id,
        row.starts_at,
        row.ends_at,
        row.state,
        row.sequence,
        row.zone,
        row.booked_at,
        row.booked_by,
        row.reason,
        row.answer,
        row.answered_at,
    )
