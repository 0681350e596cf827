"""Why not me: every member of a pool that was asked, with every code that ruled them out and its datum.

The record keeps only who had which code; what the codes mean is worked out again from the roster version and `as_of`.
"""

from datetime import datetime

from firstright.core.assignment.credit import align
from firstright.core.assignment.eligibility import AWAY, person_codes
from firstright.core.assignment.methods import fit, lane_of
from firstright.core.assignment.stood import PRESENCES
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code
from firstright.core.lead import Lead
from firstright.core.policy import NO_NEEDS, Needs, Rule
from firstright.core.pools import LEAD, Measure, Method, Pool
from firstright.core.roster import PoolMembers, Rep, Roster
from firstright.core.why.barriers import NO_PLACE, Asking
from firstright.core.why.explanation import Barrier, Member, Person
from firstright.core.world import Standing

MEASURES = {
    Measure.LEADS: "{} open leads",
    Measure.COST: "open leads worth {}",
    Measure.TASKS: "{} open tasks",
    Measure.QUEUE: "{} leads neither accepted nor touched",
    Measure.FIELD: "{} in hand",
}


def person(rep_id: str, roster: Roster) -> Person:
    """A rep by name; an address or a rep of another roster version is called as it is written."""
    rep = roster.reps.get(rep_id)
    return Person(rep_id, (rep.name if rep else "") or rep_id)


def needed(asked: Asked, rule: Rule | None) -> Needs:
    """What was asked of a rep: what the rule needs, relaxed as far as it was by then."""
    if rule is None:
        return NO_NEEDS
    return rule.relax[asked.relaxed - 1].needs if 0 < asked.relaxed <= len(rule.relax) else rule.needs


def members(
    asked: Asked,
    rule: Rule | None,
    lead: Lead,
    policy: Compiled,
    roster: Roster,
    as_of: datetime,
    standing: Standing | None,
) -> tuple[Member, ...]:
    """Everybody in the pool, in pool order. Credit is told only where the standing before the turn is given."""
    how = policy.policy.pools.get(asked.pool)
    lane, by = lane_of(how, lead) if how else (lead.lane, "")
    pool = roster.weighed(asked.pool, as_of, by)
    credit = None if standing is None else align(standing.pool(asked.pool, lane), pool.ids).credit
    bits, needs = asked.bits(), needed(asked, rule)
    asking = Asking(asked, needs, lead, policy, roster, as_of, standing)
    found = []
    for i, rep in enumerate(pool.reps):
        codes = [code for code in Code if bits.get(code, 0) >> i & 1]
        found.append(
            Member(
                rep=person(rep.id, roster),
                verdict="won" if rep.id == asked.winner else "ruled-out" if codes else "eligible",
                barriers=asking.barriers(rep, pool.places[i], i, codes),
                weight=pool.weights[i],
                credit=credit[i] if credit is not None else None,
                measured=measured(how, asked, pool, i, needs),
            )
        )
    return tuple(found)


def measured(pool: Pool | None, asked: Asked, members: PoolMembers, i: int, needs: Needs) -> str:
    """What the method compared, for methods that compare something else than whose turn it is."""
    if pool is None:
        return ""
    if pool.method is Method.BEST_FIT:
        return f"fits with {fit(members.reps[i].skills, needs)}"
    if i >= len(asked.measured):
        return ""
    number = asked.measured[i]
    if pool.method is Method.SOONEST:
        return str(PRESENCES[number])
    return MEASURES[pool.load].format(f"{number / LEAD:g}" if pool.load is Measure.COST else number)


def named_rep(
    asked: Asked, lead: Lead, policy: Compiled, roster: Roster, as_of: datetime, standing: Standing | None
) -> Member:
    """The one rep a rule sends to. Who was chosen by hand gets it whatever stands against it."""
    rep_id = asked.pool.removeprefix("@")
    codes = [code for code in Code if code in asked.bits()]
    rep, verdict = roster.reps.get(rep_id), "won" if asked.winner else "ruled-out"
    if rep is None:
        barriers = () if asked.winner else (Barrier(Code.INACTIVE, what="unknown to the roster"),)
        return Member(person(rep_id, roster), verdict, barriers)
    asking = Asking(asked, NO_NEEDS, lead, policy, roster, as_of, standing)
    return Member(person(rep_id, roster), verdict, asking.barriers(rep, NO_PLACE, 0, codes))


def away_barriers(rep_id: str, roster: Roster, as_of: datetime) -> tuple[Barrier, ...]:
    """Why a rep cannot be an owner at all; a rep the roster does not know counts as inactive."""
    rep = roster.reps.get(rep_id)
    if rep is None:
        return (Barrier(Code.INACTIVE, what="unknown to the roster"),)
    found = [code for code in person_codes(rep, roster, as_of, hours=False)[0] if code in AWAY]
    return barriers_of(rep, list(dict.fromkeys(found)), roster, as_of)


def barriers_of(rep: Rep, codes: list[Code], roster: Roster, as_of: datetime) -> tuple[Barrier, ...]:
    """What codes of a rep's own mean, outside any pool and whatever the lead."""
    nobody = Lead({}, "", as_of)
    return Asking(None, NO_NEEDS, nobody, None, roster, as_of, None).barriers(rep, NO_PLACE, 0, codes)
