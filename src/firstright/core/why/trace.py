"""Explains a decision: everything that was asked and found on the way, as an `Explanation`.

Pure, and made when somebody reads: the record keeps only what cannot be worked out again (which rules spoke, who had
which code, who won). Give it the lead, policy version, roster version, instant and candidates of the decision itself;
with others it explains another decision. `sentences` says it in English.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled, Tier
from firstright.core.decision import (
    AlarmSet,
    ClockStarted,
    Decision,
    ReviewOpened,
    TaskGiven,
    Told,
)
from firstright.core.filling import filled
from firstright.core.handoff import Offered
from firstright.core.knowing import joined
from firstright.core.lead import Cause, Facts, Holder, HolderKind, Lead
from firstright.core.matching import Match, match
from firstright.core.policy import Precedence, Rule, Target, TargetKind
from firstright.core.pools import Method
from firstright.core.precedence import claim, in_force, in_look_back, looked_at
from firstright.core.roster import Roster
from firstright.core.rules.conditions import Truth, describe, evaluate
from firstright.core.rules.conditions import explain as leaves_of
from firstright.core.rules.phrases import label
from firstright.core.why.acts import acted, rungs, settled
from firstright.core.why.creditwords import credited
from firstright.core.why.derived import kind_said
from firstright.core.why.explanation import (
    LOOKED_AT,
    NOBODY_ACTED,
    Explanation,
    KnownSaid,
    LeafSaid,
    Person,
    PoolSaid,
    RuleSaid,
    StepSaid,
    TaskSaid,
    TerritorySaid,
    ToldSaid,
    Verdict,
)
from firstright.core.why.groupwords import group_said
from firstright.core.why.origins import filled_said, odds_said
from firstright.core.why.walked import asked_for, rotas, territories
from firstright.core.why.whynot import away_barriers, members, named_rep, person
from firstright.core.why.worth import worth_said
from firstright.core.world import Candidate, Standing

TRUTHS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "unknown"}
SILENT = ("nothing", "not-in-force")  # steps that named nobody
WALKED = frozenset(
    ("rule", "territory", "type")
)  # words of a walk through the tiers; a ladder's rungs are none


def explain(
    decision: Decision,
    lead: Lead,
    cause: Cause,
    policy: Compiled,
    roster: Roster,
    as_of: datetime,
    candidates: tuple[Candidate, ...] = (),
    standing: Standing | None = None,
) -> Explanation:
    """Why this outcome. `standing` is the one before the turn; without it credits and loads are left out."""
    known = match(candidates)
    lead = _with_earlier_facts(lead, decision, candidates)
    account = known.accounts[0].facts if known.accounts else ()
    facts = policy.with_derived(lead.facts, account, as_of)
    tasks = [e for e in decision.effects if isinstance(e, TaskGiven)]
    told = [e for e in decision.effects if isinstance(e, Told)]
    return Explanation(
        as_of=as_of,
        zone=policy.policy.zone,
        cause=cause,
        verdict=_verdict(decision, policy, roster),
        known=tuple(_known(c, roster) for c in candidates),
        steps=_steps(decision, lead, known, policy, roster, as_of),
        rules=tuple(_rules(decision, policy, roster, facts, as_of)),
        pools=tuple(_pools(decision, lead, policy, roster, as_of, standing)),
        clocks=tuple(e for e in decision.effects if isinstance(e, ClockStarted)),
        tasks=tuple(_task(t, lead.facts, policy, roster) for t in tasks),
        told=tuple(_told(t, roster) for t in told),
        alarms=tuple(e for e in decision.effects if isinstance(e, AlarmSet)),
        next_at=decision.next_at,
        expected_at=decision.expected_at,
        act=acted(lead, roster),
        done=settled(decision, lead, roster),
        rungs=rungs(decision),
        credits=credited(decision, policy.policy, roster),
        kind=kind_said(policy, facts, as_of),
        filled=filled_said(policy.policy, facts),
        odds=odds_said(facts),
        worth=worth_said(policy, facts, as_of, lead.arrived_at),
        group=group_said(lead, candidates, policy.policy.matching.group_within, as_of),
    )


def _with_earlier_facts(lead: Lead, decision: Decision, candidates: tuple[Candidate, ...]) -> Lead:
    """A known person's new enquiry was decided on what they said before and what they say now."""
    for candidate in candidates:
        if decision.lead and candidate.id == decision.lead and candidate.lead:
            return msgspec.structs.replace(lead, facts=joined(candidate.lead.facts, lead.facts))
    return lead


