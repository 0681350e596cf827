"""Repairs after a bad publish: what one would come to, begun with a reason, and how far each is. What is decided, and what is left
alone, is the desk's to say."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.causes.correcting import Selection
from firstright.core.identifiers import is_id
from firstright.core.why.sagawords import WHY_KEPT, did_words
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.repairing import StartRepair, StopRepair, about
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import byhand, errands, leads, previews, repairs, users
from firstright.storage.byhand import ByHand
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.repairpreview import RIGHT, preview_page
from firstright.web.console.repairseen import (
    MOST_WAYS,
    called,
    holder_text,
    kept_words,
    missing,
    place,
    selected,
    ways_of,
)
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.request import read_head

BEGIN: Fields = {
    "preview": Field(required=True, most=36),
    "reason": Field(required=True, most=LONGEST_REASON),
}
LISTED = 50
DAYS = 30  # in which leads were moved by hand


class Hand(msgspec.Struct, frozen=True):
    """Leads that one person moved by hand; `part` of 100 of the largest such number."""

    who: str
    n: int
    part: int
    ways: str


def repair(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/policy/repairs")
    def listed(request: Request) -> Response:
        visit = room.enter(request, RIGHT)
        read_head(request.scope)
        with room.desk.read() as tx:
            found = repairs.latest(tx, LISTED)
            trials = errands.latest(tx, errands.PREVIEW, previews.LAST)
            names = users.names(tx)
            hand = byhand.latest(tx, visit.now - timedelta(days=DAYS))
        return room.page(
            visit,
            "repairs.html",
            here="/policy",
            tab="repairs",
            shown=found,
            trials=[(each, selected(about(each).selection, visit)) for each in trials],
            names=names,
            days=DAYS,
            by_hand=_by_hand(visit, hand, names),
        )

    @router.get("/policy/repairs/{repair_id}")
    def one(request: Request, repair_id: str) -> Response:
        visit = room.enter(request, RIGHT)
        read_head(request.scope)
        return _one(room, visit, repair_id)

    _changing(router, room)
    return router


def _changing(router: APIRouter, room: Room) -> None:
    @router.post("/policy/repairs")
    def begin(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, RIGHT)
        values = room.values(visit, given, BEGIN)
        if isinstance(values, Form):
            return preview_page(room, visit, given.get("preview", ""), values, status=422)
        name = str(values["preview"])
        try:
            done = room.desk.act(StartRepair(Selection(), visit.actor, str(values["reason"]), name))
        except Refused as refusal:
            form = refused(given, refusal.reasons)
            return preview_page(room, visit, name, form, status=422)
        except NoPolicy as error:
            raise away(404, "not_found", str(error)) from None
        return room.done(
            f"/policy/repairs/{done.repair}", "Begun. Leads are decided again one after the other."
        )

    @router.post("/policy/repairs/{repair_id}/stop")
    def stop(request: Request, repair_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, RIGHT)
        if not is_id(repair_id):
            raise missing()
        try:
            room.desk.act(StopRepair(repair_id, visit.actor))
        except NotFound:
            raise missing() from None
        return room.done(f"/policy/repairs/{repair_id}", "Stopped. What was decided stays.", "warn")


def _one(room: Room, visit: Visit, name: str) -> Response:
    if not is_id(name):
        raise missing()
    with room.desk.read() as tx:
        found = repairs.one(tx, name)
        if found is None:
            raise missing()
        stands = repairs.standing(tx, name)
        otherwise = previews.otherwise(tx, name, found.preview, LISTED) if found.preview else []
        left = [
            *repairs.listed(tx, name, "failed", limit=LISTED),
            *repairs.listed(tx, name, "kept", limit=LISTED),
        ]
        facts = leads.facts_of(tx, {each.lead for each in left})
        by = users.names(tx).get(found.asked_by, found.asked_by)
    done = found.found - stands.counts["waiting"]
    return room.page(
        visit,
        "repair.html",
        here="/policy",
        tab="repairs",
        repair=found,
        by=by,
        about=selected(found.selection, visit),
        counts=stands.counts,
        otherwise=[(o.lead, place(visit, o.told), place(visit, o.became)) for o in otherwise],
        done=done,
        part=100 * done // found.found if found.found else 0,
        did=did_words(stands.did),
        kept=kept_words(stands.kept),
        ways=ways_of(visit, [(holder_text(*was), holder_text(*now), n) for was, now, n in stands.moves]),
        left=[
            (
                each.lead,
                called(facts.get(each.lead)),
                place(visit, holder_text(*each.was)),
                WHY_KEPT.get(each.why, each.why),
            )
            for each in left
        ],
    )


def _by_hand(visit: Visit, found: Iterable[ByHand], names: Mapping[str, str]) -> list[Hand]:
    """By who did it, most first; of each the ways that were taken most."""
    by: dict[str, list[ByHand]] = {}
    for each in found:
        by.setdefault(each.by, []).append(each)
    counted = sorted(by.items(), key=lambda each: -sum(way.n for way in each[1]))
    most = max([sum(way.n for way in ways) for _, ways in counted], default=1)
    shown = []
    for who, ways in counted[:MOST_WAYS]:
        n = sum(way.n for way in ways)
        said = [
            f"{place(visit, holder_text(*way.was))} to {place(visit, holder_text(*way.now))} {way.n:,}"
            for way in ways[:3]
        ]
        shown.append(Hand(names.get(who) or visit.rep(who), n, max(100 * n // most, 1), ", ".join(said)))
    return shown
