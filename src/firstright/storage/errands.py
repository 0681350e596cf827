"""Errands: long work that somebody asked for, how far each is, and what became of what it did so far. What a slice of one is, is the
desk's."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.errands import errand
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

PREVIEW, HOOK, QUARANTINE = "repair-preview", "hook-replay", "quarantine-replay"
RUNNING, DONE, STOPPED = "running", "done", "stopped"

_COLUMNS = ", ".join(errand.columns.keys())
_ADD = insert_into(errand)
_ONE = Statement(f"SELECT {_COLUMNS} FROM errand WHERE id = ?")
_LATEST = Statement(f"SELECT {_COLUMNS} FROM errand WHERE kind = ? ORDER BY asked_at DESC, id DESC LIMIT ?")
_LAST = Statement(
    f"SELECT {_COLUMNS} FROM errand WHERE kind = ? AND about = ? ORDER BY asked_at DESC, id DESC LIMIT 1"
)
_UNDER_WAY = Statement("SELECT id FROM errand WHERE kind = ? AND about = ? AND state = 'running' LIMIT 1")
_GO_ON = Statement(
    "UPDATE errand SET total = ?, done = ?, place = ?, counts = ? WHERE id = ? AND state = 'running'"
)
_END = Statement(
    "UPDATE errand SET state = ?, finished_at = ?, stopped_by = ?, stopped_why = ? WHERE id = ? AND state = 'running'"
)
_encode = msgspec.json.Encoder().encode
_counts = msgspec.json.Decoder(dict[str, int]).decode


class Errand(NamedTuple):
    """`total` is 0 until what there is to do was counted; `place` is where the next slice begins, as its kind writes it. `stopped_by`: who
    had no more of it done, empty where it stopped by itself; `stopped_why`: what they said, or what it could not go on without."""

    id: str
    kind: str
    about: str
    asked_at: datetime
    asked_by: str
    state: str = RUNNING
    total: int = 0
    done: int = 0
    place: str = ""
    counts: Mapping[str, int] = {}
    finished_at: datetime | None = None
    stopped_by: str = ""
    stopped_why: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.state == RUNNING


def add(tx: Tx, new: Errand) -> None:
    head = (new.id, new.kind, new.about, instants.text(new.asked_at), new.asked_by, new.state)
    tx.run(_ADD, (*head, new.total, new.done, new.place, _encode(new.counts).decode(), None, "", ""))


def one(tx: Tx, name: str) -> Errand | None:
    row = tx.one(_ONE, (name,)) if is_id(name) else None
    return None if row is None else _read(row)


def latest(tx: Tx, kind: str, limit: int = 20) -> list[Errand]:
    return [_read(row) for row in tx.all(_LATEST, (kind, limit))]


def last(tx: Tx, kind: str, about: str) -> Errand | None:
    """The last that did just this."""
    row = tx.one(_LAST, (kind, about))
    return None if row is None else _read(row)


def under_way(tx: Tx, kind: str, about: str) -> str:
    """The one that does the same already; empty when there is none."""
    row = tx.one(_UNDER_WAY, (kind, about))
    return str(row[0]) if row else ""


def go_on(tx: Tx, now: Errand) -> None:
    """Where it is by now."""
    tx.run(_GO_ON, (now.total, now.done, now.place, _encode(now.counts).decode(), now.id))


def end(tx: Tx, name: str, state: str, at: datetime, *, by: str = "", why: str = "") -> bool:
    """False where it was over before. `by` and `why` are of one that is stopped."""
    return tx.run(_END, (state, instants.text(at), by, why, name)) == 1


def count(tx: Tx, name: str, place: str, what: str) -> None:
    """One thing more was done of it, in the turn that did it; nothing for what belongs to no errand."""
    errand = one(tx, name) if name else None
    if errand is not None:
        counts = counted(errand.counts, {what: 1})
        go_on(tx, errand._replace(done=errand.done + 1, place=max(place, errand.place), counts=counts))


def counted(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Both together."""
    return {name: before.get(name, 0) + more.get(name, 0) for name in sorted({*before, *more})}


def _read(row: Row) -> Errand:
    name, kind, about, asked_at, by, state, total, done, place, counts, finished, *stopped = row
    at = instants.read(asked_at)
    told = (state, total, done, place, _counts(counts), instants.read_maybe(finished), *stopped)
    return Errand(str(name), kind, about, at, by, *told)
