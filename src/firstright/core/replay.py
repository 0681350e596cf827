"""One decision made again from its record, and what came out otherwise. Pure: the versions it names and where the
rotations stood are handed in; nothing is looked up, and nothing is mended.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from firstright.core.apply import moved
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import CreditChange, Spread, Turned, result_bytes
from firstright.core.pools import LEAD
from firstright.core.record import Record, loads_of
from firstright.core.roster import Roster
from firstright.core.world import PoolStanding, Standing, World

Rotation = tuple[str, str]  # (pool, lane)
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
    loads = loads_of(record.decision(), roster)
    world = World(record.as_of, record.turn, roster, Standing(pools, loads))
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


def change_of(
    kind: str, rotation: Rotation, seq: int, rep: str, cost: int, shared: tuple[str, ...], roster: Roster
) -> CreditChange:
    """A ledger row as the change it was. ValueError for a row no decision writes, or with somebody the pool never had."""
    pool, lane = rotation
    places = {member: place for place, member in enumerate(roster.members(pool).ids)}
    if strangers := [member for member in shared if member not in places]:
        raise ValueError(f"{strangers[0]} is no member of {pool} in roster version {roster.version}")
    mask = f"{sum([1 << places[member] for member in shared]):x}"
    if kind == "turned" and cost == LEAD:
        return Turned(pool, lane, seq, rep, cost, mask)
    if kind == "spread":
        return Spread(pool, lane, seq, rep, mask)
    raise ValueError(f"a row of kind {kind} and cost {cost} is nothing a decision does")


def moved_in_order(standing: PoolStanding, change: CreditChange, roster: Roster) -> PoolStanding:
    """One ledger row after the last one. ValueError when it is not the next, or cannot be followed."""
    if change.seq != standing.seq + 1:
        raise ValueError(f"row {change.seq} follows row {standing.seq}")
    return moved(standing, change, roster)


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
