"""The words of pools and of what bounds them: methods, limits, credit given back, absences made up, holdovers, rotas.

Sentences about the policy and the roster as they stand; nothing about a lead, a rep's turn or a moment. English only.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstright.core.policy import Holdover, Policy
from firstright.core.pools import (
    LEAD,
    AbsencePolicy,
    Approval,
    CreditBack,
    Limit,
    Measure,
    Method,
    OnSkip,
    Period,
    Pool,
)
from firstright.core.roster import Roster, Rota
from firstright.core.rules.durations import format_duration
from firstright.core.why.moments import leads, listed

LONGEST = 12  # names of a list that are told; the rest is counted
_PERIOD = {Period.DAY: "a day", Period.WEEK: "a week", Period.MONTH: "a month"}
_THIS = {Period.DAY: "today", Period.WEEK: "this week", Period.MONTH: "this month"}
_MEASURE = {
    Measure.LEADS: "open leads",
    Measure.COST: "open leads, by what they cost",
    Measure.TASKS: "open tasks",
    Measure.QUEUE: "leads not answered yet",
    Measure.FIELD: "open leads, by the sum of {field}",
}
_APPROVAL = {
    Approval.NOBODY: "at once",
    Approval.VERIFIED: "once the lead itself shows it, else when the manager agrees",
    Approval.MANAGER: "when the manager agrees",
}


def method(pool: Pool) -> str:
    """How a pool picks, a sentence."""
    match pool.method:
        case Method.CREDIT:
            return "Whoever is owed most gets it; each earns by weight on every lead they could have had."
        case Method.SEQUENCE:
            kept = "keeps it" if pool.on_skip is OnSkip.KEEP else "loses it"
            return f"Members take turns in the order of the roster; who cannot take theirs {kept}."
        case Method.LEAST_RECENT:
            return "Whoever has gone longest without a lead gets it."
        case Method.EQUAL_COUNT:
            return f"Whoever got fewest leads for their weight {_THIS[pool.period]} gets it."
        case Method.LOAD:
            what = _MEASURE[pool.load].format(field=pool.field)
            return f"Whoever has the least in hand for their capacity gets it, counted in {what}."
        case Method.BEST_FIT:
            near = f"; who is within {pool.band} of the best is as good" if pool.band else ""
            return f"Whoever has most of the skills the rule prefers gets it{near}."
        case Method.SOONEST:
            within = format_duration(pool.within)
            return f"Whoever is there soonest gets it, also who opens within {within}."
        case Method.PERFORMANCE:
            return _performance(pool)
        case Method.PULL:
            sees = "see what waits" if pool.preview else "do not see what waits"
            return f"Members take leads themselves, the most urgent and oldest first, and {sees}."


def _performance(pool: Pool) -> str:
    how = pool.performance
    explored = f"; {how.explore} % of the leads go by plain weight" if how.explore else ""
    return (
        f"Whoever is owed most gets it; weights follow conversion over {format_duration(how.window)}, "
        f"between {how.least} % and {how.most} %, every {format_duration(how.every)}{explored}."
    )


def pool_says(pool: Pool, policy: Policy) -> tuple[str, ...]:
    """The method and all that keeps a member from a lead, a sentence each."""
    lines = [
        method(pool),
        f"Who is picked is asked first, and has {format_duration(pool.offer)} to say yes; after {pool.offers} it goes elsewhere."
        if pool.offer
        else "",
        "Only who is online." if pool.presence else "",
        "Nobody gets another one before they answered the last." if pool.one_at_a_time else "",
        f"After each lead of this pool nobody gets one for {format_duration(pool.cooldown)}."
        if pool.cooldown
        else "",
        f"Nobody gets more than {_several(pool.burst.most)} within {format_duration(pool.burst.within)}."
        if pool.burst
        else "",
        *(_short(limit, policy) for limit in policy.limits if not limit.pools or pool.id in limit.pools),
    ]
    return tuple(line for line in lines if line)


def _several(n: int) -> str:
    return "one lead" if n == 1 else f"{n} leads"


def _short(limit: Limit, policy: Policy) -> str:
    return f"Limit {limit.id}: {_rate(limit, policy)}{_scope(limit, policy, with_pools=False)}."


def limit_says(limit: Limit, policy: Policy, roster: Roster) -> tuple[str, ...]:
    """What a limit holds to, what happens when it is reached, and whose is another; a sentence each."""
    own = [
        (rep.name or rep.id, rep.limits[limit.id]) for rep in roster.document.reps if limit.id in rep.limits
    ]
    told = [f"{name} {most}" for name, most in own[:LONGEST]]
    more = f" and {len(own) - LONGEST} more" if len(own) > LONGEST else ""
    rate = _rate(limit, policy)
    return (
        f"{rate[:1].upper()}{rate[1:]}{_scope(limit, policy, with_pools=True)}.",
        "Who has reached it gets none until it frees."
        if limit.hard
        else "Who has reached it stands back while somebody else is there.",
        *((f"Others for {listed(told)}{more}.",) if own else ()),
    )


def _rate(limit: Limit, policy: Policy) -> str:
    if limit.period:
        zone = (limit.zone or policy.zone).rpartition("/")[2].replace("_", " ")
        return f"at most {_several(limit.most)} {_PERIOD[limit.period]} each, {zone} time"
    return f"at most {_several(limit.most)} each within {format_duration(limit.within or timedelta(0))}"


def _scope(limit: Limit, policy: Policy, *, with_pools: bool) -> str:
    pools = [(policy.pools[p].name if p in policy.pools else "") or p for p in limit.pools]
    parts = [
        f"through {listed(pools)}" if pools and with_pools else "",
        f"from {listed(limit.sources, 'or')}" if limit.sources else "",
        f"with a score from {limit.score[0]} to {limit.score[1]}" if limit.score else "",
    ]
    return "".join(f", {part}" for part in parts if part)


def credit_back_says(policy: Policy) -> tuple[str, ...]:
    """For what credit is given back, how, and how much of it at most; a sentence each, those alike in one."""
    given: dict[CreditBack, list[str]] = {}
    none = []
    for reason, back in policy.credit_back.items():
        name = reason.replace("-", " ")
        if back.credit:
            given.setdefault(back, []).append(name)
        else:
            none.append(name)
    lines = [
        f"For {listed(names, 'or')} the turn is given back {_APPROVAL[back.approval]}, "
        f"within {format_duration(back.window)}."
        for back, names in given.items()
    ]
    if none:
        lines.append(f"For {listed(none, 'or')} it is not.")
    if given:
        lines.append(f"At most {policy.credit_back_most} % of a rep’s leads of a month in a pool.")
    return tuple(lines)


def absence_says(type_: str, absence: AbsencePolicy) -> str:
    if not absence.make_up:
        return f"{_capital(type_)}: nothing is owed for it, and nothing is owed by it."
    debt = f"{in_leads(absence.max_debt)} {'lead' if absence.max_debt == LEAD else 'leads'}"
    return (
        f"{_capital(type_)}: what was missed is made up for, at most {debt}, "
        f"by {absence.rate} % more of each share until {format_duration(absence.expires)} after the return."
    )


def in_leads(amount: int) -> str:
    """`2`, `0.5`."""
    return leads(amount).removeprefix("+")


def _capital(type_: str) -> str:
    text = type_.replace("-", " ")
    return text[:1].upper() + text[1:]


def hysteresis_says(policy: Policy) -> tuple[str, ...]:
    return tuple(
        f"A lead that is being worked stays where it is until {field} is {percent} % past an edge."
        for field, percent in policy.hysteresis.items()
    )


def holdover_says(holdover: Holdover, goes_to: str, zone: str) -> str:
    """`Until 2026-04-01 leads of acme.example in north still go to Ada.`"""
    shown = listed([*holdover.accounts[:LONGEST], *_rest(len(holdover.accounts))])
    whose = f"leads of {shown}" if shown else "its leads"
    since = f"From {_day(holdover.active_from, zone)} until" if holdover.active_from else "Until"
    return f"{since} {_day(holdover.until, zone)} {whose} still go to {goes_to}."


def _rest(n: int) -> list[str]:
    return [f"{n - LONGEST} more"] if n > LONGEST else []


def _day(at: datetime, zone: str) -> str:
    """A day where it begins there, as such dates are written; else the moment."""
    local = at.astimezone(ZoneInfo(zone))
    if local.time() == time():
        return f"{local:%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M} {zone.rpartition('/')[2].replace('_', ' ')} time"


def rota_says(rota: Rota, roster: Roster) -> str:
    """Whose turns they are and for how long; who has it now is another question."""
    names = [(roster.reps[r].name if r in roster.reps else "") or r for r in rota.members]
    turn = "every day" if rota.days == 1 else f"every {rota.days} days"
    place = rota.zone.rpartition("/")[2].replace("_", " ")
    local = f"{rota.starts.astimezone(ZoneInfo(rota.zone)):%H:%M}"
    during = f", while {rota.calendar} is open" if rota.calendar else ""
    return f"{listed(names)} in turn, handed over {turn} at {local} {place} time{during}."
