"""Whether anybody was given more than they can take: all that was ever held or offered, in the order in which it was decided, beside
the capacity of the roster it was decided with. What a person gave or took by hand is counted like the rest, and named as that.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from firstright.core.causes.overriding import BY_HAND
from firstright.core.decision import Code
from firstright.core.lead import Cause
from firstright.core.policy import Step
from firstright.core.record import read_record
from firstright.desk.versions import rostered
from firstright.storage import holdings, people, recorded
from firstright.storage.holdings import Holding, Moment
from firstright.storage.transactions import Tx

# Who takes a lead out of a queue, or is chosen by the lead for an hour, is asked for no capacity.
UNASKED = frozenset({Cause.CLAIMED, Cause.BOOKED})
LOCKED = f"step:{Step.MANUAL_LOCK}"  # chosen by hand before


class Over(NamedTuple):
    """One lead more than somebody can take. `by_hand`: a person said so, and the decision says it, too."""

    rep: str
    lead: str
    cause: str
    has: int  # with this one
    capacity: int
    decision: str
    by_hand: bool


def overfull(tx: Tx) -> list[Over]:
    """Every holding and every open offer that took somebody over their capacity, in order. Who had the lead before, or was
    offered it, has room for it; a capacity that was lowered afterwards takes nothing away."""
    found, limits = [], dict[int, dict[str, int]]()
    for each, has in _counted(holdings.everything(tx)):
        if each.roster not in limits:
            limits[each.roster] = _limits(tx, each.roster)
        most = limits[each.roster].get(each.rep)
        if most is not None and has > most:
            said = _by_hand(tx, each)
            found.append(Over(each.rep, each.lead, each.cause, has, most, each.decision, said))
    return found


def _counted(every: Iterable[Holding]) -> Iterable[tuple[Holding, int]]:
    """Each with how many its rep has from then on, where they did not have it before."""
    begin, end = defaultdict[Moment, list[Holding]](list), defaultdict[Moment, list[Holding]](list)
    for each in every:
        begin[each.begins].append(each)
        end[each.ends].append(each)
    has = defaultdict[str, int](int)
    for moment in sorted(begin.keys() | end.keys()):
        had = {(each.rep, each.lead) for each in end[moment]}
        for each in end[moment]:
            has[each.rep] -= 1
        for each in begin[moment]:
            has[each.rep] += 1
        yield from ((each, has[each.rep]) for each in begin[moment] if (each.rep, each.lead) not in had)


def _limits(tx: Tx, version: int) -> dict[str, int]:
    reps = rostered(people.load(tx, version), version).reps.values()
    return {rep.id: rep.capacity for rep in reps if rep.capacity is not None}


def _by_hand(tx: Tx, each: Holding) -> bool:
    if each.cause in UNASKED or each.reason == LOCKED:
        return True
    row = recorded.one(tx, each.decision)
    if each.reason != BY_HAND or row is None or not row.record:
        return each.reason == BY_HAND
    asked = read_record(row.record).decision().trace.asked
    return any(one.pool == f"@{each.rep}" and Code.LOAD_FULL in one.bits() for one in asked)
