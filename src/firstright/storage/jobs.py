"""Alarms: claim what is due, most urgent first; record what became of it. What a job means is its caller's business."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

STEP = timedelta(microseconds=1)
MOST_ATTEMPTS = 3  # a job whose worker died this often is parked

_COLUMNS = (
    "id, kind, lane, lead_id, ref_id, cause, due_at, priority, guard_epoch, lease_token, attempts, payload"
)
_READY = "state = 'ready' AND lane = ? AND kind = ?"
# One step of the index. Of max() and min() PostgreSQL, before it has counted the table, reads all that is ready, every second.
_URGENT = Statement(
    f"SELECT priority FROM job WHERE {_READY} AND priority < ? ORDER BY priority DESC LIMIT 1"
)
_DUE = Statement(
    f"SELECT due_at, id, attempts FROM job WHERE {_READY} AND priority = ? AND due_at <= ? ORDER BY due_at LIMIT ?",
    postgresql=f"""SELECT due_at, id, attempts FROM job WHERE {_READY.replace("?", "%s")} AND priority = %s
       AND due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED""",
)
_ONE_DUE = Statement(f"SELECT 1 FROM job WHERE {_READY} AND priority = ? AND due_at <= ? LIMIT 1")
_FIRST = Statement(f"SELECT due_at FROM job WHERE {_READY} AND priority = ? ORDER BY due_at LIMIT 1")
_HELD = Statement("SELECT due_at, lease_until FROM job WHERE state = 'leased' AND lane = ? AND kind = ?")
_LEASES_OVER = Statement("SELECT 1 FROM job WHERE state = 'leased' AND lease_until < ? LIMIT 1")
_SUSPECT_OUT = Statement(f"SELECT 1 FROM job WHERE state = 'leased' AND attempts >= {MOST_ATTEMPTS} LIMIT 1")
# On PostgreSQL a state that is compared plainly makes the planner walk the whole partial index of that state, for each
# of the names given: 350 ms for 200 of 4,000. Written so that it cannot, it looks the names up.
_CLAIM = Statement(
    f"""UPDATE job SET state = 'leased', lease_token = ?, lease_until = ?, attempts = attempts + 1
       WHERE state = 'ready' AND id IN (SELECT value FROM json_each(?)) RETURNING {_COLUMNS}""",
    postgresql=f"""UPDATE job SET state = 'leased', lease_token = %s, lease_until = %s,
       attempts = attempts + 1
       WHERE state || '' = 'ready' AND id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))
       RETURNING {_COLUMNS}""",
)
_EXPIRED = Statement(
    """UPDATE job SET state = CASE WHEN attempts >= ? THEN 'dead' ELSE 'ready' END, lease_token = '', lease_until = NULL
       WHERE state = 'leased' AND lease_until < ?"""
)
_MINE = "WHERE id = ? AND state = 'leased' AND lease_token = ?"
# SQLite is told the order: left to itself it read the whole list of names for each job that anybody has leased.
_HELD_BY = Statement(
    """SELECT j.id FROM json_each(?) AS m CROSS JOIN job AS j ON j.id = m.key
       WHERE j.state = 'leased' AND j.lease_token = m.value""",
    postgresql="""SELECT j.id FROM json_each_text(%s::json) AS m JOIN job AS j ON j.id = m.key::uuid
       WHERE j.state || '' = 'leased' AND j.lease_token = m.value""",
)
_AGAIN = Statement(
    f"""UPDATE job SET state = 'ready', due_at = ?, last_error = ?, payload = ?, attempts = 0,
       lease_token = '', lease_until = NULL {_MINE}"""
)
_NEXT = Statement(
    """UPDATE lead SET next_at = (
         SELECT min(due_at) FROM job WHERE lead_id = ? AND state = 'ready' AND due_at >= ?) WHERE id = ?"""
)
_FORGET = Statement(
    """UPDATE job SET state = 'cancelled' WHERE lead_id = ? AND kind = 'decide' AND cause = 'no-reply'
       AND state = 'ready'"""
)
_ACCEPT = Statement(
    "UPDATE assignment SET accepted_at = ? WHERE lead_id = ? AND epoch = ? AND accepted_at IS NULL"
)
_WITHDRAW = Statement(
    "UPDATE review_item SET state = 'withdrawn' WHERE lead_id = ? AND state IN ('open', 'claimed')"
)
_TASK_DONE = Statement(
    "UPDATE task SET state = 'done' WHERE lead_id = ? AND rep_id = ? AND channel = ? AND state = 'open'"
)
_RAISE = Statement("UPDATE job SET priority = ? WHERE lead_id = ? AND state = 'ready' AND priority < ?")
_END_CLOCKS = (
    Statement("UPDATE clock SET state = 'cancelled' WHERE lead_id = ? AND state IN ('running', 'paused')"),
    Statement("UPDATE job SET state = 'cancelled' WHERE lead_id = ? AND kind = 'clock' AND state = 'ready'"),
)
_encode = msgspec.json.Encoder().encode


_Found = tuple[int, object, str, int]  # priority (negative), due at, id, attempts


class DueJob(NamedTuple):
    """A claimed job. `lease_token` proves it is still ours; `guard_epoch` names the holder it is meant for, or None."""

    id: str
    kind: str  # decide | clock | route
    lane: str
    lead_id: str  # empty: the job is about somebody who leaves, whom ref_id names
    ref_id: str
    cause: str
    due_at: datetime
    priority: int
    guard_epoch: int | None
    lease_token: str
    attempts: int  # since a try last failed, this one included: all others died
    payload: str


def claim_due(
    tx: Tx,
    now: datetime,
    limit: int,
    token: str,
    lease: int,
    *,
    lane: str = "deadlines",
    kinds: Sequence[str] = ("decide", "clock", "route"),
) -> list[DueJob]:
    """Up to `limit` jobs due by `now`, most urgent first, ours for `lease` seconds. Leases that ran out come back first.

    Of those that one more death would park, one at a time is out: whoever dies of another's fault is not parked for it.
    """
    at = instants.text(now)
    tx.run(_EXPIRED, (MOST_ATTEMPTS, at))
    due = [found for kind in kinds for found in _due(tx, lane, kind, at, limit)]
    chosen = _chosen(sorted(due)[:limit], suspects=0 if tx.one(_SUSPECT_OUT) else 1)
    if not chosen:
        return []
    until = instants.text(now + timedelta(seconds=lease))
    claimed = tx.all(_CLAIM, (token, until, _encode(chosen).decode()))
    jobs = [
        DueJob._make((*row[:3], row[3] or "", *row[4:6], instants.read(row[6]), *row[7:])) for row in claimed
    ]
    return sorted(jobs, key=lambda job: (-job.priority, job.due_at, job.id))


def _chosen(due: Iterable[_Found], suspects: int) -> list[str]:
    chosen: list[str] = []
    for _, _, name, attempts in due:
        suspect = attempts >= MOST_ATTEMPTS - 1
        if suspects >= suspect:
            suspects -= suspect
            chosen.append(name)
    return chosen


def _due(tx: Tx, lane: str, kind: str, at: str, limit: int) -> list[_Found]:
    """One walk of the index per priority in use: a scan would read everything that is not due yet."""
    found: list[_Found] = []
    below = 2**62
    while len(found) < limit:
        row = tx.one(_URGENT, (lane, kind, below))
        if row is None:
            break
        below = row[0]
        found += [(-below, *row) for row in tx.all(_DUE, (lane, kind, below, at, limit))]
    return found


def anything_due(tx: Tx, now: datetime, *, lane: str = "deadlines", kinds: Sequence[str]) -> bool:
    """Whether `claim_due` would find anything: a look that writes nothing, so that an idle node takes no turns."""
    at = instants.text(now)
    if tx.one(_LEASES_OVER, (at,)):
        return True
    for kind in kinds:
        below = 2**62
        while row := tx.one(_URGENT, (lane, kind, below)):
            below = row[0]
            if tx.one(_ONE_DUE, (lane, kind, below, at)):
                return True
    return False


def first_due(tx: Tx, *, lane: str = "deadlines", kinds: Sequence[str]) -> datetime | None:
    """The earliest instant at which `claim_due` finds something; what a dead worker held counts from its lease's end."""
    found: list[datetime] = []
    for kind in kinds:
        below = 2**62
        while row := tx.one(_URGENT, (lane, kind, below)):
            below = row[0]
            found.append(instants.read(tx.all(_FIRST, (lane, kind, below))[0][0]))
        for due, lease in tx.all(_HELD, (lane, kind)):
            found.append(max(instants.read(due), instants.read(lease) + STEP))
    return min(found, default=None)


