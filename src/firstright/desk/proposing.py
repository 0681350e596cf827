"""Pairs of leads a clean-up found alike: they wait for somebody to say whether they are one. Nothing is merged here."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from firstright.core.identifiers import is_id
from firstright.desk.acting import standing
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.errors import FirstrightError
from firstright.storage import duplicates

MOST = 500  # pairs of one turn: the desk has others to serve


class Alike(msgspec.Struct, frozen=True):
    """Two leads, how alike they are in per mille, and why, as codes ("email:same:100")."""

    a: str
    b: str
    score: int
    reasons: tuple[str, ...] = ()


class Proposed(msgspec.Struct, frozen=True):
    """`waiting` are open for review now; `known` were decided before, are one by now, or are gone."""

    waiting: int
    known: int = 0


class Propose:
    lane = "person"

    def __init__(self, pairs: Sequence[Alike]) -> None:
        self.pairs = [pair for pair in pairs if is_id(pair.a) and is_id(pair.b)]

    def needs(self, batch: Batch) -> None:
        for pair in self.pairs:
            batch.want_lead(pair.a)
            batch.want_lead(pair.b)

    def perform(self, batch: Batch) -> Proposed | FirstrightError:
        waiting = sum(self._proposed(batch, pair) for pair in self.pairs)
        return Proposed(waiting, len(self.pairs) - waiting)

    def _proposed(self, batch: Batch, pair: Alike) -> bool:
        one, other = standing(batch, pair.a), standing(batch, pair.b)
        if one is None or other is None or one.id == other.id:
            return False
        if other.id in duplicates.distinct_from(batch.tx, one.id):
            return False
        reasons, now = pair.reasons, batch.turn.now
        return duplicates.propose(batch.tx, batch.new_id(), one.id, other.id, pair.score, reasons, now)

    def rescue(self, batch: Batch, failure: Exception) -> Proposed | FirstrightError:
        raise failure


def propose(desk: Desk, pairs: Iterable[Alike]) -> Proposed:
    """Turn by turn, the desk's other work between them."""
    waiting = known = 0
    for some in _some(iter(pairs)):
        done = desk.act(Propose(some))
        waiting, known = waiting + done.waiting, known + done.known
    return Proposed(waiting, known)


def _some(pairs: Iterator[Alike]) -> Iterator[list[Alike]]:
    while some := list(islice(pairs, MOST)):
        yield some
