"""How a model does on leads it has not seen, beside the points of a policy and beside saying the base rate of everybody."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

import msgspec

from firstright.core.accuracy import Accuracy, accuracy
from firstright.core.learned import Model, Training, chance_of, predict
from firstright.core.scoring import Scorecard, Scoring
from firstright.simulate.learning.calibrating import calibrated
from firstright.simulate.learning.examples import Examples
from firstright.simulate.learning.leakage import Leak
from firstright.simulate.learning.training import TooFew, train
from firstright.simulate.learning.unlearned import Unlearned

Cut = Literal["time", "chance"]
_THEN = datetime(2000, 1, 1, tzinfo=UTC)  # for rows that have no instant: nothing has faded


class Contestant(msgspec.Struct, frozen=True):
    name: str
    accuracy: Accuracy


class Checked(msgspec.Struct, frozen=True):
    """Trained on the one part, judged on the other. `contestants` are the model, the points where there are any, the base rate."""

    cut: Cut
    trained: int
    trained_rate: float
    judged: int
    judged_rate: float
    contestants: tuple[Contestant, ...]
    refused: tuple[Leak, ...]
    model: Model
    doubted: tuple[Leak, ...] = ()
    passed_over: tuple[Unlearned, ...] = ()


def check(
    examples: Examples,
    cut: Cut,
    percent: int = 70,
    card: Scorecard | None = None,
    allowed: Mapping[str, str] | None = None,
) -> Checked:
    """TooFew where one part has too little to learn from or to judge by."""
    early, late = examples.by_time(percent) if cut == "time" else examples.by_chance(percent)
    trained = train(early, "checked", allowed)
    if not late.positive or late.positive == len(late.rows):
        raise TooFew("the part to judge by has only one outcome")
    found = [Contestant("model", _of_model(trained.model, late))]
    if card is not None and card.points:
        found.append(Contestant("points", _of_points(card, early, late)))
    rate = early.positive / len(early.rows)
    found.append(Contestant("base rate", accuracy([(rate, had) for had in late.had])))
    return Checked(
        cut,
        len(early.rows),
        rate,
        len(late.rows),
        late.positive / len(late.rows),
        tuple(found),
        trained.refused,
        trained.model,
        trained.doubted,
        trained.passed_over,
    )


def _of_model(model: Model, late: Examples) -> Accuracy:
    chances = [predict(model, row).chance / 1000 for row in late.rows]
    return accuracy(list(zip(chances, late.had, strict=True)))


def _of_points(card: Scorecard, early: Examples, late: Examples) -> Accuracy:
    """Points are no chances: those of the earlier part say how often each sum came to it."""
    scoring = Scoring(msgspec.structs.replace(card, model="", model_points=0))
    before = [scoring.of(row, _THEN).total for row in early.rows]
    table = Model("points", (), 0, calibrated(list(zip(before, early.had, strict=True))), Training(0, 0, ""))
    totals = [scoring.of(row, _THEN).total for row in late.rows]
    return accuracy([(chance_of(table, n) / 1000, had) for n, had in zip(totals, late.had, strict=True)])
