"""Where rotations, loads, limits and presence stand, one row each, stamped with the turn that left it there.

What they mean, and how they move, is the core's.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from firstright.core.world import Load, PoolStanding, Seen, Standing, Tally
from firstright.storage.rows import StandingRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_CHANGED = Statement("SELECT scope, data FROM standing WHERE turn > ?")
_encode = msgspec.json.Encoder().encode
Ints = tuple[int, ...]


class _Pool(msgspec.Struct, array_like=True):
    seq: int
    members: tuple[str, ...]
    credit: Ints
    last: Ints
    owed: Ints = ()
    period: int = 0
    counts: Ints = ()


_pool = msgspec.json.Decoder(_Pool).decode
_load = msgspec.json.Decoder(Load).decode
_tally = msgspec.json.Decoder(Tally).decode
_seen = msgspec.json.Decoder(Seen).decode


def load(tx: Tx, since: int) -> Standing:
    """All that turns after `since` changed; -1 for everything."""
    return read(tx.all(_CHANGED, (since,)))


def read(found: Iterable[Sequence[str]]) -> Standing:
    """Of (scope, data), as they are stored."""
    pools: dict[tuple[str, str], PoolStanding] = {}
    loads: dict[str, Load] = {}
    tallies: dict[tuple[str, str], Tally] = {}
    seen: dict[str, Seen] = {}
    for scope, data in found:
        kind, _, name = scope.partition(":")
        match kind:
            case "rep":
                loads[name] = _load(data)
            case "limit":  # an id holds no colon, the name of a limit may
                limit, _, rep = name.rpartition(":")
                tallies[limit, rep] = _tally(data)
            case "seen":
                seen[name] = _seen(data)
            case _:
                pool, _, lane = name.partition(":")  # the name of a lane may hold one
                pools[pool, lane] = pool_standing(data)
    return Standing(pools, loads, tallies, seen)


def over(standing: Standing, changed: Standing) -> Standing:
    """The same with what a trial has changed of it."""
    return msgspec.structs.replace(
        standing,
        changed_pools={**changed.pools},
        changed_loads={**changed.loads},
        changed_tallies={**changed.tallies},
    )


def rows(standing: Standing, turn: int) -> Iterator[StandingRow]:
    """What a batch has changed."""
    for (pool, lane), where in standing.changed_pools.items():
        yield StandingRow(f"pool:{pool}:{lane}", turn, pool_text(where))
    for rep, has in standing.changed_loads.items():
        yield StandingRow(f"rep:{rep}", turn, _encode(msgspec.structs.astuple(has)).decode())
    for (limit, rep), tally in standing.changed_tallies.items():
        yield StandingRow(f"limit:{limit}:{rep}", turn, _encode(tally).decode())
    for rep, last in standing.changed_seen.items():
        yield StandingRow(f"seen:{rep}", turn, _encode(last).decode())


def pool_text(standing: PoolStanding) -> str:
    plain = (standing.seq, standing.members, standing.credit, standing.last)
    if standing.owed or standing.period:
        return _encode((*plain, standing.owed, standing.period, standing.counts)).decode()
    return _encode(plain).decode()


def pool_standing(data: str) -> PoolStanding:
    """What `pool_text` wrote."""
    return PoolStanding(*msgspec.structs.astuple(_pool(data)))
