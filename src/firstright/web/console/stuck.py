"""Leads that lie, and what was missed: the list with causes, owner and age, what is decided about each, and the misses of an
outage excused at once. Who may, the desk judges."""

from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.causes.overriding import DISQUALIFIED
from firstright.core.clockwork import EXCUSES
from firstright.core.identifiers import is_id
from firstright.core.sweep import CAUSES
from firstright.core.why.stuckwords import cause_words, since_words
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.clockasked import MOST, SpanAsked, excuse_span, of_span
from firstright.desk.watch.stuck import DECISIONS, ROUND, LookedAt
from firstright.errors import NoPolicy, NotFound, Refused, Superseded
from firstright.intake.strict import Field, Fields
from firstright.storage import excuses, rounds, stuck
from firstright.storage.inbox import glanced
from firstright.web.console.clocksseen import clock_name, words
from firstright.web.console.form import NOTHING_TYPED, Form, Posted, refused
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
MISSES = 50
LATELY = timedelta(days=7)
SAID = {
    "keep": "Kept. It is not listed again for a while.",
    "move": "Moved: it is with {owner} now.",
    "close": "Closed.",
}
DECIDE: Fields = {
    "decided": Field(required=True, among=DECISIONS),
    "to": Field(most=64),
    "closed": Field(among=DISQUALIFIED),
    "why": Field(required=True, most=LONGEST_REASON),
    "epoch": Field("integer", required=True, most=2**31),
}
EXCUSE: Fields = {
    "since": Field("instant", required=True),
    "until": Field("instant", required=True),
    "why": Field(required=True, among=EXCUSES),
    "calendar": Field(most=64),
    "anew": Field(among=("yes",)),
    "note": Field(required=True, most=LONGEST_REASON),
}
_PARAMETERS = frozenset({"after", "cause", "owner"})


class StuckSeen(msgspec.Struct, frozen=True):
    id: str
    name: str
    company: str
    owner: str
    status: str
    epoch: int
    causes: list[str]
    since: datetime
    mine: bool  # nobody decides about what they themselves let lie


class MissSeen(msgspec.Struct, frozen=True):
    lead: str
    name: str
    clock: str
    due: datetime
    owner: str
    met: datetime | None


