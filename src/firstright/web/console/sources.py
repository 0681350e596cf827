"""Where leads come from: what each source sent, what of it could not be read, what was turned away; forms made and switched.

What a source is, and what is wrong with one, the desk says.
"""

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.quarantine import ReplayAsked, replay
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.desk.rereading import last as last_reread
from firstright.desk.sources import Add, Described, Switch, change_as, described
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.formsettings import FormSettings
from firstright.intake.strict import Field, Fields
from firstright.storage import access, credits, inbox, junkview, quarantine, sourceview
from firstright.storage.inbox import Scope
from firstright.storage.junkview import missed
from firstright.storage.sourceview import MONTH, WEEK, Source
from firstright.web.asides import beginning
from firstright.web.console.errandseen import how_stopped
from firstright.web.console.form import NOTHING_TYPED, Form, Posted, refused
from firstright.web.console.room import Room
from firstright.web.console.saying import BECAME
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut, identifier
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
NEW: Fields = {
    "name": Field(required=True, most=64),
    "title": Field(most=200),
    "intro": Field(most=1_000),
    "origins": Field(most=2_000),
    "country": Field(most=2),
    "thanks": Field(most=500),
}
SWITCH: Fields = {"name": Field(required=True), "on": Field(required=True, among=("yes", "no"))}
REPLAY: Fields = {
    "name": Field(required=True),
    "arrival": Field(most=36),
    "anyway": Field(among=("yes",)),
}
LABELS = (  # what becomes of arrivals, with colours
    ("created", "new leads", "one"),
    ("merged", "joined a lead", "two"),
    ("quarantined", "kept aside", "three"),
)


class Traffic(msgspec.Struct, frozen=True):
    """A source with its week as parts of a hundred, for a bar."""

    source: Source
    n: int
    parts: tuple[tuple[str, int, int, int, str], ...]  # colour, from, width, how many of what
    wrong: int  # of a hundred


def sources(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _listing(router, room)
    _one(router, room)
    _making(router, room)
    _replaying(router, room)
    return router


def _listing(router: APIRouter, room: Room) -> None:
    @router.get("/sources")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope)
        scope = Scope(visit.actor, visit.queues)
        with room.desk.read() as tx:
            found = sourceview.sources(tx, scope, visit.now)
            refused = sourceview.refused(tx, scope, visit.now - WEEK)
        rows = [_traffic(each) for each in found.sources]
        return room.page(
            visit,
            "sources.html",
            here="/sources",
            rows=rows,
            since=found.since,
            refused=refused,
            labels=LABELS,
        )


def _one(router: APIRouter, room: Room) -> None:
    @router.get("/sources/one")
    def one(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope, frozenset({"name", "before"}))
        given = queried(request.scope)
        name, before = given.get("name", ""), begins(given, sourceview.LAST, identifier, name="before")
        scope = Scope(visit.actor, visit.queues)
        with room.desk.read() as tx:
            known = [each for each in sourceview.sources(tx, scope, visit.now).sources if each.name == name]
            wrong = sourceview.wrong(tx, scope, source=name, before=before, limit=PAGE + 1)
            refused = [r for r in sourceview.refused(tx, scope, visit.now - MONTH) if r.source == name]
            row = access.sources(tx).get(name)
            latest = sourceview.latest(tx, scope, name) if before == sourceview.LAST else []
            leads = inbox.of_ids(tx, scope, [each.lead_id for each in latest if each.lead_id])
            again = last_reread(tx, RereadAsked(source=name)) if before == sourceview.LAST else None
            ended = how_stopped(tx, again)
            back = credits.by_source(tx, visit.now).get(name, {})
            junk = junkview.by_source(tx, visit.now).get(name, {})
        if not known and not wrong and row is None:
            raise away(404, "not_found", "nothing ever came from such a source")
        shown, last = cut(wrong, PAGE)
        return room.page(
            visit,
            "source.html",
            here="/sources",
            name=name,
            began=before == sourceview.LAST,
            traffic=_traffic(known[0]) if known else None,
            back=_told(back),
            junk=_told(junk),
            missed=missed(back),
            again=again,
            ended=ended,
            described=described(row) if row else None,
            latest=latest,
            leads=leads,
            became=BECAME,
            wrong=shown,
            following=last.id if last else "",
            refused=refused,
            labels=LABELS,
            origin=room.gate.url(request),
        )

    @router.get("/sources/raw/{arrival_id}")
    def raw(request: Request, arrival_id: str) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        with room.desk.read() as tx:
            scope = Scope(visit.actor, visit.queues)
            found = sourceview.raw(tx, scope, arrival_id)
            aside = quarantine.seen(tx, scope, arrival_id)
        if found is None:
            raise away(404, "not_found", "it is not there, or its lead is not yours to see")
        text = beginning(found.body)
        return room.page(
            visit, "raw.html", here="/sources", raw=found, text=text, arrival=arrival_id, aside=aside
        )


