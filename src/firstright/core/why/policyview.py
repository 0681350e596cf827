"""A policy as people read it: every rule an if and a then, what a service promises, who is in which pool. Structs, no HTML.

It judges nothing (`lint` does) and asks nobody; live counts are handed in.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.assignment.rota import on_call
from firstright.core.policy import Holdover, Policy, Rule, Target
from firstright.core.roster import Roster
from firstright.core.rules.phrases import describe
from firstright.core.why import policywords as words
from firstright.core.why import poolwords as pools
from firstright.core.why.askwords import asks_say
from firstright.core.why.sentences import STEPS


class Went(msgspec.Struct, frozen=True):
    """`n` decisions with one outcome: by a rule, or without one for a reason such as `step:account-owner`."""

    rule: str
    reason: str
    outcome: str
    n: int


class To(msgspec.Struct, frozen=True):
    """Where leads are sent: kind (policy.TargetKind) and id for a picture's edge, a clause for a sentence."""

    kind: str
    id: str
    name: str
    says: str


class RuleView(msgspec.Struct, frozen=True):
    """`if_` and `then` make one sentence each without their first word. `also` is everything else it says, a line each."""

    id: str
    name: str
    tier: str
    if_: str
    then: To
    also: tuple[str, ...]
    service: str
    exclusive: bool
    in_force: bool
    active_from: datetime | None
    active_until: datetime | None
    n: int  # decisions it took, among those counted
    outcomes: dict[str, int]


class TierView(msgspec.Struct, frozen=True):
    """`gate`: it is tried before owner precedence."""

    id: str
    rules: tuple[RuleView, ...]
    n: int
    gate: bool = False

    @property
    def title(self) -> str:
        return f"Gate {self.id}" if self.gate else f"Tier {self.id}"


class StepView(msgspec.Struct, frozen=True):
    """A step of owner precedence, and what happens when the owner found is away."""

    id: str
    name: str
    says: str
    when_away: str
    n: int


class PoolView(msgspec.Struct, frozen=True):
    id: str
    name: str
    method: str
    calendar: str
    keeps_hours: bool
    members: int  # in it now
    rules: tuple[str, ...]  # that send to it
    says: tuple[str, ...] = ()  # how it picks, and what keeps a member from a lead; a line each


class LimitView(msgspec.Struct, frozen=True):
    id: str
    says: tuple[str, ...]  # a line each


class HoldoverView(msgspec.Struct, frozen=True):
    """A territory whose leads still go where they went before."""

    territory: str
    says: str
    then: To
    in_force: bool


class RotaView(msgspec.Struct, frozen=True):
    """`now`: the name of who is on call; empty while nobody is."""

    id: str
    says: str
    now: str


class QueueView(msgspec.Struct, frozen=True):
    id: str
    name: str
    service: str
    calendar: str
    tells: tuple[str, ...]  # names of reps


class ServiceView(msgspec.Struct, frozen=True):
    id: str
    priority: int
    says: tuple[str, ...]  # its clocks and its ladder, a line each
    rules: tuple[str, ...]


class TerritoryView(msgspec.Struct, frozen=True):
    id: str
    plan: str
    where: str
    then: To
    backup: str
    priority: int
    in_force: bool


class PolicyView(msgspec.Struct, frozen=True):
    """In the order in which a lead meets it: the tiers of the gate, precedence, the other tiers."""

    name: str
    hash: str
    zone: str
    responsible: str
    steps: tuple[StepView, ...]
    tiers: tuple[TierView, ...]
    territories: tuple[TerritoryView, ...]
    pools: tuple[PoolView, ...]
    queues: tuple[QueueView, ...]
    services: tuple[ServiceView, ...]
    fallen: int  # decisions that no rule and no step took
    counted: int  # decisions the counts are of
    limits: tuple[LimitView, ...] = ()
    holdovers: tuple[HoldoverView, ...] = ()
    rotas: tuple[RotaView, ...] = ()
    credit_back: tuple[str, ...] = ()  # a line each, as the two below
    absences: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def view(policy: Policy, roster: Roster, as_of: datetime, went: Iterable[Went] = ()) -> PolicyView:
    """`went` are the decisions to count: without them every count is 0."""
    counts = list(went)
    tiers = tuple(_tier(tier, policy, roster, as_of, counts) for tier in policy.tiers)
    steps = tuple(_step(place, policy, counts) for place in range(len(policy.precedence)))
    counted = sum(each.n for each in counts)
    return PolicyView(
        name=policy.name,
        hash=policy.hash,
        zone=policy.zone,
        responsible=policy.responsible,
        steps=steps,
        tiers=tiers,
        territories=_territories(policy, roster, as_of),
        pools=_pools(policy, roster, as_of),
        queues=tuple(
            QueueView(
                q.id, q.name or q.id, q.service, q.calendar, tuple(words.who(r, roster) for r in q.tell)
            )
            for q in policy.queues.values()
        ),
        services=tuple(
            ServiceView(
                s.id,
                s.priority,
                words.promises(s),
                tuple(r.id for r in policy.rules if (r.service or policy.default_service) == s.id),
            )
            for s in policy.services.values()
        ),
        fallen=counted - sum(t.n for t in tiers) - sum(s.n for s in steps),
        counted=counted,
        limits=tuple(LimitView(x.id, pools.limit_says(x, policy, roster)) for x in policy.limits),
        holdovers=tuple(_holdover(holdover, policy, roster, as_of) for holdover in policy.holdovers),
        rotas=tuple(
            RotaView(rota.id, pools.rota_says(rota, roster), _on_call(rota.id, roster, as_of))
            for rota in roster.document.rotas
        ),
        credit_back=pools.credit_back_says(policy),
        absences=tuple(pools.absence_says(*each) for each in policy.absences.items()),
        edges=pools.hysteresis_says(policy),
        asks=asks_say(policy),
    )


