"""The walk through the rules: tiers in order, in each the one rule that speaks, until something takes the lead.

It never ends in silence: what nobody took lands in review under the reason `no-dead-end`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from firstright.core.asking import held_for_facts, held_for_rule
from firstright.core.assignment.assign import Picked, by_name, pick
from firstright.core.assignment.eligibility import ask, next_available, next_opening
from firstright.core.assignment.line import is_there, stand_in_of
from firstright.core.assignment.rota import on_call
from firstright.core.assignment.stood import weighs
from firstright.core.compiled import Compiled, Tier
from firstright.core.handoff import FIRST, Offered
from firstright.core.holding import hold
from firstright.core.hours import NeverOpen
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Facts, Holder, HolderKind, Lead, Outcome, Waiting
from firstright.core.offers import asked, is_spent
from firstright.core.policy import Needs, OnUnknown, Rule, Target, TargetKind
from firstright.core.pools import Method, Pool
from firstright.core.relaxing import easier_from, needs_of, steps_held
from firstright.core.territory import place
from firstright.core.world import World

NO_WAIT = timedelta(0)
DEFAULT_NURTURE = timedelta(days=30)


class Walk:
    """One lead's way through the tiers. Holds what every step of it needs; `gated` and `land` are its doors."""

    def __init__(
        self, lead: Lead, cause: Cause, facts: Facts, policy: Compiled, world: World, notes: Notes
    ) -> None:
        self.lead = lead
        self.cause = cause
        self.facts = facts
        self.policy = policy
        self.world = world
        self.notes = notes

    def land(self) -> Landing:
        landing = held_for_facts(
            self.lead, self.cause, self.facts, self.policy, self.world, self.notes
        ) or self._tried(self.policy.tiers)
        if landing:
            return landing
        self.notes.say("rule", "", "true", "review")
        return Landing(Outcome.REVIEW, "no-dead-end", Holder(HolderKind.REVIEW, "no-dead-end"))

    def gated(self) -> Landing | None:
        """Where a rule of the gate lands the lead, before anybody's claim to it is looked at; None when it lets it through."""
        return self._tried(self.policy.gate)

    def _tried(self, tiers: tuple[Tier, ...]) -> Landing | None:
        true, unknown = self.policy.match(self.facts, self.world.as_of)
        for tier in tiers:
            exclusive = true & tier.mask & self.policy.exclusive
            if exclusive & (exclusive - 1):
                return self._conflict(exclusive)
            for bit in _in_order(exclusive, (true | unknown) & tier.mask):
                rule = self.policy.rules[bit.bit_length() - 1]
                landing = self._fire(rule) if bit & true else self._unknown(rule)
                if landing:
                    return landing
                if bit & true:
                    break  # a rule that fired in vain sends the lead to the next tier
        return None

    def _conflict(self, exclusive: int) -> Landing:
        names = tuple(self.policy.rules[bit.bit_length() - 1].id for bit in _in_order(0, exclusive))
        for name in names:
            self.notes.say("rule", name, "exclusive-conflict", "review")
        holder = Holder(HolderKind.REVIEW, "exclusive-conflict")
        return Landing(Outcome.REVIEW, "exclusive-conflict", holder, review=names)

    def _unknown(self, rule: Rule) -> Landing | None:
        """A rule that cannot say yes or no, and says what then."""
        if rule.on_unknown is OnUnknown.REVIEW:
            self.notes.say("rule", rule.id, "unknown", "review")
            return Landing(Outcome.REVIEW, f"rule:{rule.id}", Holder(HolderKind.REVIEW, "incomplete"), rule)
        # Not under the rule's own name: a pool that is asked afterwards has a limit of its own.
        waiting = self._waiting(f"enrich:{rule.id}", self.world.as_of + (rule.enrich_for or NO_WAIT))
        if self.world.as_of < waiting.until:
            self.notes.say("rule", rule.id, "unknown", "waited")
            return held_for_rule(rule, waiting, self.lead, self.facts, self.policy, self.world)
        self.notes.say("rule", rule.id, "unknown", "next")
        return None

    def _fire(self, rule: Rule) -> Landing | None:
        landing = self._send(rule, rule.send_to, rule.when_full.overflow)
        if landing is None:
            self.notes.say("rule", rule.id, "true", "next")
            return None
        then = "waited" if landing.outcome is Outcome.WAITING else "took"
        self.notes.say("rule", rule.id, "true", then)
        return landing

    def _send(self, rule: Rule, target: Target, fallback: str) -> Landing | None:
        match target.kind:
            case TargetKind.POOL:
                return self._pool(rule, self.policy.policy.pools[target.id], fallback)
            case TargetKind.REP:
                return self._rep(rule, target.id, fallback)
            case TargetKind.ON_CALL:
                return self._on_call(rule, target.id, fallback)
            case TargetKind.TERRITORY:
                return self._territory(rule, target.id)
            case _:
                return self._elsewhere(rule, target)

    def _elsewhere(self, rule: Rule, target: Target) -> Landing:
        """Targets that are no rep and no pool: they always take it."""
        reason = f"rule:{rule.id}"
        match target.kind:
            case TargetKind.QUEUE:
                return Landing(Outcome.QUEUED, reason, Holder(HolderKind.QUEUE, target.id), rule)
            case TargetKind.PARTNER:
                return Landing(Outcome.PARTNER, reason, Holder(HolderKind.PARTNER, target.id), rule)
            case TargetKind.SUPPORT:
                return Landing(Outcome.SUPPORT, reason, rule=rule)
            case TargetKind.REJECT:
                return Landing(Outcome.REJECTED, reason, rule=rule)
            case TargetKind.NURTURE:
                back = self.world.as_of + (target.wait or DEFAULT_NURTURE)
                return Landing(Outcome.NURTURE, reason, rule=rule, next_at=back, again=Cause.RERUN)
            case _:
                return Landing(Outcome.REVIEW, reason, Holder(HolderKind.REVIEW, target.id), rule)

    def _rep(self, rule: Rule, rep: str, fallback: str) -> Landing | None:
        asked = by_name(rep, self.lead, self.cause, self.policy, self.world)
        self.notes.asked.append(asked)
        if asked.winner:
            return Landing(Outcome.OWNER, f"rule:{rule.id}", Holder(HolderKind.REP, rep), rule)
        return self._overflow(rule, fallback)

    def _on_call(self, rule: Rule, rota: str, fallback: str) -> Landing | None:
        rep = on_call(self.world.roster, rota, self.world.as_of)
        if not rep:
            self.notes.say("rota", rota, "nobody", "next")
            return self._overflow(rule, fallback)
        roster, as_of = self.world.roster, self.world.as_of
        stand_in = "" if is_there(rep, roster, as_of) else stand_in_of(rep, roster, as_of)
        self.notes.say("rota", rota, "stand-in" if stand_in else "true", stand_in or rep)
        return self._rep(rule, stand_in or rep, fallback)

    def _territory(self, rule: Rule, plan: str) -> Landing | None:
        placed = place(
            self.policy.plans.get(plan, ()), self.facts, self.policy.regions_of(self.facts), self.world.as_of
        )
        names = tuple(t.id for t in placed.territories)
        if len(names) > 1:
            for name in names:
                self.notes.say("territory", name, "tie", "review")
            holder = Holder(HolderKind.REVIEW, "territory-conflict")
            return Landing(Outcome.REVIEW, "territory-conflict", holder, rule, review=names)
        if not names:
            self.notes.say("territory", plan, "unknown" if placed.unknown else "false", "next")
            return self._unknown(rule) if placed.unknown and rule.on_unknown is not OnUnknown.NEXT else None
        self.notes.say("territory", names[0], "holdover" if placed.holdover else "true", "took")
        territory = placed.territories[0]
        target = placed.target or territory.send_to
        return self._send(rule, target, territory.backup or rule.when_full.overflow)

    def _pool(self, rule: Rule, pool: Pool, fallback: str) -> Landing | None:
        if pool.method is Method.PULL:
            return Landing(
                Outcome.QUEUED, f"rule:{rule.id}", Holder(HolderKind.QUEUE, pool.id), rule, pool.id
            )
        if is_spent(self.lead, pool):
            return self._overflow(rule, fallback)
        picked = self._ask(rule, pool)
        if picked.rep:
            return self._won(rule, pool, picked)
        return self._wait(rule, pool, picked) or self._overflow(rule, fallback)

    def _overflow(self, rule: Rule, name: str) -> Landing | None:
        pool = self.policy.policy.pools.get(name)
        if pool is None or is_spent(self.lead, pool):
            return None
        if pool.method is Method.PULL:
            return self._pool(rule, pool, "")
        picked = self._ask(rule, pool)
        return self._won(rule, pool, picked) if picked.rep else None

    def _ask(self, rule: Rule, pool: Pool) -> Picked:
        relaxed = steps_held(rule, pool, self.lead, self.world)
        needs = needs_of(rule, relaxed)
        picked = pick(pool, self.lead, self.cause, needs, rule, self.policy, self.world, relaxed=relaxed)
        self.notes.asked.append(picked.asked)
        return picked

    def _won(self, rule: Rule, pool: Pool, picked: Picked) -> Landing:
        holder = Holder(HolderKind.REP, picked.rep)
        if pool.offer:
            return self._offered(rule, pool, picked, holder)
        return Landing(Outcome.OWNER, f"rule:{rule.id}", holder, rule, pool.id, credits=picked.credits)

    def _offered(self, rule: Rule, pool: Pool, picked: Picked, to: Holder) -> Landing:
        """Nobody has it until they say yes; it counts to them, and the turn is theirs, from now on."""
        cost, size = weighs(self.lead, rule, pool)
        tried = asked(self.lead) if self.lead.offer and self.lead.offer.kind == FIRST else ()
        offer = Offered(FIRST, to, pool=pool.id, cost=cost, size=size, tried=tried)
        reason = f"rule:{rule.id}"
        return Landing(Outcome.OFFERED, reason, rule=rule, pool=pool.id, credits=picked.credits, offer=offer)

    def _wait(self, rule: Rule, pool: Pool, picked: Picked) -> Landing | None:
        """A hold in business time, where waiting can help and the limit has not passed; else None.

        It can help when time or what others do makes somebody eligible, and when less will be asked of them later.
        """
        as_of = self.world.as_of
        service = self.policy.service_for(rule.service, self.lead.facts, as_of)
        longest = rule.when_full.wait if rule.when_full.wait is not None else service.routing
        if not longest:
            return None
        reason = f"rule:{rule.id}"
        hours = self.world.roster.hours(pool.calendar)
        try:
            waiting = self._waiting(reason, hours.add(as_of, longest), pool.id)
            easier = easier_from(rule, pool, waiting.since or as_of, picked.asked.relaxed, self.world)
        except NeverOpen:
            return None
        helps, opening, woken = self._chances(rule, pool, picked, easier)
        if helps is None or as_of >= waiting.until or helps > waiting.until:
            return None
        at = min(woken or waiting.until, waiting.until)
        return Landing(
            Outcome.WAITING,
            reason,
            rule=rule,
            pool=pool.id,
            waiting=waiting,
            next_at=at,
            again=Cause.HOURS_OPENED if at == opening else Cause.CAPACITY_FREED,
        )

    def _chances(
        self, rule: Rule, pool: Pool, picked: Picked, easier: list[tuple[datetime, Needs]]
    ) -> tuple[datetime | None, datetime | None, datetime | None]:
        """From when on somebody may be able to take it; when somebody comes next; when it is to be looked at again."""
        as_of, roster = self.world.as_of, self.world.roster
        opening = next_opening(pool, picked.answer, roster, as_of)
        soonest, ahead = [next_available(pool, picked.answer, roster, as_of)], [opening]
        for at, needs in easier:
            answer = ask(pool, self.lead, self.cause, needs, rule, self.policy, self.world)
            found = next_available(pool, answer, roster, as_of, since=at)
            soonest.append(found)
            ahead.append(at if found else None)
        return _first(soonest), opening, _first(ahead)

    def _waiting(self, reason: str, until: datetime, pool: str = "") -> Waiting:
        return hold(self.lead, self.cause, reason, until, pool=pool, since=self.world.as_of)


def _first(instants: list[datetime | None]) -> datetime | None:
    return min([at for at in instants if at is not None], default=None)


def _in_order(first: int, rest: int) -> Iterator[int]:
    """Single bits: `first` (one bit or none), then those of `rest` from the lowest up."""
    if first:
        yield first
        rest &= ~first
    while rest:
        low = rest & -rest
        yield low
        rest ^= low