def _verdict(decision: Decision, policy: Compiled, roster: Roster) -> Verdict:
    rule = next((r for r in policy.rules if r.id == decision.rule), None)
    kind, _, step = decision.reason.partition(":")
    holder = decision.holder
    opened = next((e for e in decision.effects if isinstance(e, ReviewOpened)), None)
    between = opened.candidates if opened else ()
    of_people = kind == "step" or decision.reason == NOBODY_ACTED or decision.reason in LOOKED_AT
    return Verdict(
        outcome=decision.outcome,
        reason=decision.reason,
        kind=holder.kind,
        holder=_whose(holder, policy, roster) if holder.kind is not HolderKind.NONE else None,
        rule=decision.rule,
        rule_name=rule.name if rule else "",
        step=step if kind == "step" else "",
        target=_name_of(_target(rule, decision), policy) if rule else "",
        between=tuple(person(b, roster).name for b in between) if of_people else between,
        waiting=decision.waiting,
        joins=decision.lead,
        new_cycle=decision.new_cycle,
        service=decision.service,
        status=decision.status,
        priority=decision.priority,
        kept=decision.kept,
        offered=next((person(e.to.id, roster) for e in decision.effects if isinstance(e, Offered)), None),
    )


def _target(rule: Rule, decision: Decision) -> Target:
    """What took the lead: the rule's target, or what a ladder put in its place."""
    if decision.reason.startswith("ladder:") and decision.holder.kind is HolderKind.QUEUE:
        return Target(TargetKind.QUEUE, decision.holder.id)
    return rule.send_to


def _whose(holder: Holder, policy: Compiled, roster: Roster) -> Person:
    if holder.kind is HolderKind.QUEUE:
        return Person(holder.id, _name_of(Target(TargetKind.QUEUE, holder.id), policy))
    return person(holder.id, roster)


def _name_of(target: Target, policy: Compiled) -> str:
    """What a target is called: a queue or pool by its name, everything else as the rule writes it."""
    known = (
        policy.policy.queues.get(target.id)
        if target.kind is TargetKind.QUEUE
        else policy.policy.pools.get(target.id)
        if target.kind is TargetKind.POOL
        else None
    )
    return (known.name if known else "") or target.id


def _known(candidate: Candidate, roster: Roster) -> KnownSaid:
    return KnownSaid(
        kind=candidate.kind,
        id=candidate.id,
        key=candidate.key,
        label=candidate.label,
        owner=person(candidate.owner, roster) if candidate.owner else None,
        open=candidate.open,
        at=candidate.at,
        score=candidate.score,
        unsure=candidate.unsure,
        reasons=candidate.reasons,
        aside=candidate.aside,
    )


def _steps(
    decision: Decision, lead: Lead, known: Match, policy: Compiled, roster: Roster, as_of: datetime
) -> tuple[StepSaid, ...]:
    """Every step of the policy. What it found is worked out again, what became of it is in the trace."""
    spoken = [c for c in decision.trace.considered if c.what == "step"]
    walked = any(c.what in WALKED for c in decision.trace.considered)
    said = []
    ended = not spoken and not walked
    for step in policy.policy.precedence:
        if ended:
            said.append(StepSaid(step.step, "not-reached"))
            continue
        mine = next((c for c in spoken if c.id == step.step), None)
        silent = "nothing" if in_force(step, as_of) else "not-in-force"
        verdict, then = (mine.verdict, mine.then) if mine else (silent, "")
        said.append(_step(step, verdict, then, lead, known, policy, roster, as_of))
        ended = not walked and mine is not None and mine is spoken[-1] and mine.then != "next"
    return tuple(said)


def _step(
    step: Precedence,
    verdict: str,
    then: str,
    lead: Lead,
    known: Match,
    policy: Compiled,
    roster: Roster,
    as_of: datetime,
) -> StepSaid:
    owners = claim(step, lead, known, policy, as_of).owners if verdict not in SILENT else ()
    found = looked_at(step.step, known)
    return StepSaid(
        step=step.step,
        verdict=verdict,
        then=then,
        owners=tuple(person(owner, roster) for owner in owners),
        barriers=away_barriers(owners[0], roster, as_of) if verdict == "away" and owners else (),
        days=step.within.days if step.within else None,
        found=len(found),
        late=len([c for c in found if not in_look_back(step, c, as_of)]),
    )


