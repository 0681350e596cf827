"""Meetings of a rep or of a team: those ahead, those nobody has said anything of, and how many were held."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right, Role
from firstright.core.glance import glance
from firstright.core.meetings import Span
from firstright.core.slots import away
from firstright.storage import leads, meetings
from firstright.storage.meetings import Figures, MeetingRow
from firstright.web.console.meetingseen import OneSeen, one_seen
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.request import queried, read_head

BEHIND, AHEAD, COUNTED = timedelta(days=14), timedelta(days=30), timedelta(days=30)
OPEN, PAGE = 20, 60  # what nobody has said anything of yet; what is ahead


class Line(msgspec.Struct, frozen=True):
    meeting: OneSeen
    lead: str
    name: str
    company: str
    clash: bool  # they are away, or have something else to do: it came after the booking


class Count(msgspec.Struct, frozen=True):
    """One rep's of the last thirty days. `came` is the part of those somebody said it of, in per cent; None where nobody did."""

    rep: str
    figures: Figures
    came: int | None


def agenda(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/agenda")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, frozenset({"after"}))
        now, whose = meetings.since(visit.now), _whose(visit)
        after = begins(queried(request.scope), now, meetings.read_place)
        began = after == now
        with room.desk.read() as tx:
            behind = meetings.since(visit.now - BEHIND)
            over = meetings.live(tx, whose, behind, visit.now, OPEN + 1) if began else []
            ahead, last = cut(meetings.live(tx, whose, after, visit.now + AHEAD, PAGE + 1), PAGE)
            live = [*over[:OPEN], *ahead]
            reps = {row.rep_id for row in live}
            busy = meetings.appointments(tx, reps, visit.now, visit.now + AHEAD)
            known = leads.rows(tx, {row.lead_id for row in live})
            counted = meetings.figures(tx, visit.now - COUNTED, visit.now)
        names = {name: glance(leads.as_lead(row).facts) for name, row in known.items()}
        lines = [
            Line(
                one_seen(visit, row),
                row.lead_id,
                names[row.lead_id].name,
                names[row.lead_id].company,
                _clashes(visit, row, busy.get(row.rep_id, ())),
            )
            for row in live
            if row.lead_id in names
        ]
        return room.page(
            visit,
            "agenda.html",
            here="/agenda",
            days=_days(visit, [line for line in lines if not line.meeting.began]),
            open=[line for line in lines if line.meeting.began],
            more_open=len(over) > OPEN,
            counts=_counts(visit, counted) if began else [],
            following=meetings.place_of(last).text() if last else "",
            began=began,
            several=visit.actor.role is not Role.REP,
        )

    return router


def _whose(visit: Visit) -> frozenset[str] | None:
    """Whose meetings this visitor may see; None: everybody's."""
    actor = visit.actor
    return None if actor.sees_all else frozenset({actor.rep, *actor.team}) - {""}


def _is_theirs(visit: Visit, rep: str) -> bool:
    actor = visit.actor
    return actor.sees_all or rep == actor.rep or rep in actor.team


def _clashes(visit: Visit, row: MeetingRow, busy: Iterable[Span]) -> bool:
    """Buffers are only for whoever books: what touches one clashes with nothing."""
    rep = visit.roster.reps.get(row.rep_id) if visit.roster else None
    taken = [*((each.starts, each.ends) for each in busy), *(away(rep) if rep else ())]
    return any(row.starts_at < ends and starts < row.ends_at for starts, ends in taken)


def _days(visit: Visit, lines: Iterable[Line]) -> list[tuple[datetime, list[Line]]]:
    """By the visitor's days."""
    found: dict[object, list[Line]] = {}
    for line in lines:
        found.setdefault(visit.local(line.meeting.starts_at).date(), []).append(line)
    return [(visit.local(each[0].meeting.starts_at), each) for each in found.values()]


def _counts(visit: Visit, counted: Iterable[Figures]) -> list[Count]:
    found = []
    for each in counted:
        if _is_theirs(visit, each.rep):
            told = each.held + each.no_show
            found.append(Count(visit.rep(each.rep), each, 100 * each.held // told if told else None))
    return found
