"""Scores as pages show them: bars, words and figures made from what was counted. It fetches nothing."""

from datetime import timedelta

import msgspec

from firstright.core.drift import FEW, Drift, Month, Moved
from firstright.core.learned import Model
from firstright.core.rules.phrases import describe, label
from firstright.core.rules.predicates import AllOf
from firstright.core.scoring import Points, Reason, Scorecard
from firstright.desk.scored import Scored
from firstright.desk.watch.drifting import WINDOW
from firstright.desk.watch.scoreboard import Board
from firstright.web.console.saying import length

STAGES = {"lead": "below all stages", "mql": "MQL", "sal": "SAL", "sql": "SQL"}
TONES = {"stable": "good", "moved": "warn", "shifted": "bad"}
MOST_REASONS, MOST_WEIGHTS, MOST_MOVED, MOST_MONTHS = 12, 12, 12, 12
MOST_ROWS = 200
MINUS = "−"


class ReasonSeen(msgspec.Struct, frozen=True):
    """`part` is around zero, −50 to 50, of the weightiest; `fades` says what is left of how much."""

    said: str
    points: str
    part: float
    fades: str


class ScoreSeen(msgspec.Struct, frozen=True):
    total: int
    stage: str
    sums: str
    reasons: list[ReasonSeen]
    more: int
    changed: str  # what rules saw last, where that is no longer so
    model: str
    weights: list[ReasonSeen]


class RowSeen(msgspec.Struct, frozen=True):
    id: str
    points: str
    kind: str
    when: str
    fades: str
    counts: int
    part: float


class BarSeen(msgspec.Struct, frozen=True):
    """`mark` is a second figure on the same scale, where there is one; parts of 100."""

    name: str
    figure: str
    part: float
    note: str = ""
    mark: float | None = None
    tone: str = ""
    state: str = ""


def score_seen(found: Scored | None) -> ScoreSeen | None:
    """Of one lead."""
    if found is None:
        return None
    score, told = found.score, found.prediction
    most = max([1, *[max(abs(reason.now), abs(reason.fresh)) for reason in found.reasons], score.learned])
    reasons = [_reason(reason, most) for reason in found.reasons[:MOST_REASONS]]
    if told:
        part = round(50 * score.learned / most, 1)
        reasons.append(
            ReasonSeen(f"{found.model}: {_share(told.chance)} likely", signed(score.learned), part, "")
        )
    heaviest = max([1, *[abs(each.weight) for each in told.contributions]]) if told else 1
    weights = [
        ReasonSeen(
            f"{label(each.field)}: {each.bin}", _nats(each.weight), round(50 * each.weight / heaviest, 1), ""
        )
        for each in (told.contributions[:MOST_WEIGHTS] if told else ())
        if each.weight
    ]
    sums = f"fit {score.fit}, urgency {score.urgency}" + (f", model {score.learned}" if told else "")
    stale = found.decided is not None and found.decided != score.total
    return ScoreSeen(
        total=score.total,
        stage=STAGES.get(score.stage, "") if score.stage != "lead" else "",
        sums=sums,
        reasons=reasons,
        more=max(0, len(found.reasons) - MOST_REASONS),
        changed=f"Rules saw {found.decided} when it was last decided about." if stale else "",
        model=found.model,
        weights=weights,
    )


def _reason(reason: Reason, most: int) -> ReasonSeen:
    said = reason.row.replace("-", " ") + (f": {reason.what}" if reason.what else "")
    fades = f"of {reason.fresh}" if reason.now != reason.fresh else ""
    return ReasonSeen(said, signed(reason.now), round(50 * reason.now / most, 1), fades)


def rows_seen(card: Scorecard, board: Board) -> list[RowSeen]:
    """Rows of the table, in its order; of a very long one the first."""
    return [_row(row, board.counts.get(row.id, 0), board.open) for row in card.points[:MOST_ROWS]]


def _row(row: Points, counts: int, of: int) -> RowSeen:
    asks = describe(row.when) if row.when != AllOf() else ""
    when = asks or "always"
    if row.each:
        about = f" of {row.each.what}" if row.each.what else ""
        where = f", where {asks}" if asks else ""
        when = f"each {row.each.kind or 'engagement'}{about}, {row.each.most} at most{where}"
    fades = f"halves every {length(row.half_life)}" if row.half_life else ""
    return RowSeen(
        row.id, signed(row.points), row.kind, when, fades, counts, round(100 * counts / of, 1) if of else 0.0
    )


def stages_seen(card: Scorecard, board: Board) -> list[tuple[str, str, str]]:
    """Figures of a page: label, number, tone."""
    by = dict(board.stages)
    made = [("Open leads with a score", f"{board.scored:,}", ""), ("Mean score", f"{board.mean:,.1f}", "")]
    made += [(f"{STAGES[name]} from {least} on", f"{by.get(name, 0):,}", "") for name, least in card.stages]
    return made


