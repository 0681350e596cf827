"""Hooks: what each was told of late and what became of it, how events are sent to it, and what waits aside to be read again.

Secrets are never shown, and made by the command alone.
"""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.hooking import Taken, replay_event
from firstright.desk.hooks import Hooks, HookSwitch
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.desk.rereading import last as last_reread
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import hooks, inbox, refusals
from firstright.storage.hooks import TAKEN
from firstright.storage.inbox import Scope
from firstright.storage.sourceview import LAST
from firstright.storage.transactions import Tx
from firstright.web.asides import beginning
from firstright.web.console.errandseen import how_stopped
from firstright.web.console.form import Form, Posted
from firstright.web.console.hookseen import DAYS, LABELS, HookSeen, last_days, reasons, refused_hours, seen
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut, identifier
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
LATEST = 10
SWITCH: Fields = {"on": Field(required=True, among=("yes", "no"))}
REPLAY: Fields = {"event": Field(most=36)}
BECAME = {"taken": ("taken", "good"), "ignored": ("ignored", ""), "quarantined": ("kept aside", "warn")}


def hook_pages(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _listing(router, room)
    _one(router, room)
    _acts(router, room)
    return router


def _listing(router: APIRouter, room: Room) -> None:
    @router.get("/hooks")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.EDIT_SOURCES)
        read_head(request.scope)
        with room.desk.read() as tx:
            found, _ = _seen(tx, visit)
        return room.page(visit, "hooks.html", here="/hooks", rows=found, labels=LABELS, days=DAYS)


def _one(router: APIRouter, room: Room) -> None:
    @router.get("/hooks/{name}")
    def one(request: Request, name: str) -> Response:
        visit = room.enter(request, Right.EDIT_SOURCES)
        read_head(request.scope, frozenset({"before"}))
        before = begins(queried(request.scope), LAST, identifier, name="before")
        with room.desk.read() as tx:
            found, refused = _seen(tx, visit)
            hook = next((each for each in found if each.name == name), None)
            if hook is None:
                raise away(404, "not_found", "there is no such hook")
            again = last_reread(tx, RereadAsked(hook=name)) if before == LAST else None
            ended = how_stopped(tx, again)
            aside = hooks.events(tx, name, aside=True, before=before, limit=PAGE + 1)
            latest = hooks.events(tx, name, aside=False, limit=LATEST) if before == LAST else []
            leads = inbox.of_ids(
                tx, Scope(visit.actor, visit.queues), {each.lead_id for each in latest if each.lead_id}
            )
        shown, last = cut(aside, PAGE)
        return room.page(
            visit,
            "hook.html",
            here="/hooks",
            hook=hook,
            labels=LABELS,
            days=DAYS,
            latest=latest,
            leads=leads,
            aside=shown,
            again=again,
            ended=ended,
            became=BECAME,
            refused=reasons(refused, name),
            began=before == LAST,
            following=last.id if last else "",
            address=f"{room.gate.url(request)}/v1/hooks/{name}",
        )

    @router.get("/hooks/{name}/events/{event_id}")
    def event(request: Request, name: str, event_id: str) -> Response:
        visit = room.enter(request, Right.EDIT_SOURCES)
        with room.desk.read() as tx:
            row = hooks.event_named(tx, event_id)
        if row is None or row.hook != name:
            raise away(404, "not_found", "there is no such event")
        text = beginning(row.raw)
        return room.page(visit, "hook-event.html", here="/hooks", event=row, text=text, became=BECAME)


def _acts(router: APIRouter, room: Room) -> None:
    @router.post("/hooks/{name}/switch")
    def switch(request: Request, name: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, SWITCH)
        if isinstance(values, Form) or room.gate.sealing is None:
            raise away(400, "form.invalid", "this cannot be switched here")
        on = values["on"] == "yes"
        try:
            Hooks(room.desk, room.gate.sealing, str).change(HookSwitch(name, on), visit.actor.user)
        except Refused as refusal:
            return room.done("/hooks", "; ".join(refusal.reasons), "bad")
        told = "on" if on else "off: its sender is told that there is nothing, and tries again"
        return room.done(f"/hooks/{name}", f"{name} is {told}.")

    @router.post("/hooks/{name}/replay")
    def replay(request: Request, name: str, given: Posted) -> Response:
        """One event out of quarantine, or all of the hook."""
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, REPLAY)
        if isinstance(values, Form):
            raise away(400, "form.invalid", "; ".join(values.problems.values()))
        back = f"/hooks/{name}"
        try:
            if not (event := str(values.get("event", ""))):
                room.desk.act(StartRereading(RereadAsked(hook=name), visit.actor))
                return room.done(back, "They are read again; this page tells how far it is.")
            return room.done(back, *_told(replay_event(room.desk, event)))
        except (Refused, NotFound, NoPolicy) as refusal:
            return room.done(back, str(refusal), "bad")


def _seen(tx: Tx, visit: Visit) -> tuple[list[HookSeen], list[refusals.AtHook]]:
    """Every hook, and what was turned away."""
    days = last_days(visit.local(visit.now).date())
    since = _hour(visit.now - timedelta(days=DAYS))
    known = hooks.load(tx)
    refused = refusals.of_hooks(tx, since)
    told = [*hooks.hours(tx, since), *refused_hours(refused)]
    hours = [(name, state, visit.local(at), n) for name, state, at, n in told]
    aside, last = hooks.aside_counted(tx), hooks.last_told(tx)
    found = [seen(row, hours, aside.get(name, 0), last.get(name), days) for name, row in known.items()]
    return found, refused


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _told(done: Taken) -> tuple[str, str]:
    """What came of reading one again, and its tone."""
    if done.state == TAKEN:
        return "It is taken now.", "good"
    return f"It stays: {'; '.join(p.reason for p in done.problems)}.", "bad"
