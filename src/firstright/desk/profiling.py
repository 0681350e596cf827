"""Counts what sources send while it comes: by source, hour and field how often it was filled, wrong, in no table, and of what shape.

In memory, put down by the writer every few seconds behind everything else. A count may be lost with the process; no arrival
waits for one, and what was rolled back or answered before is not in it.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TypeVar

from firstright.core.clean.problem import Problem
from firstright.core.clean.text import as_word
from firstright.desk.arrival import Seen
from firstright.desk.batch import Batch
from firstright.desk.counting import Counting
from firstright.desk.writer import Writer
from firstright.storage import profiles
from firstright.storage.profiles import (
    ARRIVED,
    FILLED,
    SHAPE,
    SYNONYMS,
    UNMAPPED,
    WRONG,
    Key,
    Missed,
)

EVERY = 10.0  # seconds
PIECE = 200  # counters put down at a time: what somebody waits for goes between two pieces
MOST = 20_000  # counters held; what comes on top is counted without its word
VALUES = 25  # that no table knows, put down at a time: each is looked up first
MOST_MISSED = 1_000  # of them held
ALL_SHAPED = 100  # arrivals of a source in a day that have their values' shapes looked at
SHAPED = 8  # of those behind them one in so many has
LOOKED_AT = 64  # characters of a value
LONGEST_SHAPE = 24
FREE = frozenset({"message", "source"})  # prose has no shape, and the source's name is what is counted by

T = TypeVar("T")

log = logging.getLogger("firstright.profiling")

_LETTERS = re.compile(r"a+")
_CAPITALS = re.compile(r"A+")
_SPACES = re.compile(r"\s+")
_ASCII = {
    **dict.fromkeys(range(ord("0"), ord("9") + 1), "9"),
    **dict.fromkeys(range(ord("a"), ord("z") + 1), "a"),
    **dict.fromkeys(range(ord("A"), ord("Z") + 1), "A"),
}


@lru_cache(4_096)  # countries, zones and kinds come again and again
def shape(value: str) -> str:
    """What a value looks like: digits as they are many, letters as runs, the rest as it is. "Ada B-12" is "Aa A-99"."""
    head = value[:LOOKED_AT].translate(_ASCII)
    if not head.isascii():
        head = "".join(c if c.isascii() else "a" if c.isalpha() else c for c in head)
    found = _SPACES.sub(" ", _CAPITALS.sub("A", _LETTERS.sub("a", head)))
    return found if len(found) <= LONGEST_SHAPE else found[:LONGEST_SHAPE] + profiles.OTHER_SHAPE


class Profiling(Counting):
    """Threads may share it. `note` costs a few dictionary look-ups an arrival."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer, EVERY, log, "profile.not-counted")
        self._counted: dict[Key, int] = {}
        self._filled: dict[tuple[str, datetime], Counter[str]] = {}  # by field: most of what is counted
        self._missed: dict[tuple[str, str], Missed] = {}
        self._shapes: dict[tuple[str, str], set[str]] = {}  # of the day: what comes beyond the most is one
        self._day: date | None = None
        self._today: dict[str, int] = {}  # arrivals by source
        self._used: set[tuple[str, str]] = (
            set()
        )  # synonyms, of the day: that one was used is counted once a day

    def note(self, arrivals: Iterable[Seen]) -> None:
        """They were committed."""
        with self._lock:
            for each in arrivals:
                self._one(each)
            self._soon()

    def _one(self, seen: Seen) -> None:
        hour = seen.at.replace(minute=0, second=0, microsecond=0)
        if seen.facts:
            self._count(seen, hour)
        for field, value in seen.missed:
            if seen.facts:
                self._add((seen.source, hour, field, UNMAPPED, ""), 1)
            self._miss(field, value, seen)

    def _count(self, seen: Seen, hour: datetime) -> None:
        source = seen.source
        if self._day != hour.date():
            self._day = hour.date()
            self._shapes.clear()
            self._today.clear()
            self._used.clear()
            self._add((source, hour, SYNONYMS, ARRIVED, ""), 1)
        today = self._today[source] = self._today.get(source, 0) + 1
        self._add((source, hour, "", ARRIVED, seen.lane), 1)
        filled = self._filled.get((source, hour))
        if filled is None:
            filled = self._filled[source, hour] = Counter()
        filled.update(seen.facts.keys())
        if today <= ALL_SHAPED or today % SHAPED == 0:
            self._shape(seen, hour)
        for field, word in seen.meant:
            if (field, word) not in self._used:
                self._used.add((field, word))
                self._add((source, hour, field, ARRIVED, word[: profiles.LONGEST]), 1)
        for problem in seen.problems:
            self._add((source, hour, _field_of(problem), WRONG, problem.code), 1)

    def _shape(self, seen: Seen, hour: datetime) -> None:
        for field, value in seen.facts.items():
            if type(value) is str and field not in FREE:
                self._add((seen.source, hour, field, SHAPE, self._kept_shape(seen.source, field, value)), 1)

    def _kept_shape(self, source: str, field: str, value: str) -> str:
        found, known = shape(value), self._shapes.setdefault((source, field), set())
        if found not in known and len(known) >= profiles.MOST_SHAPES:
            return profiles.OTHER_SHAPE
        known.add(found)
        return found

    def _add(self, key: Key, n: int) -> None:
        if key not in self._counted and len(self._counted) >= MOST and key[4]:
            key = (*key[:4], profiles.OTHER_SHAPE)
        self._counted[key] = self._counted.get(key, 0) + n

    def _miss(self, field: str, value: str, seen: Seen) -> None:
        name = (field, folded(value))
        if name not in self._missed and len(self._missed) >= MOST_MISSED:
            name = (field, "")
        missed = self._missed.setdefault(name, Missed(*name, n=0, first_at=seen.at, last_at=seen.at))
        missed.n += 1
        missed.last_at = max(missed.last_at, seen.at)
        missed.sources.add(seen.source)
        if len(missed.leads) < profiles.MOST_LEADS:
            missed.leads.add(seen.lead)

    def _flush(self) -> "Future[None] | None":
        with self._lock:
            counted, self._counted = self._counted, {}
            filled, self._filled = self._filled, {}
            missed, self._missed, self._timer = self._missed, {}, None
        for (source, hour), fields in filled.items():
            for field, n in fields.items():
                key = (source, hour, field, FILLED, "")
                counted[key] = counted.get(key, 0) + n
        written = None
        for piece in _cut(list(counted.items()), PIECE):
            written = self._submitted(PutDown(dict(piece), []), partial(self._anew, piece))
        for values in _cut(list(missed.values()), VALUES):
            written = self._submitted(PutDown({}, values), nothing)  # they come again by themselves
        return written

    def _anew(self, piece: list[tuple[Key, int]]) -> None:
        for key, n in piece:
            self._add(key, n)


def nothing() -> None: ...


def _cut(rows: list[T], size: int) -> Iterator[list[T]]:
    for begin in range(0, len(rows), size):
        yield rows[begin : begin + size]


def folded(value: str) -> str:
    """As a synonym is looked up, and as a database can hold it."""
    return as_word(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _field_of(problem: Problem) -> str:
    """Only the catalogue's own kind of name: what a sender calls a field may be anything."""
    name = problem.pointer.removeprefix("/")
    return name if name.replace("_", "").replace(".", "").isalnum() and len(name) <= 64 else "other"


class PutDown:
    lane = "bulk"

    def __init__(self, counted: dict[Key, int], missed: list[Missed]) -> None:
        self.counted = counted
        self.missed = missed

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        profiles.add(batch.tx, self.counted)
        if self.missed:
            profiles.add_missed(batch.tx, self.missed, batch.turn.now)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure
