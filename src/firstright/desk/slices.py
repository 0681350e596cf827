"""What every kind of errand has in common: how one begins, and what a slice of it leaves behind. What is done is the kinds' own."""

from collections.abc import Callable, Mapping

import msgspec

from firstright.desk.batch import Batch
from firstright.storage import errands
from firstright.storage.errands import Errand
from firstright.storage.rows import JobRow
from firstright.storage.transactions import Tx


def _nothing(tx: Tx) -> None:
    """What the slice did is committed already."""


class Slice(msgspec.Struct, frozen=True):
    """`place` is where the next one begins, empty where it is written down already; `total` what there is to do, 0 where that is known
    by now; `n` what this one did, by name in `counts`. `failed`: why no other will come."""

    place: str
    n: int = 0
    counts: Mapping[str, int] = {}
    total: int = 0
    over: bool = False
    failed: str = ""
    put_down: Callable[[Tx], None] = _nothing


class Begun(msgspec.Struct, frozen=True):
    errand: str


def begin(batch: Batch, kind: str, about: msgspec.Struct, by: str) -> str:
    """Its id, or that of the one that does the same already."""
    said = msgspec.json.encode(about).decode()
    if before := errands.under_way(batch.tx, kind, said):
        return before
    name, now = batch.new_id(), batch.turn.now
    errands.add(batch.tx, Errand(name, kind, said, now, by))
    batch.rows.jobs.append(JobRow(batch.new_id(), "errand", "bulk", None, name, kind, now, 0))
    return name
