"""The words of a policy's picture: what a target, a wait, a promise or a step means, as clauses. English only; no lead in sight."""

from datetime import datetime, timedelta

from firstright.core.policy import (
    Away,
    Hierarchy,
    Needs,
    OnUnknown,
    Policy,
    Precedence,
    Rule,
    Step,
    Target,
    TargetKind,
    Territory,
    WhenAway,
)
from firstright.core.pools import LEAD, Method
from firstright.core.roster import Roster
from firstright.core.rules.durations import format_duration
from firstright.core.servicelevels import Basis, Service
from firstright.core.why.moments import listed
from firstright.core.why.poolwords import in_leads
from firstright.core.why.sentences import MISSED

LONGEST = 12  # values of a list that are named; the rest is counted
_THEN = {
    TargetKind.REP: "{name} gets it",
    TargetKind.POOL: "whoever’s turn it is in {name} gets it",
    TargetKind.QUEUE: "it waits in queue {name} until somebody claims it",
    TargetKind.REVIEW: "a person decides ({name})",
    TargetKind.NURTURE: "it goes to nurture{wait}",
    TargetKind.SUPPORT: "it goes to support ({name})",
    TargetKind.PARTNER: "it goes to partner {name}",
    TargetKind.REJECT: "it is rejected ({name})",
    TargetKind.TERRITORY: "whoever has its territory in plan {name} gets it",
    TargetKind.ON_CALL: "whoever is on call in rota {name} gets it",
}
_BASIS = {
    Basis.ALWAYS: "around the clock",
    Basis.POOL: "in the pool’s working hours",
    Basis.OWNER: "in the owner’s working hours",
    Basis.LEAD: "in working hours by the lead’s own clock",
}
_STEP = {
    Step.MANUAL_LOCK: "If somebody chose the owner by hand, they keep it",
    Step.DO_NOT_ASSIGN: "If the address or domain is on the do-not-assign list, the list says who gets it",
    Step.OPEN_OPPORTUNITY: "If the account has an open opportunity, its owner gets it",
    Step.ACCOUNT_OWNER: "If the account has an owner, they get it",
    Step.ACTIVE_HANDOFF: "If a handoff with this person is under way, whoever is in it gets it",
    Step.PREVIOUS_OWNER: "If somebody had this person before, they get it",
    Step.SAME_COMPANY: "If somebody has an open lead of the same company, they get it",
}
_DONE = {
    WhenAway.WAIT: "the lead waits{waits}",
    WhenAway.BACKUP: "their backup gets it",
    WhenAway.MANAGER: "their manager gets it",
    WhenAway.TIERS: "the rules are asked",
}
_ASKS = {
    Hierarchy.PARENT: " or its parent",
    Hierarchy.ULTIMATE: ", its parent or the ultimate parent",
}
_UNKNOWN = {
    OnUnknown.REVIEW: "If it cannot be answered, a person decides.",
    OnUnknown.ENRICH: "If it cannot be answered, the lead waits for enrichment{limit}.",
}


def who(rep: str, roster: Roster) -> str:
    known = roster.reps.get(rep)
    return (known.name if known else "") or rep


def pool_name(pool: str, policy: Policy) -> str:
    known = policy.pools.get(pool)
    return (known.name if known else "") or pool


def is_pulled(target: Target, policy: Policy) -> bool:
    pool = policy.pools.get(target.id) if target.kind is TargetKind.POOL else None
    return pool is not None and pool.method is Method.PULL


def name_of(target: Target, policy: Policy, roster: Roster) -> str:
    match target.kind:
        case TargetKind.REP:
            return who(target.id, roster)
        case TargetKind.POOL:
            return pool_name(target.id, policy)
        case TargetKind.QUEUE:
            known = policy.queues.get(target.id)
            return (known.name if known else "") or target.id
        case _:
            return target.id.replace("-", " ")


def then(target: Target, name: str, *, pulled: bool = False) -> str:
    """`pulled`: leads wait in the pool until a member takes one."""
    if pulled:
        return f"it waits in {name} until somebody there takes it"
    wait = f" for {format_duration(target.wait)}" if target.wait else ""
    return _THEN[target.kind].format(name=name, wait=wait)


