"""Tasks that somebody puts down, ends or puts off. What an action asks comes with a decision and is done by logging the touch.

A task counts to its owner's load, so that adding and ending one is decided; when it is due changes nothing but a date.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.authority import Actor
from firstright.core.firstaction import in_business
from firstright.core.lead import Act, Cause, HolderKind, Lead, Todo
from firstright.core.leadtypes import TASK_CHANNEL
from firstright.desk.acting import CHANNELS, Acted, OnLead, acted, not_one, with_act
from firstright.desk.assigning import no_taker
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, tasks
from firstright.storage.tasks import Task

TODO_CHANNELS = (*CHANNELS, TASK_CHANNEL)
LONGEST = 300  # characters of what it asks
FURTHEST = timedelta(days=366)
ENDS = ("done", "cancelled")


class AddTask(OnLead):
    """For whoever has the lead, or a rep of their own choosing; due at an instant, in the words of who puts it down."""

    verb = "task"

    def __init__(
        self,
        lead: str,
        by: str,
        said: str,
        due: datetime | timedelta,
        *,
        channel: str = TASK_CHANNEL,
        rep: str = "",
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.said = " ".join(said.split())
        self.asked = due  # an instant, or how much of the rep's business time from now
        self.channel = channel
        self.rep = rep

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = []
        if not self.said:
            found.append("said: is needed: what is to be done")
        elif len(self.said) > LONGEST or not self.said.isprintable():
            found.append(f"said: has at most {LONGEST} characters, all of which can be seen")
        if self.channel not in TODO_CHANNELS:
            found.append(not_one(f'channel: "{self.channel}"', self.channel, TODO_CHANNELS))
        whose = self._whose(lead)
        found += wrong_due(_due(batch, whose, self.asked), batch.turn.now)
        if not whose:
            found.append("rep: nobody has this lead: say whose task it is")
        elif reasons := no_taker(batch, whose):
            found += reasons
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        whose = self._whose(lead)
        due = max(_due(batch, whose, self.asked), batch.turn.now)
        todo = Todo(self.channel, whose, self.said, due)
        return decide_in(batch, with_act(lead, Act(by=self.by, todo=todo)), Cause.CALL_OUTCOME, trigger)

    def _whose(self, lead: Lead) -> str:
        return self.rep or (lead.holder.id if lead.holder.kind is HolderKind.REP else "")


class _OnTask(OnLead):
    """Something done to one task, by who has it or by somebody who may give leads away. `task` names it."""

    def __init__(self, task: Task, actor: Actor, *, key: str = "") -> None:
        super().__init__(task.lead_id, actor.rep or actor.user, key=key)
        self.task = task
        self.actor = actor

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        theirs = (
            self.task.rep == self.actor.rep != "" or self.task.rep in self.actor.team or self.actor.sees_all
        )
        return None if theirs else NotFound(f"task {self.task.id}")

    def is_so(self, lead: Lead) -> bool:
        return self.task.state != "open"

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        now = tasks.one(batch.tx, self.task.id)
        return [] if now and now.state == "open" else ["task: it is not open any more"]


class EndTask(_OnTask):
    """It is done without a touch of the lead, or there is no need for it."""

    verb = "task-end"

    def __init__(self, task: Task, actor: Actor, state: str = "done", *, key: str = "") -> None:
        super().__init__(task, actor, key=key)
        self.state = state

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = super().refused(batch, lead)
        if self.state not in ENDS:
            found.append(not_one(f'state: "{self.state}"', self.state, ENDS))
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        task = (
            tasks.one(batch.tx, self.task.id) or self.task
        )  # whose it is may have changed since it was read
        todo = Todo(task.channel, task.rep, task=task.id, state=self.state)
        return decide_in(batch, with_act(lead, Act(by=self.by, todo=todo)), Cause.CALL_OUTCOME, trigger)


class PutOffTask(_OnTask):
    """It is due later, and it is kept how often that was said."""

    verb = "task-put-off"

    def __init__(self, task: Task, actor: Actor, due: datetime | timedelta) -> None:
        super().__init__(task, actor)
        self.asked = due

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        row = self.subject(batch)
        lead = batch.lead(row.id) if row else None
        if row is None or lead is None:
            return NotFound(f"lead {self.lead}")
        if barred := self.barred(batch, lead):
            return barred
        due = _due(batch, self.task.rep, self.asked)
        reasons = [*self.refused(batch, lead), *wrong_due(due, batch.turn.now)]
        if due <= self.task.due_at:
            reasons.append("due: is not later than it was")
        if reasons:
            return Refused(reasons)
        tasks.put_off(batch.tx, self.task.id, due)
        tasks.say(batch.tx, self.task.id, self.task.said, self.by, batch.turn.now, lead.person, put_off=1)
        about = {"task": self.task.id, "due": due.isoformat()}
        name, now = batch.new_id(), batch.turn.now
        audit.append(batch.tx, name, now, batch.turn.n, self.by, "put-off", "task", self.task.id, about)
        return acted(row, "")


def _due(batch: Batch, rep: str, asked: datetime | timedelta) -> datetime:
    if isinstance(asked, datetime):
        return asked
    return in_business(rep, batch.world, asked) if asked > timedelta() else batch.turn.now


def wrong_due(due: datetime, now: datetime) -> list[str]:
    if due < now - timedelta(minutes=5):
        return [f"due: {due.isoformat()} has passed"]
    if due > now + FURTHEST:
        return ["due: is more than a year from now"]
    return []


def found(task: Task | None, name: str) -> Task:
    """NotFound where there is none."""
    if task is None:
        raise NotFound(f"task {name}")
    return task


class Given(msgspec.Struct, frozen=True):
    """A task as programs are shown it."""

    id: str
    lead: str
    rep: str
    action: str
    said: str
    channel: str
    due: datetime
    state: str
    put_off: int


def given(task: Task) -> Given:
    return Given(
        task.id,
        task.lead_id,
        task.rep,
        task.action,
        task.said,
        task.channel,
        task.due_at,
        task.state,
        task.put_off,
    )
