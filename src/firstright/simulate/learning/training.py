"""Trains a model on examples: logistic regression over bins, rounded to whole numbers, with a table that calibrates its sums.

The only room that needs scikit-learn (the extra `ml`). What it makes is data that is asked without it.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from firstright.core.accuracy import Accuracy, accuracy, auc
from firstright.core.learned import Feature, Model, Training, chance_of, predict
from firstright.simulate.learning.binning import features
from firstright.simulate.learning.calibrating import calibrated
from firstright.simulate.learning.examples import Examples
from firstright.simulate.learning.leakage import Leak, leaks, strongest
from firstright.simulate.learning.unlearned import Unlearned, unlearned

LEAST = 50  # leads with the outcome, and without it
FOLDS = 5
STRENGTH = 1.0  # of the pull towards no weight at all; the inverse of sklearn's penalty
MILLI, MICRO = 1000, 1_000_000
DECILES = 10
Outcomes = np.ndarray[tuple[int], np.dtype[np.int_]]
TELLS_MUCH = 0.7  # AUC of one field alone from which it is asked whether it tells too much


class TooFew(ValueError):
    """There is not enough to learn from; the message says what is missing."""


class Trained(msgspec.Struct, frozen=True):
    """The version, the fields that were refused, and how it did on leads it was not trained on (each fold by the others).

    `doubted` are learned from, and may be known only afterwards; `passed_over` tell nothing apart."""

    model: Model
    refused: tuple[Leak, ...]
    crossed: Accuracy
    doubted: tuple[Leak, ...] = ()
    passed_over: tuple[Unlearned, ...] = ()


def train(examples: Examples, name: str, allowed: Mapping[str, str] | None = None) -> Trained:
    """`allowed` are fields learned from although they look like leaks, with the reason. TooFew where nothing can be learned."""
    given = dict(allowed or {})
    found = leaks(examples)
    refused = tuple(leak for leak in found if leak.field not in given)
    kept = examples.without(leak.field for leak in refused)
    had, rest = kept.positive, len(kept.rows) - kept.positive
    if min(had, rest) < LEAST:
        raise TooFew(f"{had} leads had the outcome and {rest} had not: at least {LEAST} of each are needed")
    shapes = features(kept)
    if not shapes:
        raise TooFew("no field is left that tells leads apart")
    matrix, outcomes = _matrix(kept, shapes), np.array(kept.had, dtype=int)
    regression = LogisticRegression(C=STRENGTH, max_iter=2000)
    regression.fit(matrix, outcomes)
    sums = [round(value * MILLI) for value in _crossed(matrix, outcomes)]
    bare = _rounded(name, shapes, regression.coef_[0], float(regression.intercept_[0]))
    bare = msgspec.structs.replace(bare, calibration=calibrated(list(zip(sums, kept.had, strict=True))))
    judged = accuracy([(chance_of(bare, s) / MILLI, had) for s, had in zip(sums, kept.had, strict=True)])
    reasons = tuple(sorted((leak.field, given[leak.field]) for leak in found if leak.field in given))
    training = _told(kept, bare, judged, refused, reasons)
    doubted = tuple(leak for leak in _outshines(kept, shapes) if leak.field not in given)
    return Trained(
        msgspec.structs.replace(bare, training=training), refused, judged, doubted, unlearned(kept, shapes)
    )


def _crossed(matrix: csr_matrix, outcomes: Outcomes) -> list[float]:
    """The sum of each row by a model of the other folds."""
    regression = LogisticRegression(C=STRENGTH, max_iter=2000)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    found = cross_val_predict(regression, matrix, outcomes, cv=folds, method="decision_function")
    return [float(value) for value in found]


def _outshines(examples: Examples, shapes: Sequence[Feature]) -> list[Leak]:
    """How long a call lasted, under a name nobody would know it by, tells more than all that was known before the call."""
    best, field = strongest(examples, shapes)
    others = [shape for shape in shapes if shape.field != field]
    if best < TELLS_MUCH or not others:
        return []
    sums = _crossed(_matrix(examples, others), np.array(examples.had, dtype=int))
    rest = auc(list(zip(sums, examples.had, strict=True))) or 0.5
    if best <= rest:
        return []
    text = (
        f"it alone tells outcomes apart with an AUC of {best:.3f}, all other fields together with {rest:.3f}."
    )
    return [Leak(field, "tells-more", text, round(best, 4))]


def _matrix(examples: Examples, shapes: Sequence[Feature]) -> csr_matrix:
    """A column for each bin of each feature; each row is in one bin of each."""
    starts = np.cumsum([0, *[len(shape.weights) for shape in shapes]])
    n = len(examples.rows)
    places = np.empty((n, len(shapes)), dtype=np.int32)
    for column, shape in enumerate(shapes):
        places[:, column] = [starts[column] + shape.bin_of(row.get(shape.field)) for row in examples.rows]
    ends = np.arange(0, n * len(shapes) + 1, len(shapes))
    return csr_matrix((np.ones(places.size), places.ravel(), ends), shape=(n, int(starts[-1])))


def _rounded(name: str, shapes: Sequence[Feature], found: Sequence[float], intercept: float) -> Model:
    """Weights in thousandths, measured from the mean lead, whose weights are in the intercept. A bin nobody was in adds nothing."""
    done = []
    total = intercept
    start = 0
    for shape in shapes:
        mine = [float(weight) for weight in found[start : start + len(shape.weights)]]
        start += len(shape.weights)
        mean = sum(w * n for w, n in zip(mine, shape.counts, strict=True)) / sum(shape.counts)
        total += mean
        weights = tuple(
            round((w - mean) * MILLI) if n else 0 for w, n in zip(mine, shape.counts, strict=True)
        )
        done.append(msgspec.structs.replace(shape, weights=weights))
    return Model(name, tuple(done), round(total * MILLI), ((0, 0),), Training(0, 0, ""))


def _told(
    examples: Examples,
    model: Model,
    judged: Accuracy,
    refused: Sequence[Leak],
    allowed: tuple[tuple[str, str], ...],
) -> Training:
    chances = sorted(predict(model, row).chance for row in examples.rows)
    edges = sorted({chances[len(chances) * tenth // DECILES] for tenth in range(1, DECILES)} - {chances[0]})
    counts = np.histogram(chances, bins=[-1, *edges, 1001])[0]
    days = [day for day in examples.days if day]
    figures = (("auc", judged.auc or 0.0), ("brier", judged.brier), ("log_loss", judged.log_loss))
    return Training(
        rows=len(examples.rows),
        positive=examples.positive,
        outcome=examples.outcome,
        source=examples.source,
        first=min(days, default=""),
        last=max(days, default=""),
        refused=tuple((leak.field, f"{leak.code}: {leak.text}") for leak in refused),
        allowed=allowed,
        figures=tuple((name, round(value * MICRO)) for name, value in figures),
        deciles=tuple(edges),
        decile_counts=tuple(int(count) for count in counts),
        error=round(judged.error * MICRO),
    )