def _making(router: APIRouter, room: Room) -> None:
    def shown(visit: Visit, form: Form = NOTHING_TYPED, status: int = 200) -> Response:
        return room.page(visit, "source-new.html", status=status, here="/sources", form=form)

    @router.get("/sources/new")
    def begin(request: Request) -> Response:
        return shown(room.enter(request, Right.EDIT_SOURCES))

    @router.post("/sources/new")
    def make(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, NEW)
        if isinstance(values, Form):
            return shown(visit, values, 422)
        try:
            made = change_as(room.desk, Add(_described(values)), visit.actor)
        except Refused as refusal:
            return shown(visit, refused(given, refusal.reasons, called={given["name"]: "name"}), 422)
        return room.done(f"/sources/one?name={made.name}", "The form is there: put it on a page.")

    @router.post("/sources/switch")
    def switch(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, SWITCH)
        if isinstance(values, Form):
            raise away(400, "form.invalid", "; ".join(values.problems.values()))
        on = values["on"] == "yes"
        try:
            change_as(room.desk, Switch(str(values["name"]), on), visit.actor)
        except (Refused, NotFound) as refusal:
            return room.done("/sources", str(refusal), "bad")
        return room.done(
            "/sources", f"{values['name']} is {'on' if on else 'off: what it sends is turned away'}."
        )


def _replaying(router: APIRouter, room: Room) -> None:
    @router.post("/sources/replay")
    def again(request: Request, given: Posted) -> Response:
        """One arrival out of quarantine, or all of a source."""
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, REPLAY)
        if isinstance(values, Form):
            raise away(400, "form.invalid", "; ".join(values.problems.values()))
        name, arrival = str(values["name"]), str(values.get("arrival", ""))
        back = f"/sources/one?name={name}"
        try:
            if not arrival:
                room.desk.act(StartRereading(RereadAsked(source=name), visit.actor))
                return room.done(back, "They are read again; this page tells how far it is.")
            done = replay(room.desk, ReplayAsked(arrival, anyway=values.get("anyway") == "yes"), visit.actor)
        except (Refused, NotFound, NoPolicy) as refusal:
            return room.done(back, str(refusal), "bad")
        if done.lead:
            return room.done(f"/leads/{done.lead}", "It is a lead now.")
        return room.done(back, f"It stays: {'; '.join(p.reason for p in done.problems)}.", "bad")


def _described(values: dict[str, object]) -> Described:
    def text(name: str) -> str:
        return str(values.get(name, "")).strip()

    origins = tuple(dict.fromkeys(text("origins").replace(",", " ").split()))
    settings = FormSettings(origins=origins, title=text("title"), intro=text("intro"), thanks=text("thanks"))
    return Described(text("name"), "form", text("country").upper(), form=settings)


def _told(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(name.replace("-", " "), n) for name, n in sorted(counts.items(), key=_most)]


def _most(of: tuple[str, int]) -> tuple[int, str]:
    return -of[1], of[0]


def _traffic(source: Source) -> Traffic:
    n = sum(source.week.values())
    parts, at = [], 0
    for label, told, colour in LABELS:
        width = round(100 * source.week.get(label, 0) / n) if n else 0
        parts.append((colour, at, width, source.week.get(label, 0), told))
        at += width
    return Traffic(source, n, tuple(parts), round(100 * source.wrong_week / n) if n else 0)
