"""Columns of a chart in parts, one upon the other, with what each was in words. Pure; the chart is `parts/charts.html`."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

HIGH = 20  # of a column
Label = tuple[str, str, str]  # what is counted, what it is called, its colour; from below


class Column(msgspec.Struct, frozen=True):
    """(colour, from the top, height) of each part; `said` is read out, and shown by pointing at it."""

    label: str
    said: str
    parts: tuple[tuple[str, int, int], ...]


class Columns(msgspec.Struct, frozen=True):
    """`counts` are of all columns together; `most` is the fullest one's."""

    columns: tuple[Column, ...]
    counts: dict[str, int]
    most: int


def stacked(counted: Iterable[tuple[str, Mapping[str, int]]], labels: Sequence[Label]) -> Columns:
    """Of (label of a column, how many of what), in the order in which they are drawn."""
    known = list(counted)
    most = max((sum(counts.values()) for _, counts in known), default=0)
    return Columns(
        tuple([_column(label, counts, labels, most) for label, counts in known]),
        {id: sum(counts.get(id, 0) for _, counts in known) for id, _, _ in labels},
        most,
    )


def _column(label: str, counts: Mapping[str, int], labels: Sequence[Label], most: int) -> Column:
    parts, top = [], HIGH
    for id, _, colour in labels:
        n = counts.get(id, 0)
        high = min(top, max(1, HIGH * n // most)) if n else 0
        if high:
            top -= high
            parts.append((colour, top, high))
    told = [f"{counts[id]:,} {called}" for id, called, _ in labels if counts.get(id)]
    return Column(label, f"{label}: {', '.join(told) or 'nothing'}", tuple(parts))
