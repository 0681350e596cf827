"""Compares where people and companies are: street and number, postcode, city, state, country. It knows no map."""

from firstright.core.likeness.rarity import Rarity
from firstright.core.likeness.spelling import edits, near
from firstright.core.likeness.tables import STREET_WORDS
from firstright.core.likeness.traits import Place
from firstright.core.likeness.value import Reason, Verdict

# What streets are called everywhere; which one it is stands beside it. A number of it tells: 2nd Avenue is not 3rd.
_WAYS = frozenset(way for way in STREET_WORDS.values() if not way[0].isdigit()) | frozenset(
    ("de", "la", "las", "los", "del", "der", "den", "dem", "des", "di", "da", "do", "dos", "du", "le", "les", "van", "von", "am", "an",
     "auf", "in", "im", "zu", "zum", "zur", "the", "of", "at", "and", "y", "et", "und")
)  # fmt: skip
_CITY, _POSTCODE = 30, 50


def compare_places(a: Place, b: Place, rarity: Rarity) -> tuple[Reason, ...]:
    """Reasons for street, postcode, city and country; what one has only inside its address line is found there."""
    return (
        _streets(a, b),
        _postcodes(a, b),
        _cities(a, b, rarity),
        _countries(a, b),
    )


def _streets(a: Place, b: Place) -> Reason:
    if not (a.words or a.numbers) or not (b.words or b.numbers):
        return Reason("street", Verdict.MISSING)
    known = _share(a.words, b.words)
    number = bool(set(a.numbers) & set(b.numbers))
    if known >= 60 and number:
        return Reason("street", Verdict.SAME, 72 if known >= 80 else 62)
    if known >= 75:
        one_bare = not a.numbers or not b.numbers
        return Reason("street", Verdict.PART, 50 if one_bare or _close(a.numbers, b.numbers) else 35)
    if number and known >= 30:
        return Reason("street", Verdict.NEAR, 35)
    return Reason("street", Verdict.DIFFERS, -10)


def _close(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """One slip in the house number."""
    return any(edits(one, other, 1) <= 1 for one in a for other in b if max(len(one), len(other)) > 1)


def _share(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """Per cent of the shorter street's words, kinds of way aside, that the other has."""
    short, long = sorted((_telling(a), _telling(b)), key=lambda words: (len(words), words))
    if not short:
        return 0
    found = sum(any(near(word, other) for other in long) for word in short)
    if not found and near("".join(short), "".join(long)):
        return 100
    return found * 100 // len(short)


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _WAYS) or words


def _postcodes(a: Place, b: Place) -> Reason:
    one, other = a.postcode, b.postcode
    if not one and not other:
        return Reason("postcode", Verdict.MISSING)
    if not one or not other:
        inside = (one in b.numbers) if one else (other in a.numbers)
        return Reason("postcode", Verdict.SAME, _POSTCODE) if inside else Reason("postcode", Verdict.MISSING)
    if one == other:
        return Reason("postcode", Verdict.SAME, _POSTCODE)
    if min(len(one), len(other)) >= 4 and edits(one, other, 1) <= 1:
        return Reason("postcode", Verdict.NEAR, 22)
    return Reason("postcode", Verdict.DIFFERS, -12)


def _cities(a: Place, b: Place, rarity: Rarity) -> Reason:
    one, other = a.city, b.city
    if not one and not other:
        return Reason("city", Verdict.MISSING)
    if not one or not other:
        known, line = (one, b.words) if one else (other, a.words)
        inside = set(known.split()) <= set(line)
        return Reason("city", Verdict.SAME, _CITY) if inside else Reason("city", Verdict.MISSING)
    if one == other:
        return Reason("city", Verdict.SAME, min(60, rarity.weight("city", one, _CITY)))
    if near(one, other) or set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split()):
        return Reason("city", Verdict.NEAR, 25)
    return Reason("city", Verdict.DIFFERS, -12)


def _countries(a: Place, b: Place) -> Reason:
    if not a.country or not b.country:
        return Reason("country", Verdict.MISSING)
    same = a.country == b.country
    return Reason("country", Verdict.SAME, 4) if same else Reason("country", Verdict.DIFFERS, -18)
