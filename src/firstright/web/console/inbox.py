"""The inbox: leads to work, most urgent first, by whose they are. Each list is what storage gives this visitor; nothing is decided."""

from typing import NamedTuple
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right, Role
from firstright.core.lead import Holder, HolderKind
from firstright.storage import inbox as lists
from firstright.storage.inbox import MOST, Counts, Entry, Scope
from firstright.web.console.handoffseen import asks, confirm, offers_seen
from firstright.web.console.pulls import Pull, pulls
from firstright.web.console.room import Room
from firstright.web.console.tasklist import of_inbox
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
_NARROWS = {
    "queues": "queue",
    "team": "rep",
}  # tabs that can be narrowed to one holder, and by which parameter
ENDED = "ended"  # a list of its own: see `ended`
UNCOUNTED = (ENDED, "all")
_PARAMETERS = frozenset({"after", *_NARROWS.values()})


class Tab(NamedTuple):
    id: str
    label: str
    held: str  # how many, as it is shown; empty: they are not counted
    urgent: bool


class Row(msgspec.Struct, frozen=True):
    """An entry as this visitor sees it: who has it by name, and what can be done about it right here."""

    entry: Entry
    holder: str
    state: str  # new, accepted, touched, claim me ... in a word
    tone: str
    can_accept: bool
    can_claim: bool


def inbox(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/inbox")
    def begin(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        return _listed(room, request, visit, _first_tab(visit))

    @router.get("/inbox/{tab}")
    def listed(request: Request, tab: str) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        if tab not in _tabs_of(visit):
            raise away(404, "not_found", "there is no such list, or it is not yours to see")
        return _listed(room, request, visit, tab)

    return router


def _listed(room: Room, request: Request, visit: Visit, tab: str) -> Response:
    read_head(request.scope, _PARAMETERS)
    given = queried(request.scope)
    scope = Scope(visit.actor, visit.queues)
    only = given.get(_NARROWS.get(tab, ""), "")
    if tab == "team" and only and not visit.actor.sees(Holder(HolderKind.REP, only), visit.queues):
        raise away(404, "not_found", "there is no such list, or it is not yours to see")
    after = begins(given, lists.FIRST, lists.read_place)
    with room.desk.read() as tx:
        found = lists.page(tx, scope, tab, visit.now, only=only, after=after, limit=PAGE + 1)
        counts = lists.counts(tx, scope, visit.now)
        queues = lists.by_queue(tx, scope) if tab == "queues" else {}
        pulled = pulls(tx, visit)
        doing = of_inbox(tx, visit) if tab == "mine" and after == lists.FIRST else []
        offered = offers_seen(tx, visit, tab) if asks(visit) else []
    confirm(room, visit, [each.lead for each in offered if each.unseen])
    shown, last = cut(found, PAGE)
    return room.page(
        visit,
        "inbox.html",
        here="/inbox",
        tab=tab,
        tabs=tabs(visit, counts, pulled),
        pulls=pulled,
        doing=doing,
        offered=offered,
        rows=[_row(visit, entry) for entry in shown],
        following=last.place.text() if last else "",
        began=after == lists.FIRST,
        only=only,
        narrowed=f"{_NARROWS[tab]}={quote(only, safe='')}" if only else "",
        rep=visit.rep(only) if only and tab == "team" else "",
        queues=[(name, visit.queue(name), n) for name, n in queues.items()],
    )


LABELS = {
    "mine": "Mine",
    "team": "Team",
    "queues": "Queues",
    "breaching": "Breaching",
    "waiting": "Waiting",
    "all": "All",
    ENDED: "Won and lost",
}


def _tabs_of(visit: Visit) -> list[str]:
    actor = visit.actor
    mine = ["mine"] if actor.rep else []
    team = ["team"] if actor.team or actor.sees_all else []
    beyond = ["waiting"] if actor.may(Right.REVIEW) else []
    over = [ENDED] if mine or team else []
    return [*mine, *team, "queues", "breaching", *beyond, *over, *(["all"] if actor.sees_all else [])]


def _first_tab(visit: Visit) -> str:
    return _tabs_of(visit)[0]


def _with_blind(counts: Counts, visit: Visit, pulled: list[Pull]) -> Counts:
    """Leads that wait for them to take blindly count, too, though no list shows them. Whoever sees every queue sees those."""
    if visit.actor.role is not Role.REP:
        return counts
    return counts._replace(queues=counts.queues + sum(pull.waiting for pull in pulled if pull.blind))


def tabs(visit: Visit, counts: Counts, pulled: list[Pull]) -> list[Tab]:
    counted, found = _with_blind(counts, visit, pulled), []
    for tab in _tabs_of(visit):
        n = -1 if tab in UNCOUNTED else getattr(counted, tab)
        held = "" if n < 0 else f"{MOST - 1}+" if n >= MOST else str(n)
        found.append(Tab(tab, LABELS[tab], held, tab == "breaching" and n > 0))
    return found


def _row(visit: Visit, entry: Entry) -> Row:
    mine = entry.holder.kind is HolderKind.REP and entry.holder.id == visit.actor.rep != ""
    state, tone = _state(entry)
    return Row(
        entry,
        visit.holder(entry.holder.kind, entry.holder.id),
        state,
        tone,
        can_accept=mine and entry.outcome == "owner" and not entry.accepted and not entry.touched,
        can_claim=entry.holder.kind is HolderKind.QUEUE and entry.holder.id in visit.queues,
    )


def _state(entry: Entry) -> tuple[str, str]:
    """One word for where it stands, and its colour."""
    if entry.outcome != "owner":
        return entry.outcome, "warn" if entry.outcome in ("waiting", "review", "queued", "pending") else ""
    if entry.touched:
        return "touched", "good"
    return ("accepted", "accent") if entry.accepted else ("new", "accent")
