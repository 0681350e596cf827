"""The outbox: claim what is due for whom, heads of chains only; record what became of it under the lease that held it.

A chain is what one lead has for one destination, in the order of its decisions. It sends nothing and judges nobody:
which destinations are asked for, and what a failure means, is its caller's business.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.rows import DeliveryRow
from firstright.storage.schema.work import delivery as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOST_DEATHS = 3  # a delivery over which workers died this often is parked
DIED = f"a worker died over it {MOST_DEATHS} times"
SUPERSEDED = "superseded"
FIRST_ID = "00000000-0000-0000-0000-000000000000"

_NAMES = tuple(table.columns.keys())
_COLUMNS = ", ".join(_NAMES)
_AT = tuple(place for place, name in enumerate(_NAMES) if name.endswith(("_at", "_until")))
_BODY = _NAMES.index("body")

# The names of ours in a JSON list, for either database.
_IDS = "(SELECT value FROM json_each(?))"
_PG_IDS = "(SELECT value::uuid FROM json_array_elements_text(%s::json))"
_LIVE = "p.lead_id = delivery.lead_id AND p.destination = delivery.destination"
_BEFORE = f"""EXISTS (SELECT 1 FROM delivery AS p WHERE {_LIVE} AND p.state IN ('behind', 'ready', 'leased')
       AND (p.order_key, p.id) < (delivery.order_key, delivery.id))"""


def _of_ids(text: str) -> Statement:
    """One text for both, `IDS` standing for the list of names, `STATE` for the state of the row that is named.

    On PostgreSQL a state that is compared plainly makes the planner walk the whole partial index of that state, for each
    of the names given: 1.3 s for a claim of 200 out of 7,000. Written so that it cannot, it looks the names up.
    """
    return Statement(
        text.replace("IDS", _IDS).replace("STATE", "state"),
        postgresql=text.replace("IDS", _PG_IDS).replace("STATE", "delivery.state || ''").replace("?", "%s"),
    )


# A loose scan: as many steps as there are destinations with something ready, however much each has. Not by min(), of which
# PostgreSQL, before it has counted the table, makes a walk of all that is ready.
_DUE = Statement(
    """WITH RECURSIVE d(name) AS (
         SELECT (SELECT destination FROM delivery WHERE state = 'ready' ORDER BY destination LIMIT 1)
         UNION ALL
         SELECT (SELECT destination FROM delivery WHERE state = 'ready' AND destination > d.name
                 ORDER BY destination LIMIT 1) FROM d WHERE d.name IS NOT NULL),
       first(name, due) AS (
         SELECT name, (SELECT due_at FROM delivery WHERE state = 'ready' AND destination = d.name ORDER BY due_at LIMIT 1)
         FROM d WHERE name IS NOT NULL)
       SELECT name FROM first WHERE due <= ? ORDER BY due, name"""
)
_LEASED = Statement("SELECT destination, count(*) FROM delivery WHERE state = 'leased' GROUP BY destination")
_LEASES_OVER = Statement("SELECT 1 FROM delivery WHERE state = 'leased' AND lease_until < ? LIMIT 1")
_ANOTHERS = "epoch IS NOT NULL AND epoch IS DISTINCT FROM (SELECT l.epoch FROM lead AS l WHERE l.id = delivery.lead_id)"
_EXPIRED = Statement(
    f"""UPDATE delivery SET deaths = deaths + 1, lease_token = '', lease_until = NULL,
         state = CASE WHEN {_ANOTHERS} THEN 'cancelled' WHEN deaths + 1 >= {MOST_DEATHS} THEN 'dead' ELSE 'ready' END,
         last_error = CASE WHEN {_ANOTHERS} THEN '{SUPERSEDED}' WHEN deaths + 1 >= {MOST_DEATHS} THEN '{DIED}'
           ELSE last_error END
       WHERE state = 'leased' AND lease_until < ? RETURNING {_COLUMNS}"""
)
_CANDIDATES = Statement(
    """SELECT id FROM delivery WHERE state = 'ready' AND destination = ? AND due_at <= ?
       ORDER BY due_at LIMIT ?"""
)
_LATE = Statement(
    f"""SELECT id FROM delivery WHERE state = 'ready' AND destination = ? AND due_at <= ? AND epoch IS NOT NULL
       AND created_at < ? AND template IN {_IDS} ORDER BY due_at LIMIT ?""",
    postgresql="""SELECT id FROM delivery WHERE state = 'ready' AND destination = %s AND due_at <= %s
       AND epoch IS NOT NULL AND created_at < %s
       AND template IN (SELECT json_array_elements_text(%s::json)) ORDER BY due_at LIMIT %s""",
)
_STALE = _of_ids(
    f"""UPDATE delivery SET state = 'cancelled', last_error = '{SUPERSEDED}'
       WHERE STATE = 'ready' AND id IN IDS AND {_ANOTHERS} RETURNING lead_id"""
)
_PUT_BEHIND = _of_ids(
    f"UPDATE delivery SET state = 'behind' WHERE STATE = 'ready' AND id IN IDS AND {_BEFORE}"
)
_HEADS = _of_ids(
    f"""SELECT id, destination, deaths FROM delivery WHERE STATE = 'ready' AND id IN IDS
       AND NOT EXISTS (SELECT 1 FROM delivery AS p WHERE {_LIVE} AND p.state = 'leased') ORDER BY due_at, id"""
)
_SUSPECT_OUT = Statement(
    f"SELECT 1 FROM delivery WHERE state = 'leased' AND deaths >= {MOST_DEATHS - 1} LIMIT 1"
)
_LEASE = _of_ids(
    f"""UPDATE delivery SET state = 'leased', lease_token = ?, lease_until = ?
       WHERE STATE = 'ready' AND id IN IDS RETURNING {_COLUMNS}"""
)
_BURY = _of_ids(
    f"""UPDATE delivery SET state = 'dead', last_error = ? WHERE STATE = 'ready' AND id IN IDS
       RETURNING {_COLUMNS}"""
)
_STANDING = Statement(
    """SELECT d.epoch IS NOT NULL AND d.epoch IS DISTINCT FROM (SELECT l.epoch FROM lead AS l WHERE l.id = d.lead_id)
       FROM delivery AS d WHERE d.id = ? AND d.state = 'leased' AND d.lease_token = ? AND d.lease_until > ?""",
    postgresql="""SELECT d.epoch IS NOT NULL
         AND d.epoch IS DISTINCT FROM (SELECT l.epoch FROM lead AS l WHERE l.id = d.lead_id)
       FROM delivery AS d WHERE d.id = %s AND d.state = 'leased' AND d.lease_token = %s
       AND d.lease_until > coalesce(%s::timestamptz, clock_timestamp())""",
)
_NOW = Statement("SELECT ?", postgresql="SELECT coalesce(%s::timestamptz, clock_timestamp())")
_MINE = "WHERE id = ? AND state = 'leased' AND lease_token = ?"
_SENT = Statement(
    f"""UPDATE delivery SET state = 'sent', sent_at = ?, last_status = ?, last_error = '', attempts = attempts + 1,
       lease_until = NULL {_MINE}"""
)
_AGAIN = Statement(
    f"""UPDATE delivery SET state = 'ready', due_at = ?, last_status = ?, last_error = ?, attempts = attempts + 1,
       deaths = 0, lease_token = '', lease_until = NULL {_MINE}"""
)
_DEAD = Statement(
    f"""UPDATE delivery SET state = 'dead', last_status = ?, last_error = ?, attempts = attempts + ?,
       lease_until = NULL {_MINE}"""
)
_CANCEL = Statement(
    f"UPDATE delivery SET state = 'cancelled', last_error = '{SUPERSEDED}', lease_until = NULL {_MINE}"
)
_STORE = Statement("UPDATE delivery SET body = ? WHERE id = ? AND lease_token = ?")
# The rows of each lead first, then by name: joined, whatever stands behind anything was read, or all there ever was.
_WAKE = Statement(
    f"""UPDATE delivery SET state = 'ready'
       WHERE state = 'behind' AND lead_id IN {_IDS} AND NOT {_BEFORE}""",
    postgresql=f"""UPDATE delivery SET state = 'ready' WHERE id = ANY (ARRAY(
         SELECT b.id FROM json_array_elements_text(%s::json) AS l CROSS JOIN LATERAL (
           SELECT d.id FROM delivery AS d WHERE d.state = 'behind' AND d.lead_id = l.value::uuid OFFSET 0) AS b))
       AND NOT {_BEFORE}""",
)
_REPLAY = _of_ids(
    """UPDATE delivery SET state = 'ready', due_at = ?, attempts = 0, deaths = 0, last_error = '', last_status = 0,
       lease_token = '' WHERE STATE = 'dead' AND id IN IDS RETURNING id"""
)
# "email" stands for email:kim and everybody else's, too: what is sent through one mail server dies with it.
_TO = "(destination = ? OR channel = ?)"
_DEAD_SINCE = Statement(
    f"""SELECT id FROM delivery WHERE state = 'dead' AND {_TO} AND created_at >= ?
       ORDER BY order_key, id LIMIT ?"""
)
_ONE = Statement(f"SELECT {_COLUMNS} FROM delivery WHERE id = ?")
_OF_LEAD = Statement(f"SELECT {_COLUMNS} FROM delivery WHERE lead_id = ? ORDER BY order_key, id")
# States are literals: only then do the partial indexes serve.
_LISTED = {
    state: Statement(
        f"SELECT {_COLUMNS} FROM delivery WHERE state = '{state}' AND id > ? ORDER BY id LIMIT ?"
    )
    for state in ("behind", "ready", "leased", "sent", "dead", "cancelled")
}
_LISTED_FOR = {
    state: Statement(
        f"SELECT {_COLUMNS} FROM delivery WHERE state = '{state}' AND {_TO} AND id > ? ORDER BY id LIMIT ?"
    )
    for state in _LISTED
}
_COUNTS = Statement(
    " UNION ALL ".join(
        f"SELECT '{state}', destination, count(*), min(due_at) FROM delivery WHERE state = '{state}' GROUP BY destination"
        for state in ("behind", "ready", "leased", "dead")
    )
)
_encode = msgspec.json.Encoder().encode


class Ask(NamedTuple):
    """At most `most` deliveries for all destinations of one place together, this destination among them."""

    destination: str
    place: str
    most: int


class Mine(StrEnum):
    """How a claimed delivery stands just before it is sent."""

    OURS = "ours"
    SUPERSEDED = "superseded"  # still leased to us, but its lead has another holder by now
    LOST = "lost"  # the lease is over or another's


class Count(NamedTuple):
    state: str  # behind | ready | leased | dead
    destination: str
    number: int
    oldest_due: datetime


def due_destinations(tx: Tx, now: datetime) -> list[str]:
    """Destinations that have something ready and due, the longest due first."""
    return [name for (name,) in tx.all(_DUE, (instants.text(now),))]


def in_flight(tx: Tx) -> dict[str, int]:
    """Leased deliveries by destination, over all nodes."""
    return dict(tx.all(_LEASED))


def leases_over(tx: Tx, now: datetime) -> bool:
    return tx.one(_LEASES_OVER, (instants.text(now),)) is not None


def expire(tx: Tx, now: datetime) -> list[DeliveryRow]:
    """Takes back leases that ran out. Given are those that nobody tries again: over which too many workers died (dead), and
    of which nobody knows whether they went out before their lead got another holder (cancelled)."""
    back = [_read(row) for row in tx.all(_EXPIRED, (instants.text(now),))]
    over = [row for row in back if row.state != "ready"]
    wake(tx, [row.lead_id for row in over])
    return over


def claim(
    tx: Tx, now: datetime, asks: Sequence[Ask], room: int, token: str, lease: timedelta
) -> list[DeliveryRow]:
    """Up to `room` due heads of chains, ours for `lease`, the longest due first; what is not a head is put behind.

    A delivery meant for an earlier holder is cancelled. At least one other round is needed for what that sets free.
    Of those that one more death would park, one at a time is out: whoever dies of another's fault is not parked for it.
    """
    at = instants.text(now)
    found = [name for ask in asks for (name,) in tx.all(_CANDIDATES, (ask.destination, at, 2 * ask.most + 8))]
    if not found or room < 1:
        return []
    names = _list(found)
    wake(tx, [lead for (lead,) in tx.all(_STALE, (names,))])
    tx.run(_PUT_BEHIND, (names,))
    chosen = _chosen(tx.all(_HEADS, (names,)), asks, room, suspects=0 if tx.one(_SUSPECT_OUT) else 1)
    if not chosen:
        return []
    leased = tx.all(_LEASE, (token, instants.text(now + lease), _list(chosen)))
    return sorted(map(_read, leased), key=lambda row: (row.due_at, row.id))


def _chosen(heads: Iterable[Row], asks: Sequence[Ask], room: int, suspects: int) -> list[str]:
    places = {ask.destination: ask.place for ask in asks}
    left = {ask.place: ask.most for ask in asks}
    chosen: list[str] = []
    for name, destination, deaths in heads:
        place, suspect = places[destination], deaths >= MOST_DEATHS - 1
        if left[place] > 0 and len(chosen) < room and suspects >= suspect:
            suspects -= suspect
            left[place] -= 1
            chosen.append(name)
    return chosen


def late(
    tx: Tx, destination: str, now: datetime, created: datetime, templates: Iterable[str], limit: int
) -> list[str]:
    """Names of due deliveries to a person that were decided before an instant and are told by one of these templates."""
    values = (destination, instants.text(now), instants.text(created), _list(templates), limit)
    return [name for (name,) in tx.all(_LATE, values)]


def due(tx: Tx, destination: str, now: datetime, limit: int) -> list[str]:
    """Names of what is ready and due for a destination, the longest due first."""
    return [name for (name,) in tx.all(_CANDIDATES, (destination, instants.text(now), limit))]


def bury(tx: Tx, names: Sequence[str], reason: str) -> list[DeliveryRow]:
    """Ready deliveries that cannot go anywhere are dead; given as they are now. Superseded ones are cancelled instead."""
    if not names:
        return []
    listed = _list(names)
    freed = [lead for (lead,) in tx.all(_STALE, (listed,))]
    dead = [_read(row) for row in tx.all(_BURY, (reason, listed))]
    wake(tx, [*freed, *[row.lead_id for row in dead]])
    return dead


def now(tx: Tx, given: datetime | None) -> datetime:
    """The instant by the database's clock: needed on SQLite, which has none; on PostgreSQL None asks the server."""
    return instants.read(tx.all(_NOW, (None if given is None else instants.text(given),))[0][0])


