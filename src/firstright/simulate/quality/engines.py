"""Two of those that are compared: ours with its fixed bands, and rapidfuzz over every pair, at the threshold another half of the base
chose and at the best anybody could have chosen."""

from collections.abc import Callable, Iterator

import msgspec
from rapidfuzz import fuzz, process

from firstright.core.likeness.batch import Pair, alike, candidates
from firstright.core.likeness.value import LINK, REVIEW
from firstright.core.matching import proven
from firstright.simulate.quality.bases import Base, Record
from firstright.simulate.quality.scores import Score, best, scored

Told = Callable[[int, int], None]
_LEAST = 50  # a token_sort_ratio below that was never the best threshold
_NAMES = ("first_name", "middle_name", "last_name", "company")
_REST = ("street", "city", "postcode", "birth_date", "email", "phone")

_TRIED = ((_NAMES, "names"), ((*_NAMES, *_REST), "all fields"), ((*_NAMES, *_REST, "ids"), "all and ids"))


def ours(base: Base, told: Told) -> tuple[Score, Score, list[Pair]]:
    """At the link band; at the review band, as if a person took every pair of it; and the pairs themselves."""
    found = [pair for pair in alike(base.records, base.kinds, told=told) if base.across(pair.a, pair.b)]
    truth = base.pairs()
    linked = {(pair.a, pair.b) for pair in found if links(pair, base)}
    seen = {(pair.a, pair.b) for pair in found if pair.likeness.score >= REVIEW}
    return scored(linked, truth), scored(seen, truth), found


def links(pair: Pair, base: Base) -> bool:
    """As the program links. Where there is nothing but names, the score alone decides: that is what such a base asks."""
    return pair.likeness.score >= LINK and (proven(pair.likeness) or base.names_only)


def blocking(base: Base) -> tuple[float, int]:
    """Share of the true pairs that share a key, and how many pairs do."""
    found = {pair for pair in candidates(base.records, base.kinds) if base.across(*pair)}
    return scored(found, base.pairs()).recall, len(found)


class Brute(msgspec.Struct, frozen=True):
    """token_sort_ratio of every pair: with the fields and threshold that were best on the learning half, and with the best there is.
    `by` names the former."""

    score: Score
    hindsight: Score
    by: str


def brute(learning: Base, measured: Base, told: Told) -> Brute:
    """Over the name alone, over all there is, and with ids; which of them counts is chosen on the learning half, too."""
    chosen: list[tuple[float, float, int]] = []
    for turn, (fields, _) in enumerate(_TRIED):
        score, threshold = best(_ratios(learning, fields, told, turn), learning.pairs())
        chosen.append((score.f1, threshold, turn))
    _, threshold, taken = max(chosen, key=lambda each: (each[0], -each[2]))
    found = [
        list(_ratios(measured, fields, told, turn)) for turn, (fields, _) in enumerate(_TRIED, len(_TRIED))
    ]
    at = scored({pair for ratio, pair in found[taken] if ratio >= threshold}, measured.pairs())
    hindsight = max((best(each, measured.pairs())[0] for each in found), key=lambda score: score.f1)
    return Brute(at, hindsight, f"{_TRIED[taken][1]}, {threshold:.0f}")


def _ratios(
    base: Base, fields: tuple[str, ...], told: Told, turn: int
) -> Iterator[tuple[float, tuple[int, int]]]:
    texts = [_text(record, fields) for record in base.records]
    for at, text in enumerate(texts):
        for _, ratio, other in process.extract(
            text, texts[at + 1 :], scorer=fuzz.ratio, score_cutoff=_LEAST, limit=None
        ):
            pair = (at, at + 1 + other)
            if base.across(*pair):
                yield ratio, pair
        if at % 500 == 0:
            told((turn * len(texts) + at) // (2 * len(_TRIED)), len(texts))


def _text(record: Record, fields: tuple[str, ...]) -> str:
    """Words sorted here once: token_sort_ratio would sort them for every pair, with the same result."""
    joined = " ".join(_plain(record[name]) for name in fields if record.get(name))
    return " ".join(sorted(joined.lower().split()))


def _plain(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
