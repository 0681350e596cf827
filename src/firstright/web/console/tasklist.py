"""Tasks: what is to be done, first what came while nobody was there, then by when it is due. For managers also how far their
people go through playbooks, and how often drafts are answered. Each list is what this visitor may see; nothing is decided."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right, Role
from firstright.core.hours import NeverOpen
from firstright.desk.playing import Rate, rates
from firstright.storage import drafts, tasks
from firstright.storage.drafts import Answered
from firstright.storage.tasks import Task
from firstright.storage.transactions import Tx
from firstright.web.console.nextactionseen import ICONS, task_text
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.request import queried, read_head

PAGE = 100
FEW = 3  # on the inbox


class Line(msgspec.Struct, frozen=True):
    """`after_hours`: its lead came while its owner was not there, and nobody has answered yet."""

    task: Task
    text: str
    icon: str
    who: str
    after_hours: bool


class Progress(msgspec.Struct, frozen=True):
    rate: Rate
    name: str


def tasklist(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/tasks")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, frozenset({"rep", "after"}))
        given = queried(request.scope)
        only, after = given.get("rep", ""), begins(given, tasks.BEGIN, tasks.read_place)
        whose = _whose(visit, only)
        with room.desk.read() as tx:
            shown, last = cut(tasks.listed(tx, whose, after, PAGE + 1), PAGE)
            open_, late = tasks.counts(tx, whose, visit.now)
            progress = _progress(tx, visit)
            answered = drafts.replies(tx, visit.now) if visit.actor.role is not Role.REP else []
        found = lines(visit, shown)
        return room.page(
            visit,
            "tasks.html",
            here="/tasks",
            lines=found,
            open=open_,
            late=late,
            following=tasks.place_of(last).text() if last else "",
            began=after == tasks.BEGIN,
            progress=progress,
            answered=[(each, _percent(each)) for each in answered],
            whose=len({each.task.rep for each in found} | {visit.actor.rep} - {""}) > 1,
            only=visit.rep(only) if only else "",
            rep=only,
        )

    return router


def of_inbox(tx: Tx, visit: Visit) -> list[Line]:
    """The first few of one's own, where the policy says what is next."""
    if not visit.actor.rep or visit.policy is None or not visit.policy.policy.next_actions.rows:
        return []
    return lines(visit, tasks.of_rep(tx, visit.actor.rep, 5 * FEW))[:FEW]


def lines(visit: Visit, found: Sequence[Task]) -> list[Line]:
    """What came at night first, then by when it is due."""
    made = [
        Line(
            each,
            task_text(visit, each, each.facts),
            ICONS.get(each.channel, "list-checks"),
            visit.rep(each.rep),
            _came_at_night(visit, each),
        )
        for each in found
    ]
    return sorted(made, key=lambda line: (not line.after_hours, line.task.due_at, line.task.id))


def _came_at_night(visit: Visit, task: Task) -> bool:
    rep = visit.roster.reps.get(task.rep) if visit.roster else None
    if task.touched or rep is None or visit.roster is None:
        return False
    hours = visit.roster.hours(rep.calendar)
    return not hours.is_open(task.arrived_at) and task.due_at <= _tomorrow(visit, rep.calendar)


def _tomorrow(visit: Visit, calendar: str) -> datetime:
    assert visit.roster is not None
    try:
        return visit.roster.hours(calendar).close_of_business(visit.now)
    except NeverOpen:
        return visit.now


def _whose(visit: Visit, only: str) -> frozenset[str] | None:
    """Of which reps this visitor may see tasks, or of the one they ask for; None: of all."""
    actor = visit.actor
    theirs = frozenset({actor.rep} if actor.role is Role.REP else {actor.rep, *actor.team}) - {""}
    if not only:
        return None if actor.sees_all else theirs
    return frozenset({only}) if actor.sees_all else theirs & {only}


def _progress(tx: Tx, visit: Visit) -> list[Progress]:
    policy, roster, actor = visit.policy, visit.roster, visit.actor
    if policy is None or roster is None or actor.role is Role.REP or not policy.policy.playbooks:
        return []
    reps = [rep for rep in roster.reps if actor.sees_all or rep in actor.team]
    return [Progress(each, visit.rep(each.rep)) for each in rates(tx, policy, reps, visit.now)]


def _percent(each: Answered) -> int:
    return 100 * each.replied // each.sent if each.sent else 0
