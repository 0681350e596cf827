"""Finds words and phrases of many lists in a text at once: whole words, without case, accents and marks.

Where a script does not part its words (Chinese, Japanese, Korean, Thai) a word is found inside a text, too. It reads no
meaning: "no demo" has the word "demo".
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from firstright.core.clean.text import fold
from firstright.core.lead import Value

# Thai to Myanmar, Hangul, kana, Han: as `fold` leaves them.
_UNPARTED = re.compile(
    "[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)


class Told(msgspec.Struct, frozen=True):
    """A text made ready: folded between two blanks, and its words."""

    text: str
    words: frozenset[str]


NOTHING = Told("  ", frozenset())


def told(have: Value | None) -> Told:
    """What a fact says; several texts are kept apart, so that no phrase runs from one into the next."""
    if isinstance(have, str):
        folded = fold(have)
    elif isinstance(have, tuple):
        folded = " \n ".join(fold(each) for each in have)
    else:
        return NOTHING
    return Told(f" {folded} ", frozenset(folded.split())) if folded else NOTHING


class Spoken:
    """What a lead says, made ready once for each field that anybody asks about."""

    def __init__(self, facts: Mapping[str, Value]) -> None:
        self.facts = facts
        self._told: dict[str, Told] = {}

    def told(self, field: str) -> Told:
        found = self._told.get(field)
        if found is None:
            found = self._told[field] = told(self.facts.get(field))
        return found

    def text(self, field: str) -> str:
        """Folded, without the blanks around it."""
        return self.told(field).text.strip()


class Wording:
    """Words by position: bit i of what is found speaks of the i-th list. Nothing changes after it is built."""

    def __init__(self, lists: Sequence[Iterable[str]]) -> None:
        self._words: dict[str, int] = {}
        self._phrases: dict[str, list[tuple[str, int]]] = {}  # by their first word
        self._parts: list[tuple[str, int]] = []
        self._written: dict[tuple[str, int], str] = {}  # as in the list
        for position, words in enumerate(lists):
            for word in words:
                self._enter(word, fold(word), 1 << position)

    def _enter(self, written: str, folded: str, bit: int) -> None:
        if not folded:
            return
        self._written.setdefault((folded, bit), written)
        if _UNPARTED.search(folded):
            self._parts.append((folded, bit))
        elif " " in folded:
            self._phrases.setdefault(folded.partition(" ")[0], []).append((f" {folded} ", bit))
        else:
            self._words[folded] = self._words.get(folded, 0) | bit

    def find(self, said: Told) -> int:
        """The lists of which a word was said, as a mask."""
        found = 0
        for word in self._words.keys() & said.words:
            found |= self._words[word]
        for first in self._phrases.keys() & said.words:
            for phrase, bit in self._phrases[first]:
                if phrase in said.text:
                    found |= bit
        for part, bit in self._parts:
            if part in said.text:
                found |= bit
        return found

    def which(self, said: Told, position: int) -> str:
        """The word of one list that was said first in the text, as the list has it; empty when none was."""
        bit = 1 << position
        found = [(_at(said, folded), written) for (folded, of), written in self._written.items() if of == bit]
        return min((each for each in found if each[0] >= 0), default=(0, ""))[1]


def _at(said: Told, folded: str) -> int:
    return said.text.find(folded if _UNPARTED.search(folded) else f" {folded} ")