def standing(tx: Tx, name: str, token: str, now: datetime | None) -> Mine:
    """To be read right before each attempt. `now` is needed on SQLite; on PostgreSQL None asks the server's clock."""
    row = tx.one(_STANDING, (name, token, None if now is None else instants.text(now)))
    if row is None:
        return Mine.LOST
    return Mine.SUPERSEDED if row[0] else Mine.OURS


def sent(tx: Tx, name: str, token: str, now: datetime, status: int) -> bool:
    """False when the lease is not ours: then nothing is recorded. The caller wakes what stood behind it."""
    return tx.run(_SENT, (instants.text(now), status, name, token)) == 1


def again(tx: Tx, name: str, token: str, due: datetime, status: int, error: str) -> bool:
    """Tried and failed: ready again at `due`. False when the lease is not ours. Who failed is alive: no more deaths."""
    return tx.run(_AGAIN, (instants.text(due), status, error, name, token)) == 1


def dead(tx: Tx, name: str, token: str, status: int, error: str, *, tried: bool = True) -> bool:
    """Given up. False when the lease is not ours. The caller wakes what stood behind it."""
    return tx.run(_DEAD, (status, error, int(tried), name, token)) == 1


def cancel(tx: Tx, name: str, token: str) -> bool:
    """Superseded before it was sent. False when the lease is not ours. The caller wakes what stood behind it."""
    return tx.run(_CANCEL, (name, token)) == 1


