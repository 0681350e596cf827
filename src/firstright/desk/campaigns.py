"""A campaign or source that no list and no rule knows raises an alarm with its first lead, before others pile up behind it.

It is told once: what is known from then on is the policy's to say. It changes nothing about the lead.
"""

from firstright.core.compiled import Compiled
from firstright.core.lead import Facts, Outcome
from firstright.core.rules.predicates import AllOf, AnyOf, Condition, Not, Op, Test
from firstright.desk.alarming import sound
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import campaigns

KIND = "campaign-unknown"
FIELDS = {"campaign": ("utm_campaign", "campaign"), "source": ("utm_source",)}
FALLBACK = frozenset({Outcome.QUEUED, Outcome.REVIEW, Outcome.WAITING})


def listened(batch: Batch, done: Concluded) -> None:
    """Looks at how a lead came, where the policy has that watched."""
    if done.history:
        return
    facts = done.after.facts
    known = _known(batch.policy)
    for kind, fields in FIELDS.items():
        name = _said(facts, fields)
        if not name or name in known:
            continue
        if campaigns.heard(batch.tx, kind, name, done.as_of, done.after.id):
            _tell(batch, done, kind, name)
        elif _is_stuck(batch.policy, done):
            campaigns.again(batch.tx, KIND, _subject(kind, name), batch.turn.now)


def _tell(batch: Batch, done: Concluded, kind: str, name: str) -> None:
    rule, stuck = done.decision.rule, _is_stuck(batch.policy, done)
    where = f"rule {rule}" if rule else done.decision.reason
    said = f'The {kind} "{name}" has come for the first time, and no rule or list knows it. Its first lead went by {where}'
    said += (
        ", which takes whatever nobody else does: say where such leads belong before there are more."
        if stuck
        else "."
    )
    detail = {"name": name, "kind": kind, "rule": rule, "in_fallback": int(stuck), "lead": done.after.id}
    sound(batch, KIND, _subject(kind, name), said, source=done.after.source, field=kind, detail=detail)


def _subject(kind: str, name: str) -> str:
    return f"{kind} {name}"[:200]


def _is_stuck(policy: Compiled, done: Concluded) -> bool:
    """Whether nobody took the lead but the last tier."""
    last, rule = policy.tiers[-1].name if policy.tiers else "", done.decision.rule
    return done.after.outcome in FALLBACK or any(r.id == rule and r.tier == last for r in policy.rules)


def _said(facts: Facts, fields: tuple[str, ...]) -> str:
    for field in fields:
        value = facts.get(field)
        if isinstance(value, str) and value.strip():
            return " ".join(value.casefold().split())[:100]
    return ""


def _known(policy: Compiled) -> frozenset[str]:
    """Names the policy lists, and those that some rule or row of its tables asks for."""
    asked = [rule.when for rule in policy.rules] + [row.when for row in policy.policy.derivations]
    named = {name.casefold() for when in asked for name in _named(when)}
    return frozenset({*(each.casefold() for each in policy.policy.campaigns), *named})


def _named(condition: Condition) -> set[str]:
    match condition:
        case Test(field, Op.IN) if field in {name for fields in FIELDS.values() for name in fields}:
            return {value for value in condition.values if isinstance(value, str)}
        case AllOf(parts) | AnyOf(parts):
            return set().union(*map(_named, parts))
        case Not(part):
            return _named(part)
        case _:
            return set()
