"""How alike two leads are: as the proposal says, else reckoned from what they say now. It decides nothing."""

from firstright.core.lead import Lead
from firstright.core.likeness.people import person_likeness
from firstright.storage.duplicates import Pair


def likeness_of(pair: Pair | None, one: Lead, other: Lead) -> tuple[int, tuple[str, ...]]:
    """Per mille, and what speaks for and against it: "phone:same:80"."""
    if pair is not None and pair.reasons:
        return pair.score, pair.reasons
    like = person_likeness(one.facts, other.facts)
    score = pair.score if pair is not None else like.score
    return score, tuple(f"{r.field}:{r.verdict}:{r.weight}" for r in like.reasons)
