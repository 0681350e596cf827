"""/v1/jobs: what was given up, and having it done once more. It shows no fact of a lead."""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.reviving import Revive
from firstright.storage import deadjobs
from firstright.storage.deadjobs import DeadJob
from firstright.web.auth import Doorkeeper
from firstright.web.entering import READ, entered
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut, identifier
from firstright.web.problems import away
from firstright.web.reading import Id, nothing, said
from firstright.web.request import page_size, queried, read_head

DEAD = "dead"
PARAMETERS = frozenset({"state", "after", "limit"})


class JobView(msgspec.Struct, frozen=True):
    """One job. `due_at` is when it should have been done; `last_error` names the exception of a try that was survived."""

    job: str
    kind: str
    lead: str | None
    cause: str
    state: str
    due_at: datetime
    attempts: int
    last_error: str


class Page(msgspec.Struct, frozen=True):
    """In the order in which they came to be; `next` is what to give as `after`, null at the end."""

    jobs: list[JobView]
    next: str | None


def dead_jobs(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1/jobs", responses=problem_responses(400, 401, 403, 503))
    _reading(router, desk, keeper)
    _replaying(router, desk, keeper)
    return router


def _reading(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get(
        "",
        summary="Jobs that were given up",
        openapi_extra=parameters(state="dead, and nothing else", after="`next` of the page before"),
    )
    def listed(request: Request) -> Response:
        head = read_head(request.scope, PARAMETERS)
        keeper.admit(head.authorization, READ)
        given = queried(request.scope)
        state, limit = given.get("state", DEAD), page_size(given)
        first = begins(given, deadjobs.FIRST_ID, identifier, FOR_PROGRAMS)
        if state != DEAD:
            raise away(400, "query.invalid", "only dead jobs are shown", state[:64])
        with desk.read() as tx:
            found = deadjobs.listed(tx, first, limit + 1)
        shown, last = cut(found, limit)
        return said(Page([_view(job) for job in shown], last.id if last else None))


def _replaying(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.post(
        "/{job_id}/replay", summary="Have a dead job done once more", responses=problem_responses(404, 409)
    )
    async def replay_one(request: Request, job_id: Id) -> Response:
        caller, _ = await entered(request, keeper, bare=True)
        return await run_in_threadpool(_again, desk, job_id, caller.key)


def _again(desk: Desk, job_id: str, by: str) -> Response:
    with desk.read() as tx:
        state = deadjobs.state(tx, job_id) if is_id(job_id) else None
    if state is None:
        raise nothing()
    revived = desk.writer.submit(Revive([job_id], by)).result()
    if not revived.jobs:
        raise away(409, "job.not_dead", f"this job is {state}; only dead ones are done once more", state)
    return said(revived)


def _view(job: DeadJob) -> JobView:
    return JobView(
        job=job.id,
        kind=job.kind,
        lead=job.lead_id,
        cause=job.cause,
        state=DEAD,
        due_at=job.due_at,
        attempts=job.attempts,
        last_error=job.last_error,
    )
