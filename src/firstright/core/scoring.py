"""What a lead is worth by the policy's points: fit (who they are) and urgency (what they do, and how lately), with reasons.

Whole numbers only. It decides nothing: rules ask for the score as for any other field.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from firstright.core.fading import Fading
from firstright.core.lead import Fact, Value
from firstright.core.learned import Model, Prediction, predict
from firstright.core.rules.index import RuleIndex, positions
from firstright.core.rules.predicates import AllOf, Condition, fields_of
from firstright.core.trail import TRAIL, Step, steps_of

FIT, URGENCY = "fit", "urgency"
MOST_KNOWN = 4_096  # sums that are remembered
STAGES = ("mql", "sal", "sql")
UNSTAGED = "lead"
YIELDED = ("score", "score.fit", "score.urgency", "score.model", "lifecycle")


class Each(msgspec.Struct, frozen=True, omit_defaults=True):
    """Engagements that count one by one: of this kind (any, when empty) and about something that contains `what`."""

    kind: str = ""
    what: str = ""
    most: int = 10  # of them, the newest


class Points(msgspec.Struct, frozen=True):
    """`points` (which may be negative) to `kind` where `when` holds. Those of urgency halve every `half_life` since the
    instant in `since`; with `each` there are as many for every such engagement, fading since its own instant."""

    id: str
    points: int
    kind: str = FIT  # fit | urgency
    when: Condition = AllOf()
    half_life: timedelta | None = None
    since: str = "engagement.last"
    each: Each | None = None


class Scorecard(msgspec.Struct, frozen=True):
    """All rows, the least score of each stage, the most each kind can come to (None: no limit), and the learned model if
    there is one: its name, the hash of its version, and the points a lead gets that is sure to have the outcome."""

    points: tuple[Points, ...] = ()
    stages: tuple[tuple[str, int], ...] = ()  # ("mql", 50), ("sal", 70), ("sql", 90): ascending
    fit_most: int | None = None
    urgency_most: int | None = None
    model: str = ""
    model_hash: str = ""
    model_points: int = 0


class Score(msgspec.Struct, frozen=True):
    """`total` is the sum of the three: fit, urgency, and what the model's chance (per mille) is worth in points."""

    fit: int
    urgency: int
    total: int
    stage: str = ""  # empty: the policy names no stages
    chance: int | None = None  # per mille, by the model
    learned: int = 0  # points for it


class Reason(msgspec.Struct, frozen=True):
    """What one row gave: `now` of its `fresh` points are left. `since` is where they began to fade."""

    row: str
    kind: str
    now: int
    fresh: int
    since: datetime | None = None
    what: str = ""  # the engagement, where each counts


