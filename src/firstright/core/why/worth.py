"""What a lead was worth when it was decided about, row by row: worked out again from the facts of the decision, and worded."""

from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.lead import Facts
from firstright.core.learned import Contribution
from firstright.core.rules.phrases import label
from firstright.core.scoring import UNSTAGED, Reason, Score
from firstright.core.why.moments import Moments

WORTH = "What it is worth"
MOST = 5  # fields of the model that are named


class WorthSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """The score with its rows, the weightiest first; contributions are the model's, thousandths of a nat."""

    score: Score
    reasons: tuple[Reason, ...] = ()
    model: str = ""
    contributions: tuple[Contribution, ...] = ()


def worth_said(policy: Compiled, facts: Facts, as_of: datetime, began: datetime) -> WorthSaid | None:
    """None where the policy scores nothing, or the score rules saw was counted at an earlier instant."""
    scoring = policy.scoring
    if scoring is None:
        return None
    score = scoring.of(facts, as_of, began)
    if score.total != facts.get("score"):
        return None
    told = scoring.chance(facts)
    name = scoring.model.name if scoring.model else ""
    return WorthSaid(
        score, scoring.reasons(facts, as_of, began), name, told.contributions[:MOST] if told else ()
    )


def worth_lines(said: WorthSaid | None, tell: Moments) -> list[str]:
    if said is None:
        return []
    score = said.score
    learned = f", {score.learned} by model {said.model}" if said.model else ""
    stage = "" if score.stage in ("", UNSTAGED) else f", which makes it {score.stage.upper()}"
    lines = [f"Score {score.total}: {score.fit} for fit, {score.urgency} for urgency{learned}{stage}."]
    lines += [_line(reason, tell) for reason in said.reasons]
    if said.model:
        lines.append(
            f"Model {said.model}: a chance of {(score.chance or 0) / 10:.1f} %{_because(said.contributions)}."
        )
    return lines


def _line(reason: Reason, tell: Moments) -> str:
    what = f", {reason.what}" if reason.what else ""
    points = f"{reason.now:+d}".replace("-", "−")
    faded = (
        f", of {reason.fresh} since {tell(reason.since)}"
        if reason.since and reason.now != reason.fresh
        else ""
    )
    return f"{points} for {reason.kind}: row “{reason.row}”{what}{faded}."


def _because(contributions: tuple[Contribution, ...]) -> str:
    parts = [
        f"{label(each.field)} {each.bin} ({each.weight / 1000:+.2f})".replace("-", "−")
        for each in contributions
        if each.weight
    ]
    return f"; what weighs most: {', '.join(parts)}" if parts else ""