def bins_seen(board: Board) -> list[BarSeen]:
    most = max([1, *[each.leads for each in board.bins]])
    return [
        BarSeen(
            f"{_number(each.low)} to {_number(each.high)}" if each.low != each.high else _number(each.low),
            f"{each.leads:,}",
            round(100 * each.leads / most, 1),
        )
        for each in board.bins
    ]


def groups_seen(board: Board) -> list[BarSeen]:
    """What came of leads, highest score first."""
    return [
        BarSeen(
            f"{_number(each.low)} to {_number(each.high)}" if each.low != each.high else _number(each.low),
            f"{100 * each.had / each.leads:.0f} %",
            round(100 * each.had / each.leads, 1),
            f"{each.had:,} of {each.leads:,}",
        )
        for each in reversed(board.groups)
    ]


def weights_seen(model: Model) -> list[ReasonSeen]:
    """The heaviest of all weights."""
    found = [
        (weight, feature.field, name)
        for feature in model.features
        for name, weight, count in zip(feature.bins, feature.weights, feature.counts, strict=True)
        if weight and count
    ]
    found.sort(key=lambda one: -abs(one[0]))
    heaviest = max([1, *[abs(weight) for weight, _, _ in found]])
    return [
        ReasonSeen(f"{label(field)}: {name}", _nats(weight), round(50 * weight / heaviest, 1), "")
        for weight, field, name in found[:MOST_WEIGHTS]
    ]


def figures_seen(model: Model) -> list[tuple[str, str]]:
    """What the model card says, as terms and descriptions."""
    told = model.training
    figures = dict(told.figures)
    made = [
        ("Trained on", f"{told.rows:,} leads{f' of {told.source}' if told.source else ''}"),
        ("Outcome", f"{told.outcome}: {told.positive:,}, {100 * told.positive / max(1, told.rows):.1f} %"),
        ("AUC", f"{figures.get('auc', 0) / 1e6:.3f}"),
        ("Brier score", f"{figures.get('brier', 0) / 1e6:.4f}"),
        ("Calibration error", f"{told.error / 1e6:.3f}"),
    ]
    if told.first:
        made.insert(1, ("Decided about", f"{told.first} to {told.last}"))
    made += [("Refused", f"{field} ({reason.partition(':')[0]})") for field, reason in told.refused]
    made += [("Allowed all the same", f"{field}: {reason}") for field, reason in told.allowed]
    return made


def moved_seen(found: Drift) -> list[BarSeen]:
    """By how far they moved; the bar ends at twice what counts as shifted."""
    return [_moved(one) for one in found.moved[:MOST_MOVED]]


def _moved(one: Moved) -> BarSeen:
    part = min(100.0, round(200 * one.index, 1))
    name = "the model's chance" if one.field == "score.model" else label(one.field)
    return BarSeen(name, f"{one.index:.2f}", part, mark=50.0, tone=TONES[one.state], state=one.state)


def months_seen(found: Drift) -> list[BarSeen]:
    """Newest first: what came of leads, with the mean chance they were given as a mark."""
    return [_month(month) for month in reversed(found.months[-MOST_MONTHS:])]


def _month(month: Month) -> BarSeen:
    state = "too few to judge" if month.error is None else "off" if month.off else "holds"
    return BarSeen(
        month.month,
        f"{100 * month.rate:.1f} %",
        round(100 * month.rate, 1),
        f"chance {100 * month.chance:.1f} %, {month.leads:,} leads",
        round(100 * month.chance, 1),
        "bad" if month.off else "",
        state,
    )


def verdict(found: Drift) -> tuple[str, str]:
    """(sentence, tone)."""
    if found.leads < FEW and not found.months:
        return f"{found.leads} leads came in {_days(WINDOW)}: of fewer than {FEW} nothing is said.", ""
    if found.reasons:
        return (
            "The leads that come are no longer those it was trained on, or its chances no longer come true. Train it again.",
            "bad",
        )
    return "The leads that come are those it was trained on.", "good"


def _days(span: timedelta) -> str:
    return f"{span.days} days"


def signed(points: int) -> str:
    return f"{'+' if points > 0 else MINUS if points < 0 else ''}{abs(points)}"


def _nats(weight: int) -> str:
    return f"{'+' if weight > 0 else MINUS}{abs(weight) / 1000:.2f}"


def _number(points: int) -> str:
    return f"{MINUS if points < 0 else ''}{abs(points)}"


def _share(chance: int) -> str:
    return f"{chance / 10:.1f} %"
