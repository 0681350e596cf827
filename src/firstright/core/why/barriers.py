"""What each code means for one member and one lead: the datum behind it, worked out again from the roster version and `as_of`.

What cannot be worked out again (loads, limits) comes from the record, or is left out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from firstright.core import limits
from firstright.core.assignment.credit import bits_of
from firstright.core.assignment.requirements import WHERE, licence, named, territory
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code
from firstright.core.hours import NeverOpen
from firstright.core.lead import Lead
from firstright.core.policy import Needs
from firstright.core.pools import Method, Pool
from firstright.core.roster import Membership, Rep, Roster
from firstright.core.why.explanation import Barrier
from firstright.core.world import Standing

NO_PLACE = Membership("")


class Asking:
    """One pool that was asked about one lead, and what it needed of a rep."""

    def __init__(
        self,
        asked: Asked | None,
        needs: Needs,
        lead: Lead,
        policy: Compiled | None,
        roster: Roster,
        as_of: datetime,
        standing: Standing | None,
    ) -> None:
        self.asked = asked
        self.needs = needs
        self.lead = lead
        self.policy = policy
        self.roster = roster
        self.as_of = as_of
        self.standing = standing

    def barriers(self, rep: Rep, place: Membership, position: int, codes: list[Code]) -> tuple[Barrier, ...]:
        member = _Member(self, rep, place, position)
        return tuple([barrier for code in codes for barrier in member.barriers(code)])


class _Member:
    def __init__(self, asking: Asking, rep: Rep, place: Membership, position: int) -> None:
        self.asking = asking
        self.rep = rep
        self.place = place
        self.position = position

    def barriers(self, code: Code) -> list[Barrier]:
        told: dict[Code, Callable[[], list[Barrier]]] = {
            Code.LEFT: lambda: [Barrier(code, self._left())],
            Code.NOT_IN_POOL: lambda: [Barrier(code, self.place.joined)],
            Code.PAUSED: lambda: [Barrier(code, self.rep.paused_until)],
            Code.ABSENT: self._absences,
            Code.HOLIDAY: lambda: [Barrier(code, self._opens())],
            Code.OUT_OF_HOURS: lambda: [Barrier(code, self._opens())],
            Code.LOAD_FULL: self._full,
            Code.CAP_REACHED: lambda: self._limits(code),
            Code.COOLDOWN: lambda: self._limits(code),
            Code.BURST_GUARD: lambda: self._limits(code),
            Code.SKILL_MISSING: self._skills,
            Code.LANGUAGE: lambda: [Barrier(code, need=self._language(), have=", ".join(self.rep.languages))],
            Code.NO_LICENCE: self._licences,
            Code.TERRITORY: self._territories,
            Code.CONFLICT: lambda: self._listed(code, self.rep.conflicts),
            Code.DO_NOT_ASSIGN: lambda: self._listed(code, self.rep.do_not_assign),
        }
        return told.get(code, lambda: [Barrier(code)])()

    def _left(self) -> datetime | None:
        left = [at for at in (self.rep.left, self.place.left) if at and at <= self.asking.as_of]
        return min(left, default=None)

    def _absences(self) -> list[Barrier]:
        away = [a for a in self.rep.absences if a.starts <= self.asking.as_of < a.ends]
        return [Barrier(Code.ABSENT, a.ends, what=a.type) for a in away]

    def _opens(self) -> datetime | None:
        try:
            return self.asking.roster.hours_of(self.rep).next_open(self.asking.as_of)
        except NeverOpen:
            return None

    def _full(self) -> list[Barrier]:
        """How many open leads. Unknown for a stored decision: of its standing only the credit is folded again."""
        standing, pool = self.asking.standing, self._pool()
        load = standing.load(self.rep.id).leads if standing else 0
        if (
            pool
            and pool.method is Method.LOAD
            and (most := self.rep.capacities.get(pool.load)) is not None
            and not self._is_full(load)
        ):
            leads = str(self.rep.capacity or "")  # which of the two it was, a stored decision does not say
            return [Barrier(Code.LOAD_FULL, what=pool.load, need=str(most), have="" if load else leads)]
        have = str(load) if load >= (self.rep.capacity or 1) else ""
        return [Barrier(Code.LOAD_FULL, need=str(self.rep.capacity), have=have)]

    def _is_full(self, load: int) -> bool:
        return self.rep.capacity is not None and load >= self.rep.capacity

    def _limits(self, code: Code) -> list[Barrier]:
        policy, asked = self.asking.policy, self.asking.asked
        if policy is None or asked is None:
            return [Barrier(code)]
        found = []
        for name, members, until in asked.limits:
            limit, bits = policy.limits.get(name), int(members, 16)
            if limit is None or limit.code != code or not bits >> self.position & 1:
                continue
            seconds = until[bits_of(bits).index(self.position)]
            at = None if seconds < 0 else self.asking.as_of + timedelta(seconds=seconds)
            most = str(limits.most(limit, self.rep))
            found.append(Barrier(code, at, what=name, need=most, have=most))
        return found or [Barrier(code)]

    def _skills(self) -> list[Barrier]:
        return [
            Barrier(Code.SKILL_MISSING, what=skill, need=str(level), have=str(self.rep.skills.get(skill, 0)))
            for skill, level in self.asking.needs.skills
            if self.rep.skills.get(skill, 0) < level
        ]

    def _language(self) -> str:
        needs, facts = self.asking.needs, self.asking.lead.facts
        return str(facts.get("language", "")) if needs.language == "lead" else needs.language

    def _licences(self) -> list[Barrier]:
        needs = self.asking.needs
        wanted = licence(needs, self.asking.lead.facts)
        own = next((each for each in self.rep.licences if each.name == wanted), None)
        what = f"the lead's {needs.licence}" if needs.licence in WHERE and not wanted else ""
        return [Barrier(Code.NO_LICENCE, own.until if own else None, what=what, need=wanted)]

    def _territories(self) -> list[Barrier]:
        policy = self.asking.policy
        wanted = (
            territory(self.asking.needs, self.asking.lead.facts, policy, self.asking.as_of) if policy else ""
        )
        return [Barrier(Code.TERRITORY, need=wanted, have=", ".join(self.rep.territories))]

    def _listed(self, code: Code, values: tuple[str, ...]) -> list[Barrier]:
        folded = {value.casefold() for value in values}
        return [Barrier(code, what=value) for value in named(self.asking.lead.facts) if value in folded]

    def _pool(self) -> Pool | None:
        policy, asked = self.asking.policy, self.asking.asked
        return policy.policy.pools.get(asked.pool) if policy and asked else None