class StuckPages:
    """Shows the list; the acts use it to show it once more with a form that was refused."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def show(
        self,
        visit: Visit,
        *,
        cause: str = "",
        owner: str = "",
        after: stuck.Place = stuck.BEGIN,
        form: Form = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        actor = visit.actor
        with self._room.desk.read() as tx:
            found = stuck.listed(tx, actor, cause=cause, owner=owner, after=after, limit=PAGE + 1)
            counts = stuck.counts(tx, actor, owner)
            holders = [name for kind, name in stuck.holders(tx, actor) if kind == "rep"]
            last_round = rounds.one(tx, ROUND)
            misses = excuses.latest_misses(tx, visit.now - LATELY, MOST) if visit.may("assign leads") else []
        shown, last = cut(found, PAGE)
        meant = SpanAsked(visit.now - LATELY, visit.now, "", "")
        theirs = list(of_span(misses, meant, actor, None))
        reps = visit.roster.document.reps if visit.roster else ()
        return self._room.page(
            visit,
            "stuck.html",
            status=status,
            here="/stuck",
            form=form,
            rows=[_seen(visit, each) for each in shown],
            figures=[(cause_words(each).capitalize(), counts[each], "") for each in CAUSES if each in counts],
            cause=cause,
            owner=owner,
            causes=[(each, cause_words(each).capitalize()) for each in CAUSES],
            owners=sorted(((name, visit.rep(name)) for name in holders), key=lambda each: each[1].casefold()),
            swept=last_round.done_at,
            sweeps=bool(visit.policy and visit.policy.policy.sweep.on),
            takers=[(rep.id, rep.name or rep.id) for rep in reps if rep.active and _gets(visit, rep.id)],
            closings=[(why, words(why).capitalize()) for why in DISQUALIFIED],
            reasons=[(why, words(why).capitalize()) for why in EXCUSES],
            calendars=[(each.id, each.id) for each in visit.roster.document.calendars]
            if visit.roster
            else [],
            misses=[_missed(visit, each) for each in theirs[:MISSES]],
            missed=len(theirs),
            following=stuck.place_of(last).text() if last else "",
            began=after == stuck.BEGIN,
        )


def stuck_pages(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = StuckPages(room)

    @router.get("/stuck")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, _PARAMETERS)
        given = queried(request.scope)
        cause = given.get("cause", "")
        if cause and cause not in CAUSES:
            raise away(400, "query.invalid", "there is no such cause")
        after = begins(given, stuck.BEGIN, stuck.read_place)
        return pages.show(visit, cause=cause, owner=given.get("owner", "")[:64], after=after)

    @router.post("/stuck/{lead_id}")
    def decide(request: Request, lead_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.ASSIGN)
        if not is_id(lead_id):
            raise away(404, "not_found", "this lead is not there")
        values = room.values(visit, given, DECIDE, lead_id)
        if isinstance(values, Form):
            return pages.show(visit, form=values, status=422)
        epoch = values["epoch"]
        work = LookedAt(
            lead_id,
            visit.actor,
            str(values["decided"]),
            str(values["why"]),
            to=str(values.get("to", "")),
            why=str(values.get("closed", "")),
            epoch=epoch if isinstance(epoch, int) else None,
        )
        try:
            acted = room.desk.act(work)
        except Superseded:
            return room.done("/stuck", "It has moved on in the meantime. Nothing was changed.", "warn")
        except Refused as refusal:
            called = {"reason": "why", "rep": "to", "why": "closed"}
            form = refused(given, refusal.reasons, lead_id, called)
            return pages.show(visit, form=form, status=422)
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        owner = visit.rep(acted.owner) if acted.owner else acted.outcome
        return room.done("/stuck", SAID[str(values["decided"])].format(owner=owner))

    _excusing(router, room, pages)
    return router


def _excusing(router: APIRouter, room: Room, pages: StuckPages) -> None:
    @router.post("/misses/excuse")
    def excuse(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.ASSIGN)
        values = room.values(visit, given, EXCUSE, "excuse-span")
        if isinstance(values, Form):
            return pages.show(visit, form=values, status=422)
        since, until = values["since"], values["until"]
        assert isinstance(since, datetime)
        assert isinstance(until, datetime)
        asked = SpanAsked(
            since,
            until,
            str(values["why"]),
            str(values["note"]),
            calendar=str(values.get("calendar", "")),
            correct="anew" in values,
        )
        try:
            done = excuse_span(room.desk, asked, visit.actor)
        except Refused as refusal:
            form = refused(given, refusal.reasons, "excuse-span")
            return pages.show(visit, form=form, status=422)
        tone = "good" if done.done == done.found else "warn"
        more = f" {done.refused[0]}" if done.refused else ""
        return room.done("/stuck", f"{done.done} of {done.found} misses settled.{more}", tone)


def _gets(visit: Visit, rep: str) -> bool:
    return visit.actor.sees_all or rep in visit.actor.team


def _seen(visit: Visit, one: stuck.Stuck) -> StuckSeen:
    glance = glanced(one.facts)
    return StuckSeen(
        one.lead,
        glance.name or "Without a name",
        glance.company,
        visit.holder(one.holder_kind, one.holder),
        words(one.status),
        one.epoch,
        [since_words(each, visit.now) for each in one.causes],
        one.causes[0].since,
        one.holder_kind == "rep" and one.holder == visit.actor.rep,
    )


def _missed(visit: Visit, miss: excuses.Miss) -> MissSeen:
    return MissSeen(
        miss.lead,
        glanced(miss.facts).name or "Without a name",
        clock_name(miss.clock),
        miss.due,
        visit.holder(miss.holder_kind, miss.holder),
        miss.met_at,
    )
