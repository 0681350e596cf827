"""Whether two words are one, spelt differently: by edits, by sound, by script. It knows no meaning."""

from functools import lru_cache

from rapidfuzz.distance import OSA, Indel

_LATIN_END = 0x24F
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# Letters that sound alike, longest first; what is left of the vowels only opens a word.
_SOUNDS = (
    ("sch", "s"), ("tch", "c"), ("ph", "f"), ("th", "t"), ("gh", "g"), ("ck", "k"), ("sh", "s"), ("ch", "c"),
    ("kn", "n"), ("wr", "r"), ("qu", "k"), ("ce", "s"), ("ci", "s"), ("cy", "s"), ("dt", "t"), ("tz", "s"),
)  # fmt: skip
_LETTERS = str.maketrans("cqxzvwjy", "kkssffgi")


def plain(folded: str) -> str:
    """Folded text without the letters that have no accent to lose: "sorensen" of "sørensen"."""
    return folded if folded.isascii() else folded.translate(_UNDECOMPOSED)


def is_latin(text: str) -> bool:
    """Names in different scripts cannot be compared letter by letter."""
    return text.isascii() or all(ord(c) <= _LATIN_END or not c.isalpha() for c in text)


def edits(a: str, b: str, most: int) -> int:
    """Letters changed, added, left out or swapped with their neighbour; `most` + 1 when there are more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    return OSA.distance(a, b, score_cutoff=most)


def allowed(a: str, b: str) -> int:
    """How many slips of the finger a word of that length may have and still be that word."""
    shorter = min(len(a), len(b))
    return 0 if shorter < 4 else 1 if shorter < 6 else 2 if shorter < 11 else 3


def near(a: str, b: str) -> bool:
    """One word, spelt a little differently, or sounding the same."""
    if a == b:
        return True
    most = allowed(a, b)
    if most and edits(a, b, most) <= most:
        return True
    return min(len(a), len(b)) >= 4 and sound(a) == sound(b) and len(sound(a)) >= 3


def vaguely(a: str, b: str) -> bool:
    """Several slips in one short word: at least seven of ten letters are there, in their order."""
    letters = len(a) + len(b)
    return min(len(a), len(b)) >= 4 and 10 * Indel.distance(a, b) <= 3 * letters


@lru_cache(65_536)
def sound(word: str) -> str:
    """A key words that sound alike share: the first letter (a vowel is "a") and the consonants after it, none twice."""
    bare = word
    for written, said in _SOUNDS:
        if written in bare:
            bare = bare.replace(written, said)
    bare = bare.translate(_LETTERS)
    first = "a" if bare[:1] in "aeiou" else bare[:1]
    key = first
    for letter in bare[1:]:
        if letter not in "aeiouh " and letter != key[-1:]:
            key += letter
    return key
