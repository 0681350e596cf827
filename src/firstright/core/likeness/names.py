"""Compares what people are called: given and family names, short forms, initials, slips, the two in the wrong order."""

from itertools import product

from firstright.core.likeness.rarity import Rarity
from firstright.core.likeness.spelling import edits, is_latin, near, vaguely
from firstright.core.likeness.tables import FAMILY_WEIGHTS, GIVEN_WEIGHTS, NAME_ROOTS
from firstright.core.likeness.traits import Person
from firstright.core.likeness.value import Reason, Verdict

FAMILY, GIVEN = 68, 56  # what an ordinary name is worth, in tenths of a bit
_DIFFERS = {"family": -50, "given": -75}
_SHARE = {  # of the worth of the name, in hundredths
    Verdict.SAME: 100, Verdict.NEAR: 75, Verdict.NICKNAME: 75, Verdict.PART: 70, Verdict.INITIAL: 25,
    Verdict.VAGUE: 35,
}  # fmt: skip
_SWAPPED = 12  # the two in the wrong order is a mistake by itself
_SUFFIX = -140
_CROSSING = frozenset({Verdict.SAME, Verdict.NEAR, Verdict.NICKNAME, Verdict.PART})  # one of the two at least
Words = tuple[str, ...]


def compare_names(a: Person, b: Person, rarity: Rarity) -> tuple[Reason, ...]:
    """Reasons for given, family and suffix."""
    given = _part("given", a.given, b.given, rarity)
    family = _part("family", a.family, b.family, rarity)
    straight = given.weight + family.weight
    if straight < FAMILY and a.given and b.given and (a.family or b.family):
        crossed = _crossed(a, b, rarity)
        if crossed and sum(reason.weight for reason in crossed) > straight:
            given, family = crossed
    return (given, family, _suffix(a.suffix, b.suffix))


def verdict(kind: str, a: Words, b: Words) -> Verdict:
    """How two given or family names relate, whatever they are worth."""
    if not a or not b or is_latin(a[0]) != is_latin(b[0]):
        return Verdict.MISSING
    if a == b or "".join(a) == "".join(b):
        return Verdict.SAME
    if kind == "given":
        return _given(a, b)
    return _family(a, b)


def _given(a: Words, b: Words) -> Verdict:
    """The first words decide; "Anna Maria" is also an Anna, and sometimes a Maria."""
    first = _word(a[0], b[0])
    if first is Verdict.SAME:
        return _middle(a[1:], b[1:])
    if first is not Verdict.DIFFERS:
        return first
    if set(a) & set(b) - {word for word in a if len(word) == 1}:
        return Verdict.PART
    return _joined("".join(a), "".join(b))


def _joined(a: str, b: str) -> Verdict:
    return Verdict.NEAR if near(a, b) else Verdict.VAGUE if vaguely(a, b) else Verdict.DIFFERS


def _middle(a: Words, b: Words) -> Verdict:
    return Verdict.SAME if not a or not b or _word(a[0], b[0]) is not Verdict.DIFFERS else Verdict.PART


def _word(a: str, b: str) -> Verdict:
    if a == b:
        return Verdict.SAME
    if len(a) == 1 or len(b) == 1:
        return Verdict.INITIAL if a[0] == b[0] else Verdict.DIFFERS
    if NAME_ROOTS.get(a, frozenset()) & NAME_ROOTS.get(b, frozenset()):
        return Verdict.NICKNAME
    if near(a, b):
        return Verdict.NEAR
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and long.startswith(short) and short not in NAME_ROOTS.get(short, ()):
        return Verdict.NICKNAME  # cut off; "Anna" is no short form of "Annabelle"
    if len(short) == 3 and edits(a, b, 1) <= 1:
        return Verdict.NEAR
    return Verdict.VAGUE if vaguely(a, b) else Verdict.DIFFERS


def _family(a: Words, b: Words) -> Verdict:
    """Of a double name one half may be missing."""
    if near("".join(a), "".join(b)):
        return Verdict.NEAR
    whole = [(one, other) for one, other in product(a, b) if len(one) > 1 and len(other) > 1]
    if any(one == other for one, other in whole):
        return Verdict.PART
    if len(a) == len(b) == 1:
        found = _word(a[0], b[0])
        return Verdict.NEAR if found is Verdict.NICKNAME and _long(a[0], b[0]) else _not_nick(found)
    if any(near(one, other) for one, other in whole):
        return Verdict.NEAR
    return _joined("".join(a), "".join(b))


def _long(a: str, b: str) -> bool:
    """ "Fitz" is no family name cut off; "Papadopoul" is."""
    return a.startswith(b[:5]) and min(len(a), len(b)) >= 5


def _not_nick(found: Verdict) -> Verdict:
    return Verdict.DIFFERS if found is Verdict.NICKNAME else found


def _part(kind: str, a: Words, b: Words, rarity: Rarity) -> Reason:
    return _weighed(kind, verdict(kind, a, b), a, b, rarity)


def _weighed(kind: str, found: Verdict, a: Words, b: Words, rarity: Rarity) -> Reason:
    if found is Verdict.MISSING:
        return Reason(kind, found)
    if found is Verdict.DIFFERS:
        return Reason(kind, found, _DIFFERS[kind])
    worth = min(_worth(kind, a, rarity), _worth(kind, b, rarity))
    return Reason(kind, found, worth * _SHARE[found] // 100)


def _worth(kind: str, words: Words, rarity: Rarity) -> int:
    shipped, usual = (FAMILY_WEIGHTS, FAMILY) if kind == "family" else (GIVEN_WEIGHTS, GIVEN)
    word = max(words, key=lambda w: (len(w), w)) if kind == "family" else words[0]
    return min(110, rarity.weight(kind, word, shipped.get(word, usual)))


def _crossed(a: Person, b: Person, rarity: Rarity) -> tuple[Reason, Reason] | None:
    """Each one's given name against the other's family name."""
    one = verdict("family", a.given, b.family)
    other = verdict("family", a.family, b.given)
    if not {one, other} & _CROSSING:
        return None
    halves = (
        _weighed("family", one, a.given, b.family, rarity).weight,
        _weighed("family", other, a.family, b.given, rarity).weight,
    )
    low, high = sorted(halves)
    if low < 0:  # one of the names moved, and the other is another one
        return Reason("given", Verdict.DIFFERS, _DIFFERS["given"]), Reason(
            "family", Verdict.SWAPPED, high - _SWAPPED
        )
    return (
        Reason("given", Verdict.SWAPPED if low else Verdict.MISSING, max(0, low - _SWAPPED // 2)),
        Reason("family", Verdict.SWAPPED, high - _SWAPPED // 2),
    )


def _suffix(a: str, b: str) -> Reason:
    if a and b:
        return Reason("suffix", Verdict.SAME, 5) if a == b else Reason("suffix", Verdict.DIFFERS, _SUFFIX)
    return Reason("suffix", Verdict.MISSING, -8 if a != b else 0)