def held(tx: Tx, leases: Iterable[tuple[str, str]]) -> set[str]:
    """Of (job, token) those that are still ours. Under the turn nobody can take them before the commit."""
    return {name for (name,) in tx.all(_HELD_BY, (_encode(dict(leases)).decode(),))}


def again(tx: Tx, job_id: str, token: str, due: datetime, error: str, payload: str = "{}") -> bool:
    """Tried and failed: ready again at `due`. False when the lease is no longer ours.

    Who failed is alive: deaths are counted anew, else a kill after three failed tries would park the job for ever.
    """
    return tx.run(_AGAIN, (instants.text(due), error, payload, job_id, token)) == 1


def tell_next(tx: Tx, lead_id: str, now: datetime) -> None:
    """A job of the lead was put off: its next instant is the first at which one of them is due after now."""
    tx.run(_NEXT, (lead_id, instants.text(now), lead_id))


def forget_reminders(tx: Tx, leads: Iterable[str]) -> None:
    """Something happened to these leads: that nothing does is to be noticed from now on anew."""
    tx.many(_FORGET, [(lead,) for lead in leads])


def accept(tx: Tx, accepted: Iterable[tuple[str, int, datetime]]) -> None:
    """(lead, epoch, when) its holder said that it is theirs."""
    tx.many(_ACCEPT, [(instants.text(at), lead, epoch) for lead, epoch, at in accepted])


def finish_tasks(tx: Tx, done: Iterable[tuple[str, str, str]]) -> None:
    """(lead, rep, channel): their open tasks of that kind are done."""
    tx.many(_TASK_DONE, list(done))


def withdraw_reviews(tx: Tx, leads: Iterable[str]) -> None:
    """These leads have gone on without anybody's look."""
    tx.many(_WITHDRAW, [(lead,) for lead in leads])


def raise_priority(tx: Tx, raised: Iterable[tuple[str, int]]) -> None:
    """(lead, priority): what is due about the lead is at least as urgent from now on."""
    tx.many(_RAISE, [(priority, lead, priority) for lead, priority in raised])


def end_clocks(tx: Tx, leads: Iterable[str]) -> None:
    """Stops every clock of these leads, and the alarms that go with them."""
    values = [(lead,) for lead in leads]
    for statement in _END_CLOCKS:
        tx.many(statement, values)
