"""Which words of two companies' names are one: joined, abbreviated, spelt a little differently. It weighs nothing."""

from itertools import pairwise

from firstright.core.likeness.spelling import edits

Slip = tuple[str, str, int]  # word, word, per cent of its worth that agreeing so is worth
_LITTLE = frozenset({"of", "and", "the", "for", "de", "et", "und"})


def aligned(left: list[str], right: list[str]) -> list[Slip]:
    """Takes what belongs together out of both lists: first two words that are one ("face book"), then initials ("BNY"), then
    words with a slip."""
    if not left or not right:
        return []
    found = [*_joined(left, right), *_joined(right, left), *_initials(left, right), *_initials(right, left)]
    pairs = sorted(
        ((alike(one, other), one, other) for one in left for other in right),
        key=lambda each: (-each[0], each[1:]),
    )
    for parts, one, other in pairs:
        if parts and one in left and other in right:
            left.remove(one)
            right.remove(other)
            found.append((one, other, parts))
    return found


def _joined(single: list[str], several: list[str]) -> list[Slip]:
    found = []
    for one in tuple(single):
        pair = next((pair for pair in pairwise(several) if len(one) >= 4 and one == "".join(pair)), None)
        if pair:
            single.remove(one)
            for word in pair:
                several.remove(word)
            found.append((one, one, 95))
    return found


def _initials(single: list[str], several: list[str]) -> list[Slip]:
    """ "BNY" for "Bank of New York": three words or more, one after the other."""
    found = []
    for one in tuple(single):
        words = [word for word in several if word not in _LITTLE]
        if not 3 <= len(one) <= 5 or len(words) < len(one):
            continue
        for at in range(len(words) - len(one) + 1):
            run = words[at : at + len(one)]
            if "".join(word[0] for word in run) == one:
                single.remove(one)
                for word in run:
                    several.remove(word)
                found.append((one, one, 100))
                break
    return found


def alike(one: str, other: str) -> int:
    """Per cent of its worth; 0 for two words. Short words are too easily another one."""
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    if one.isdigit() or other.isdigit():
        return 0
    if long in (f"{short}s", f"{short}es"):
        return 95
    if len(short) == 1 and long.startswith(short):
        return 40
    if len(short) >= 5 and long.startswith(short):
        return 50
    most = 0 if len(short) < 4 else 1 if len(short) < 7 else 2
    apart = edits(one, other, most) if most else 1
    if apart > most:
        return 0
    return 85 if apart == 1 and len(short) >= 7 else 75 if apart == 1 and len(short) >= 5 else 60
