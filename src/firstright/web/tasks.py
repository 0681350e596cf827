"""/v1/tasks: what is to be done, by whom and by when; POST /v1/leads/{id}/tasks puts one down, .../end and .../put-off change it.
GET /v1/drafts tells how often templates are answered; drafts themselves are their owners' and are told to nobody.

Whose a task is, and when it may be due, the desk judges.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Actor, Role
from firstright.core.identifiers import is_id
from firstright.core.leadtypes import TASK_CHANNEL
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.asked import operator
from firstright.desk.playing import rates
from firstright.desk.tasking import (
    ENDS,
    FURTHEST,
    LONGEST,
    TODO_CHANNELS,
    AddTask,
    EndTask,
    Given,
    PutOffTask,
    given,
)
from firstright.intake.strict import Field, Fields
from firstright.storage import drafts, tasks
from firstright.storage.tasks import Task
from firstright.web.acts import EPOCH, ActDoor, ActRoute, doors, epoch_of, problem_of, text
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import parameters, problem_responses
from firstright.web.problems import TurnedAway
from firstright.web.reading import READ, nothing, said
from firstright.web.request import page_size, queried, read_head

MINUTES = Field("integer", most=int(FURTHEST / timedelta(minutes=1)))
BY = Field(most=64)
ADD: Fields = {
    "rep": BY,
    "to": BY,
    "said": Field(required=True, most=LONGEST),
    "channel": Field(among=TODO_CHANNELS),
    "due": Field("instant"),
    "minutes": MINUTES,
    "epoch": EPOCH,
}
END: Fields = {"rep": BY, "task": Field(required=True, most=64), "state": Field(among=ENDS)}
PUT_OFF: Fields = {
    "rep": BY,
    "task": Field(required=True, most=64),
    "due": Field("instant"),
    "minutes": MINUTES,
}
A_DAY = timedelta(hours=8)  # of business time


class TasksView(msgspec.Struct, frozen=True):
    """Open ones, the first due first."""

    tasks: list[Given]


class TemplateView(msgspec.Struct, frozen=True):
    """Drafts of one template in the last ninety days: how many went out, how many of those were answered, how many were copied."""

    template: str
    sent: int
    replied: int
    copied: int


class PlayedView(msgspec.Struct, frozen=True):
    """How far a rep goes through the playbooks of the leads they have touched."""

    rep: str
    leads: int
    points: int
    done: int


class ActingView(msgspec.Struct, frozen=True):
    templates: list[TemplateView]
    playbooks: list[PlayedView]


def task_routes(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(
        prefix="/v1", responses=problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    )
    _reading(router, desk, keeper, now)
    _changing(router, desk, keeper)
    return router


def _reading(router: APIRouter, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
    @router.get(
        "/tasks",
        summary="What is to be done, the first due first",
        openapi_extra=parameters(rep="of this rep alone"),
    )
    def listed(request: Request) -> Response:
        as_operations(
            keeper.admit(read_head(request.scope, frozenset({"rep", "limit"})).authorization, READ).key
        )
        asked = queried(request.scope)
        limit, rep = page_size(asked), asked.get("rep", "")
        with desk.read() as tx:
            found = tasks.of_rep(tx, rep, limit) if rep else tasks.open_ones(tx, limit)
        return said(TasksView([given(each) for each in found]))

    @router.get("/acting", summary="How often drafts are answered, and how far playbooks are gone through")
    def acting(request: Request) -> Response:
        as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            templates = [TemplateView(*each) for each in drafts.replies(tx, now())]
            policy, roster = desk.policy, desk.roster
            reps = list(roster.reps) if roster else []
            played = rates(tx, policy, reps, now()) if policy and policy.policy.playbooks else []
        return said(ActingView(templates, [PlayedView(*each) for each in played]))


def _changing(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    def end(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
        return EndTask(
            _task(desk, lead, values), _actor(values, by), text(values, "state") or "done", key=key
        )

    def put_off(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
        return PutOffTask(_task(desk, lead, values), _actor(values, by), _due(values))

    doors(
        router,
        ActDoor(desk, keeper),
        ActRoute("/leads/{lead_id}/tasks", "Put a task down", ADD, _add, name="add"),
        ActRoute("/leads/{lead_id}/tasks/end", "End a task", END, end, name="ended"),
        ActRoute("/leads/{lead_id}/tasks/put-off", "Put a task off", PUT_OFF, put_off, name="later"),
    )


def _add(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    channel, rep = text(values, "channel") or TASK_CHANNEL, text(values, "rep")
    return AddTask(
        lead,
        rep or by,
        text(values, "said"),
        _due(values),
        channel=channel,
        rep=text(values, "to"),
        epoch=epoch_of(values),
        key=key,
    )


def _task(desk: Desk, lead: str, values: dict[str, object]) -> Task:
    name = text(values, "task")
    with desk.read() as tx:
        task = tasks.one(tx, name) if is_id(name) else None
    if task is None or task.lead_id != lead:
        raise nothing()
    return task


def _actor(values: dict[str, object], by: str) -> Actor:
    rep = text(values, "rep")
    return Actor(rep, rep, Role.REP, rep) if rep else operator(by)


def _due(values: dict[str, object]) -> datetime | timedelta:
    """An instant, or so many minutes of the rep's business time; without either a day of it."""
    due, minutes = values.get("due"), values.get("minutes")
    if isinstance(due, datetime) and minutes is not None:
        raise TurnedAway(422, problem_of("due: is an instant, or minutes of business time: not both", values))
    if isinstance(due, datetime):
        return due
    return timedelta(minutes=minutes) if isinstance(minutes, int) else A_DAY
