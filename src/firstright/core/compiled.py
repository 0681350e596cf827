"""A policy version made ready to decide with: rules in tier order behind one index. Built once per version."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from firstright.core import limits
from firstright.core.deriving import Deriving
from firstright.core.hysteresis import edges_of
from firstright.core.lead import Facts, Value
from firstright.core.learned import Model
from firstright.core.lists import NO_LISTS, Accounts
from firstright.core.policy import OnUnknown, Policy, Rule, Step
from firstright.core.pools import Limit, Method
from firstright.core.rules.fields import BUILTIN, FieldType
from firstright.core.rules.index import RuleIndex
from firstright.core.rules.predicates import Truth, evaluate, fields_of
from firstright.core.rules.shipped import YIELDING
from firstright.core.scoring import Scoring
from firstright.core.servicelevels import Service
from firstright.core.synonymaudit import folded
from firstright.core.territory import plans_of

_READ = {"city", "external_id", "last_name", "source"}  # texts that territories and match keys read


class Tier(msgspec.Struct, frozen=True):
    name: str
    mask: int  # the tier's rules, as bits over Compiled.rules


class Compiled:
    """Rules by position: bit i of every mask speaks of `rules[i]`. Nothing here changes after it is built."""

    def __init__(
        self, policy: Policy, version: int = 0, lists: Accounts = NO_LISTS, model: Model | None = None
    ) -> None:
        """`lists` are the domains of every list of the policy, by its name there. KeyError without one of them. `model` is
        the one its score names."""
        self.policy = policy
        self.version = version
        self.zone = ZoneInfo(policy.zone)
        self._order()
        derives = bool(policy.derivations or policy.junk.ids)
        self.deriving = Deriving(policy.derivations, lists, policy.junk) if derives else None
        self.scoring = Scoring(policy.score, model) if policy.score else None
        self.knows = self.deriving is not None or self.scoring is not None
        self._read()
        self._limit()
        self.steps_of_strangers = tuple(
            s
            for s in policy.precedence
            if s.step is Step.MANUAL_LOCK or (s.step is Step.DO_NOT_ASSIGN and policy.do_not_assign)
        )
        self.drafts = any(t.drafts for t in policy.templates.values())
        # Shipped text fields to which the policy gives a list of values: what is not in it waits for a mapping.
        self.synonyms = folded(policy.synonyms)
        self.listed = {
            name: frozenset(value.casefold() for value in field.values)
            for name, field in policy.catalogue.items()
            if field.values and not field.custom and not BUILTIN[name].values
        }
        self.regions = _regions(policy)
        self.plans = plans_of(policy, lists)
        self.edges = edges_of(policy)

    def _order(self) -> None:
        """Rules in the order of their tiers, and what each of them says as bits."""
        policy = self.policy
        self.rules: tuple[Rule, ...] = tuple(
            r for tier in policy.tiers for r in policy.rules if r.tier == tier
        )
        self._of_id = {rule.id: rule for rule in reversed(policy.rules)}
        self.index = RuleIndex([r.when for r in self.rules])
        tiers = tuple(Tier(t, self._mask([r.tier == t for r in self.rules])) for t in policy.tiers)
        self.gate = tuple(t for t in tiers if t.name in policy.gate)
        self.tiers = tuple(t for t in tiers if t.name not in policy.gate)
        self.exclusive = self._mask([r.exclusive for r in self.rules])
        self.speaks_unknown = self._mask([r.on_unknown is not OnUnknown.NEXT for r in self.rules])
        self.dated = tuple((1 << i, r) for i, r in enumerate(self.rules) if r.active_from or r.active_until)

    def _read(self) -> None:
        """Which fields anything asks about: rules, and tables that say what a lead is."""
        policy = self.policy
        asked = (*(r.when for r in self.rules), *(row.when for row in policy.service_for))
        used = {name for when in asked for name in fields_of(when)}
        for table in (self.deriving, self.scoring):
            used |= {name for name in table.reads if name in policy.catalogue} if table else set()
        self.reads = frozenset(used)
        seen = used | {name for p in policy.providers.values() for name in fields_of(p.when)}
        self.firsts = tuple(n for n in seen if n.startswith("first."))
        self.uses_time = any(name.startswith("time.") for name in seen)
        self.instants = tuple(n for n in seen if policy.catalogue[n].type is FieldType.INSTANT)
        # Texts that nothing reads: no decision depends on them, so that a record can do without their ends.
        self.unread = frozenset(
            n for n, f in policy.catalogue.items() if f.type is FieldType.TEXT and n not in used | _READ
        )
        self.custom = any(field.custom for field in policy.catalogue.values())
        self.own = frozenset(
            name for name in YIELDING if name in policy.catalogue and policy.catalogue[name].custom
        )

    def _limit(self) -> None:
        """What each pool's leads count to."""
        policy = self.policy
        self._limits: dict[str, tuple[Limit, ...]] = {
            name: (*limits.of_pool(pool), *[x for x in policy.limits if not x.pools or name in x.pools])
            for name, pool in policy.pools.items()
        }
        # Pools of which nothing but who is full is read of what members have in hand.
        self.plain = frozenset(
            name
            for name, pool in policy.pools.items()
            if not (self._limits[name] or pool.presence or pool.one_at_a_time)
            and pool.method not in (Method.LOAD, Method.SOONEST)
        )
        # Pools that weigh a lead by one of its numbers. Most policies have none, and every new owner asks.
        self.by_field = {name: pool for name, pool in policy.pools.items() if pool.field}
        self.everywhere = tuple([x for x in policy.limits if not x.pools])
        self.limits = {x.id: x for found in (*self._limits.values(), policy.limits) for x in found}

    @staticmethod
    def _mask(flags: list[bool]) -> int:
        return sum(1 << i for i, flag in enumerate(flags) if flag)

    def match(self, facts: Facts, as_of: datetime) -> tuple[int, int]:
        """(rules that are true, rules that are unknown and say what then), as masks, outside their dates left out."""
        true, unknown = self.index.match(facts, as_of)
        for bit, rule in self.dated:
            if (rule.active_from and as_of < rule.active_from) or (
                rule.active_until and rule.active_until <= as_of
            ):
                true &= ~bit
                unknown &= ~bit
        return true, unknown & self.speaks_unknown

    def rule(self, name: str) -> Rule | None:
        """The rule of this name; None for one that is gone, and where none took the lead."""
        return self._of_id.get(name)

    def limits_of(self, pool: str) -> tuple[Limit, ...]:
        """Limits that leads of a pool count to; of leads that came through none, those that count every lead."""
        return self._limits.get(pool, self.everywhere)

    def regions_of(self, facts: Facts) -> tuple[str, ...]:
        return self.regions.get(str(facts.get("country", "")), ())

    def service(self, name: str) -> Service:
        services = self.policy.services
        return services[name or self.policy.default_service]

    def service_for(self, name: str, facts: Facts, as_of: datetime) -> Service:
        """The one named, else that of the first row the lead is meant by, else the policy's default."""
        if not name and self.policy.service_for:
            seen = self.with_derived(facts, (), as_of)
            for row in self.policy.service_for:
                if evaluate(row.when, seen, as_of) is Truth.TRUE:
                    return self.service(row.service)
        return self.service(name)

    def with_derived(
        self, facts: Facts, more: tuple[tuple[str, str], ...], as_of: datetime
    ) -> dict[str, Value]:
        """The facts a rule sees: the lead's own, its regions, the account's, and the local time of the policy."""
        seen = {**facts, **dict(more)}
        for name in self.instants:
            if isinstance(have := seen.get(name), str):
                seen[name] = datetime.fromisoformat(have)
        for name in self.firsts:  # who came once first came as they came
            if name not in seen and (only := seen.get(name.removeprefix("first."))) is not None:
                seen[name] = only
        regions = self.regions_of(facts)
        if regions:
            seen["region"] = regions
        if self.uses_time:
            local = as_of.astimezone(self.zone)
            seen["time.weekday"] = local.isoweekday()
            seen["time.hour"] = local.hour
        return seen


def _regions(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Of a country, the regions it is in."""
    found: dict[str, tuple[str, ...]] = {}
    for region, countries in policy.regions.items():
        for country in countries:
            found[country] = (*found.get(country, ()), region)
    return found