def _rules(
    decision: Decision, policy: Compiled, roster: Roster, facts: Facts, as_of: datetime
) -> Iterator[RuleSaid]:
    """All rules in tier order; the walk's own words where it spoke, the conditions asked again everywhere it went.

    Every lead that is routed goes through the gate; to the other tiers only one that precedence has not given to anybody.
    """
    spoken = {c.id: (c.verdict, c.then) for c in decision.trace.considered if c.what == "rule"}
    places, called = territories(decision), rotas(decision, roster)
    at_gate = {rule.id for tier in policy.gate for rule in _of_tier(tier, policy)}
    came = bool(decision.trace.considered)
    for tier in (*policy.gate, *policy.tiers):
        walking = came and (tier in policy.gate or not at_gate.issuperset(spoken))
        rules = _of_tier(tier, policy)
        stop = _stop(rules, spoken) if walking else -1
        for i, rule in enumerate(rules):
            if i > stop:
                yield RuleSaid(rule.id, rule.name, rule.tier, "not-reached")
            elif _in_force(rule, as_of):
                then = spoken.get(rule.id, ("", ""))[1]
                said = _rule(rule, then, places.get(rule.id, ()), facts, as_of)
                yield msgspec.structs.replace(said, rota=called.get(rule.id))
            else:
                dates = rule.active_from, rule.active_until
                yield RuleSaid(rule.id, rule.name, rule.tier, "not-in-force", since=dates[0], until=dates[1])
        came = came and all(spoken.get(r.id, ("", "next"))[1] == "next" for r in rules)


def _of_tier(tier: Tier, policy: Compiled) -> list[Rule]:
    return [rule for i, rule in enumerate(policy.rules) if tier.mask >> i & 1]


def _stop(rules: list[Rule], spoken: dict[str, tuple[str, str]]) -> int:
    """Position of the last rule of a tier that was looked at: one that ended the walk, or fired in vain."""
    for i in reversed(range(len(rules))):
        verdict, then = spoken.get(rules[i].id, ("", "next"))
        if verdict == "true" or then != "next":
            return i
    return len(rules) - 1


def _in_force(rule: Rule, as_of: datetime) -> bool:
    begun = rule.active_from is None or rule.active_from <= as_of
    return begun and (rule.active_until is None or as_of < rule.active_until)


def _rule(
    rule: Rule, then: str, places: tuple[TerritorySaid, ...], facts: Facts, as_of: datetime
) -> RuleSaid:
    verdict = TRUTHS[evaluate(rule.when, facts, as_of)]
    silent = {"true": "passed-over", "unknown": "next", "false": ""}[verdict]
    leaves = [
        LeafSaid(leaf.field, leaf.phrase, TRUTHS[leaf.truth], leaf.have)
        for leaf in leaves_of(rule.when, facts, as_of)
    ]
    return RuleSaid(
        id=rule.id,
        name=rule.name,
        tier=rule.tier,
        verdict=verdict,
        then=then or silent,
        asks=describe(rule.when),
        leaves=tuple(leaves),
        territories=places,
    )


def _pools(
    decision: Decision,
    lead: Lead,
    policy: Compiled,
    roster: Roster,
    as_of: datetime,
    standing: Standing | None,
) -> Iterator[PoolSaid]:
    for asked, rule in asked_for(decision, policy):
        direct = asked.pool.startswith("@")
        told = (
            (named_rep(asked, lead, policy, roster, as_of, standing),)
            if direct
            else members(asked, rule, lead, policy, roster, as_of, standing)
        )
        pool = policy.policy.pools.get(asked.pool)
        name = told[0].rep.name if direct else (pool.name if pool else "")
        ruled_out = 0
        for bits in asked.bits().values():
            ruled_out |= bits
        yield PoolSaid(
            pool=asked.pool,
            name=name or asked.pool,
            rule=rule.id if rule else "",
            direct=direct,
            size=asked.size,
            eligible=asked.size - ruled_out.bit_count(),
            winner=person(asked.winner, roster) if asked.winner else None,
            members=told,
            method=pool.method if pool else Method.CREDIT,
            relaxed=asked.relaxed,
        )


def _told(told: Told, roster: Roster) -> ToldSaid:
    to = Person(told.to, told.to) if told.lasting else person(told.to, roster)
    return ToldSaid(to, told.template, told.channel, told.event, told.lasting)


def _task(task: TaskGiven, facts: Facts, policy: Compiled, roster: Roster) -> TaskSaid:
    action = policy.policy.actions.get(task.action)
    text = action.task if action else task.action
    said = filled(text, lambda field: _merged(field, facts))
    return TaskSaid(person(task.rep, roster), said, task.channel, task.due)


def _merged(field: str, facts: Facts) -> str:
    """A fact as a task says it; what the lead did not tell is called by its name, so that the rep asks for it."""
    match facts.get(field):
        case None | "" | ():
            return f"({label(field)}?)"
        case tuple() as several:
            return ", ".join(several)
        case value:
            return str(value)
