"""What a reviewer does: claim, put back, decide. Then the next one is shown.

A form that is refused comes back with the reason beside its field. What is allowed, the desk judges.
"""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.acting import Acted
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.reviewing import DECISIONS, ClaimReview, ReleaseReview, ResolveReview, Verdict
from firstright.errors import InHand, NoPolicy, NotFound, Refused, Superseded
from firstright.intake.strict import Field, Fields
from firstright.storage import users
from firstright.storage.inbox import Scope
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.review import ReviewPages, following_item
from firstright.web.console.reviewseen import WAITS, spoken
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away

CLAIM: Fields = {"back": Field(most=200)}
DECIDE: Fields = {
    "epoch": Field("integer", required=True, most=2**31),
    "decision": Field(required=True, among=DECISIONS),
    "to": Field(most=64),
    "wait": Field(among=tuple(WAITS)),
    "why": Field(most=100),
    "reason": Field(required=True, most=LONGEST_REASON),
}
# What a decision cannot do without, and what to say when it is not there.
NEEDED = {
    "assign": ("to", "choose whom it goes to"),
    "nurture": ("wait", "choose for how long"),
    "close": ("why", "choose why it is over"),
}


def reviewacts(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = ReviewPages(room)
    _handing(router, room, pages)
    _deciding(router, room, pages)
    return router


def _handing(router: APIRouter, room: Room, pages: ReviewPages) -> None:
    def hand(
        request: Request, review_id: str, given: Posted, work: type[ClaimReview] | type[ReleaseReview]
    ) -> Response:
        visit = room.enter_to_change(request, given, Right.REVIEW)
        with room.desk.read() as tx:
            pages.item(tx, visit, review_id)
        if isinstance(room.values(visit, given, CLAIM), Form):
            raise away(400, "form.invalid", "send the form of the page")
        try:
            done = room.desk.act(work(review_id, visit.actor))
        except InHand as held:
            return _in_hand(room, visit, held)
        except Superseded:
            return room.done("/review", "It was decided in the meantime. Nothing was changed.", "warn")
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        if done.by:
            return room.done(f"/review/{review_id}", "In your hands: nobody else decides it meanwhile.")
        return room.done("/review", "Put back: anybody may take it.")

    @router.post("/review/{review_id}/claim")
    def claim(request: Request, review_id: str, given: Posted) -> Response:
        return hand(request, review_id, given, ClaimReview)

    @router.post("/review/{review_id}/release")
    def release(request: Request, review_id: str, given: Posted) -> Response:
        return hand(request, review_id, given, ReleaseReview)


def _deciding(router: APIRouter, room: Room, pages: ReviewPages) -> None:
    @router.post("/review/{review_id}/decide")
    def decide(request: Request, review_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.REVIEW)
        with room.desk.read() as tx:
            item = pages.item(tx, visit, review_id)
        values = room.values(visit, given, DECIDE)
        if isinstance(values, dict) and (missing := _missing(values)):
            values = Form(given, missing)
        if isinstance(values, Form):
            return pages.show(visit, review_id, form=values, status=422)
        epoch = values["epoch"]
        assert isinstance(epoch, int)
        work = ResolveReview(review_id, visit.actor, _verdict(values), str(values["reason"]), epoch=epoch)
        try:
            acted = room.desk.act(work)
        except InHand as held:
            return _in_hand(room, visit, held)
        except Superseded:
            return room.done("/review", "It was decided in the meantime. Nothing was changed.", "warn")
        except Refused as refusal:
            form = refused(given, refusal.reasons, called={"rep": "to"})
            return pages.show(visit, review_id, form=form, status=422)
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        if acted.outcome == "review":
            again = f"/review/{review_id}"
            return room.done(again, "The rules leave it in review: decide it yourself.", "warn")
        with room.desk.read() as tx:
            following = following_item(tx, Scope(visit.actor, visit.queues), item)
        said = _said(visit, values, acted)
        if following:
            return room.done(f"/review/{following}", f"{said} This is the next one.")
        return room.done("/review", f"{said} Nothing else waits for you.")


def _verdict(values: dict[str, object]) -> Verdict:
    decision = str(values["decision"])
    wait = timedelta(days=int(str(values["wait"]))) if "wait" in values else None
    return Verdict(decision, str(values.get("to", "")), wait, str(values.get("why", "")))


def _missing(values: dict[str, object]) -> dict[str, str]:
    field, what = NEEDED.get(str(values["decision"]), ("", ""))
    return {field: what} if field and field not in values else {}


def _said(visit: Visit, values: dict[str, object], acted: Acted) -> str:
    owner = visit.rep(acted.owner) if acted.owner else ""
    match values["decision"]:
        case "assign":
            return f"Decided: it is with {owner} now."
        case "rules":
            return (
                f"The rules decided: it is with {owner} now."
                if owner
                else f"The rules decided: {acted.outcome}."
            )
        case "nurture":
            return f"Decided: it comes back in {WAITS[str(values['wait'])]}."
        case "close":
            return f"Decided: closed, {spoken(str(values['why'])).lower()}."
        case _:
            return "Decided: rejected."


def _in_hand(room: Room, visit: Visit, held: InHand) -> Response:
    with room.desk.read() as tx:
        user = users.user(tx, held.by)
    who = user.name if user else held.by
    since, free = visit.moment(held.since), visit.moment(held.free_at)
    text = f"{who} has had it in hand since {since}. It may be taken over from {free} on."
    return room.done("/review", text, "warn")
