"""What `firstright task` does. Whose a task is, and whether it may be put off, is the desk's to say."""

from datetime import datetime, timedelta

import msgspec

from firstright.cli import leads
from firstright.cli.exits import Stop
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.rules.durations import parse_duration
from firstright.desk.asked import ActAsked
from firstright.desk.tasking import given
from firstright.storage import tasks
from firstright.storage.tasks import Task

MOST = 500


def show(database: str | None, rep: str, lead: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = tasks.of_rep(tx, rep, MOST) if rep else tasks.open_ones(tx, MOST)
    found = [each for each in found if lead in ("", each.lead_id)]
    if json:
        print(msgspec.json.encode([given(each) for each in found]).decode())
        return
    for each in found:
        print(safe(_line(each)))
    if not found:
        print("nothing is open")


def add(
    database: str | None, lead: str, text: str, *, rep: str, to: str, channel: str, within: str, at: str
) -> None:
    asked = ActAsked(
        "task", lead, rep=rep, to=to, channel=channel, what=text, at=_at(at), amount=_minutes(within)
    )
    leads.told(leads.done(database, asked))


def end(database: str | None, task: str, rep: str, state: str) -> None:
    leads.told(leads.done(database, ActAsked("task-done", "", rep=rep, what=task, kind=state)))


def later(database: str | None, task: str, rep: str, within: str, at: str) -> None:
    asked = ActAsked("task-later", "", rep=rep, what=task, at=_at(at), amount=_minutes(within))
    leads.told(leads.done(database, asked))


def _at(text: str) -> datetime | None:
    return leads.instant_of(text)


def _minutes(text: str) -> int:
    try:
        span = parse_duration(text)
    except ValueError as error:
        raise Stop(f"--in {safe(text)}: {error}") from None
    return int(span / timedelta(minutes=1))


def _line(each: Task) -> str:
    what = each.said or each.action.replace("-", " ")
    who = f"{each.glance.name}, lead {each.lead_id}" if each.glance.name else f"lead {each.lead_id}"
    return f"{each.id}  {each.due_at:%Y-%m-%d %H:%M}  {each.rep:<12}  {each.channel:<8}  {what}  ({who})"
