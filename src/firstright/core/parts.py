"""The parts of a policy by name, who answers for each, which of them differ between two versions, and who is to hear of it.

It compares what is said, not how it is written: a comment changes no part. It tells nobody.
"""

from collections.abc import Iterable, Mapping

from firstright.core.policy import Policy
from firstright.core.stewards import Answers, Steward, Stewards


def parts_of(policy: Policy) -> dict[str, object]:
    """Every part by name, with what it says: two that are equal say the same."""
    found: dict[str, object] = {f"rule:{rule.id}": rule for rule in policy.rules}
    named: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("queue", policy.queues),
        ("sequence", policy.sequences),
        ("service", policy.services),
        ("provider", policy.providers),
        ("template", policy.templates),
        ("synonyms", policy.synonyms),
    )
    for kind, parts in named:
        found |= {f"{kind}:{name}": part for name, part in parts.items()}
    if policy.score is not None:
        found["score"] = policy.score
    return found


def stewards_of(policy: Policy) -> tuple[Steward, ...]:
    """One for each part, in a fixed order; none where the policy says nothing of it."""
    said = policy.stewards
    if not said.said:
        return ()
    return tuple(_steward(part, said) for part in parts_of(policy))


def changed_parts(before: Policy | None, after: Policy) -> tuple[str, ...]:
    """Parts that came, went, or say something else: those of `after` first, in their order."""
    old = parts_of(before) if before else {}
    new = parts_of(after)
    changed = [name for name, part in new.items() if name not in old or old[name] != part]
    return (*changed, *[name for name in old if name not in new])


def informed(parts: Iterable[str], before: Policy | None, after: Policy) -> dict[str, tuple[str, ...]]:
    """Whom to tell of which of these parts. Of one that is gone, those who were told of it before."""
    whom: dict[str, list[str]] = {}
    there = parts_of(after)
    for part in parts:
        policy = after if part in there or before is None else before
        if policy.stewards.said:
            for one in _steward(part, policy.stewards).inform:
                whom.setdefault(one, []).append(part)
    return {one: tuple(names) for one, names in whom.items()}


def _steward(part: str, said: Stewards) -> Steward:
    kind = part.partition(":")[0]
    general = said.kinds.get(kind, Answers()).over(said.general)
    found = said.parts.get(part, Answers()).over(general)
    return Steward(
        part, found.responsible, found.accountable, found.inform or (), found.every, found.review_by
    )
