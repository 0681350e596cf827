"""Holds what a policy does with past leads beside what happened to them: who got how many, how evenly, how close to
what each had earned. It counts decisions that were made elsewhere and knows no policy."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from firstright.core.decision import Decision, Turned
from firstright.core.lead import HolderKind
from firstright.core.roster import Roster
from firstright.simulate.happened import Happened

WHOLE = 10**9  # one lead, in the ledger's units


class Decided(msgspec.Struct, frozen=True):
    """One decision, as far as the comparison asks: `earned` is what each eligible member earned, in 10⁻⁹ leads."""

    lead: str  # external id
    owner: str
    outcome: str
    rule: str
    pool: str = ""  # whose turn it was
    earned: tuple[tuple[str, int], ...] = ()


def decided(lead: str, decision: Decision, roster: Roster) -> Decided:
    """What the comparison asks of a decision. The roster must be the one it was made with."""
    turn = next((change for change in decision.credits if isinstance(change, Turned)), None)
    owner = decision.holder.id if decision.holder.kind is HolderKind.REP else ""
    found = Decided(lead, owner, decision.outcome.value, decision.rule)
    if turn is None:
        return found
    members = roster.members(turn.pool)
    eligible = int(turn.eligible, 16)
    weights = {
        rep: w
        for i, (rep, w) in enumerate(zip(members.ids, members.weights, strict=True))
        if eligible >> i & 1
    }
    total = sum(weights.values())
    earned = tuple((rep, turn.cost * weight // total) for rep, weight in weights.items())
    return msgspec.structs.replace(found, pool=turn.pool, earned=earned)


class Evenness(msgspec.Struct, frozen=True):
    """How leads lie over people: fewest and most, and Jain's index (1 = all alike, 1/n = one has them all)."""

    people: int
    leads: int
    fewest: int
    most: int
    jain: float

    @property
    def gap(self) -> int:
        return self.most - self.fewest


class Person(msgspec.Struct, frozen=True):
    """One rep in one role. `ours_known` counts only leads of which we know who really had them; `target` is exact,
    in 10⁻⁹ leads: the sum of what the rep earned at each turn they were eligible for."""

    rep: str
    ours: int
    ours_known: int
    theirs: int
    target: int

    @property
    def deviation(self) -> int:
        """Leads got beyond what was earned, in 10⁻⁹ leads; below zero when fewer."""
        return self.ours * WHOLE - self.target


class Beside(msgspec.Struct, frozen=True):
    """One role: by rep, busiest first, and how evenly; `same_*` speak of the leads with a known rep only."""

    role: str
    people: tuple[Person, ...]
    known: int  # leads with a rep in the files
    nobody: int  # leads in the files without one
    ours: Evenness
    same_ours: Evenness
    same_theirs: Evenness
    same_rep: int  # leads where both name the same person
    furthest: int  # largest deviation from target, 10⁻⁹ leads


class Report(msgspec.Struct, frozen=True):
    leads: int
    outcomes: tuple[tuple[str, int], ...]  # of each lead's last decision, most frequent first
    rules: tuple[tuple[str, int], ...]
    unowned: int  # leads whose last decision names no rep
    moved: int  # changes of owner after the first
    moved_then: int  # leads that really passed from one rep to another between two roles
    roles: tuple[Beside, ...]


def report(
    decisions: Iterable[Decided],
    happened: Sequence[Happened],
    members: Mapping[str, Sequence[str]],
) -> Report:
    """Compare. `decisions` come in the order they were made, several of one lead allowed; `members` are reps by pool."""
    last: dict[str, Decided] = {}
    turns: list[Decided] = []
    moved = 0
    for one in decisions:
        before = last.get(one.lead)
        moved += bool(before and before.owner and one.owner and one.owner != before.owner)
        last[one.lead] = one
        if one.pool:
            turns.append(one)
    final = list(last.values())
    return Report(
        leads=len(final),
        outcomes=tuple(Counter(one.outcome for one in final).most_common()),
        rules=tuple(Counter(one.rule or "-" for one in final).most_common()),
        unowned=sum(not one.owner for one in final),
        moved=moved,
        moved_then=_handed(happened),
        roles=tuple(_beside(_about(each, last), turns, members) for each in happened),
    )


def _handed(happened: Sequence[Happened]) -> int:
    return sum(
        later.reps.get(lead, rep) != rep
        for first, later in pairwise(happened)
        for lead, rep in first.reps.items()
    )


def _about(happened: Happened, decided_on: Mapping[str, Decided]) -> Happened:
    """What happened to the leads we decided about: the others of the files would make the two sides unlike."""
    return Happened(
        happened.role,
        {lead: rep for lead, rep in happened.reps.items() if lead in decided_on},
        happened.unassigned & decided_on.keys(),
    )


def _beside(happened: Happened, turns: Sequence[Decided], members: Mapping[str, Sequence[str]]) -> Beside:
    pools = frozenset(happened.role.pools)
    ours = {one.lead: one.owner for one in turns if one.pool in pools}  # the last turn of a lead counts
    target: Counter[str] = Counter()
    for one in turns:
        if one.pool in pools:
            target.update(dict(one.earned))
    everybody = dict.fromkeys(
        [*(rep for pool in pools for rep in members.get(pool, ())), *happened.reps.values()]
    )
    got = Counter(ours.values())
    known = Counter(rep for lead, rep in ours.items() if lead in happened.reps)
    theirs = Counter(happened.reps.values())
    people = [Person(rep, got[rep], known[rep], theirs[rep], target[rep]) for rep in everybody]
    people.sort(key=lambda person: (-person.ours, -person.theirs, person.rep))
    return Beside(
        role=happened.role.name,
        people=tuple(people),
        known=len(happened.reps),
        nobody=len(happened.unassigned),
        ours=evenness([person.ours for person in people]),
        same_ours=evenness([person.ours_known for person in people]),
        same_theirs=evenness([person.theirs for person in people]),
        same_rep=sum(happened.reps.get(lead) == rep for lead, rep in ours.items()),
        furthest=max((abs(person.deviation) for person in people), default=0),
    )


def evenness(counts: Sequence[int]) -> Evenness:
    """Fewest, most and Jain's index of counts; nobody, or nothing to share, counts as even."""
    total, squares = sum(counts), sum(count * count for count in counts)
    jain = total * total / (len(counts) * squares) if squares else 1.0
    return Evenness(len(counts), total, min(counts, default=0), max(counts, default=0), jain)
