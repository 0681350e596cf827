"""Ways a lead could get stuck: no catch-all, pools without anybody, overflow in circles.

Absences and hours are not looked at: they pass. Who has left is known only where the case has an `as_of`.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from firstright.core.documents.case import Case, pulled, to_pool
from firstright.core.documents.reach import always
from firstright.core.policy import Rule, TargetKind
from firstright.core.pools import Method
from firstright.core.rules.findings import Finding

CATCHING = frozenset((TargetKind.QUEUE, TargetKind.REVIEW))


def dead_ends(case: Case) -> Iterator[Finding]:
    yield from _catch_all(case)
    yield from _tiers_without_rules(case)
    yield from _gate(case)
    yield from _overflow_to_itself(case)
    yield from _overflow_circles(case)
    yield from _waits_for_nobody(case)
    if case.roster is not None:
        yield from _pools(case)
        yield from _reps_who_left(case)
        yield from _no_capacity(case)


def _catch_all(case: Case) -> Iterator[Finding]:
    if not case.policy.tiers:
        return
    last = case.policy.tiers[-1]
    rules = [(i, rule) for i, rule in enumerate(case.policy.rules) if rule.tier == last]
    if any(_catches(rule) or not case.rule_reads(i) for i, rule in rules):
        return
    text = (
        f'Nothing catches what no rule took: the last tier "{last}" needs a rule with when = {{}} that sends '
        "to a queue or to review and has no dates."
    )
    if rules:
        yield case.of_rule(rules[-1][0], "policy.no_default", text)
    else:
        yield case.of_policy("policy.no_default", text, "tiers")


def _catches(rule: Rule) -> bool:
    dated = rule.active_from or rule.active_until
    return always(rule.when) and rule.send_to.kind in CATCHING and not dated


def _tiers_without_rules(case: Case) -> Iterator[Finding]:
    held = {rule.tier for rule in case.policy.rules}
    for tier in case.policy.tiers:
        if tier not in held:
            text = f'Tier "{tier}" has no rules; remove it from the list, or write the rule that is missing.'
            yield case.of_policy("tier.empty", text, "tiers", "warning")


def _gate(case: Case) -> Iterator[Finding]:
    """Its tiers are tried before precedence, so they are the first ones; the last tier catches all, and is none of them."""
    gate, tiers = case.policy.gate, case.policy.tiers
    for name in gate:
        if name not in tiers:
            yield case.of_policy("gate.unknown_tier", f'The gate names "{name}", which is no tier.', "gate")
    named = [name for name in gate if name in tiers]
    if named and len(gate) == len(tiers):
        yield case.of_policy(
            "gate.everything", "Every tier is in the gate: no owner would ever be asked.", "gate"
        )
    elif list(tiers[: len(named)]) != named:
        text = f"The gate is tried first: its tiers are the first of the list, in the same order: {', '.join(named)}."
        yield case.of_policy("gate.not_first", text, "gate")


def _overflow_to_itself(case: Case) -> Iterator[Finding]:
    for i, rule in enumerate(case.policy.rules):
        if rule.when_full.overflow and to_pool(rule.send_to) == rule.when_full.overflow:
            text = f'"{rule.when_full.overflow}" overflows to itself: when it is full, so is its overflow.'
            yield case.of_rule(i, "overflow.self", text, "when_full")
    for i, territory in enumerate(case.policy.territories):
        if territory.backup and to_pool(territory.send_to) == territory.backup:
            text = f'"{territory.backup}" is its own backup: when it is full, so is its backup.'
            yield case.of_territory(i, "overflow.self", text, "backup")


def _waits_for_nobody(case: Case) -> Iterator[Finding]:
    for i, rule in enumerate(case.policy.rules):
        if rule.send_to.kind in (TargetKind.REP, TargetKind.ON_CALL) and rule.when_full.wait:
            who = f'"{rule.send_to.id}"' if rule.send_to.kind is TargetKind.REP else "whoever is on call"
            text = (
                f"Nothing waits for a rep: when {who} is away, the lead goes on at once. "
                "Remove the wait, or send to a pool."
            )
            yield case.of_rule(i, "wait.ignored", text, "when_full", "warning")


def _overflow_circles(case: Case) -> Iterator[Finding]:
    """Pools that overflow into each other: when one is full, chances are that so is the other."""
    steps: dict[str, dict[str, Finding]] = {}
    for i, rule in enumerate(case.policy.rules):
        pool, onward = to_pool(rule.send_to), rule.when_full.overflow
        if pool and onward and pool != onward and not pulled(rule.send_to, case.policy):
            steps.setdefault(pool, {}).setdefault(
                onward, case.of_rule(i, "overflow.cycle", "", "when_full", "warning")
            )
    for i, territory in enumerate(case.policy.territories):
        pool, onward = to_pool(territory.send_to), territory.backup
        if pool and onward and pool != onward and not pulled(territory.send_to, case.policy):
            found = case.of_territory(i, "overflow.cycle", "", "backup", "warning")
            steps.setdefault(pool, {}).setdefault(onward, found)
    reported: set[frozenset[str]] = set()
    for start in steps:
        circle = _circle(start, steps)
        if circle and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            way = " -> ".join((*circle, circle[0]))
            blank = steps[circle[-1]][circle[0]]
            text = f"Overflow runs in a circle, {way}: when all are full nobody takes it, and it goes to the next tier."
            yield replace(blank, text=text)


def _circle(start: str, steps: dict[str, dict[str, Finding]]) -> tuple[str, ...]:
    """The shortest way from a pool back to itself; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        for onward in steps.get(way[-1], {}):
            if onward == start:
                return way
            if onward not in seen:
                seen.add(onward)
                ways.append((*way, onward))
    return ()


