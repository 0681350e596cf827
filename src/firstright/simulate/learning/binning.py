"""Cuts each field of a training set into bins: numbers by rank, texts by how often they come. Nothing is learned here."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from firstright.core.lead import Value
from firstright.core.learned import Feature, text_of
from firstright.core.rules.predicates import is_missing
from firstright.simulate.learning.examples import Examples

MOST_BINS = 10
MOST_VALUES = 30
FEWEST = 30  # rows of a bin


def features(examples: Examples) -> tuple[Feature, ...]:
    """A feature for each field that tells rows apart, in order of their names, with the counts of all bins and no weights yet."""
    found = [_feature(field, [row.get(field) for row in examples.rows]) for field in examples.fields]
    return tuple(feature for feature in found if sum(1 for count in feature.counts if count) > 1)


def _feature(field: str, values: Sequence[Value | None]) -> Feature:
    known = [value for value in values if value is not None and not is_missing(value)]
    fewest = max(FEWEST, len(values) // 200)
    numbers = [value for value in known if type(value) is int]
    if any(isinstance(value, datetime) for value in known):
        shape = Feature(field, (), ())  # an instant is not known again: only whether there is one
    elif known and len(numbers) == len(known):
        shape = Feature(field, (), (), edges=_edges(sorted(numbers), fewest))
    else:
        often = Counter(map(text_of, known)).most_common()
        shape = Feature(field, (), (), values=tuple([text for text, n in often if n >= fewest][:MOST_VALUES]))
    sized = msgspec.structs.replace(shape, weights=(0,) * len(shape.bins))
    counts = Counter(map(sized.bin_of, values))
    return msgspec.structs.replace(sized, counts=tuple(counts[place] for place in range(len(sized.weights))))


def _edges(ranked: Sequence[int], fewest: int) -> tuple[int, ...]:
    """Least values of all bins but the first, so that each holds at least `fewest`, and about as many."""
    found: list[int] = []
    begun = 0
    wanted = max(fewest, len(ranked) // MOST_BINS)
    for place in range(1, len(ranked)):
        if ranked[place] == ranked[place - 1] or place - begun < wanted or len(ranked) - place < fewest:
            continue
        found.append(ranked[place])
        begun = place
    return tuple(found)
