"""Repairs after a bad publish: what one would come to, begun with a reason, and how far each is. What is decided, and what is left
alone, is the desk's to say."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.correcting import Selection, problems
from firstright.core.glance import glance
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact, HolderKind
from firstright.core.why.sagawords import WHY_KEPT, did_words
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.repairing import StartRepair, StopRepair
from firstright.desk.repairpreview import Preview
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import byhand, leads, repairs, users
from firstright.storage.byhand import ByHand
from firstright.storage.repairs import Repair
from firstright.web.console.form import NOTHING_TYPED, TOKEN, Form, Posted, refused
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.repairs import preview_of, selection_of
from firstright.web.request import queried, read_head

CHOSEN: Fields = {
    "version": Field("integer", most=10**9),
    "rules": Field("names"),
    "sources": Field("names"),
    "since": Field("instant"),
    "until": Field("instant"),
    "also_touched": Field(among=("yes",)),
}
BEGIN: Fields = {**CHOSEN, "reason": Field(required=True, most=LONGEST_REASON)}
RIGHT = Right.REPLAY
LISTED = 50
DAYS = 30  # in which leads were moved by hand
MOST_WAYS = 20  # from one to another that are drawn


class Way(msgspec.Struct, frozen=True):
    """Leads that go from one to another; `part` of 100 of the largest such number."""

    was: str
    now: str
    n: int
    part: int


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
            names = users.names(tx)
            hand = byhand.latest(tx, visit.now - timedelta(days=DAYS))
        return room.page(
            visit,
            "repairs.html",
            here="/policy",
            tab="repairs",
            shown=found,
            names=names,
            days=DAYS,
            by_hand=_by_hand(visit, hand, names),
        )

    @router.get("/policy/repairs/new")
    def new(request: Request) -> Response:
        visit = room.enter(request, RIGHT)
        read_head(request.scope, frozenset(CHOSEN))
        return _new(room, visit, queried(request.scope))

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
            return _new(room, visit, given, values, status=422)
        try:
            work = StartRepair(_selection(values), visit.actor, str(values["reason"]))
            done = room.desk.act(work)
        except Refused as refusal:
            return _new(room, visit, given, refused(given, refusal.reasons), status=422)
        except NoPolicy as error:
            raise away(404, "not_found", str(error)) from None
        return room.done(
            f"/policy/repairs/{done.repair}", "Begun. Leads are decided again one after the other."
        )

    @router.post("/policy/repairs/{repair_id}/stop")
    def stop(request: Request, repair_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, RIGHT)
        if not is_id(repair_id):
            raise _missing()
        try:
            room.desk.act(StopRepair(repair_id, visit.actor))
        except NotFound:
            raise _missing() from None
        return room.done(f"/policy/repairs/{repair_id}", "Stopped. What was decided stays.", "warn")


def _new(
    room: Room, visit: Visit, given: Mapping[str, str], form: Form | None = None, *, status: int = 200
) -> Response:
    """The choice, and under it what would come of it as soon as anything is chosen."""
    chosen = {name: text for name, text in given.items() if name in CHOSEN and text}
    shown, preview = form or Form(chosen), None
    if chosen:
        values = room.values(visit, chosen, CHOSEN)
        if isinstance(values, Form):
            shown = form or values
        elif wrong := problems(_selection(values)):
            shown = form or refused(
                {name: given.get(name, "") for name in CHOSEN}, wrong, called={"versions": "version"}
            )
        else:
            preview = _previewed(room, _selection(values))
    return room.page(
        visit,
        "repair-new.html",
        status=status,
        here="/policy",
        tab="repairs",
        form=shown if chosen or form else NOTHING_TYPED,
        chosen={name: text for name, text in chosen.items() if name != TOKEN},
        preview=preview,
        ways=_ways(visit, preview.moves) if preview else [],
        kept=_kept(preview.kept) if preview else [],
        named=[
            (each.lead, _place(visit, each.was), _place(visit, each.now))
            for each in preview.leads
            if not each.why
        ][:5]
        if preview
        else [],
    )


def _previewed(room: Room, chosen: Selection) -> Preview:
    try:
        return preview_of(room.desk, chosen, room.now)
    except NoPolicy as error:
        raise away(404, "not_found", str(error)) from None


def _one(room: Room, visit: Visit, name: str) -> Response:
    if not is_id(name):
        raise _missing()
    with room.desk.read() as tx:
        found = repairs.one(tx, name)
        if found is None:
            raise _missing()
        stands = repairs.standing(tx, name)
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
        about=about(found, visit),
        counts=stands.counts,
        done=done,
        part=100 * done // found.found if found.found else 0,
        did=did_words(stands.did),
        kept=_kept(stands.kept),
        ways=_ways(visit, [(_holder(*was), _holder(*now), n) for was, now, n in stands.moves]),
        left=[
            (
                each.lead,
                _called(facts.get(each.lead)),
                _place(visit, _holder(*each.was)),
                WHY_KEPT.get(each.why, each.why),
            )
            for each in left
        ],
    )


def about(found: Repair, visit: Visit) -> list[tuple[str, str]]:
    """What was selected, as (label, text)."""
    chosen = found.selection
    told = [
        ("Policy version", ", ".join(map(str, chosen.versions))),
        ("Rule", ", ".join(chosen.rules)),
        ("Source", ", ".join(chosen.sources)),
        ("Decided since", visit.moment(chosen.since) if chosen.since else ""),
        ("Decided before", visit.moment(chosen.until) if chosen.until else ""),
        ("Touched or accepted", "decided again, too" if chosen.also_touched else "left alone"),
    ]
    return [(label, text) for label, text in told if text]


def _selection(values: dict[str, object]) -> Selection:
    return selection_of({**values, "also_touched": values.get("also_touched") == "yes"})


def _ways(visit: Visit, moves: Iterable[tuple[str, str, int]]) -> list[Way]:
    ordered = list(moves)
    most = max([n for _, _, n in ordered], default=1)
    return [
        Way(_place(visit, was), _place(visit, now), n, max(100 * n // most, 1))
        for was, now, n in ordered[:MOST_WAYS]
    ]


def _kept(kept: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(WHY_KEPT.get(why, why), n) for why, n in kept.items()]


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
            f"{_place(visit, _holder(*way.was))} to {_place(visit, _holder(*way.now))} {way.n:,}"
            for way in ways[:3]
        ]
        shown.append(Hand(names.get(who) or visit.rep(who), n, max(100 * n // most, 1), ", ".join(said)))
    return shown


def _holder(kind: str, name: str) -> str:
    return f"{kind}:{name}" if name else kind


def _place(visit: Visit, text: str) -> str:
    kind, _, name = text.partition(":")
    if name:
        return visit.holder(kind, name)
    return "nobody" if kind == HolderKind.NONE else kind


def _called(known: tuple[Mapping[str, Fact], str] | None) -> str:
    seen = glance(known[0] if known else {})
    return seen.company or seen.name or "a lead"


def _missing() -> Exception:
    return away(404, "not_found", "there is no such repair")
