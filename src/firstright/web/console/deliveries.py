"""Deliveries: what could not be told, what is on its way, what was told, and how each destination is doing.

Where, when, how often and why not; never what a message says. Sending once more is the desk's work, as it is for programs.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.identifiers import is_id
from firstright.desk.resending import MOST, Resend
from firstright.desk.reviving import Revive
from firstright.intake.strict import Field, Fields
from firstright.storage import deadjobs, gauges, inbox, instants, sendlists
from firstright.storage import deliveries as store
from firstright.storage.inbox import Entry, Scope
from firstright.storage.sendlists import EARLY, FIRST_ID, LAST_ID, Sending
from firstright.storage.transactions import Tx
from firstright.web.console.form import NOTHING_TYPED, Form, Posted
from firstright.web.console.places import Outbox, outbox
from firstright.web.console.room import Room
from firstright.web.console.saying import EVENTS, several
from firstright.web.console.visit import Visit
from firstright.web.paging import cut, identifier, place
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
TABS = {"dead": "Dead", "waiting": "Waiting to be sent", "sent": "Sent", "jobs": "Dead jobs"}
LISTED = frozenset({"to", "after"})
BACK: Fields = {"to": Field(most=100)}
MANY: Fields = {"destination": Field(required=True, most=100), "since": Field("instant", required=True)}
JOBS = {"decide": "Decide about the lead", "route": "Route the lead", "clock": "Act on a deadline"}


class Shown(NamedTuple):
    """What a tab shows: deliveries or jobs, the leads they are about, and where the next page begins.

    `looked` says that the page ends because it looked far enough, not because it is full.
    """

    rows: list[Sending] | list[deadjobs.DeadJob]
    leads: dict[str, Entry]
    following: str = ""
    looked: bool = False


def deliveries(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/deliveries")
    def begin(request: Request) -> Response:
        return _page(room, request, room.enter(request, Right.SEE_DELIVERIES), "dead")

    @router.get("/deliveries/{tab}")
    def listed(request: Request, tab: str) -> Response:
        visit = room.enter(request, Right.SEE_DELIVERIES)
        if tab not in TABS:
            raise away(404, "not_found", "there is no such list")
        return _page(room, request, visit, tab)

    @router.post("/deliveries/again")
    def many(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REPLAY)
        return _send_many(room, request, visit, given)

    @router.post("/deliveries/jobs/again")
    def every_job(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REPLAY)
        room.values(visit, given, {})
        done = room.desk.writer.submit(Revive(None, visit.actor.user)).result()
        return _said(room, "/deliveries/jobs", len(done.jobs), "job is", "jobs are", "due again", done.more)

    @router.post("/deliveries/{name}/again")
    def one(request: Request, name: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REPLAY)
        back = room.values(visit, given, BACK)
        to = (
            f"/deliveries/{given['tab']}"
            if not isinstance(back, Form) and "tab" in back
            else "/deliveries/dead"
        )
        if given.get("to"):
            to += "?" + urlencode({"to": given["to"]})
        _must_be(room, name)
        done = room.desk.writer.submit(Resend([name], visit.actor.user)).result()
        if not done.deliveries:
            return room.done(to, "That one is not dead any more: somebody was quicker.", "warn")
        return room.done(to, "It will be sent again, under the same id.")

    @router.post("/deliveries/jobs/{name}/again")
    def job(request: Request, name: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REPLAY)
        room.values(visit, given, {})
        with room.desk.read() as tx:
            state = deadjobs.state(tx, name) if is_id(name) else None
        if state is None:
            raise away(404, "not_found", "there is no such job")
        done = room.desk.writer.submit(Revive([name], visit.actor.user)).result()
        if not done.jobs:
            return room.done(
                "/deliveries/jobs", "That job is not dead any more: somebody was quicker.", "warn"
            )
        return room.done("/deliveries/jobs", "The job is due again.")

    return router


def _must_be(room: Room, name: str) -> None:
    with room.desk.read() as tx:
        row = store.one(tx, name) if is_id(name) else None
    if row is None:
        raise away(404, "not_found", "there is no such delivery")


def _send_many(room: Room, request: Request, visit: Visit, given: dict[str, str]) -> Response:
    values = room.values(visit, given, MANY)
    if isinstance(values, Form):
        return _page(room, request, visit, "dead", form=values, status=422)
    to, since = str(values["destination"]), values["since"]
    assert isinstance(since, datetime)
    done = room.desk.writer.submit(Resend([], visit.actor.user, destination=to, since=since)).result()
    back = "/deliveries/dead?" + urlencode({"to": to})
    if not done.deliveries:
        return room.done(back, f"Nothing for {to} that was decided since then is dead.", "warn")
    return _said(room, back, len(done.deliveries), "delivery", "deliveries", "will be sent again", done.more)


def _said(room: Room, to: str, n: int, one: str, many: str, what: str, more: bool) -> Response:
    beyond = f" At most {MOST:,} go at a time: there may be more, so do it once more." if more else ""
    tone = "good" if n else "warn"
    return room.done(to, f"{several(n, one, many)} {what}.{beyond}", tone)


def _page(
    room: Room, request: Request, visit: Visit, tab: str, *, form: Form = NOTHING_TYPED, status: int = 200
) -> Response:
    given: dict[str, str] = {}
    if request.method == "GET":
        read_head(request.scope, LISTED)
        given = queried(request.scope)
    to, after = given.get("to", ""), given.get("after", "")
    with room.desk.read() as tx:
        found = outbox(tx, visit.now)
        jobs = gauges.dead_jobs(tx)
        shown = _shown(tx, Scope(visit.actor, visit.queues), tab, to, after)
    return room.page(
        visit,
        "deliveries.html",
        status=status,
        here="/deliveries",
        form=form,
        tab=tab,
        tabs=_tabs(found, jobs, gauges.MOST),
        outbox=found,
        shown=shown,
        began=not after,
        to=to,
        events=EVENTS,
        jobs=JOBS,
        choices=[(each.name, f"{each.name}: {each.dead:,} dead") for each in found.places if each.dead],
        since=(visit.now - timedelta(days=1)).astimezone(ZoneInfo(visit.zone)).strftime("%Y-%m-%dT%H:%M"),
    )


def _tabs(found: Outbox, jobs: int, most: int) -> list[tuple[str, str, str, bool]]:
    """Id, label, how many (empty: not counted), and whether that is bad."""
    held = {"dead": found.dead, "waiting": found.waiting, "jobs": jobs}
    shown = {tab: f"{n:,}{'+' if tab == 'jobs' and n >= most else ''}" for tab, n in held.items()}
    return [
        (tab, label, shown.get(tab, ""), tab in ("dead", "jobs") and held[tab] > 0)
        for tab, label in TABS.items()
    ]


def _shown(tx: Tx, scope: Scope, tab: str, to: str, after: str) -> Shown:
    match tab:
        case "jobs":
            name = place(after, identifier) if after else deadjobs.FIRST_ID
            jobs, job = cut(deadjobs.listed(tx, name, PAGE + 1), PAGE)
            return Shown(jobs, _leads(tx, scope, jobs), job.id if job else "")
        case "waiting":
            begin = place(after, _place) if after else (EARLY, FIRST_ID)
            rows, last = cut(sendlists.waiting(tx, to, begin, PAGE + 1), PAGE)
            return Shown(
                rows, _leads(tx, scope, rows), f"{instants.text(last.due_at)}_{last.id}" if last else ""
            )
        case "sent":
            found = sendlists.ended(tx, to, place(after, identifier) if after else LAST_ID, PAGE + 1)
            rows, last = cut(found.rows, PAGE)
            following = last.id if last else found.further
            return Shown(rows, _leads(tx, scope, rows), following, bool(following) and last is None)
        case _:
            begun = place(after, identifier) if after else LAST_ID
            rows, last = cut(sendlists.dead(tx, to, begun, PAGE + 1), PAGE)
            return Shown(rows, _leads(tx, scope, rows), last.id if last else "")


def _leads(tx: Tx, scope: Scope, rows: Iterable[Sending | deadjobs.DeadJob]) -> dict[str, Entry]:
    return inbox.of_ids(tx, scope, {row.lead_id for row in rows if row.lead_id})


def _place(text: str) -> tuple[datetime, str]:
    at, _, name = text.partition("_")
    return instants.read(instants.text(instants.read(at))), identifier(name)
