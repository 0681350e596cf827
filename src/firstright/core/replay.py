"""One decision made again from its record, and what came out otherwise. Pure: the versions it names and where the
rotations stood are handed in; nothing is looked up, and nothing is mended.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from firstright.core.apply import moved
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import CreditChange, MadeUp, Returned, Spread, Turned, result_bytes
from firstright.core.record import Record, stood_of
from firstright.core.roster import PoolMembers, Roster
from firstright.core.world import PoolStanding, Standing, World

Rotation = tuple[str, str]  # (pool, lane)
Shared = tuple[tuple[str, int], ...]  # (rep, weight), in pool order


class Entry(msgspec.Struct, frozen=True):
    """One ledger row as stored, with the sets it names spelled out."""

    pool: str
    lane: str
    seq: int
    kind: str  # turned | spread | made-up | returned | manual
    rep: str
    cost: int  # 10⁻⁹ leads
    shared: Shared  # who shared it, with the weights of that moment
    owing: Shared
    period: int
    decision_id: str | None
    roster_version: int | None  # of that decision; None when there is none
    at: datetime


MOST = 50  # differences told of one decision


class Verdict(StrEnum):
    EQUAL = "equal"
    DIFFERS = "differs"
    OTHER_ENGINE = "other-engine"  # made by an engine that meant something else
    ERASED = "erased"  # the person's data is gone, and the record with it


class Difference(msgspec.Struct, frozen=True):
    """One place where a stored value and the recomputed one part. Values are JSON; empty means there is none."""

    where: str  # JSON pointer into the result, or what else was compared
    stored: str
    again: str


def replay(
    record: Record, policy: Compiled, roster: Roster, pools: Mapping[Rotation, PoolStanding]
) -> tuple[Difference, ...]:
    """Decides again as of then; nothing when the same bytes came out. `pools` is where rotations stood before it."""
    world = World(record.as_of, record.turn, roster, Standing(pools), stood=stood_of(record.decision()))
    again = result_bytes(decide_knowing(record.lead, record.cause, policy, world, record.candidates))
    stored = bytes(record.result)
    if again == stored:
        return ()
    told = differences(stored, again)
    return told or (Difference("bytes", f"{len(stored)} bytes", f"the same values in {len(again)} bytes"),)


def differences(stored: bytes, again: bytes) -> tuple[Difference, ...]:
    """Where two JSON texts part, in the order of the first, at most fifty places."""
    found = _parted("", msgspec.json.decode(stored), msgspec.json.decode(again))
    return tuple(difference for difference, _ in zip(found, range(MOST), strict=False))


def change_of(entry: Entry, pool: PoolMembers) -> CreditChange:
    """A ledger row as the change it was; `pool` are the members of its roster version.

    ValueError for a row no decision writes, or with somebody the pool never had.
    """
    places = {member: place for place, member in enumerate(pool.ids)}
    named = [rep for rep, _ in (*entry.shared, *entry.owing)]
    if strangers := [rep for rep in named if rep not in places]:
        raise ValueError(f"{strangers[0]} is no member of {pool.pool}")
    shared = _bits(entry.shared, places)
    match entry.kind:
        case "turned":
            owing = _bits(entry.owing, places) if entry.owing else ""
            return Turned(
                entry.pool, entry.lane, entry.seq, entry.rep, entry.cost, shared, "", entry.period, owing
            )
        case "spread":
            return Spread(entry.pool, entry.lane, entry.seq, entry.rep, shared)
        case "made-up":
            return MadeUp(entry.pool, entry.lane, entry.seq, entry.rep, entry.cost, shared)
        case "returned" | "manual":
            return Returned(entry.pool, entry.lane, entry.seq, entry.rep, entry.cost)
    raise ValueError(f"a row of kind {entry.kind} is nothing a decision does")


def moved_in_order(standing: PoolStanding, entry: Entry, pool: PoolMembers) -> PoolStanding:
    """One ledger row after the last one, by the weights it was shared by. ValueError when it is not the next, or cannot be
    followed."""
    if entry.seq != standing.seq + 1:
        raise ValueError(f"row {entry.seq} follows row {standing.seq}")
    weights = dict(zip(pool.ids, pool.weights, strict=True)) | dict(entry.shared) | dict(entry.owing)
    weighed = msgspec.structs.replace(pool, weights=tuple([weights[rep] for rep in pool.ids]))
    return moved(standing, change_of(entry, pool), weighed)


def _bits(shared: tuple[tuple[str, int], ...], places: Mapping[str, int]) -> str:
    return f"{sum([1 << places[rep] for rep, _ in shared]):x}"


def _parted(where: str, stored: object, again: object) -> Iterator[Difference]:
    match stored, again:
        case dict(), dict():
            for name in (*stored, *[n for n in again if n not in stored]):
                yield from _parted(f"{where}/{name}", stored.get(name, _NOTHING), again.get(name, _NOTHING))
        case list(), list():
            for i in range(max(len(stored), len(again))):
                yield from _parted(f"{where}/{i}", _at(stored, i), _at(again, i))
        case _:
            if type(stored) is not type(again) or stored != again:
                yield Difference(where or "/", _text(stored), _text(again))


_NOTHING = object()


def _at(values: list[object], i: int) -> object:
    return values[i] if i < len(values) else _NOTHING


def _text(value: object) -> str:
    return "" if value is _NOTHING else msgspec.json.encode(value).decode()
