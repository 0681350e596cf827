"""What must be so of a lead in a status, checked: over its facts, what was done about it, and what lies ahead, or somebody's word.

It looks nothing up and changes nothing. What nobody can know by looking is vouched for, with a note, where the policy lets them.
"""

from collections.abc import Callable, Mapping

import msgspec

from firstright.core.lead import Value
from firstright.core.pipeline import WON, Pipeline, Status, farther
from firstright.core.rules.predicates import is_missing


class Evidence(msgspec.Struct, frozen=True):
    """What speaks for a lead in this cycle. `vouched` are the criteria somebody gave their word for."""

    facts: Mapping[str, Value] = {}
    tried: bool = False  # a dial, an e-mail or another attempt of ours is logged
    reached: bool = False  # both sides spoke, or the lead answered
    ahead: bool = False  # an open task or a meeting lies ahead
    meeting: bool = False  # a meeting is booked
    vouched: frozenset[str] = frozenset()


class Criterion(msgspec.Struct, frozen=True):
    """One named check. It is so where one of `fields` is known, or `seen` says so of the evidence. `lacks` is said where not."""

    name: str
    asks: str
    lacks: str = "not known"
    fields: tuple[str, ...] = ()
    seen: Callable[[Evidence], bool] | None = None


CRITERIA = {
    each.name: each
    for each in (
        Criterion("tried", "an attempt", "no dial or e-mail of ours is logged", seen=lambda e: e.tried),
        Criterion("reached", "an answer", "nobody has talked to them", seen=lambda e: e.reached),
        Criterion("need", "need", fields=("need",)),
        Criterion("fit", "fit", fields=("fit", "score.fit")),
        Criterion("timeline", "timeline", fields=("timeline",)),
        Criterion("authority", "authority or decision process", fields=("authority", "decision_process")),
        Criterion("budget", "budget range", fields=("budget_range", "budget")),
        Criterion("next-step", "next step", "no task or meeting ahead", seen=lambda e: e.ahead),
        Criterion("meeting", "a meeting", "none is booked", seen=lambda e: e.meeting),
    )
}


class Checked(msgspec.Struct, frozen=True):
    """One criterion of a lead: whether it is so, by what, and whether somebody may vouch for it."""

    name: str
    asks: str
    met: bool
    by: str  # a field, "vouched", "seen"; empty where it is not so
    lacks: str
    may_vouch: bool


def asked(pipeline: Pipeline, now: str, to: str) -> tuple[tuple[Status, str], ...]:
    """What is checked on the way from one status to another, each criterion once, with the status that asks for it: of the one
    that is entered, and where that is a step ahead of the one that is left, too. Won asks only its own: it has happened."""
    leaves = pipeline.of(now) if farther(to, now) and to != WON else None
    found: dict[str, Status] = {}
    for status in (leaves, pipeline.of(to)):
        for name in status.criteria if status else ():
            found[name] = status if status and name not in found else found[name]
    return tuple([(status, name) for name, status in found.items()])


def checked(pipeline: Pipeline, now: str, to: str, evidence: Evidence) -> tuple[Checked, ...]:
    """All that a lead in status `now` must bring to be in status `to`."""
    return tuple([_checked(pipeline, status, name, evidence) for status, name in asked(pipeline, now, to)])


def called(name: str) -> str:
    return CRITERIA[name].asks if name in CRITERIA else name.replace("-", " ").replace("_", " ")


def _checked(pipeline: Pipeline, status: Status, name: str, evidence: Evidence) -> Checked:
    criterion = CRITERIA.get(name) or Criterion(name, called(name))
    by = next(
        (f for f in pipeline.known_by.get(name, criterion.fields) if not is_missing(evidence.facts.get(f))),
        "",
    )
    if not by and criterion.seen and criterion.seen(evidence):
        by = "seen"
    may_vouch = name in status.vouch
    if not by and may_vouch and name in evidence.vouched:
        by = "vouched"
    return Checked(name, criterion.asks, bool(by), by, criterion.lacks, may_vouch)
