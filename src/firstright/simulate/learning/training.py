"""Trains a model on examples: logistic regression over bins, rounded to whole numbers, with a table that calibrates its sums.

The only room that needs scikit-learn (the extra `ml`). What it makes is data that is asked without it.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from firstright.core.accuracy import Accuracy, accuracy
from firstright.core.learned import Feature, Model, Training, chance_of, predict
from firstright.simulate.learning.binning import features
from firstright.simulate.learning.calibrating import calibrated
from firstright.simulate.learning.examples import Examples
from firstright.simulate.learning.leakage import Leak, leaks

LEAST = 50  # leads with the outcome, and without it
FOLDS = 5
STRENGTH = 1.0  # of the pull towards no weight at all; the inverse of sklearn's penalty
MILLI, MICRO = 1000, 1_000_000
DECILES = 10


class TooFew(ValueError):
    """There is not enough to learn from; the message says what is missing."""


class Trained(msgspec.Struct, frozen=True):
    """The version, the fields that were refused, and how it did on leads it was not trained on (each fold by the others)."""

    model: Model
    refused: tuple[Leak, ...]
    crossed: Accuracy


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
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    crossed = cross_val_predict(regression, matrix, outcomes, cv=folds, method="decision_function")
    regression.fit(matrix, outcomes)
    sums = [round(float(value) * MILLI) for value in crossed]
    bare = _rounded(name, shapes, regression.coef_[0], float(regression.intercept_[0]))
    bare = msgspec.structs.replace(bare, calibration=calibrated(list(zip(sums, kept.had, strict=True))))
    judged = accuracy([(chance_of(bare, s) / MILLI, had) for s, had in zip(sums, kept.had, strict=True)])
    reasons = tuple(sorted((leak.field, given[leak.field]) for leak in found if leak.field in given))
    training = _told(kept, bare, judged, refused, reasons)
    return Trained(msgspec.structs.replace(bare, training=training), refused, judged)


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
