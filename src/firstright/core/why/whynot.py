"""Why not me: every member of a pool that was asked, with every code that ruled them out and its datum.

The record keeps only who had which code; what the codes mean is worked out again from the roster version and `as_of`.
"""

from collections.abc import Callable
from datetime import datetime

from firstright.core.credit import align
from firstright.core.decision import Asked, Code
from firstright.core.eligibility import AWAY, person_codes
from firstright.core.hours import NeverOpen
from firstright.core.lead import Lead
from firstright.core.policy import Needs
from firstright.core.roster import Membership, Rep, Roster
from firstright.core.why.explanation import Barrier, Member, Person
from firstright.core.world import Standing

NO_PLACE = Membership("")


def person(rep_id: str, roster: Roster) -> Person:
    """A rep by name; an address or a rep of another roster version is called as it is written."""
    rep = roster.reps.get(rep_id)
    return Person(rep_id, (rep.name if rep else "") or rep_id)


def members(
    asked: Asked, needs: Needs, lead: Lead, roster: Roster, as_of: datetime, standing: Standing | None
) -> tuple[Member, ...]:
    """Everybody in the pool, in pool order. Credit is told only where the standing before the turn is given."""
    pool = roster.members(asked.pool)
    credit = None if standing is None else align(standing.pool(asked.pool, lead.lane), pool.ids).credit
    bits = asked.bits()
    found = []
    for i, rep in enumerate(pool.reps):
        codes = [code for code in Code if bits.get(code, 0) >> i & 1]
        told = _Told(rep, pool.places[i], needs, lead, roster, as_of, standing)
        found.append(
            Member(
                rep=person(rep.id, roster),
                verdict="won" if rep.id == asked.winner else "ruled-out" if codes else "eligible",
                barriers=tuple(barrier for code in codes for barrier in told.barriers(code)),
                weight=pool.weights[i],
                credit=credit[i] if credit is not None else None,
            )
        )
    return tuple(found)


def named_rep(asked: Asked, lead: Lead, roster: Roster, as_of: datetime, standing: Standing | None) -> Member:
    """The one rep a rule sends to. The record says only that they were away; here is how. Who was chosen by hand gets it
    whatever stands against it."""
    rep_id = asked.pool.removeprefix("@")
    if asked.winner:
        return Member(person(rep_id, roster), "won", _set_aside(asked, lead, roster, as_of, standing))
    tried = (Barrier(Code.TRIED_BEFORE),) if Code.TRIED_BEFORE in asked.bits() else ()
    barriers = (*away_barriers(rep_id, lead, roster, as_of), *tried)
    return Member(person(rep_id, roster), "ruled-out", barriers)


def _set_aside(
    asked: Asked, lead: Lead, roster: Roster, as_of: datetime, standing: Standing | None
) -> tuple[Barrier, ...]:
    rep = roster.reps.get(asked.winner)
    if rep is None:
        return ()
    told = _Told(rep, NO_PLACE, Needs(), lead, roster, as_of, standing)
    return tuple(barrier for code in Code if code in asked.bits() for barrier in told.barriers(code))


def away_barriers(rep_id: str, lead: Lead, roster: Roster, as_of: datetime) -> tuple[Barrier, ...]:
    """Why a rep cannot be an owner at all; a rep the roster does not know counts as inactive."""
    rep = roster.reps.get(rep_id)
    if rep is None:
        return (Barrier(Code.INACTIVE, what="unknown to the roster"),)
    told = _Told(rep, NO_PLACE, Needs(), lead, roster, as_of, None)
    codes, _ = person_codes(rep, roster, as_of, hours=False)
    found = [code for code in codes if code in AWAY]
    return tuple(barrier for code in dict.fromkeys(found) for barrier in told.barriers(code))


class _Told:
    """What each code means for one member and one lead."""

    def __init__(
        self,
        rep: Rep,
        place: Membership,
        needs: Needs,
        lead: Lead,
        roster: Roster,
        as_of: datetime,
        standing: Standing | None,
    ) -> None:
        self.rep = rep
        self.place = place
        self.needs = needs
        self.lead = lead
        self.roster = roster
        self.as_of = as_of
        self.standing = standing

    def barriers(self, code: Code) -> list[Barrier]:
        told: dict[Code, Callable[[], list[Barrier]]] = {
            Code.LEFT: lambda: [Barrier(code, self._left())],
            Code.NOT_IN_POOL: lambda: [Barrier(code, self.place.joined)],
            Code.PAUSED: lambda: [Barrier(code, self.rep.paused_until)],
            Code.ABSENT: self._absences,
            Code.HOLIDAY: lambda: [Barrier(code, self._opens())],
            Code.OUT_OF_HOURS: lambda: [Barrier(code, self._opens())],
            Code.LOAD_FULL: lambda: [Barrier(code, need=str(self.rep.capacity), have=self._load())],
            Code.SKILL_MISSING: self._skills,
            Code.LANGUAGE: lambda: [Barrier(code, need=self._language(), have=", ".join(self.rep.languages))],
        }
        return told.get(code, lambda: [Barrier(code)])()

    def _left(self) -> datetime | None:
        left = [at for at in (self.rep.left, self.place.left) if at and at <= self.as_of]
        return min(left, default=None)

    def _absences(self) -> list[Barrier]:
        away = [a for a in self.rep.absences if a.starts <= self.as_of < a.ends]
        return [Barrier(Code.ABSENT, a.ends, what=a.type) for a in away]

    def _opens(self) -> datetime | None:
        try:
            return self.roster.hours(self.rep.calendar).next_open(self.as_of)
        except NeverOpen:
            return None

    def _load(self) -> str:
        """How many open leads. Unknown for a stored decision: of its standing only the credit is folded again."""
        load = self.standing.load(self.rep.id).leads if self.standing else 0
        return str(load) if load >= (self.rep.capacity or 1) else ""

    def _skills(self) -> list[Barrier]:
        return [
            Barrier(Code.SKILL_MISSING, what=skill, need=str(level), have=str(self.rep.skills.get(skill, 0)))
            for skill, level in self.needs.skills
            if self.rep.skills.get(skill, 0) < level
        ]

    def _language(self) -> str:
        return (
            str(self.lead.facts.get("language", "")) if self.needs.language == "lead" else self.needs.language
        )
