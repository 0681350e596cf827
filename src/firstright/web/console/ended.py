"""Won and lost: the leads somebody, or their people, had when they ended, the latest first, with why, and how many by month.

It changes nothing; what can still be done with such a lead stands on its own page.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.pipeline import DISQUALIFIED_AS, LOST, WON
from firstright.core.record import read_record
from firstright.core.why.moments import MONTHS
from firstright.core.why.reasons import reason_phrase
from firstright.storage import endedleads
from firstright.storage import inbox as lists
from firstright.storage.endedleads import FIRST, MOST, Ended, read_place
from firstright.storage.inbox import Scope
from firstright.web.console.inbox import ENDED, tabs
from firstright.web.console.pulls import pulls
from firstright.web.console.room import Room
from firstright.web.console.stacked import Columns, stacked
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
SPAN = 12  # months
LABELS = ((WON, "won", "good"), (LOST, "lost", "three"), (DISQUALIFIED_AS, "disqualified", "two"))
TONES = {WON: "good", LOST: "warn"}
_PARAMETERS = frozenset({"after", "status", "rep"})


class Row(msgspec.Struct, frozen=True):
    """One lead that is over. `why` is the reason of the list, `said` what somebody said of it."""

    lead: Ended
    tone: str
    why: str
    said: str
    who: str


def ended(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/inbox/ended")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, _PARAMETERS)
        given = queried(request.scope)
        reps, status, rep = _reps(visit), given.get("status", ""), given.get("rep", "")
        if not reps or status not in ("", WON, LOST, DISQUALIFIED_AS) or (rep and rep not in reps):
            raise away(404, "not_found", "there is no such list, or it is not yours to see")
        after = begins(given, FIRST, read_place)
        whose = {rep} if rep else reps
        with room.desk.read() as tx:
            found = endedleads.page(tx, whose, status=status, after=after, limit=PAGE + 1)
            shown, last = cut(found, PAGE)
            counts = lists.counts(tx, Scope(visit.actor, visit.queues), visit.now)
            pulled = pulls(tx, visit)
            ends = endedleads.latest(tx, whose, _first_month(visit))
        months = by_month(visit.local(visit.now), [(visit.local(at), status) for at, status in ends])
        return room.page(
            visit,
            "ended.html",
            here="/inbox",
            tab=ENDED,
            tabs=tabs(visit, counts, pulled),
            rows=[_row(visit, each) for each in shown],
            months=months,
            span=SPAN,
            labels=LABELS,
            counted_since=ends[-1][0] if len(ends) == MOST else None,
            only=status,
            rep=rep,
            people=sorted([(visit.rep(each), each) for each in reps]) if len(reps) > 1 else [],
            following=last.place.text() if last else "",
            began=after == FIRST,
        )

    return router


def by_month(now: datetime, ends: Iterable[tuple[datetime, str]]) -> Columns:
    """Of the last twelve months on one clock, the running one last."""
    known: dict[tuple[int, int], dict[str, int]] = {month: {} for month in _months(now)}
    for at, status in ends:
        of_month = known.get((at.year, at.month))
        if of_month is not None:
            of_month[status] = of_month.get(status, 0) + 1
    return stacked(
        [(f"{MONTHS[month - 1]} {year}", counts) for (year, month), counts in known.items()], LABELS
    )


def _months(now: datetime) -> list[tuple[int, int]]:
    last = now.year * 12 + now.month - 1
    return [(month // 12, month % 12 + 1) for month in range(last - SPAN + 1, last + 1)]


def _first_month(visit: Visit) -> datetime:
    year, month = _months(visit.local(visit.now))[0]
    return datetime(year, month, 1, tzinfo=visit.local(visit.now).tzinfo)


def _reps(visit: Visit) -> frozenset[str]:
    """Whose ends they see: their own, their people's, or everybody's."""
    if visit.actor.sees_all:
        return frozenset(visit.roster.reps) if visit.roster else frozenset()
    return visit.actor.team | ({visit.actor.rep} - {""})


def _row(visit: Visit, lead: Ended) -> Row:
    kind, _, name = lead.reason.partition(":")
    why = name.replace("-", " ") if kind == DISQUALIFIED_AS else ""
    if not why and kind not in (WON, LOST) and visit.policy:
        why = reason_phrase(lead.reason, visit.policy.policy)
    return Row(lead, TONES.get(lead.status, ""), why, _said(lead), visit.rep(lead.rep))


def _said(lead: Ended) -> str:
    """What whoever ended it said of it, in their own words."""
    with suppress(msgspec.DecodeError):
        act = read_record(lead.record).lead.act if lead.record else None
        return act.reason if act else ""
    return ""