def _tier(tier: str, policy: Policy, roster: Roster, as_of: datetime, went: list[Went]) -> TierView:
    rules = tuple(_rule(rule, policy, roster, as_of, went) for rule in policy.rules if rule.tier == tier)
    return TierView(tier, rules, sum(rule.n for rule in rules), tier in policy.gate)


def _rule(rule: Rule, policy: Policy, roster: Roster, as_of: datetime, went: list[Went]) -> RuleView:
    mine = [each for each in went if each.rule == rule.id]
    outcomes: dict[str, int] = {}
    for each in mine:
        outcomes[each.outcome] = outcomes.get(each.outcome, 0) + each.n
    return RuleView(
        id=rule.id,
        name=rule.name or rule.id,
        tier=rule.tier,
        if_=describe(rule.when),
        then=_to(rule.send_to, policy, roster),
        also=words.also(rule, policy),
        service=rule.service or policy.default_service,
        exclusive=rule.exclusive,
        in_force=_in_force(rule.active_from, rule.active_until, as_of),
        active_from=rule.active_from,
        active_until=rule.active_until,
        n=sum(outcomes.values()),
        outcomes=outcomes,
    )


def _to(target: Target, policy: Policy, roster: Roster) -> To:
    name = words.name_of(target, policy, roster)
    return To(target.kind, target.id, name, words.then(target, name, pulled=words.is_pulled(target, policy)))


def _step(place: int, policy: Policy, went: list[Went]) -> StepView:
    step = policy.precedence[place]
    reason = f"step:{step.step}"
    return StepView(
        step.step,
        STEPS[step.step][0],
        words.step(step),
        words.away(step),
        sum(each.n for each in went if not each.rule and each.reason == reason),
    )


def _territories(policy: Policy, roster: Roster, as_of: datetime) -> tuple[TerritoryView, ...]:
    return tuple(
        TerritoryView(
            t.id,
            t.plan,
            words.where(t),
            _to(t.send_to, policy, roster),
            words.pool_name(t.backup, policy) if t.backup else "",
            t.priority,
            _in_force(t.active_from, t.active_until, as_of),
        )
        for t in policy.territories
    )


def _holdover(holdover: Holdover, policy: Policy, roster: Roster, as_of: datetime) -> HoldoverView:
    to = _to(holdover.send_to, policy, roster)
    return HoldoverView(
        holdover.territory,
        pools.holdover_says(holdover, to.name, policy.zone),
        to,
        _in_force(holdover.active_from, holdover.until, as_of),
    )


def _on_call(rota: str, roster: Roster, as_of: datetime) -> str:
    rep = on_call(roster, rota, as_of)
    return words.who(rep, roster) if rep else ""


def _pools(policy: Policy, roster: Roster, as_of: datetime) -> tuple[PoolView, ...]:
    return tuple(
        PoolView(
            pool.id,
            pool.name or pool.id,
            pool.method,
            pool.calendar,
            pool.hours,
            len([m for m in roster.members(pool.id).places if _in_force(m.joined, m.left, as_of)]),
            tuple(rule.id for rule in policy.rules if _sends_to(rule, pool.id)),
            pools.pool_says(pool, policy),
        )
        for pool in policy.pools.values()
    )


def _sends_to(rule: Rule, pool: str) -> bool:
    return (rule.send_to.id == pool and rule.send_to.kind == "pool") or rule.when_full.overflow == pool


def _in_force(since: datetime | None, until: datetime | None, as_of: datetime) -> bool:
    return (since is None or since <= as_of) and (until is None or as_of < until)
