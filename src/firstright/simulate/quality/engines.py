"""The three that are compared: ours with its fixed bands, rapidfuzz over every pair at the best threshold anybody could have
chosen, and splink as its guide says to train it without labels."""

from collections.abc import Callable, Iterator

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


def brute(base: Base, told: Told) -> tuple[Score, str]:
    """token_sort_ratio of every pair, over the name alone and over all there is: the better one counts, at its best threshold."""
    tries = [
        (best(_ratios(base, fields, told, turn), base.pairs()), what)
        for turn, (fields, what) in enumerate(_TRIED)
    ]
    (score, threshold), what = max(tries, key=lambda each: each[0][0].f1)
    return score, f"{what}, {threshold:.0f}"


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
            told((turn * len(texts) + at) // len(_TRIED), len(texts))


def _text(record: Record, fields: tuple[str, ...]) -> str:
    """Words sorted here once: token_sort_ratio would sort them for every pair, with the same result."""
    joined = " ".join(_plain(record[name]) for name in fields if record.get(name))
    return " ".join(sorted(joined.lower().split()))


def _plain(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
