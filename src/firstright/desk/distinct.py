"""Saying that two leads which look alike are two: they are proposed to nobody again. A lead that only waited for somebody to say
so is decided by the rules.
"""

from collections.abc import Iterable

import msgspec

from firstright.core.authority import Actor, Right, claimable
from firstright.core.identifiers import is_id
from firstright.core.lead import Holder, HolderKind, Lead, Outcome
from firstright.core.matching import CLOSED, PERSONAL
from firstright.core.matchkeys import match_keys
from firstright.desk.acting import Acted, standing
from firstright.desk.assigning import Reroute, wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.doubts import in_doubt_of
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, duplicates, merges
from firstright.storage.rows import LeadRow


class Distinct:
    """Somebody says that two leads are two: they are not proposed again."""

    lane = "person"

    def __init__(self, pair: str, actor: Actor, reason: str) -> None:
        self.pair = pair
        self.actor = actor
        self.reason = reason.strip()

    def needs(self, batch: Batch) -> None:
        """Which leads it is about is known only under the turn."""

    def perform(self, batch: Batch) -> duplicates.Pair | FirstrightError:
        pair = duplicates.one(batch.tx, self.pair) if is_id(self.pair) else None
        sides = [row for name in (pair.a, pair.b) if (row := standing(batch, name))] if pair else []
        if pair is None or len(sides) < 2:
            return NotFound(f"pair {self.pair[:80]}")
        if refused := not_theirs(self.actor, batch, sides):
            return refused
        if reasons := wrong_reason(self.reason):
            return Refused(reasons)
        if pair.state == "merged":
            return Refused(["pair: they were merged; undo that to say that they are two"])
        if pair.state == "open":
            mark_distinct(batch, self.actor, pair.a, pair.b, self.reason)
        found = duplicates.one(batch.tx, self.pair)
        assert found is not None
        return found

    def rescue(self, batch: Batch, failure: Exception) -> duplicates.Pair | FirstrightError:
        raise failure


class Apart(msgspec.Struct, frozen=True):
    """`decided` are leads that waited for it in review, and where the rules sent them."""

    one: str
    other: str
    decided: tuple[tuple[str, Acted], ...] = ()


class TellApart:
    """The same of any two leads, proposed or not. One of them that is in review because it may be somebody known, and now is
    like nobody else in doubt, is decided by the rules, which find it there no more.
    """

    lane = "person"

    def __init__(self, one: str, other: str, actor: Actor, reason: str) -> None:
        self.one = one
        self.other = other
        self.actor = actor
        self.reason = reason.strip()

    def needs(self, batch: Batch) -> None:
        for name in (self.one, self.other):
            if is_id(name):
                batch.want_lead(name)

    def perform(self, batch: Batch) -> Apart | FirstrightError:
        names = [name for name in (self.one, self.other) if is_id(name)]
        sides = [row for name in names if (row := standing(batch, name))]
        if len(sides) < 2:
            return NotFound("lead")
        if refused := not_theirs(self.actor, batch, sides):
            return refused
        reasons = wrong_reason(self.reason)
        if sides[0].id == sides[1].id:
            reasons.append("lead: they are one by now; take them apart to say that they are two")
        if reasons:
            return Refused(reasons)
        mark_distinct(batch, self.actor, sides[0].id, sides[1].id, self.reason)
        decided = []
        for row in sides:
            if _waits_for_it(batch, row):
                acted = Resolved(row.id, self.actor, self.reason).perform(batch)
                if isinstance(acted, FirstrightError):
                    return acted
                decided.append((row.id, acted))
        return Apart(sides[0].id, sides[1].id, tuple(decided))

    def rescue(self, batch: Batch, failure: Exception) -> Apart | FirstrightError:
        raise failure


class Resolved(Reroute):
    """Who answered the question may have the rules go on, whoever assigns leads."""

    resolution = "distinct"

    def not_theirs(self, batch: Batch, lead: Lead) -> list[str]:
        return []


def _waits_for_it(batch: Batch, row: LeadRow) -> bool:
    """Whether it is in review only because it may be somebody known, and nobody else is in doubt."""
    if _holder(row) != Holder(HolderKind.REVIEW, "likely-duplicate"):
        return False
    others = duplicates.distinct_from(batch.tx, row.id)
    return all(c.kind != "lead" or c.id in others for c in in_doubt_of(batch.tx, row.id))


def mark_distinct(batch: Batch, actor: Actor, one: str, other: str, reason: str) -> None:
    """They are two, says somebody who may: it stands in the history of both."""
    now = batch.turn.now
    duplicates.mark_distinct(batch.tx, one, other, now, actor.user, reason)
    _part_keys(batch, one, other)
    for name, not_this in ((one, other), (other, one)):
        about = {"not": not_this}
        audit.append(batch.tx, batch.new_id(), now, batch.turn.n, actor.user, "distinct", "lead", name, about)


def _part_keys(batch: Batch, one: str, other: str) -> None:
    """A personal key names one of two that are being worked: the one that somebody has, else the earlier one."""
    sides = [lead for name in (one, other) if (lead := batch.lead(name)) and lead.outcome not in CLOSED]
    if len(sides) < 2:
        return
    _, loses = sorted(sides, key=lambda lead: (lead.outcome is Outcome.PENDING, lead.id))
    keys = {key for lead in sides for key in match_keys(lead.facts, lead.source)}
    both = [key for key in merges.shared(batch.tx, keys, one, other) if key[0] in PERSONAL]
    merges.forget_keys(batch.tx, loses.id, both)
    batch.forget(both)


def not_theirs(actor: Actor, batch: Batch, sides: Iterable[LeadRow]) -> FirstrightError | None:
    """Whether two leads are two is said by who may merge them."""
    queues = claimable(actor.rep, batch.policy.policy, batch.roster)
    found = list(sides)
    if not all(actor.sees(_holder(row), queues) for row in found):
        return NotFound("lead")
    if actor.may(Right.REVIEW) or actor.may_merge(*map(_holder, found)):
        return None
    return Refused([f"pair: {actor.name} may not say whether leads of others are one"])


def _holder(row: LeadRow) -> Holder:
    return Holder(HolderKind(row.holder_kind), row.holder_id)
