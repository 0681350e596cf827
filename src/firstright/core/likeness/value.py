"""What a comparison says: a score, the evidence for and against, and whether anything but the name speaks for it."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

LINK = 900  # per mille; the defaults of core/matchrules.py
REVIEW = 750
# Evidence in tenths of a bit -> score in per mille; in between it is a straight line. The middle two are where records
# are one with good odds in a base of some ten thousand, and where a person had better look.
_SCALE = ((-150, 0), (90, REVIEW), (130, LINK), (260, 970), (700, 1_000))


class Verdict(StrEnum):
    SAME = "same"
    NEAR = "near"  # spelt a little differently
    VAGUE = "vague"  # spelt so differently that it may be another
    NICKNAME = "nickname"
    INITIAL = "initial"  # also an acronym of a company
    PART = "part"  # one says more than the other
    SWAPPED = "swapped"  # given and family name, day and month
    SHARED = "shared"  # what members of a household or colleagues have in common
    DIFFERS = "differs"
    MISSING = "missing"


class Reason(msgspec.Struct, frozen=True):
    """What one field says. `weight` is in tenths of a bit: 10 doubles the odds that the records are one, -10 halves them."""

    field: str
    verdict: Verdict
    weight: int = 0


class Likeness(msgspec.Struct, frozen=True):
    """`score` in per mille. `supported`: something besides the name agrees; without it nothing may be linked by likeness."""

    score: int
    reasons: tuple[Reason, ...]
    supported: bool


def score(evidence: int) -> int:
    """Per mille of that much evidence; it never falls when evidence rises."""
    low, at_low = _SCALE[0]
    if evidence <= low:
        return at_low
    for high, at_high in _SCALE[1:]:
        if evidence <= high:
            return at_low + (evidence - low) * (at_high - at_low) // (high - low)
        low, at_low = high, at_high
    return at_low


def likeness(reasons: Iterable[Reason], *, prior: int, supported: bool, most: int = 1_000) -> Likeness:
    """The sum of the evidence as a score of at most `most`. Fields that say nothing at all are left out."""
    told = tuple(r for r in reasons if r.weight or r.verdict is not Verdict.MISSING)
    return Likeness(min(most, score(prior + sum(reason.weight for reason in told))), told, supported)