def also(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """What a rule says beside its if and then, a sentence each."""
    action = policy.actions.get(rule.first_action)
    lines = [
        *asked_for(rule.needs),
        *_relaxed(rule),
        _costs(rule),
        *_full(rule, policy),
        _UNKNOWN.get(rule.on_unknown, "").format(limit=_for(rule.enrich_for)),
        "It is exclusive: two of that kind at once go to review." if rule.exclusive else "",
        f"First: {action.task} ({action.channel}){_within(action.within)}." if action else "",
        f"{listed(rule.watchers)} watch." if len(rule.watchers) > 1 else "",
        f"{rule.watchers[0]} watches." if len(rule.watchers) == 1 else "",
        _dates(rule.active_from, rule.active_until),
    ]
    return tuple(line for line in lines if line)


def asked_for(needs: Needs) -> list[str]:
    """What a rep must bring, and what they had rather bring, a sentence each."""
    tongue = "the lead’s own language" if needs.language == "lead" else needs.language
    skills = [f"{skill} at {level} or more" for skill, level in needs.skills]
    where = f"a licence for the lead’s {needs.licence}"
    licence = where if needs.licence in ("country", "state") else f"the licence {needs.licence}"
    rather = [f"{skill} ({worth} a level)" for skill, worth in needs.preferred]
    return [
        *([f"Only who speaks {tongue}."] if tongue else []),
        *([f"Only who has {listed(skills)}."] if skills else []),
        *([f"Only who has {licence}."] if needs.licence else []),
        *([f"Only who covers the lead’s territory in plan {needs.territory}."] if needs.territory else []),
        *([f"Rather who has {listed(rather, 'or')}."] if rather else []),
    ]


def _relaxed(rule: Rule) -> list[str]:
    """What is asked once a lead has waited, a sentence for each step."""
    lines = []
    for step in rule.relax:
        asked = "; ".join(line[:1].lower() + line[1:-1] for line in asked_for(step.needs)) or "anybody"
        lines.append(f"After {format_duration(step.after)}: {asked}.")
    return lines


def _costs(rule: Rule) -> str:
    if rule.cost == LEAD:
        return ""
    return f"It counts as {in_leads(rule.cost)} leads in a rotation and in the load of its owner."


def _full(rule: Rule, policy: Policy) -> list[str]:
    if rule.send_to.kind is TargetKind.ON_CALL and rule.when_full.overflow:
        onward = pool_name(rule.when_full.overflow, policy)
        return [f"If nobody is on call, or they cannot take it, {onward} is asked, then the next tier."]
    if rule.send_to.kind not in (TargetKind.POOL, TargetKind.TERRITORY) or is_pulled(rule.send_to, policy):
        return []
    known = policy.services.get(rule.service or policy.default_service)
    wait = rule.when_full.wait
    if wait is None:
        wait = known.routing if known else None
    steps = [f"it waits for at most {format_duration(wait)}"] if wait else []
    if rule.when_full.overflow:
        steps.append(f"{pool_name(rule.when_full.overflow, policy)} is asked")
    return [f"If nobody can take it, {', then '.join([*steps, 'the next tier'])}."]


def _for(limit: timedelta | None) -> str:
    return f" for at most {format_duration(limit)}" if limit else ""


def _within(limit: timedelta | None) -> str:
    return f", within {format_duration(limit)}" if limit else ""


def _dates(since: datetime | None, until: datetime | None) -> str:
    parts = [
        f"from {since:%Y-%m-%d %H:%M} UTC" if since else "",
        f"until {until:%Y-%m-%d %H:%M} UTC" if until else "",
    ]
    told = " ".join(part for part in parts if part)
    return f"In force {told}." if told else ""


def promises(service: Service) -> tuple[str, ...]:
    """What is promised and what happens when it is not kept, a sentence each."""
    basis = _BASIS[service.basis]
    lines = [
        _promise("Somebody has it within {}", service.routing, basis),
        _promise("First touch within {}", service.first_touch, basis),
        f"First touch by the close of the business day, {basis}."
        if service.same_day and service.first_touch is None
        else "",
        _promise("Each owner reaches out within {}", service.untouched, basis),
        _promise("A review is decided within {}", service.review, basis),
        f"Warnings at {listed([str(percent) for percent in service.warnings])} % of the time."
        if service.warnings
        else "",
        f"When it is missed: {', then '.join(MISSED.get(step, step) for step in service.on_missed)}."
        if service.on_missed
        else "",
    ]
    return tuple(line for line in lines if line)


def _promise(form: str, span: timedelta | None, basis: str) -> str:
    return f"{form.format(format_duration(span))}, {basis}." if span else ""


def step(precedence: Precedence) -> str:
    says = _STEP[precedence.step]
    if precedence.step is Step.ACCOUNT_OWNER and precedence.hierarchy is Hierarchy.NONE:
        return "Owners of accounts are not asked."
    if precedence.step is Step.ACCOUNT_OWNER:
        says = says.replace("the account has", f"the account{_ASKS.get(precedence.hierarchy, '')} has")
    back = f" It looks back {format_duration(precedence.within)}." if precedence.within else ""
    dates = _dates(precedence.active_from, precedence.active_until)
    return f"{says}.{back} {dates}".rstrip()


def away(precedence: Precedence) -> str:
    """A sentence about an owner who is away."""
    waits = _for(precedence.wait)
    if not precedence.if_away:
        return f"If they are away, {_DONE[precedence.when_away].format(waits=waits)}."
    parts: list[str] = []
    for each in (*precedence.if_away, Away(precedence.when_away)):
        how_long = (
            f"for at most {format_duration(each.up_to)}, " if each.up_to else "longer, " if parts else ""
        )
        parts.append(f"{how_long}{_DONE[each.do].format(waits=waits)}")
        if each.up_to is None:
            break
    return f"If they are away{' ' if precedence.if_away[0].up_to else ', '}{'; '.join(parts)}."


def where(territory: Territory) -> str:
    """`postcodes 10*, 20000-29999 in DE`; a territory that says nothing holds nowhere."""
    parts = [
        _places("accounts", territory.accounts),
        _places("accounts on list", territory.accounts_from),
        _places("postcodes", territory.postcodes),
        _places("", territory.cities),
        _places("", territory.states),
        _places("", territory.regions),
        _places("", territory.countries),
    ]
    return " in ".join(part for part in parts if part) or "nowhere"


def _places(kind: str, values: tuple[str, ...]) -> str:
    shown = ", ".join(values[:LONGEST])
    more = f" and {len(values) - LONGEST} more" if len(values) > LONGEST else ""
    return f"{kind} {shown}{more}".strip() if values else ""
