"""A model learned from outcomes, as data: weights by value in thousandths of a nat, and a table from their sum to a chance.

Asking it needs whole numbers only. It is trained elsewhere and never changes: another training is another version.
"""

from bisect import bisect_right
from collections.abc import Mapping
from hashlib import sha256
from itertools import pairwise

import msgspec

from firstright.core.lead import Value
from firstright.core.rules.predicates import is_missing

MISSING, OTHER = "missing", "other"
SHAPE = 1  # of the text a version is kept as


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field. A number falls into a bin: `edges` are the least values of all bins but the first. A text is one of
    `values` (folded), or another. `weights` has one for each bin or value, then one for other, then one for missing;
    `counts` how many of the training set there were of each."""

    field: str
    weights: tuple[int, ...]
    counts: tuple[int, ...]
    edges: tuple[int, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def bins(self) -> tuple[str, ...]:
        """What each weight is for, in words."""
        if self.edges:
            low = (f"below {self.edges[0]}",)
            between = tuple(f"{a} to {b - 1}" for a, b in pairwise(self.edges))
            return (*low, *between, f"from {self.edges[-1]}", OTHER, MISSING)
        return (*self.values, OTHER, MISSING)

    def bin_of(self, have: Value | None) -> int:
        """Which of `weights` a value has. What has not the kind the training saw is another one, never an error."""
        if have is None or is_missing(have):
            return len(self.weights) - 1
        if self.edges:
            return bisect_right(self.edges, have) if type(have) is int else len(self.weights) - 2
        text = text_of(have)
        return self.values.index(text) if text in self.values else len(self.weights) - 2


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On what a version was trained: the rows, how many had the outcome, when they came, and what it was measured at.
    `allowed` are fields that look like leaks with the reason somebody gave. Figures are millionths."""

    rows: int
    positive: int
    outcome: str
    source: str = ""
    first: str = ""  # day, ISO
    last: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    allowed: tuple[tuple[str, str], ...] = ()
    figures: tuple[tuple[str, int], ...] = ()
    deciles: tuple[int, ...] = ()  # least chance (per mille) of all tenths of the training set but the first
    decile_counts: tuple[int, ...] = ()  # of the training set in each of them
    error: int = 0  # expected calibration error on what it was not trained on, millionths


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`calibration` are (sum of weights, chance per mille), both ascending; between two of them it runs straight."""

    name: str
    features: tuple[Feature, ...]
    intercept: int
    calibration: tuple[tuple[int, int], ...]
    training: Training
    shape: int = SHAPE


class Contribution(msgspec.Struct, frozen=True):
    """What one field adds, in thousandths of a nat, against the mean lead of the training set."""

    field: str
    bin: str
    weight: int


class Prediction(msgspec.Struct, frozen=True):
    """`chance` per mille; `sum` before calibration; contributions, the weightiest first."""

    chance: int
    sum: int
    contributions: tuple[Contribution, ...] = ()


def predict(model: Model, seen: Mapping[str, Value]) -> Prediction:
    """The chance of the outcome for what is known about a lead, and what each field adds."""
    total, found = model.intercept, []
    for feature in model.features:
        place = feature.bin_of(seen.get(feature.field))
        weight = feature.weights[place]
        total += weight
        found.append(Contribution(feature.field, feature.bins[place], weight))
    found.sort(key=lambda each: (-abs(each.weight), each.field))
    return Prediction(chance_of(model, total), total, tuple(found))


def chance_of(model: Model, total: int) -> int:
    """Per mille, rounded down between two points of the table; never falling as the sum rises."""
    table = model.calibration
    place = bisect_right(table, (total, 1001))
    if place == 0:
        return table[0][1]
    if place == len(table):
        return table[-1][1]
    (low, at_low), (high, at_high) = table[place - 1], table[place]
    return at_low + (at_high - at_low) * (total - low) // (high - low)


def text_of(have: Value) -> str:
    """A value as a category: folded, lists joined in order, truth as a word."""
    if isinstance(have, tuple):
        return "; ".join(each.casefold() for each in have)
    return str(have).casefold()


def model_text(model: Model) -> str:
    """The one text a version has, of which its hash is taken."""
    return msgspec.json.encode(model, order="sorted").decode()


def model_hash(model: Model) -> str:
    return sha256(model_text(model).encode()).hexdigest()


def read_model(text: str) -> Model:
    """The model of a stored text; ValueError says what no training of ours would have written."""
    try:
        model = msgspec.json.decode(text, type=Model)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a model: {error}") from error
    if wrong := _wrong(model):
        raise ValueError("not a model: " + "; ".join(wrong))
    return model


def _wrong(model: Model) -> list[str]:
    wrong = [] if model.shape == SHAPE else [f"its shape is {model.shape} and this version reads {SHAPE}"]
    table = model.calibration
    rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(table))
    if not table or not rising or table[0][1] < 0 or table[-1][1] > 1000:
        wrong.append("its calibration does not rise from 0 to 1000 at most")
    for feature in model.features:
        bins = len(feature.bins)
        if len(feature.weights) != bins or len(feature.counts) != bins:
            wrong.append(f"{feature.field} has not a weight and a count for each of its {bins} bins")
        if list(feature.edges) != sorted(set(feature.edges)) or (feature.edges and feature.values):
            wrong.append(f"the edges of {feature.field} do not ascend")
    return wrong
