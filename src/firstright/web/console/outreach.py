"""Outreach: the sequences with who is in them, how often each text was answered, and the list of whom not to contact, which can be
asked and not read. It changes nothing.
"""

from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.filling import filled
from firstright.core.rules.phrases import label
from firstright.core.sequences import SequenceStep
from firstright.core.why.outreachwords import CHANNEL, why_ended
from firstright.desk.marks import KINDS
from firstright.desk.outreachasked import Listed, listed
from firstright.errors import Refused
from firstright.storage import consents, enrolments
from firstright.storage.enrolments import Count, Fared
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.request import queried, read_head

DAYS = 90
QUERY = frozenset({"kind", "value"})


class StepCount(msgspec.Struct, frozen=True):
    """`waiting` leads have this step before them; `part` of those running, in 100."""

    n: int
    text: str
    waiting: int
    part: int


class SequenceSeen(msgspec.Struct, frozen=True):
    id: str
    name: str
    running: int
    finished: int
    ended: tuple[tuple[str, int], ...]
    steps: tuple[StepCount, ...]


class TemplateSeen(msgspec.Struct, frozen=True):
    """`rate` is how many of a hundred sequences with it ended with an answer."""

    name: str
    sent: int
    answered: int
    rate: int


def outreach_page(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/outreach")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.REVIEW)
        read_head(request.scope, QUERY)
        given = queried(request.scope)
        kind, value = given.get("kind", "email"), given.get("value", "").strip()[:320]
        found: tuple[Listed, ...] = ()
        wrong = ""
        if value:
            try:
                found = listed(room.desk, ((kind, value),))
            except Refused as refused:
                wrong = refused.reasons[0].partition(": ")[2]
        with room.desk.read() as tx:
            counts = enrolments.counts(tx)
            fared = enrolments.templates(tx, visit.now - timedelta(days=DAYS))
            kinds = consents.suppressions(tx)
        return room.page(
            visit,
            "outreach.html",
            here="/outreach",
            sequences=_sequences(visit, counts),
            templates=[_template(visit, each) for each in fared],
            kinds=kinds,
            asked=(kind, value, found, wrong),
            choices=KINDS,
            days=DAYS,
        )

    return router


def _sequences(visit: Visit, counts: list[Count]) -> list[SequenceSeen]:
    """Those of the policy first, then those it has no more."""
    known = visit.policy.policy.sequences if visit.policy else {}
    names = dict.fromkeys((*known, *(count.sequence for count in counts)))
    return [_sequence(visit, name, [c for c in counts if c.sequence == name]) for name in names]


def _sequence(visit: Visit, name: str, counts: list[Count]) -> SequenceSeen:
    policy = visit.policy.policy if visit.policy else None
    known = policy.sequences.get(name) if policy else None
    running = sum(c.number for c in counts if c.state == "running")
    ended: dict[str, int] = {}
    for count in counts:
        if count.state == "stopped":
            ended[why_ended(count.reason)] = ended.get(why_ended(count.reason), 0) + count.number
    steps = []
    for n, step in enumerate(known.steps if known else ()):
        waiting = sum(c.number for c in counts if c.state == "running" and c.step == n)
        steps.append(
            StepCount(n + 1, _step(visit, step), waiting, 100 * waiting // running if running else 0)
        )
    finished = sum(c.number for c in counts if c.state == "finished")
    by_number = sorted(ended.items(), key=lambda each: -each[1])
    return SequenceSeen(
        name, (known.name or name) if known else name, running, finished, tuple(by_number), tuple(steps)
    )


def _step(visit: Visit, step: SequenceStep) -> str:
    if step.task:
        return _shown(step.task)
    return f"{CHANNEL[step.channel]}: {_called(visit, step.template)}"


def _called(visit: Visit, template: str) -> str:
    """A text by its subject, for those who know it from their mails; by its id where it has none."""
    known = visit.policy.policy.templates.get(template) if visit.policy else None
    if known and known.subject:
        return f"“{_shown(known.subject)}”"
    return template.replace("-", " ")


def _shown(text: str) -> str:
    """Before anybody's name is in it."""
    return filled(text, lambda field: f"[{label(field)}]")


def _template(visit: Visit, each: Fared) -> TemplateSeen:
    rate = 100 * each.answered // each.sent if each.sent else 0
    return TemplateSeen(_called(visit, each.template), each.sent, each.answered, rate)
