"""What who has a lead does about what comes next, from its page: sends or copies the draft, puts tasks down, off and aside, goes
through the playbook. What is allowed, the desk judges.
"""

from datetime import timedelta

from fastapi import APIRouter

from firstright.core.identifiers import is_id
from firstright.desk.acting import Acted
from firstright.desk.drafting import LONGEST, LONGEST_SUBJECT, CopyDraft, SendDraft
from firstright.desk.playing import LONGEST as LONGEST_ANSWER
from firstright.desk.playing import Tick
from firstright.desk.tasking import LONGEST as LONGEST_TASK
from firstright.desk.tasking import TODO_CHANNELS, AddTask, EndTask, PutOffTask
from firstright.intake.strict import Field, Fields
from firstright.storage import tasks
from firstright.storage.tasks import Task
from firstright.web.console.onlead import WITH_BACK, Act, Asked, holders, on_lead
from firstright.web.console.room import Room
from firstright.web.problems import away

LATER = {
    "1h": "In an hour",
    "4h": "In four hours",
    "8h": "Tomorrow",
    "24h": "In three days",
    "40h": "In a week",
}
DRAFT: Fields = {
    **WITH_BACK,
    "draft": Field(required=True, most=64),
    "subject": Field(most=LONGEST_SUBJECT),
    "text": Field(required=True, most=LONGEST),
}
COPIED: Fields = {**WITH_BACK, "draft": Field(required=True, most=64)}
TASK: Fields = {
    **WITH_BACK,
    "said": Field(required=True, most=LONGEST_TASK),
    "channel": Field(required=True, among=TODO_CHANNELS),
    "later": Field(among=tuple(LATER)),
    "due": Field("instant"),
}
TICK: Fields = {
    **WITH_BACK,
    "item": Field(required=True, most=100),
    "answer": Field(most=LONGEST_ANSWER),
    "undo": Field(among=("yes",)),
}
END: Fields = {
    **WITH_BACK,
    "task": Field(required=True, most=64),
    "state": Field(among=("done", "cancelled")),
}
PUT_OFF: Fields = {
    **WITH_BACK,
    "task": Field(required=True, most=64),
    "later": Field(required=True, among=tuple(LATER)),
}


def nextacts(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _send(asked: Asked) -> Acted:
    draft, subject, text = asked.text("draft"), asked.text("subject"), asked.text("text")
    return asked.act(SendDraft(draft, asked.lead, asked.rep, subject, text, epoch=asked.epoch))


def _copy(asked: Asked) -> Acted:
    return asked.act(CopyDraft(asked.text("draft"), asked.lead, asked.rep, epoch=asked.epoch))


def _add(asked: Asked) -> Acted:
    when = asked.instant("due") or _span(asked.text("later") or "8h")
    said, channel = asked.text("said"), asked.text("channel")
    return asked.act(AddTask(asked.lead, asked.by, said, when, channel=channel, epoch=asked.epoch))


def _end(asked: Asked) -> Acted:
    return asked.act(EndTask(_task(asked), asked.actor, asked.text("state") or "done"))


def _put_off(asked: Asked) -> Acted:
    return asked.act(PutOffTask(_task(asked), asked.actor, _span(asked.text("later"))))


def _tick(asked: Asked) -> Acted:
    item, answer, undo = asked.text("item"), asked.text("answer"), asked.text("undo") == "yes"
    return asked.act(Tick(asked.lead, asked.rep, item, answer, epoch=asked.epoch, undo=undo))


def _task(asked: Asked) -> Task:
    """Which one it is about, when it is this lead's."""
    name = asked.text("task")
    with asked.desk.read() as tx:
        task = tasks.one(tx, name) if is_id(name) else None
    if task is None or task.lead_id != asked.lead:
        raise away(404, "not_found", "this task is not there")
    return task


def _span(later: str) -> timedelta:
    """Hours of business time: eight are a day."""
    return timedelta(hours=int(later.removesuffix("h")))


def _onward(asked: Asked, acted: Acted | None) -> str:
    back = asked.text("back")
    return back if back.startswith(("/inbox", "/tasks")) else f"/leads/{asked.lead}#next"


ACTS = tuple(
    act._replace(onward=_onward)
    for act in (
        Act("draft", DRAFT, _send, "On its way: it is logged as your touch when it has arrived."),
        Act("draft-copied", COPIED, _copy, "Copied: log the touch when you have sent it."),
        Act("task", TASK, _add, "Put down.", may=holders),
        Act("task-end", END, _end, "Done."),
        Act("task-later", PUT_OFF, _put_off, "Put off."),
        Act("tick", TICK, _tick, "Noted.", apart="item", may=holders),
    )
)
