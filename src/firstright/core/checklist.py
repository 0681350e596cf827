"""What is to be found out about a lead, and who asks for it: its score, its type, its status and the criteria of the next one.

Read from the policy, so that it is never another list than the one that counts. It looks nobody up.
"""

from collections.abc import Iterator

from firstright.core.compiled import Compiled
from firstright.core.criteria import CRITERIA, asked, called
from firstright.core.lead import Facts
from firstright.core.leadtypes import required_by, type_of
from firstright.core.playbooks import Wanted
from firstright.core.rules.predicates import fields_of
from firstright.core.scoring import FIT
from firstright.core.statuses import ON_THE_WAY

NEXT = "qualified"  # before it, that is what a rep works towards


def wanted(policy: Compiled, facts: Facts, status: str) -> tuple[Wanted, ...]:
    """In the order in which it matters: what the next status asks for, what the type of lead requires, what the score counts."""
    return (*_criteria(policy, status), *_required(policy, facts, status), *_scored(policy))


def _towards(status: str) -> str:
    """The status a lead is on its way to: qualified, and then the next one."""
    if status not in ON_THE_WAY:
        return status
    at = ON_THE_WAY.index(status)
    return NEXT if at < ON_THE_WAY.index(NEXT) else ON_THE_WAY[min(at + 1, len(ON_THE_WAY) - 1)]


def _criteria(policy: Compiled, status: str) -> Iterator[Wanted]:
    pipeline = policy.policy.pipeline
    for _, name in asked(pipeline, status, _towards(status)):
        criterion = CRITERIA.get(name)
        fields = pipeline.known_by.get(name) or _askable(policy, criterion.fields if criterion else ())
        if fields:  # what is seen, and not said, nobody has to ask
            words = called(name)
            yield Wanted(name, fields, f"{words[:1].upper()}{words[1:]}")


def _askable(policy: Compiled, fields: tuple[str, ...]) -> tuple[str, ...]:
    """The policy's own before those that are shipped: the first is what an answer becomes."""
    known = policy.policy.catalogue
    return tuple(
        sorted(fields, key=lambda name: (name not in known, name in known and not known[name].custom))
    )


def _required(policy: Compiled, facts: Facts, status: str) -> Iterator[Wanted]:
    to = _towards(status)
    if policy.policy.types:
        yield Wanted("type", required_by(type_of(policy.policy.types, facts), to))
    yield Wanted("status", policy.policy.pipeline.of(to).required)


def _scored(policy: Compiled) -> Iterator[Wanted]:
    """What rows about who they are ask: the dearest first. What they do counts by itself."""
    if policy.scoring is None:
        return
    rows = [row for row in policy.scoring.rows if row.kind == FIT and row.each is None]
    for row in sorted(rows, key=lambda row: -abs(row.points)):
        yield Wanted("score", tuple(sorted(f for f in fields_of(row.when) if f in policy.policy.catalogue)))