class Scoring:
    """A scorecard made ready. Only its memory of past sums changes; answers never do."""

    def __init__(self, card: Scorecard, model: Model | None = None) -> None:
        """ValueError where the card names a model and another one, or none, is given."""
        if card.model and (model is None or model.name != card.model):
            raise ValueError(f'the score names the model "{card.model}", which is not there')
        self.card = card
        self.model = model if card.model else None
        self.rows = card.points
        self._index = RuleIndex([row.when for row in card.points])
        self._fading = [Fading(row.points, row.half_life) for row in card.points]
        self._stages = tuple(reversed(card.stages))
        # Rows that count once and for ever: leads of a kind have the same ones, and these come to the same sums.
        self._lasting = sum(
            1 << n for n, row in enumerate(card.points) if row.half_life is None and row.each is None
        )
        self._known: dict[int, tuple[int, int]] = {}
        used = {name for row in card.points for name in fields_of(row.when)}
        used |= {row.since for row in card.points if row.half_life and row.each is None}
        used |= {TRAIL for row in card.points if row.each is not None}
        used |= {feature.field for feature in self.model.features} if self.model else set()
        self.reads = frozenset(used)
        """Fields it asks for: instants among them must be handed in as such."""

    def of(self, seen: Mapping[str, Value], as_of: datetime, began: datetime | None = None) -> Score:
        """`began` stands in where a lead has not the instant a row fades from: when its cycle began."""
        true = self._true(seen, as_of)
        lasting = true & self._lasting
        fit, urgency = self._known.get(lasting) or self._learn(lasting)
        for position, fresh, since, _ in self._counted(true ^ lasting, seen, as_of, began):
            left = self._fading[position].at(since, as_of) if since else fresh
            if self.rows[position].kind == FIT:
                fit += left
            else:
                urgency += left
        return self._summed(fit, urgency, self.chance(seen))

    def chance(self, seen: Mapping[str, Value]) -> Prediction | None:
        """What the model says, with what each field adds; None without a model."""
        return predict(self.model, seen) if self.model else None

    def reasons(
        self, seen: Mapping[str, Value], as_of: datetime, began: datetime | None = None
    ) -> tuple[Reason, ...]:
        """One for each row that holds (and each engagement that counts), the weightiest now first."""
        found = []
        for position, fresh, since, what in self._counted(self._true(seen, as_of), seen, as_of, began):
            row = self.rows[position]
            now = self._fading[position].at(since, as_of) if since else fresh
            found.append(Reason(row.id, row.kind, now, fresh, since, what))
        return tuple(sorted(found, key=lambda reason: (-abs(reason.now), -abs(reason.fresh))))

    def next_change(
        self, seen: Mapping[str, Value], as_of: datetime, began: datetime | None = None
    ) -> datetime | None:
        """The first instant after `as_of` at which fading alone takes a point; None where nothing fades any more."""
        found = [
            later
            for position, _, since, _ in self._counted(self._true(seen, as_of), seen, as_of, began)
            if since and (later := self._fading[position].next_change(since, as_of))
        ]
        return min(found, default=None)

    def _true(self, seen: Mapping[str, Value], as_of: datetime) -> int:
        return self._index.match(seen, as_of)[0]

    def _learn(self, rows: int) -> tuple[int, int]:
        sums = {FIT: 0, URGENCY: 0}
        for position in positions(rows):
            sums[self.rows[position].kind] += self.rows[position].points
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[rows] = found = sums[FIT], sums[URGENCY]
        return found

    def _counted(
        self, true: int, seen: Mapping[str, Value], as_of: datetime, began: datetime | None
    ) -> Iterator[tuple[int, int, datetime | None, str]]:
        """(row, its fresh points, where they began to fade, what counts) for everything of these rows that counts."""
        trail: tuple[Step, ...] | None = None
        for position in positions(true):
            row = self.rows[position]
            if row.each is None:
                since = (_instant(seen.get(row.since)) or began or as_of) if row.half_life else None
                yield position, row.points, since, ""
                continue
            trail = steps_of(seen) if trail is None else trail
            for step in _each(row.each, trail):
                yield position, row.points, step.at if row.half_life else None, f"{step.kind} {step.what}"

    def _summed(self, fit: int, urgency: int, found: Prediction | None) -> Score:
        card = self.card
        fit = fit if card.fit_most is None else min(fit, card.fit_most)
        urgency = urgency if card.urgency_most is None else min(urgency, card.urgency_most)
        learned = found.chance * card.model_points // 1000 if found else 0
        total = fit + urgency + learned
        stage = next((name for name, least in self._stages if total >= least), UNSTAGED)
        return Score(
            fit, urgency, total, stage if self._stages else "", found.chance if found else None, learned
        )


def rank(stage: Fact | None) -> int:
    """How high a stage stands; one that is none stands lowest."""
    return STAGES.index(stage) + 1 if stage in STAGES else 0


def facts_of(score: Score) -> dict[str, Fact]:
    """A score as facts of the lead, as of the instant it was asked for."""
    facts: dict[str, Fact] = {
        "score": score.total,
        "score.fit": score.fit,
        "score.urgency": score.urgency,
    }
    if score.chance is not None:
        facts["score.model"] = score.chance
    if score.stage:
        facts["lifecycle"] = score.stage
    return facts


def _each(each: Each, trail: tuple[Step, ...]) -> tuple[Step, ...]:
    wanted = each.what.casefold()
    found = [s for s in trail if each.kind in ("", s.kind) and wanted in s.what.casefold()]
    return tuple(found[-each.most :])


def _instant(value: Value | None) -> datetime | None:
    """An instant as a condition sees it, or as it is stored."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None
