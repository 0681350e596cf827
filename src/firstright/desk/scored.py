"""What a lead is worth now, with reasons, by the policy that is current: fading runs on while nothing is decided. Reads nothing
and changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.lead import Fact
from firstright.core.learned import Prediction
from firstright.core.matching import match
from firstright.core.scoring import Reason, Score
from firstright.core.world import Candidate

Account = tuple[tuple[str, str], ...]
NO_ACCOUNT: Account = ()


class Scored(msgspec.Struct, frozen=True):
    """`decided` is the score rules saw last. `next_at` is when fading takes the next point."""

    score: Score
    reasons: tuple[Reason, ...]
    decided: int | None
    as_of: datetime
    next_at: datetime | None = None
    model: str = ""
    prediction: Prediction | None = None


def scored(
    facts: Mapping[str, Fact], account: Account, policy: Compiled, began: datetime, as_of: datetime
) -> Scored | None:
    """None where the policy scores nothing. `began` is when the lead's cycle did."""
    scoring = policy.scoring
    if scoring is None:
        return None
    seen = policy.with_derived(dict(facts), account, as_of)
    had = facts.get("score")
    return Scored(
        score=scoring.of(seen, as_of, began),
        reasons=scoring.reasons(seen, as_of, began),
        decided=had if type(had) is int else None,
        as_of=as_of,
        next_at=scoring.next_change(seen, as_of, began),
        model=scoring.model.name if scoring.model else "",
        prediction=scoring.chance(seen),
    )


def account_of(candidates: Sequence[Candidate]) -> Account:
    """What rules saw of the account, from the candidates of a decision."""
    accounts = match(candidates).accounts
    return accounts[0].facts if accounts else NO_ACCOUNT
