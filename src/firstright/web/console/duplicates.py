"""Leads that may be one: the list of proposals, and any two of them beside each other with what would survive.

That they are one, or two, is said here; whether somebody may, the desk judges. What is later stays in the list.
"""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.identifiers import is_id
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.distinct import TellApart
from firstright.desk.merging import Merge, Unmerge
from firstright.errors import FirstrightError, NoPolicy, NotFound, Refused, Superseded
from firstright.intake.strict import Field, Fields
from firstright.storage import duplicates as pairs
from firstright.storage import inbox, leads, merges, timeline, users
from firstright.storage.duplicates import Pair
from firstright.storage.inbox import Scope
from firstright.storage.transactions import Tx
from firstright.web.console.alike import likeness_of
from firstright.web.console.besideseen import MOST_HISTORY, beside, in_list
from firstright.web.console.form import NOTHING_TYPED, Form, Posted, refused
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
MOST_MARKS = 1_000  # of one lead that are looked through
SAME: Fields = {"stands": Field(required=True, most=36), "why": Field(required=True, most=LONGEST_REASON)}
APART: Fields = {"why": Field(required=True, most=LONGEST_REASON)}
CALLED = {"reason": "why"}
_PARAMETERS = frozenset({"after", "one", "other"})


class DuplicatePages:
    """Shows them; the acts use it to show two once more with a form that was refused."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def listed(self, request: Request, visit: Visit) -> Response:
        read_head(request.scope, _PARAMETERS)
        given = queried(request.scope)
        after = begins(given, pairs.FIRST, pairs.read_place)
        scope = Scope(visit.actor, visit.queues)
        with self._room.desk.read() as tx:
            shown, last = cut(pairs.open_pairs(tx, after, PAGE + 1), PAGE)
            entries = inbox.of_ids(tx, scope, {name for pair in shown for name in (pair.a, pair.b)})
            count = pairs.count(tx)
        rows = [
            in_list(visit, pair.id, pair.score, pair.reasons, pair.found_at, entries[pair.a], entries[pair.b])
            for pair in shown
            if pair.a in entries and pair.b in entries
        ]
        return self._room.page(
            visit,
            "duplicates.html",
            here="/duplicates",
            rows=rows,
            count=f"{pairs.MOST - 1}+" if count >= pairs.MOST else str(count),
            following=last.place.text() if last else "",
            began=after == pairs.FIRST,
        )

    def seen(self, tx: Tx, visit: Visit, one: str, other: str) -> dict[str, inbox.Entry]:
        """Both. Raises TurnedAway(404) for what is not there and for what is not theirs."""
        found = {}
        if is_id(one) and is_id(other) and one != other:
            found = inbox.of_ids(tx, Scope(visit.actor, visit.queues), [one, other])
        if len(found) < 2:
            raise away(404, "not_found", "one of these leads is not there, or not yours to see")
        return found

    def show(
        self, visit: Visit, one: str, other: str, *, form: Form = NOTHING_TYPED, status: int = 200
    ) -> Response:
        with self._room.desk.read() as tx:
            entries = self.seen(tx, visit, one, other)
            rows = leads.rows(tx, entries)
            both = [leads.as_lead(rows[name]) for name in (one, other)]
            histories = {name: timeline.page(tx, name, limit=MOST_HISTORY * 3) for name in entries}
            pair = pairs.of_pair(tx, one, other)
            score, reasons = likeness_of(pair, *both)
            is_one = _is_one(tx, one, other)
            apart = next((mark for mark in pairs.marks_of(tx, one, MOST_MARKS) if mark.other == other), None)
            names = users.names(tx) if apart else {}
            following = _following(tx, visit, pair)
        return self._room.page(
            visit,
            "duplicate.html",
            status=status,
            here="/duplicates",
            form=form,
            path=f"/duplicates/{one}/{other}",
            both=beside(visit, both, entries, histories, score, reasons),
            is_one=is_one,
            apart=apart and apart._replace(by=names.get(apart.by, apart.by)),
            may=visit.actor.may_merge(entries[one].holder, entries[other].holder),
            following=following,
        )


def duplicates(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = DuplicatePages(room)

    @router.get("/duplicates")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.REVIEW)
        given = queried(request.scope)
        if "one" in given and "other" in given:
            return room.done(f"/duplicates/{given['one'].strip()[:36]}/{_last(given['other'])}")
        return pages.listed(request, visit)

    @router.get("/duplicates/{one}/{other}")
    def two(request: Request, one: str, other: str) -> Response:
        visit = room.enter(request, Right.REVIEW)
        read_head(request.scope)
        return pages.show(visit, one, other)

    _saying(router, room, pages)
    _taking_apart(router, room)
    return router


def _saying(router: APIRouter, room: Room, pages: DuplicatePages) -> None:
    @router.post("/duplicates/{one}/{other}/same")
    def same(request: Request, one: str, other: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REVIEW)
        with room.desk.read() as tx:
            pages.seen(tx, visit, one, other)
            following = _following(tx, visit, pairs.of_pair(tx, one, other))
        values = room.values(visit, given, SAME, "same")
        if isinstance(values, dict) and values["stands"] not in (one, other):
            values = Form(given, {"stands": "choose one of the two"}, "same")
        if isinstance(values, Form):
            return pages.show(visit, one, other, form=values, status=422)
        into = str(values["stands"])
        work = Merge(other if into == one else one, into, visit.actor, str(values["why"]))
        try:
            acted = room.desk.act(work)
        except (Refused, Superseded, NotFound, NoPolicy) as error:
            return _again(pages, visit, one, other, given, error, "same")
        owner = visit.rep(acted.owner) if acted.owner else acted.outcome
        return room.done(following or f"/leads/{acted.lead}", f"One lead from now on: it is with {owner}.")

    @router.post("/duplicates/{one}/{other}/different")
    def different(request: Request, one: str, other: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REVIEW)
        with room.desk.read() as tx:
            pages.seen(tx, visit, one, other)
            following = _following(tx, visit, pairs.of_pair(tx, one, other))
        values = room.values(visit, given, APART, "different")
        if isinstance(values, Form):
            return pages.show(visit, one, other, form=values, status=422)
        try:
            done = room.desk.act(TellApart(one, other, visit.actor, str(values["why"])))
        except (Refused, Superseded, NotFound, NoPolicy) as error:
            return _again(pages, visit, one, other, given, error, "different")
        said = "They are two: nobody is asked again."
        for lead, acted in done.decided:
            owner = visit.rep(acted.owner) if acted.owner else acted.outcome
            said = f"{said} The rules have decided: {owner}."
            following = following or f"/leads/{lead}"
        return room.done(following or "/duplicates", said)


def _taking_apart(router: APIRouter, room: Room) -> None:
    @router.post("/leads/{lead_id}/unmerge")
    def unmerge(request: Request, lead_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.ASSIGN)
        if not is_id(lead_id):
            raise away(404, "not_found", "this lead is not there")
        with room.desk.read() as tx:
            merge = merges.in_force(tx, lead_id)
            top = leads.standing(tx, lead_id)
        if merge is None or top is None:
            raise away(404, "not_found", "this lead is part of no other one")
        values = room.values(visit, given, APART, "unmerge")
        back = f"/leads/{top.id}"
        if isinstance(values, Form):
            return room.done(
                f"{back}#merged", "Say why it is somebody else: it stands in the history.", "warn"
            )
        try:
            acted = room.desk.act(Unmerge(lead_id, visit.actor, str(values["why"])))
        except NotFound:
            raise away(404, "not_found", "this lead is not there, or not yours to see") from None
        except (Refused, Superseded, NoPolicy) as error:
            return room.done(f"{back}#merged", _sentence(error), "warn")
        owner = visit.rep(acted.owner) if acted.owner else acted.outcome
        return room.done(f"/leads/{acted.lead}", f"It is a lead of its own again: {owner}.")


def _again(
    pages: DuplicatePages,
    visit: Visit,
    one: str,
    other: str,
    given: Posted,
    error: FirstrightError,
    name: str,
) -> Response:
    reasons = error.reasons if isinstance(error, Refused) else [str(error)]
    return pages.show(visit, one, other, form=refused(given, reasons, name, CALLED), status=422)


def _sentence(error: FirstrightError) -> str:
    text = "; ".join(error.reasons) if isinstance(error, Refused) else str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _is_one(tx: Tx, one: str, other: str) -> bool:
    """Whether one of them stands for the other by now, or a third for both."""
    first, second = leads.standing(tx, one), leads.standing(tx, other)
    return first is not None and second is not None and first.id == second.id


def _following(tx: Tx, visit: Visit, pair: Pair | None) -> str:
    """The next pair they may see, as a path; empty when there is none."""
    if pair is None:
        return ""
    scope = Scope(visit.actor, visit.queues)
    for after in (pair.place, pairs.FIRST):
        found = [each for each in pairs.open_pairs(tx, after, 10) if each.id != pair.id]
        entries = inbox.of_ids(tx, scope, {name for each in found for name in (each.a, each.b)})
        for each in found:
            if each.a in entries and each.b in entries:
                return f"/duplicates/{each.a}/{each.b}"
    return ""


def _last(text: str) -> str:
    """The id in what somebody pasted: an id, or the address of a lead's page."""
    return text.strip().rstrip("/").rpartition("/")[2].partition("?")[0][:36]
