"""The walk through the tiers read back from a record: which territories and rotas a rule looked at, which rule asked which pool.

The record names them in their order only; which belongs to which follows from the policy.
"""

from collections.abc import Iterator

from firstright.core.compiled import Compiled
from firstright.core.decision import OTHERWISE, Asked, Decision
from firstright.core.policy import Rule, Target, TargetKind, Territory
from firstright.core.roster import Roster
from firstright.core.why.explanation import RotaSaid, TerritorySaid
from firstright.core.why.whynot import person

CALLED = ("true", "stand-in")


def territories(decision: Decision) -> dict[str, tuple[TerritorySaid, ...]]:
    """What was said of territories, under the rule that asked for them: it speaks right after them."""
    found: dict[str, tuple[TerritorySaid, ...]] = {}
    heard: list[TerritorySaid] = []
    for c in decision.trace.considered:
        if c.what == "territory":
            heard.append(TerritorySaid(c.id, c.verdict))
        elif c.what == "rule" and heard:
            found[c.id] = tuple(heard)
            heard = []
    return found


def rotas(decision: Decision, roster: Roster) -> dict[str, RotaSaid]:
    """Who was on call, by the rule that asked for them: it speaks right after."""
    found: dict[str, RotaSaid] = {}
    heard: RotaSaid | None = None
    for c in decision.trace.considered:
        if c.what == "rota":
            heard = RotaSaid(c.id, person(c.then, roster) if c.verdict in CALLED else None)
        elif c.what == "rule" and heard:
            found[c.id], heard = heard, None
    return found


def asked_for(decision: Decision, policy: Compiled) -> Iterator[tuple[Asked, Rule | None]]:
    """Each pool that was asked, with the rule that asked it: rules fire in the order in which pools were asked. Those without
    a rule were asked by a step of owner precedence, before."""
    asked = [each for each in decision.trace.asked if not each.pool.startswith(OTHERWISE)]
    for name, rule in _expected(decision, policy):
        names = [each.pool for each in asked]
        if name in names:
            for each in asked[: names.index(name)]:
                yield each, None
            yield asked[names.index(name)], rule
            del asked[: names.index(name) + 1]
    for left in asked:
        yield left, None


def _expected(decision: Decision, policy: Compiled) -> Iterator[tuple[str, Rule]]:
    rules = {rule.id: rule for rule in policy.rules}
    territories = {t.id: t for t in policy.policy.territories}
    placed: Territory | None = None
    targets: list[Target] = []
    called = ""  # who has the rota
    for c in decision.trace.considered:
        if c.what == "territory":
            placed = territories.get(c.id) if c.verdict in ("true", "holdover") else None
            targets = _targets_of(placed, c.verdict, policy) if placed else []
        elif c.what == "rota" and c.verdict in CALLED:
            called = c.then
        elif c.what == "rule" and c.verdict == "true" and c.id in rules:
            rule = rules[c.id]
            if called:
                yield f"@{called}", rule
            asked = [t for t in targets or [rule.send_to] if t.kind in (TargetKind.REP, TargetKind.POOL)]
            for target in asked:
                yield (f"@{target.id}" if target.kind is TargetKind.REP else target.id), rule
            if (
                asked or rule.send_to.kind is TargetKind.ON_CALL
            ):  # else it took the lead, or its plan has no place for it
                yield (placed.backup if placed else "") or rule.when_full.overflow, rule
            placed, targets, called = None, [], ""


def _targets_of(placed: Territory, verdict: str, policy: Compiled) -> list[Target]:
    """Where a territory sent the lead: which of its holdovers was in force is not recorded, so all of them may be it."""
    if verdict == "holdover":
        return [held.send_to for held in policy.policy.holdovers if held.territory == placed.id]
    return [placed.send_to]
