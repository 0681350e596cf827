"""What should have happened and has not, in one snapshot: the questions of the auditor. It mends nothing.

Each question is served by an index over what is unfinished and stops at a bound, so that it may be asked twice a minute
over a million leads. Only the search for leads without an alarm goes through all of them, a slice at a time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.invariants import ACTIVE
from firstright.storage.schema.work import KINDS, LANES
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx, Value

MOST = 1_000  # ids of one finding
TRIES = 3  # of an alarm in vain; whoever was tried once more fails for a reason that stays
SLICE = 10_000  # leads looked at in one go
FIRST = "00000000-0000-0000-0000-000000000000"

_READY = "state = 'ready' AND lane = ? AND kind = ? AND priority"
_URGENT = Statement(f"SELECT priority FROM job WHERE {_READY} < ? ORDER BY priority DESC LIMIT 1")
_LATE = Statement(f"SELECT id FROM job WHERE {_READY} = ? AND due_at < ? ORDER BY due_at LIMIT {MOST}")
_ABANDONED = Statement(
    f"SELECT id, kind FROM job WHERE state = 'leased' AND lease_until < ? ORDER BY lease_until LIMIT {MOST}"
)
_FAILING = Statement(
    f"""SELECT id FROM job WHERE state = 'ready' AND last_error <> ''
       AND (json_extract(payload, '$.failed') > ? OR json_extract(payload, '$.since') < ?)
       ORDER BY due_at LIMIT {MOST}""",
    postgresql=f"""SELECT id FROM job WHERE state = 'ready' AND last_error <> ''
       AND ((payload::json ->> 'failed')::int > %s OR payload::json ->> 'since' < %s)
       ORDER BY due_at LIMIT {MOST}""",
)
_DEAD = Statement(f"SELECT id FROM job WHERE state = 'dead' ORDER BY due_at LIMIT {MOST}")
_ADRIFT = Statement(f"SELECT l.id FROM lead AS l WHERE l.next_at IS NULL AND {ACTIVE} LIMIT {MOST}")
_ASLEEP = f"""{ACTIVE} AND NOT EXISTS (SELECT 1 FROM job AS j WHERE j.lead_id = l.id AND j.state = 'ready')
       AND NOT EXISTS (SELECT 1 FROM job AS j WHERE j.lead_id = l.id AND j.state = 'leased')"""
_SLICE = Statement(f"SELECT id FROM lead WHERE id > ? ORDER BY id LIMIT 1 OFFSET {SLICE - 1}")
# A set without others, which is never a walk of all jobs for each lead: PostgreSQL, while nobody had counted the tables for it,
# made that of NOT EXISTS, two seconds for 3,800 leads, and intake was late beside them.
_SLEEPING = """SELECT l.id FROM lead AS l WHERE {leads} AND {active}
       EXCEPT SELECT j.lead_id FROM job AS j WHERE j.state = 'ready' AND {jobs}
       EXCEPT SELECT j.lead_id FROM job AS j WHERE j.state = 'leased' AND {jobs} LIMIT {most}"""
_SPANS = ("{0} > ? AND {0} <= ?", "{0} > ?")
_IN_SLICE, _AT_THE_END = (
    Statement(
        _SLEEPING.format(leads=span.format("l.id"), active=ACTIVE, jobs=span.format("j.lead_id"), most=MOST)
    )
    for span in _SPANS
)
_STILL_ASLEEP = Statement(
    f"SELECT l.id FROM lead AS l WHERE l.id IN (SELECT value FROM json_each(?)) AND {_ASLEEP}",
    postgresql=f"""SELECT l.id FROM lead AS l
       WHERE l.id IN (SELECT value::uuid FROM json_array_elements_text(%s::json)) AND {_ASLEEP}""",
)
# One step of the index per destination that has something to send, however much each of them has.
_SENDING = Statement(
    """WITH RECURSIVE sending (name) AS (
         SELECT (SELECT destination FROM delivery WHERE state = 'ready' ORDER BY destination LIMIT 1)
         UNION ALL
         SELECT (SELECT d.destination FROM delivery AS d WHERE d.state = 'ready' AND d.destination > s.name
                 ORDER BY d.destination LIMIT 1) FROM sending AS s WHERE s.name IS NOT NULL)
       SELECT name, (SELECT d.due_at FROM delivery AS d WHERE d.state = 'ready' AND d.destination = name
                     ORDER BY d.due_at LIMIT 1)
       FROM sending WHERE name IS NOT NULL"""
)
_UNSENT = Statement(
    f"""SELECT id FROM delivery WHERE state = 'ready' AND destination = ? AND due_at < ?
       ORDER BY due_at LIMIT {MOST}"""
)
_CLOSED = Statement("SELECT name FROM destination WHERE NOT enabled OR paused_until > ?")
_LEFT = Statement(
    f"SELECT id FROM delivery WHERE state = 'leased' AND lease_until < ? ORDER BY lease_until LIMIT {MOST}"
)
_KNOWN = Statement("SELECT name FROM destination")
# A pause ends with an alarm of its own. By the index of what stands still, which is little.
_PAUSED_FOR_EVER = Statement(
    f"""SELECT c.id FROM clock AS c WHERE c.state = 'paused' AND c.paused_at < ? AND NOT EXISTS (
         SELECT 1 FROM job AS j WHERE j.lead_id = c.lead_id AND j.kind = 'decide' AND j.cause = 'hours-opened'
         AND j.state IN ('ready', 'leased')) ORDER BY c.paused_at LIMIT {MOST}"""
)
# By the index of offers that are open.
_OFFERED_FOR_EVER = Statement(
    f"""SELECT id FROM offer WHERE state = 'offered' AND expires_at < ? ORDER BY offered_at LIMIT {MOST}"""
)
_encode = msgspec.json.Encoder().encode


class Slice(NamedTuple):
    """Leads nothing will wake, among those after one id up to `last`; `last` is None when there are no more."""

    asleep: list[str]
    last: str | None


def alarms(tx: Tx, before: datetime) -> dict[str, list[str]]:
    """Jobs due before an instant that nobody has claimed, by kind, and those whose worker is gone since then."""
    at = instants.text(before)
    found: dict[str, list[str]] = {}
    for lane in LANES:
        for kind in KINDS:
            below = 2**62
            while row := tx.one(_URGENT, (lane, kind, below)):
                below = row[0]
                found.setdefault(kind, []).extend(_ids(tx, _LATE, (lane, kind, below, at)))
    for job, kind in tx.all(_ABANDONED, (at,)):
        found.setdefault(kind, []).append(str(job))
    return {kind: ids[:MOST] for kind, ids in found.items() if ids}


def failing(tx: Tx, before: datetime) -> list[str]:
    """Jobs that were tried in vain more than three times, or first before an instant, and are put off: never due for long,
    they are late all the same.
    """
    return _ids(tx, _FAILING, (TRIES, instants.text(before)))


def dead_jobs(tx: Tx) -> list[str]:
    """Jobs given up; the oldest first."""
    return _ids(tx, _DEAD)


def adrift(tx: Tx) -> list[str]:
    """Leads that have not ended and have no next instant. All of them, by an index that holds no others."""
    return _ids(tx, _ADRIFT)


def asleep(tx: Tx, after: str) -> Slice:
    """Leads that have not ended and that no job will wake, among the next ten thousand."""
    end = tx.one(_SLICE, (after,))
    if end is None:
        return Slice(_ids(tx, _AT_THE_END, (after,) * 3), None)
    return Slice(_ids(tx, _IN_SLICE, (after, str(end[0])) * 3), str(end[0]))


def still_asleep(tx: Tx, leads: Iterable[str]) -> list[str]:
    """Which of these leads no job will wake."""
    return _ids(tx, _STILL_ASLEEP, (_encode(list(leads)).decode(),))


def paused_for_ever(tx: Tx, before: datetime) -> list[str]:
    """Clocks that stand still, since before an instant, and that no limit will have go on."""
    return _ids(tx, _PAUSED_FOR_EVER, (instants.text(before),))


def offered_for_ever(tx: Tx, before: datetime) -> list[str]:
    """Offers that should have ended before an instant."""
    return _ids(tx, _OFFERED_FOR_EVER, (instants.text(before),))


def unsent(tx: Tx, before: datetime) -> list[str]:
    """Deliveries due before an instant and not claimed, or claimed by a worker that is gone since then, whose destination is
    switched on and was not paused since: one that is broken is paused again and again, and could not take them.
    """
    at = instants.text(before)
    names = {name for (name,) in tx.all(_KNOWN)}
    closed = {name for (name,) in tx.all(_CLOSED, (at,))}
    late = [name for name, first in tx.all(_SENDING) if instants.read(first) < before]
    found = _ids(tx, _LEFT, (at,))
    for destination in late:
        row = destination if destination in names else destination.partition(":")[0]
        if row not in closed and len(found) < MOST:
            found += _ids(tx, _UNSENT, (destination, at))
    return found[:MOST]


def _ids(tx: Tx, statement: Statement, values: Sequence[Value] = ()) -> list[str]:
    return [str(name) for (name,) in tx.all(statement, values)]