def wake(tx: Tx, leads: Iterable[str | None]) -> None:
    """Whatever of these leads stands behind nothing any more is ready. To be called when deliveries have ended."""
    known = sorted({lead for lead in leads if lead is not None})
    if known:
        tx.run(_WAKE, (_list(known),))


def store_bodies(tx: Tx, token: str, bodies: Iterable[tuple[str, bytes]]) -> None:
    """(delivery, what is sent at every attempt)."""
    tx.many(_STORE, [(body, name, token) for name, body in bodies])


def replay(tx: Tx, names: Iterable[str], now: datetime) -> list[str]:
    """Dead deliveries are ready again under the same ids, every try before them; the names of those that were dead."""
    return sorted(name for (name,) in tx.all(_REPLAY, (instants.text(now), _list(names))))


def dead_since(tx: Tx, destination: str, since: datetime, limit: int = 1_000) -> list[str]:
    """Names of a destination's dead deliveries decided at or after an instant, in the order of their decisions. A channel
    is a destination, too: all it is for."""
    return [name for (name,) in tx.all(_DEAD_SINCE, (destination, destination, instants.text(since), limit))]


def listed(
    tx: Tx, state: str, destination: str = "", after: str = FIRST_ID, limit: int = 50
) -> list[DeliveryRow]:
    """A page in the order of ids; `after` is the last id of the page before. No destination: of all; a channel: all it is for."""
    if destination:
        found = tx.all(_LISTED_FOR[state], (destination, destination, after, limit))
    else:
        found = tx.all(_LISTED[state], (after, limit))
    return list(map(_read, found))


def one(tx: Tx, name: str) -> DeliveryRow | None:
    row = tx.one(_ONE, (name,))
    return None if row is None else _read(row)


def of_lead(tx: Tx, lead_id: str) -> list[DeliveryRow]:
    """In the order of their decisions."""
    return list(map(_read, tx.all(_OF_LEAD, (lead_id,))))


def counts(tx: Tx) -> list[Count]:
    """What has not been sent, by state and destination. What has ended well is not counted: it only grows."""
    return [Count(state, to, number, instants.read(due)) for state, to, number, due in tx.all(_COUNTS)]


def _list(names: Iterable[str]) -> str:
    return _encode(list(names)).decode()


def _read(stored: Row) -> DeliveryRow:
    values = list(stored)
    for place in _AT:
        values[place] = instants.read_maybe(values[place])
    values[_BODY] = bytes(values[_BODY])
    return DeliveryRow(*values)
