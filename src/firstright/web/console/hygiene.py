"""Hygiene: open alarms, and what the audit of the base found, with cause, trend, who is to see to it and the leads it is about.

It changes nothing but that an alarm is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.baseaudit import KINDS
from firstright.core.identifiers import is_id
from firstright.core.why.alarmwords import title as alarm_title
from firstright.core.why.findingwords import finding_sentence, remedy, title
from firstright.desk.watch.hygiene import ROUND
from firstright.desk.watch.tending import EndAlarm
from firstright.errors import NotFound
from firstright.intake.strict import Field, Fields
from firstright.storage import alarms, hygiene, inbox, rounds
from firstright.storage.alarms import Alarm
from firstright.storage.hygiene import Finding
from firstright.storage.inbox import Scope
from firstright.web.console.form import Form, Posted
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.request import read_head

DAYS = 30  # of the trend
SHOWN = 10  # findings of a kind
LEADS = 3  # of a finding that are linked by name
HIGH = 20  # of a column
END: Fields = {"alarm": Field(required=True, most=36)}
TONES = {"critical": "bad", "warning": "warn", "note": ""}


class AlarmSeen(msgspec.Struct, frozen=True):
    alarm: Alarm
    title: str
    said: str
    tone: str


class FindingSeen(msgspec.Struct, frozen=True):
    """`leads` are those of the first few that whoever looks may see: (id, what they are called)."""

    finding: Finding
    said: str
    leads: tuple[tuple[str, str], ...]


class Kind(msgspec.Struct, frozen=True):
    """`columns` are (from the left, height) of each day, the latest last; `most` is the largest of them."""

    id: str
    title: str
    remedy: str
    n: int
    found: tuple[FindingSeen, ...]
    others: int
    columns: tuple[tuple[int, int], ...]
    most: int


def hygiene_page(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/hygiene")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope)
        with room.desk.read() as tx:
            ringing = alarms.open_alarms(tx)
            found = hygiene.findings(tx)
            trend = hygiene.trend(tx, visit.now, DAYS)
            last = rounds.one(tx, ROUND)
            wanted = [lead for each in found for lead in each.detail.leads[:LEADS]]
            names = inbox.of_ids(tx, Scope(visit.actor, visit.queues), wanted)
        kinds = _kinds(
            visit, found, trend, {lead: row.glance.name or lead[:8] for lead, row in names.items()}
        )
        return room.page(
            visit,
            "hygiene.html",
            here="/hygiene",
            ringing=[_alarm(each) for each in ringing],
            kinds=kinds,
            numbers=_numbers(ringing, found),
            last=last.done_at,
            days=DAYS,
        )

    @router.post("/hygiene/alarms/end")
    def end(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.EDIT_SOURCES)
        values = room.values(visit, given, END)
        if isinstance(values, Form) or not is_id(str(values["alarm"])):
            raise away(400, "form.invalid", "this is no alarm")
        try:
            done = room.desk.act(EndAlarm(str(values["alarm"]), visit.actor.user))
        except NotFound:
            return room.done("/hygiene", "That alarm is not there.", "bad")
        return room.done("/hygiene", f"{done.subject}: as it is now, it shall be.")

    return router


def _alarm(each: Alarm) -> AlarmSeen:
    said = str(each.detail.get("said") or each.subject)
    return AlarmSeen(each, alarm_title(each.kind), said, TONES.get(each.severity, ""))


def _numbers(ringing: Sequence[Alarm], found: Sequence[Finding]) -> list[tuple[str, str, str]]:
    leads = sum(each.n for each in found if each.detail.leads)
    return [
        ("Alarms", f"{len(ringing):,}", "bad" if any(a.severity == "critical" for a in ringing) else ""),
        ("Findings", f"{len(found):,}", ""),
        ("Leads they are about", f"{leads:,}", ""),
    ]


def _kinds(
    visit: Visit, found: Sequence[Finding], trend: Sequence[tuple[datetime, str, int]], names: dict[str, str]
) -> list[Kind]:
    order = {kind: place for place, kind in enumerate(KINDS)}
    kinds = []
    for kind in sorted({each.kind for each in found}, key=lambda kind: order.get(kind, len(order))):
        mine = [each for each in found if each.kind == kind]
        days = {at.date(): n for at, of, n in trend if of == kind}
        each_day = [days.get((visit.now - timedelta(days=back)).date(), 0) for back in reversed(range(DAYS))]
        most = max(each_day)
        columns = tuple((place * 4, HIGH * n // most if most else 0) for place, n in enumerate(each_day))
        kinds.append(
            Kind(
                kind,
                title(kind),
                remedy(kind),
                sum(each.n for each in mine),
                tuple(_seen(visit, each, names) for each in mine[:SHOWN]),
                max(0, len(mine) - SHOWN),
                columns,
                most,
            )
        )
    return kinds


def _seen(visit: Visit, each: Finding, names: dict[str, str]) -> FindingSeen:
    person = (
        visit.rep(each.subject) if each.kind in ("owner-gone", "owner-away", "untouched") else each.subject
    )
    said = finding_sentence(each.kind, person, each.n, each.detail.more)
    leads = tuple((lead, names[lead]) for lead in each.detail.leads[:LEADS] if lead in names)
    return FindingSeen(each, said, leads)
