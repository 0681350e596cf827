"""What a job title says about its holder: how high it stands and what it is about. Words of the shipped table are found in
it, the longest first; a title without any of them says nothing."""

from functools import cache, lru_cache

import msgspec

from firstright.core.clean.tables import title_rows
from firstright.core.clean.text import fold
from firstright.core.clean.vocabulary import SENIORITIES

_LONGEST = 4  # words of a phrase
_MOST_WORDS = 24


class Standing(msgspec.Struct, frozen=True):
    """Empty where the title does not say."""

    seniority: str
    function: str


class _Words(msgspec.Struct, frozen=True):
    """One question's phrases: whole ones, beginnings and endings of words."""

    phrases: dict[str, str]
    beginnings: dict[str, str]
    endings: dict[str, str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]


@cache
def _words(what: str) -> _Words:
    phrases: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    endings: dict[str, str] = {}
    for question, value, written in title_rows():
        for phrase in written if question == what else ():
            if phrase.endswith("*"):
                beginnings.setdefault(phrase[:-1], value)
            elif phrase.startswith("*"):
                endings.setdefault(phrase[1:], value)
            else:
                phrases.setdefault(phrase, value)
    return _Words(phrases, beginnings, endings, tuple(beginnings), tuple(endings))


@lru_cache(maxsize=16_384)
def standing(title: str) -> Standing:
    """Seniority and function of a title in any of the table's languages: "Leiterin Einkauf" is a director in
    procurement. Of several levels the highest counts, of several subjects the first."""
    words = fold(title.replace("/", " ").replace("_", " ")).split()[:_MOST_WORDS]
    levels = _found(words, _words("seniority"))
    final = next((level[1:] for level in levels if level.startswith("!")), "")
    seniority = final or min(levels, key=SENIORITIES.index, default="")
    if not seniority and words in (["partner"], ["partnerin"], ["associe"], ["associee"]):
        seniority = "owner"
    subjects = _found(words, _words("function"))
    about = next((subject for subject in subjects if subject != "executive"), "")
    return Standing(seniority, about or ("executive" if subjects or seniority in SENIORITIES[:2] else ""))


def _found(words: list[str], known: _Words) -> list[str]:
    """Values in the order of the title; words that belong to a longer phrase are not read again."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = words[at] if length == 1 else " ".join(words[at : at + length])
            if value := known.phrases.get(phrase) or (_part(phrase, known) if length == 1 else None):
                found.append(value)
                break
        at += length
    return found


def _part(word: str, known: _Words) -> str | None:
    if word.endswith(known.ends):
        return known.endings[max((end for end in known.ends if word.endswith(end)), key=len)]
    if word.startswith(known.starts):
        return known.beginnings[max((start for start in known.starts if word.startswith(start)), key=len)]
    return None
