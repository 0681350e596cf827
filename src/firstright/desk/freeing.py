"""Which pools are to be offered to those that wait, after a batch: somebody of theirs has room again, or everything may be
otherwise. It names the jobs that do it, one for each pool; who is taken is decided by them, in turns of their own.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from firstright.core.lead import Cause, Outcome
from firstright.core.roster import Roster
from firstright.core.world import NO_LOAD, Load, Presence, Standing
from firstright.desk.memory import Memory
from firstright.storage import waiting
from firstright.storage.rows import JobRow, Rows
from firstright.storage.transactions import Tx
from firstright.storage.waiting import Place, place_of


def waits_in(rows: Rows) -> dict[str, Place]:
    """Pools for which this batch has made a lead wait, each with where the first of those stands."""
    found: dict[str, Place] = {}
    for row in (*rows.leads, *rows.lead_changes):
        if row.waiting_pool and row.outcome == Outcome.WAITING:
            here = place_of(row)
            found[row.waiting_pool] = min(
                found.get(row.waiting_pool, here), here, key=lambda place: place.order
            )
    return found


def freed(standing: Standing, memory: Memory, roster: Roster) -> set[str]:
    """Pools of those who have less to do than before this batch, in any measure, or have come to their desk."""
    reps = [rep for rep, has in standing.changed_loads.items() if _less(memory.loads.get(rep, NO_LOAD), has)]
    reps += [rep for rep, seen in standing.changed_seen.items() if seen.state is Presence.ONLINE]
    known = [roster.reps[rep] for rep in reps if rep in roster.reps]
    return {place.pool for rep in known for place in rep.memberships}


def drains(
    tx: Tx,
    memory: Memory,
    wanted: Iterable[str] | None,
    rows: Rows,
    now: datetime,
    new_id: Callable[[], str],
    done: set[str],
) -> list[JobRow]:
    """A job for each of these pools (None: all) in which somebody waits and that nobody is about to look at. The pool with
    the most urgent and then the oldest lead comes first. `done` are jobs that this batch has finished.

    Who began to wait in this batch counts: it may have been before the room came free, and nothing of it is stored yet.
    """
    if memory.waiting is None:
        memory.waiting = waiting.pools(tx)
    here = waits_in(rows)
    known = memory.waiting.union(here)
    found: list[tuple[Place, str]] = []
    for pool in sorted(known if wanted is None else known.intersection(wanted)):
        place = waiting.first(tx, pool)
        if place is None:
            memory.waiting.discard(pool)
        places = [each for each in (place, here.get(pool)) if each is not None]
        if places and not is_looked_at(tx, pool, now, rows, done):
            found.append((min(places, key=lambda each: each.order), pool))
    return [
        drain(new_id(), pool, place.priority, now)
        for place, pool in sorted(found, key=lambda each: each[0].order)
    ]


def drain(name: str, pool: str, priority: int, at: datetime, payload: str = "{}") -> JobRow:
    """A job that offers a pool to those that wait for it: a decision about no lead in particular."""
    return JobRow(
        name, "decide", "deadlines", None, pool, Cause.CAPACITY_FREED, at, priority, payload=payload
    )


def is_looked_at(tx: Tx, pool: str, by: datetime, rows: Rows, done: set[str]) -> bool:
    """Whether the front of a pool's line is looked at by then anyway."""
    here = any(
        (row.ref_id, row.cause, row.lead_id, row.payload) == (pool, Cause.CAPACITY_FREED, None, "{}")
        and row.due_at <= by
        for row in rows.jobs
    )
    return here or not waiting.drains(tx, pool, by) <= done


def _less(before: Load, has: Load) -> bool:
    return any(
        now < was
        for was, now in (
            (before.leads, has.leads),
            (before.cost, has.cost),
            (before.queue, has.queue),
            (before.tasks, has.tasks),
            (before.size, has.size),
        )
    )
