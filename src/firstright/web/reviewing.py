"""POST /v1/reviews/{id}/claim, /release and /resolve: what waits for a person's decision, taken in hand and decided.

Whoever uses the same key is the same reviewer. The decision is answered as every act on a lead is.
"""

from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.clean.problem import Problem, shown
from firstright.core.identifiers import is_id
from firstright.core.rules.durations import parse_duration
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.asked import operator
from firstright.desk.reviewing import DECISIONS, Claimed, ClaimReview, ReleaseReview, ResolveReview, Verdict
from firstright.errors import InHand, NotFound, Superseded
from firstright.intake.strict import Field, Fields
from firstright.web.acts import EPOCH, ActDoor, epoch_of, text
from firstright.web.assigning import REASON
from firstright.web.auth import Doorkeeper
from firstright.web.entering import entered
from firstright.web.openapi import command, problem_responses
from firstright.web.problems import Current, TurnedAway, away
from firstright.web.reading import Id, nothing, said

WORK = "reviews:work"
RESOLVE: Fields = {
    "decision": Field(required=True, among=DECISIONS),
    "reason": REASON,
    "rep": Field(most=64),
    "wait": Field(most=16),
    "why": Field(most=100),
    "epoch": EPOCH,
}


class ClaimView(msgspec.Struct, frozen=True):
    """How the review stands: in whose hand (null: in nobody's), and since when."""

    review: str
    lead: str
    claimed_by: str | None
    since: datetime | None
    repeat: bool


def reviewing(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door = ActDoor(desk, keeper, WORK)
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/reviews/{review_id}", responses=responses)

    async def claimed(
        request: Request, review_id: str, kind: type[ClaimReview] | type[ReleaseReview]
    ) -> Response:
        caller, _ = await entered(request, keeper, bare=True, scope=WORK)
        return await run_in_threadpool(lambda: said(_claimed(desk, kind(review_id, operator(caller.key)))))

    @router.post("/claim", summary="Take a review in hand")
    async def claim(request: Request, review_id: Id) -> Response:
        return await claimed(request, review_id, ClaimReview)

    @router.post("/release", summary="Put a review back")
    async def release(request: Request, review_id: Id) -> Response:
        return await claimed(request, review_id, ReleaseReview)

    @router.post("/resolve", summary="Decide what is in review", openapi_extra=command(RESOLVE))
    async def resolve(request: Request, review_id: Id) -> Response:
        return await door.answered(request, review_id, RESOLVE, _resolve)

    return router


def _claimed(desk: Desk, work: ClaimReview | ReleaseReview) -> ClaimView:
    if not is_id(work.review):
        raise nothing()
    try:
        done: Claimed = desk.act(work)
    except NotFound:
        raise nothing() from None
    except InHand as error:
        raise away(409, "review.in_hand", str(error)) from None
    except Superseded as now:
        problem = Problem("", "review.over", f"nobody has to decide it any more: {now}", "")
        raise TurnedAway(409, problem, current=Current(now.owner, now.epoch)) from None
    return ClaimView(done.review, done.lead, done.by or None, done.since, done.repeat)


def _resolve(review: str, values: dict[str, object], by: str, key: str) -> OnLead:
    verdict = Verdict(text(values, "decision"), text(values, "rep"), _wait(values), text(values, "why"))
    return ResolveReview(
        review, operator(by), verdict, text(values, "reason"), epoch=epoch_of(values), key=key
    )


def _wait(values: dict[str, object]) -> timedelta | None:
    """Raises TurnedAway."""
    given = text(values, "wait")
    if not given:
        return None
    try:
        return parse_duration(given)
    except (ValueError, OverflowError) as error:
        raise TurnedAway(422, Problem("/wait", "duration.invalid", str(error), shown(given))) from None
