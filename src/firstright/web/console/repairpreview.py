"""What a repair would come to: asked for, worked out in the background, and kept as charts and a list, with where things have moved
since. What is decided is the desk's to say."""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.why.sagawords import WHY_KEPT
from firstright.desk.errands import StopErrand
from firstright.desk.previewing import StartPreview
from firstright.desk.previewseen import Seen, seen_of
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import errands, leads, previews, repairs
from firstright.storage.previews import STATES
from firstright.web.console.errandseen import how_stopped
from firstright.web.console.form import NOTHING_TYPED, TOKEN, Form, Posted, refused
from firstright.web.console.repairseen import beside, called, missing, place, selected, ways_of, why_of
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut, identifier
from firstright.web.problems import away
from firstright.web.repairs import selection_of
from firstright.web.request import queried, read_head

CHOSEN: Fields = {
    "version": Field("integer", most=10**9),
    "rules": Field("names"),
    "sources": Field("names"),
    "since": Field("instant"),
    "until": Field("instant"),
    "also_touched": Field(among=("yes",)),
}
RIGHT = Right.REPLAY
PAGE = 50
SAID = {"moved": "to somebody else", "stayed": "where they belong", "kept": "left alone", "failed": "failed"}


def preview_pages(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/policy/repairs/new")
    def new(request: Request) -> Response:
        visit = room.enter(request, RIGHT)
        read_head(request.scope, frozenset(CHOSEN))
        chosen = {name: text for name, text in queried(request.scope).items() if text}
        return _new(room, visit, Form(chosen) if chosen else NOTHING_TYPED)

    @router.get("/policy/repairs/previews/{preview_id}")
    def one(request: Request, preview_id: str) -> Response:
        visit = room.enter(request, RIGHT)
        read_head(request.scope, frozenset({"leads", "after"}))
        given = queried(request.scope)
        after = begins(given, repairs.FIRST, identifier)
        return preview_page(room, visit, preview_id, state=given.get("leads", ""), after=after)

    @router.post("/policy/repairs/previews")
    def begin(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, RIGHT)
        values = room.values(visit, given, CHOSEN)
        if isinstance(values, Form):
            return _new(room, visit, values, status=422)
        try:
            chosen = selection_of({**values, "also_touched": values.get("also_touched") == "yes"})
            begun = room.desk.act(StartPreview(chosen, visit.actor))
        except Refused as refusal:
            typed = {name: text for name, text in given.items() if name != TOKEN}
            wrong = refused(typed, refusal.reasons, called={"versions": "version"})
            return _new(room, visit, wrong, status=422)
        except NoPolicy as error:
            raise away(404, "not_found", str(error)) from None
        return room.done(f"/policy/repairs/previews/{begun.errand}", "Its leads are decided on trial.")

    @router.post("/policy/repairs/previews/{preview_id}/stop")
    def stop(request: Request, preview_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, RIGHT)
        try:
            room.desk.act(StopErrand(preview_id, visit.actor.user))
        except NotFound:
            raise missing() from None
        return room.done(f"/policy/repairs/previews/{preview_id}", "Stopped. What was found is kept.", "warn")

    return router


def _new(room: Room, visit: Visit, form: Form, *, status: int = 200) -> Response:
    return room.page(visit, "repair-new.html", status=status, here="/policy", tab="repairs", form=form)


def preview_page(
    room: Room,
    visit: Visit,
    name: str,
    form: Form = NOTHING_TYPED,
    *,
    state: str = "",
    after: str = repairs.FIRST,
    status: int = 200,
) -> Response:
    """How far it is, what it found, and a list of its leads in one state."""
    with room.desk.read() as tx:
        errand = errands.one(tx, name)
        if errand is None or errand.kind != errands.PREVIEW:
            raise missing()
        seen = seen_of(tx, errand)
        ended = how_stopped(tx, errand)
        state = state if state in STATES else _first(seen)
        found = previews.listed(tx, name, state, after, PAGE + 1)
        facts = leads.facts_of(tx, {each.lead for each in found})
    shown, last = cut(found, PAGE)
    return room.page(
        visit,
        "repair-preview.html",
        status=status,
        here="/policy",
        tab="repairs",
        seen=seen,
        ended=ended,
        part=100 * seen.done // seen.total if seen.total else 0,
        form=form,
        about=selected(seen.selection, visit),
        kept=[(WHY_KEPT.get(why, why), n) for was, why, n in seen.told.reasons if was == "kept"],
        since=[(WHY_KEPT.get(why, why), n) for why, n in seen.since.items()],
        ways=ways_of(visit, seen.told.moves),
        owners=beside(seen.told.owners, lambda name: place(visit, name)),
        queues=beside(seen.told.queues, lambda name: place(visit, name)),
        rules=beside(seen.told.rules, lambda name: name or "no rule"),
        state=state,
        states=[(each, SAID[each], seen.told.states[each]) for each in STATES if seen.told.states[each]],
        listed=[
            (
                w.lead,
                called(facts.get(w.lead)),
                place(visit, w.was),
                place(visit, w.now),
                why_of(visit, w.state, w.why),
            )
            for w in shown
        ],
        began=after == repairs.FIRST,
        following=last.lead if last else "",
    )


def _first(seen: Seen) -> str:
    """The first state there is any of."""
    return next((state for state in STATES if seen.told.states[state]), previews.MOVED)
