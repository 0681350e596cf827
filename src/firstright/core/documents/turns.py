"""What is wrong with how a pool picks: keys its method does not read, weights without effect, numbers that are none.

It knows no limits (`bounds`) and no requirements (`relaxing`).
"""

from collections.abc import Iterator

from firstright.core.documents.case import Case, to_pool
from firstright.core.policy import Rule
from firstright.core.pools import LEAD, Measure, Method, Pool
from firstright.core.rules.fields import Kind, kind
from firstright.core.rules.findings import Finding

READ_BY = {
    "on_skip": Method.SEQUENCE,
    "period": Method.EQUAL_COUNT,
    "load": Method.LOAD,
    "band": Method.BEST_FIT,
    "within": Method.SOONEST,
    "performance": Method.PERFORMANCE,
    "preview": Method.PULL,
}
WEIGHTLESS = {
    Method.SEQUENCE: "goes by the order of its members",
    Method.LEAST_RECENT: "goes by who had a lead least recently",
    Method.SOONEST: "goes by who is there soonest, and by weight between those alone who are there at once",
    Method.PULL: "goes by who takes one",
}


def turns(case: Case) -> Iterator[Finding]:
    for name, pool in case.policy.pools.items():
        if ("pools", name) in case.how.broken:
            continue
        yield from _keys_of_others(case, pool)
        yield from _load_field(case, pool)
        yield from _nothing_preferred(case, pool)
        yield from _never_waits(case, pool)
        if case.roster is not None:
            yield from _weights_unused(case, pool)
    yield from _preferred_unused(case)
    yield from _costs_unused(case)
    yield from _earned_unused(case)


def _keys_of_others(case: Case, pool: Pool) -> Iterator[Finding]:
    plain = Pool(pool.id)
    for key, method in READ_BY.items():
        written = case.how.spans is not None and case.how.spans.place("pools", pool.id, key) is not None
        if pool.method is not method and (written or getattr(pool, key) != getattr(plain, key)):
            text = f'"{key}" is read by the method "{method}" only; this pool goes by "{pool.method}".'
            yield case.of_named("pools", pool.id, "key.no_effect", text, key, "warning")


def _load_field(case: Case, pool: Pool) -> Iterator[Finding]:
    summed = pool.method is Method.LOAD and pool.load is Measure.FIELD
    if summed and not pool.field:
        text = 'load = "field" sums a number of the leads; say which: field = "employees".'
        yield case.of_named("pools", pool.id, "pool.no_field", text, "load")
    field = case.policy.catalogue.lookup(pool.field) if pool.field else None
    if field is not None and kind(field) is not Kind.NUMBER:
        text = f'"{pool.field}" is no number, so it cannot be summed.'
        yield case.of_named("pools", pool.id, "pool.field_type", text, "field")
    elif pool.field and not summed and not any(p.load is Measure.FIELD for p in case.policy.pools.values()):
        text = '"field" has no effect unless a pool is load-balanced with load = "field".'
        yield case.of_named("pools", pool.id, "key.no_effect", text, "field", "warning")


def _nothing_preferred(case: Case, pool: Pool) -> Iterator[Finding]:
    if pool.method is not Method.BEST_FIT:
        return
    rules = [rule for rule in case.policy.rules if _sends_to(rule, pool.id)]
    if rules and not any(rule.needs.preferred or _relaxed_prefers(rule) for rule in rules):
        text = "No rule that sends here prefers a skill, so all fit alike: write needs = { preferred = { ... } }."
        yield case.of_named("pools", pool.id, "pool.nothing_preferred", text, "method", "warning")


def _sends_to(rule: Rule, pool: str) -> bool:
    return to_pool(rule.send_to) == pool or rule.when_full.overflow == pool


def _relaxed_prefers(rule: Rule) -> bool:
    return any(step.needs.preferred for step in rule.relax)


def _never_waits(case: Case, pool: Pool) -> Iterator[Finding]:
    """Nobody is asked in a pull pool, so that it cannot be full."""
    if pool.method is not Method.PULL:
        return
    for i, rule in enumerate(case.policy.rules):
        if to_pool(rule.send_to) == pool.id and (rule.when_full.wait or rule.when_full.overflow):
            text = f'"{pool.id}" is a pull pool: leads wait there until somebody takes them, so it is never full.'
            yield case.of_rule(i, "key.no_effect", text, "when_full", "warning")


def _weights_unused(case: Case, pool: Pool) -> Iterator[Finding]:
    reason = WEIGHTLESS.get(pool.method)
    members = case.members(pool.id)
    if reason is None or not members:
        return
    weights = {place.weight for _, place in members} | {s.weight for _, place in members for s in place.ramp}
    if len(weights) > 1:
        text = f'Its members have different weights, which "{pool.method}" does not share by: it {reason}.'
        yield case.of_named("pools", pool.id, "weight.no_effect", text, "method", "warning")


def _preferred_unused(case: Case) -> Iterator[Finding]:
    for i, rule in enumerate(case.policy.rules):
        pool = case.policy.pools.get(to_pool(rule.send_to))
        onward = case.policy.pools.get(rule.when_full.overflow)
        fits = any(p is not None and p.method is Method.BEST_FIT for p in (pool, onward))
        if rule.needs.preferred and pool is not None and not fits:
            text = f'Preferred skills are read by best-fit; "{pool.id}" goes by "{pool.method}".'
            yield case.of_rule(i, "key.no_effect", text, "needs", "warning", "preferred")


def _costs_unused(case: Case) -> Iterator[Finding]:
    for i, rule in enumerate(case.policy.rules):
        pool = case.policy.pools.get(to_pool(rule.send_to))
        if rule.cost != LEAD and pool is not None and pool.method in (Method.SEQUENCE, Method.LEAST_RECENT):
            by_cost = any(p.load is Measure.COST for p in case.policy.pools.values())
            if not by_cost:
                text = f'"{pool.id}" goes by "{pool.method}", which takes every lead for one.'
                yield case.of_rule(i, "key.no_effect", text, "cost", "warning")


def _earned_unused(case: Case) -> Iterator[Finding]:
    for name in case.roster.performance if case.roster else ():
        pool = case.policy.pools.get(name)
        if pool is not None and pool.method is not Method.PERFORMANCE:
            text = f'"{name}" goes by "{pool.method}", so weights worked out from conversion have no effect.'
            path, where = ("performance", name), f'performance of pool "{name}"'
            yield case.who.finding("performance.no_effect", path, where, text, "warning")
