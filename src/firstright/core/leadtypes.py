"""What a lead of a type must have said by each status, and what happens while it has not. It holds and stores nothing."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from firstright.core import statuses
from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.lead import Value
from firstright.core.rules.predicates import is_missing

ANY_NAME = "any"  # what the type of every lead that has none of its own is called in a policy
ENTRY = "new"
ON_THE_WAY, ASIDE, STATUSES = statuses.ON_THE_WAY, statuses.ASIDE, statuses.STATUSES
TASK_CHANNEL = "internal"

_NOT_GIVEN = Refusal("required.missing", "is required for this type of lead and was not given")
_NULL = Refusal("required.null", "is required for this type of lead and was null")
_EMPTY = Refusal("required.empty", "is required for this type of lead and was empty")
_BLANK = Refusal("required.blank", "is required for this type of lead and was blank")
_UNREAD = Refusal("required.unreadable", "is required for this type of lead and could not be understood")


class LeadType(msgspec.Struct, frozen=True):
    """`required` are fields by status ("new" when it arrives). One that lacks a field of "new" is routed at once on what is
    there; with `hold` it is held that long for it, and `ask` (a rep) is given the task to find it out; with `quarantine`
    it becomes no lead before it has it."""

    id: str
    required: dict[str, tuple[str, ...]] = {}
    hold: timedelta | None = None
    quarantine: bool = False
    ask: str = ""


ANY = LeadType("")


def type_of(types: Mapping[str, LeadType], facts: Mapping[str, Value]) -> LeadType:
    """The row for what the lead is; that of any other where its type has none."""
    return types.get(str(facts.get("lead_type", ""))) or types.get(ANY.id, ANY)


def required_by(kind: LeadType, status: str) -> tuple[str, ...]:
    """Fields a lead must have said to be in a status, those of earlier ones first."""
    if status not in ON_THE_WAY:
        return kind.required.get(status, ())
    upto = ON_THE_WAY[: ON_THE_WAY.index(status) + 1]
    return tuple(dict.fromkeys(name for each in upto for name in kind.required.get(each, ())))


def joined_with(
    types: Mapping[str, LeadType], by_status: Mapping[str, tuple[str, ...]]
) -> dict[str, LeadType]:
    """The types, each asking also for what the statuses of the policy require whatever the type: there is one such table."""
    if not by_status:
        return dict(types)
    return {name: _asking(kind, by_status) for name, kind in {ANY.id: ANY, **types}.items()}


def _asking(kind: LeadType, by_status: Mapping[str, tuple[str, ...]]) -> LeadType:
    both = {**by_status, **kind.required}
    required = {
        status: tuple(dict.fromkeys((*by_status.get(status, ()), *kind.required.get(status, ()))))
        for status in both
    }
    return msgspec.structs.replace(kind, required=required)


def missing(kind: LeadType, facts: Mapping[str, Value], status: str = ENTRY) -> tuple[str, ...]:
    """Those of them that nobody knows."""
    return tuple([name for name in required_by(kind, status) if is_missing(facts.get(name))])


def lacking(
    types: Mapping[str, LeadType],
    facts: Mapping[str, Value],
    status: str = ENTRY,
    given: Mapping[str, object] | None = None,
) -> tuple[Problem, ...]:
    """What the lead's type requires by a status and it has not said, a problem for each field. `given` are the raw fields,
    where they are known: whether it was left out, null, empty, blank or no value at all is told apart by them."""
    fields = missing(type_of(types, facts), facts, status) if types else ()
    return tuple([_lacks(name, given) for name in fields])


def task(fields: Iterable[str]) -> str:
    """The text of the task to find them out."""
    return f"Find out: {', '.join(fields)}"


def _lacks(name: str, given: Mapping[str, object] | None) -> Problem:
    if given is None or name not in given:
        return msgspec.structs.replace(problem(name, _NOT_GIVEN, None), got="")
    value = given[name]
    match value:
        case None:
            return problem(name, _NULL, value)
        case "":
            return problem(name, _EMPTY, value)
        case str() if not value.strip():
            return problem(name, _BLANK, value)
        case _:
            return problem(name, _UNREAD, value)