def _used_pools(case: Case) -> set[str]:
    rules, territories = case.policy.rules, case.policy.territories
    targets = [rule.send_to for rule in rules] + [territory.send_to for territory in territories]
    targets += [holdover.send_to for holdover in case.policy.holdovers]
    direct = {to_pool(target) for target in targets}
    direct |= {kind.to for kind in case.policy.handoffs.values() if kind.receiver == "pool"}
    return (
        direct | {rule.when_full.overflow for rule in rules} | {territory.backup for territory in territories}
    )


def _pools(case: Case) -> Iterator[Finding]:
    used = _used_pools(case)
    for name, pool in case.policy.pools.items():
        members = case.members(name)
        if not members and name in used:
            then = "they would wait for ever" if pool.method is Method.PULL else "nobody could take them"
            text = (
                f'Pool "{name}" has no members, and rules send leads to it: {then}. '
                "Add it to a rep's pools in the roster."
            )
            yield case.of_named("pools", name, "pool.empty", text)
        elif not members or name not in used:
            reason = (
                "no rule, territory or overflow sends leads to it" if members else "it has no members either"
            )
            text = f'Pool "{name}" is not used: {reason}.'
            yield case.of_named("pools", name, "pool.unused", text, "", "warning")
        elif not any(case.takes(rep, place) for rep, place in members):
            names = ", ".join(rep.id for rep, _ in members)
            text = f'Nobody in pool "{name}" can take a lead: {names} are inactive, gone or have a capacity of 0.'
            if pool.method is Method.PULL:
                text = f"{text} Leads would wait there until somebody can."
            yield case.of_named("pools", name, "pool.nobody", text, "", "warning")


def _reps_who_left(case: Case) -> Iterator[Finding]:
    reps = {rep.id: rep for rep in case.roster.reps} if case.roster else {}
    text = 'Rep "{}" is inactive or has left, so the lead always goes on to overflow or the next tier.'
    for i, rule in enumerate(case.policy.rules):
        name = rule.send_to.id if rule.send_to.kind is TargetKind.REP else ""
        if name in reps and case.gone(reps[name]):
            yield case.of_rule(i, "rep.inactive", text.format(name), "send_to", "warning")
    for i, territory in enumerate(case.policy.territories):
        name = territory.send_to.id if territory.send_to.kind is TargetKind.REP else ""
        if name in reps and case.gone(reps[name]):
            yield case.of_territory(i, "rep.inactive", text.format(name), "send_to", "warning")
    for i, holdover in enumerate(case.policy.holdovers):
        name = holdover.send_to.id if holdover.send_to.kind is TargetKind.REP else ""
        if name in reps and case.gone(reps[name]):
            yield case.of_holdover(i, "rep.inactive", text.format(name), "send_to", "warning")


def _no_capacity(case: Case) -> Iterator[Finding]:
    reps = case.roster.reps if case.roster else ()
    if reps and all(rep.capacity == 0 for rep in reps):
        text = "Every rep has a capacity of 0: leads would all end in queues and in review."
        yield case.of_rep(0, "capacity.none", text, "capacity", "warning")
