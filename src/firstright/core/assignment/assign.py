"""Asks one pool and picks who takes the lead. It moves no credit itself: it says what moves (`apply` does it)."""

from datetime import datetime

import msgspec

from firstright.core import limits
from firstright.core.assignment import credit
from firstright.core.assignment.eligibility import TRIED_COUNTS, Answer, ask, person_codes
from firstright.core.assignment.methods import BY_CREDIT, Asking, lane_of
from firstright.core.assignment.requirements import Ruled, named
from firstright.core.assignment.stood import stood_alone
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code, CreditChange, MadeUp, Spread, Turned
from firstright.core.lead import Cause, Lead
from firstright.core.policy import Needs, Rule
from firstright.core.pools import LEAD, AbsencePolicy, Method, Pool
from firstright.core.roster import PoolMembers, Rep
from firstright.core.world import PoolStanding, World


class Picked(msgspec.Struct, frozen=True):
    """A pool's answer. `rep` is empty when nobody can take the lead; `answer` then says why, member by member."""

    asked: Asked
    answer: Answer
    rep: str = ""
    credits: tuple[CreditChange, ...] = ()


def pick(
    pool: Pool,
    lead: Lead,
    cause: Cause,
    needs: Needs,
    rule: Rule | None,
    policy: Compiled,
    world: World,
    *,
    relaxed: int = 0,
    claimer: str = "",
    answer: Answer | None = None,
) -> Picked:
    """Who takes it by the pool's method; `claimer`, where somebody takes it themselves and can. `answer`, where the pool was
    asked another question than who can take it now."""
    lane, by = lane_of(pool, lead)
    members = world.roster.weighed(pool.id, world.as_of, by)
    answer = answer or ask(pool, lead, cause, needs, rule, policy, world)
    ruled, have, size = answer.ruled, answer.stood, len(members.ids)
    free = ((1 << size) - 1) & ~answer.out
    if (
        answer.soft & free and free & ~answer.soft and not claimer
    ):  # who takes one themselves stands back for nobody
        bits = answer.soft & free
        ruled[Code.CAP_REACHED] = ruled.get(Code.CAP_REACHED, 0) | bits
        free &= ~bits
    codes = tuple([(code, f"{bits:x}") for code, bits in ruled.items()])
    reached = tuple([(name, f"{bits:x}", until) for name, bits, until in have.limits]) if have.limits else ()
    if not free or (claimer and not _is_among(claimer, members, free)):
        return Picked(Asked(pool.id, size, codes, "", reached, have.measured, relaxed), answer)
    eligible = credit.bits_of(free)
    cost = rule.cost if rule else LEAD
    changes: tuple[CreditChange, ...]
    standing, changes = settled(world.standing.pool(pool.id, lane), members, ruled, lane, by)
    if standing.owed and len(eligible) > 1:
        standing, paid = _make_up(standing, members, eligible, cost, lane, by, policy, world)
        changes = (*changes, *paid)
    period = _period(pool, policy, world.as_of) if pool.method is Method.EQUAL_COUNT else 0
    if claimer:
        won = members.ids.index(claimer)
    elif pool.method in BY_CREDIT:
        won = credit.winner(standing, members.weights, eligible, cost)
    else:
        won = Asking(
            pool, members, standing, needs, lead, answer, cost=cost, period=period, as_of=world.as_of
        ).won(eligible)
    owing = ""
    if policy.policy.absences and (bits := _owing(standing, members, eligible, ruled, cost, policy, world)):
        owing = f"{bits:x}"
    winner = members.ids[won]
    turned = Turned(pool.id, lane, standing.seq + 1, winner, cost, f"{free:x}", by, period, owing)
    asked = Asked(pool.id, size, codes, winner, reached, have.measured, relaxed)
    return Picked(asked, answer, winner, (*changes, turned))


def by_name(rep_id: str, lead: Lead, cause: Cause, policy: Compiled, world: World) -> Asked:
    """Whether the one rep somebody or something names can take it: there, not full, not over a limit, not tried before."""
    rep = world.roster.reps.get(rep_id)
    if rep is None:
        return Asked(f"@{rep_id}", 1, ((Code.INACTIVE, "1"),))
    codes = dict.fromkeys(person_codes(rep, world.roster, world.as_of, hours=False)[0])
    have = stood_alone(rep, lead, policy, world)
    if have.full:
        codes[Code.LOAD_FULL] = None
    for name, _, _ in have.limits:
        if policy.limits[name].hard:
            codes[Code(policy.limits[name].code)] = None
    for value in named(lead.facts) if rep.conflicts or rep.do_not_assign else ():
        for code, values in ((Code.CONFLICT, rep.conflicts), (Code.DO_NOT_ASSIGN, rep.do_not_assign)):
            if value in [each.casefold() for each in values]:
                codes[code] = None
    if cause in TRIED_COUNTS and rep_id in lead.past:  # else a declined lead returns to who declined it
        codes[Code.TRIED_BEFORE] = None
    reached = tuple([(name, f"{bits:x}", until) for name, bits, until in have.limits])
    return Asked(f"@{rep_id}", 1, tuple([(code, "1") for code in codes]), "" if codes else rep_id, reached)


