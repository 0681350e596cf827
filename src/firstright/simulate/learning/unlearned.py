"""Fields of a training set that tell nothing apart, and why: said, because a column that was read wrongly is missed like this."""

from collections.abc import Sequence

import msgspec

from firstright.core.learned import Feature, text_of
from firstright.core.rules.predicates import is_missing
from firstright.simulate.learning.examples import Examples

SHOWN = 3  # values


class Unlearned(msgspec.Struct, frozen=True):
    """A field nothing is learned of, with a sentence."""

    field: str
    text: str


def unlearned(examples: Examples, shapes: Sequence[Feature]) -> tuple[Unlearned, ...]:
    """One for each field without a shape, by name."""
    known = {shape.field for shape in shapes}
    return tuple(Unlearned(field, _why(examples, field)) for field in examples.fields if field not in known)


def _why(examples: Examples, field: str) -> str:
    values = [
        text_of(value)
        for row in examples.rows
        if (value := row.get(field)) is not None and not is_missing(value)
    ]
    several = sorted(set(values))
    if not values:
        return "no lead has it"
    if len(several) == 1:
        return f'all that have it have "{several[0]}"'
    shown = ", ".join(several[:SHOWN])
    return f"{len(several):,} values ({shown} ...), and hardly two leads have the same"