def _is_among(rep: str, members: PoolMembers, bits: int) -> bool:
    return rep in members.ids and bool(bits >> members.ids.index(rep) & 1)


def _period(pool: Pool, policy: Compiled, as_of: datetime) -> int:
    """When the period it counts by began, seconds since 1970."""
    start, _ = limits.window(pool.period, pool.zone or policy.policy.zone, as_of)
    return int(start.timestamp())


def settled(
    standing: PoolStanding, members: PoolMembers, ruled: Ruled, lane: str, by: str = ""
) -> tuple[PoolStanding, tuple[Spread, ...]]:
    """The standing over today's members, after the credit of those who have left was spread among the rest.

    Whoever has not joined yet gets nothing of it: a joiner starts at zero.
    """
    standing = credit.align(standing, members.ids)
    size = len(members.ids)
    left = ruled.get(Code.LEFT, 0)
    stayers = ((1 << size) - 1) & ~(left | ruled.get(Code.NOT_IN_POOL, 0))
    if not left and len(standing.members) == size:
        return standing, ()
    spreads = []
    for i, amount in enumerate(standing.credit):
        owed = standing.owed[i] if standing.owed else 0  # by an absence: it ends with them, too
        if (amount or owed) and (i >= size or left >> i & 1) and stayers:
            spread = Spread(members.pool, lane, standing.seq + 1, standing.members[i], f"{stayers:x}", by)
            standing = credit.spread(standing, members.weights, i, credit.bits_of(stayers))
            spreads.append(spread)
    return (credit.align(standing, members.ids) if spreads else standing), tuple(spreads)


def _make_up(
    standing: PoolStanding,
    members: PoolMembers,
    eligible: tuple[int, ...],
    cost: int,
    lane: str,
    by: str,
    policy: Compiled,
    world: World,
) -> tuple[PoolStanding, tuple[MadeUp, ...]]:
    """Pays part of what absences have left, to those who are back: a lead's share, times the rate of the absence."""
    total = sum([members.weights[i] for i in eligible])
    made = []
    for i, debt in [(i, standing.owed[i]) for i in eligible if standing.owed[i]]:
        if _is_absent(members.reps[i], world.as_of):
            continue  # takes leads for an hour in the middle of it: not back yet, so nothing is paid and nothing lapses
        kind = _lately(members.reps[i], policy, world.as_of)
        amount = min(debt, cost * members.weights[i] * kind.rate // (total * 100)) if kind else 0
        if kind and not amount:
            continue
        payers = tuple([j for j in eligible if j != i])
        bits = sum([1 << j for j in payers])
        made.append(MadeUp(members.pool, lane, standing.seq + 1, members.ids[i], amount, f"{bits:x}", by))
        standing = credit.made_up(standing, members.weights, i, amount, payers)
    return standing, tuple(made)


def _is_absent(rep: Rep, as_of: datetime) -> bool:
    """Whatever they say about taking leads."""
    return any(absence.starts <= as_of < absence.ends for absence in rep.absences)


def _lately(rep: Rep, policy: Compiled, as_of: datetime) -> AbsencePolicy | None:
    """The policy of the last absence that is still made up for; None when it has lapsed."""
    over = [a for a in rep.absences if a.ends <= as_of and _is_made_up(a.type, policy)]
    if not over:
        return None
    last = max(over, key=lambda absence: absence.ends)
    back = last.ends
    for absence in sorted(rep.absences, key=lambda absence: absence.starts):
        if absence.starts <= back < absence.ends:  # away for something else before they were back
            back = absence.ends
    kind = policy.policy.absences[last.type]
    return kind if as_of < back + kind.expires else None


def _is_made_up(kind: str, policy: Compiled) -> bool:
    known = policy.policy.absences.get(kind)
    return known is not None and known.make_up


def _owing(
    standing: PoolStanding,
    members: PoolMembers,
    eligible: tuple[int, ...],
    ruled: Ruled,
    cost: int,
    policy: Compiled,
    world: World,
) -> int:
    """Members whom nothing but an absence that is made up for keeps from this lead, as far as the limit of their debt."""
    total = sum([members.weights[i] for i in eligible])
    away, bits = ruled.get(Code.ABSENT, 0), 0
    for code, others in ruled.items():
        if code is not Code.ABSENT:
            away &= ~others  # they could not have had it anyway
    for i in credit.bits_of(away):
        types = [a.type for a in members.reps[i].absences if a.starts <= world.as_of < a.ends]
        most = max([policy.policy.absences[t].max_debt for t in types if _is_made_up(t, policy)], default=0)
        debt = standing.owed[i] if standing.owed else 0
        if debt + credit.missed(members.weights, i, total, cost) <= most:
            bits |= 1 << i
    return bits
