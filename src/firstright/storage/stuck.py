"""Leads that lie: read for a sweep in slices, kept one row for each cause, and what people decided about them.

What makes a lead stuck is `core.sweep`'s; who may see which, the actor's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor
from firstright.core.sweep import WORKED, Cause, Lying
from firstright.storage import instants
from firstright.storage.leads import paused_until
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

FIRST = "00000000-0000-0000-0000-000000000000"
SLICE = 2_000  # leads looked at in one go

_WORKED = ", ".join(f"'{outcome}'" for outcome in sorted(WORKED))
_PLANNED = """(EXISTS (SELECT 1 FROM task AS t WHERE t.lead_id = l.id AND t.state = 'open')
         OR EXISTS (SELECT 1 FROM clock AS c WHERE c.lead_id = l.id AND c.cycle = l.cycle
           AND (c.epoch = l.epoch OR c.clock = 'speed-to-lead') AND c.state IN ('running', 'paused'))
         OR EXISTS (SELECT 1 FROM enrolment AS e WHERE e.lead_id = l.id AND e.state = 'running')
         OR EXISTS (SELECT 1 FROM meeting AS m WHERE m.lead_id = l.id AND m.state = 'booked')
         OR EXISTS (SELECT 1 FROM offer AS o WHERE o.lead_id = l.id AND o.state = 'offered'))"""
_LYING = Statement(
    f"""SELECT l.id, l.outcome, l.holder_kind, l.holder_id, l.status, coalesce(a.started_at, l.created_at),
         (SELECT max(s.at) FROM status_change AS s WHERE s.lead_id = l.id AND s.cycle = l.cycle AND s.status = l.status),
         (SELECT max(t.happened_at) FROM touch AS t WHERE t.lead_id = l.id),
         a.accepted_at,
         (SELECT min(r.opened_at) FROM review_item AS r WHERE r.lead_id = l.id AND r.state = 'open'),
         l.mile, {_PLANNED},
         (SELECT max(v.quiet_until) FROM stuck_review AS v WHERE v.lead_id = l.id)
       FROM lead AS l LEFT JOIN assignment AS a ON a.lead_id = l.id AND a.epoch = l.epoch
       WHERE l.id > ? AND l.merged_into IS NULL AND l.outcome IN ({_WORKED}) ORDER BY l.id LIMIT {SLICE}"""
)
_OPEN = Statement(
    "SELECT lead_id, cause FROM stuck WHERE ended_at IS NULL AND lead_id > ? AND lead_id <= ? ORDER BY lead_id, cause"
)
_BEGIN = Statement(
    """INSERT INTO stuck (id, lead_id, cause, since, holder_kind, holder_id, found_at, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (lead_id, cause) WHERE ended_at IS NULL DO NOTHING"""
)
_END = Statement("UPDATE stuck SET ended_at = ? WHERE lead_id = ? AND cause = ? AND ended_at IS NULL")
_END_ALL = Statement("UPDATE stuck SET ended_at = ? WHERE lead_id = ? AND ended_at IS NULL")
_SEEN = """FROM stuck AS s JOIN lead AS l ON l.id = s.lead_id WHERE s.ended_at IS NULL
         AND (? = '' OR s.cause = ?) AND (? = '' OR (l.holder_kind = 'rep' AND l.holder_id = ?))"""
_TEAM = (
    "AND (l.holder_kind <> 'rep' OR l.holder_id IN (SELECT value FROM json_each(?)))",
    "AND (l.holder_kind <> 'rep' OR l.holder_id IN (SELECT json_array_elements_text(%s::json)))",
)
_OWN = (
    "AND l.holder_kind = 'rep' AND l.holder_id IN (SELECT value FROM json_each(?))",
    "AND l.holder_kind = 'rep' AND l.holder_id IN (SELECT json_array_elements_text(%s::json))",
)
_PAGE = "GROUP BY s.lead_id HAVING (min(s.since), s.lead_id) > (?, ?) ORDER BY 1, 2 LIMIT ?"


def _listing(select: str, narrowed: tuple[str, str], page: str) -> Statement:
    """SQLite is told the order: left to itself it looked among all leads for those of a rep that lie."""
    here, there = (f"{select} {_SEEN} {more} {page}" for more in narrowed)
    return Statement(here.replace(" JOIN ", " CROSS JOIN "), postgresql=there.replace("?", "%s"))


_NARROWED = {"all": ("", ""), "team": _TEAM, "own": _OWN}
_LEADS = {
    name: _listing("SELECT min(s.since), s.lead_id", narrowed, _PAGE) for name, narrowed in _NARROWED.items()
}
_COUNTS = {
    name: _listing("SELECT s.cause, count(*)", narrowed, "GROUP BY s.cause")
    for name, narrowed in _NARROWED.items()
}
_HOLDERS = {
    name: _listing("SELECT DISTINCT l.holder_kind, l.holder_id", narrowed, "ORDER BY 1, 2 LIMIT 500")
    for name, narrowed in _NARROWED.items()
}
_OF_LEADS = Statement(
    """SELECT s.lead_id, s.cause, s.since, s.found_at, l.facts, l.holder_kind, l.holder_id, l.status, l.epoch, l.outcome
       FROM stuck AS s JOIN lead AS l ON l.id = s.lead_id
       WHERE s.ended_at IS NULL AND s.lead_id IN (SELECT value FROM json_each(?)) ORDER BY s.since, s.cause""",
    postgresql="""SELECT s.lead_id, s.cause, s.since, s.found_at, l.facts, l.holder_kind, l.holder_id, l.status, l.epoch,
         l.outcome
       FROM stuck AS s JOIN lead AS l ON l.id = s.lead_id
       WHERE s.ended_at IS NULL AND s.lead_id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))
       ORDER BY s.since, s.cause""",
)
_REVIEW = Statement(
    """INSERT INTO stuck_review (id, lead_id, decided, reason, decided_by, decided_at, quiet_until)
       VALUES (?, ?, ?, ?, ?, ?, ?)"""
)
_REVIEWS = Statement(
    """SELECT id, lead_id, decided, reason, decided_by, decided_at, quiet_until FROM stuck_review
       WHERE lead_id = ? ORDER BY decided_at"""
)
_NOW_OPEN = Statement("SELECT count(*) FROM stuck WHERE ended_at IS NULL AND lead_id = ?")
_BY_HOLDER = Statement(
    """SELECT l.holder_kind, l.holder_id, count(DISTINCT s.lead_id) FROM stuck AS s JOIN lead AS l ON l.id = s.lead_id
       WHERE s.ended_at IS NULL GROUP BY l.holder_kind, l.holder_id ORDER BY l.holder_kind, l.holder_id"""
)
_encode = msgspec.json.Encoder().encode


class Stuck(msgspec.Struct, frozen=True):
    """A lead that lies, with every cause and since when; the oldest first."""

    lead: str
    causes: tuple[Cause, ...]
    found_at: datetime
    facts: str
    holder_kind: str
    holder: str
    status: str
    epoch: int
    outcome: str


class Place(NamedTuple):
    """Behind which lead a page begins."""

    since: str
    lead: str

    def text(self) -> str:
        return f"{self.since}.{self.lead}"


class Looked(NamedTuple):
    """What somebody decided about a lead on the list."""

    id: str
    lead: str
    decided: str  # keep | move | close
    reason: str
    by: str
    at: datetime
    quiet_until: datetime | None


BEGIN = Place("", FIRST)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    since, _, lead = text.rpartition(".")
    if len(lead) != len(FIRST) or not since:
        raise ValueError("this is no place in a list")
    return Place(instants.text(instants.read(since)), lead)


def lying(tx: Tx, after: str) -> list[Lying]:
    """The next two thousand leads that are worked, behind an id."""
    return [_lying(row) for row in tx.all(_LYING, (after,))]


def told(tx: Tx, after: str, last: str) -> set[tuple[str, str]]:
    """(lead, cause) of what is known to lie, of leads behind an id up to another one."""
    return {(str(lead), cause) for lead, cause in tx.all(_OPEN, (after, last))}


def begin(tx: Tx, name: str, lead: Lying, cause: Cause, now: datetime) -> bool:
    """Whether that is new."""
    at = (instants.text(cause.since), lead.holder_kind, lead.holder, instants.text(now))
    return tx.run(_BEGIN, (name, lead.id, cause.cause, *at)) == 1


def end(tx: Tx, lead: str, cause: str, now: datetime) -> None:
    tx.run(_END, (instants.text(now), lead, cause))


def end_all(tx: Tx, lead: str, now: datetime) -> None:
    tx.run(_END_ALL, (instants.text(now), lead))


def is_stuck(tx: Tx, lead: str) -> bool:
    return bool(tx.all(_NOW_OPEN, (lead,))[0][0])


def listed(
    tx: Tx, actor: Actor, *, cause: str = "", owner: str = "", after: Place = BEGIN, limit: int = 50
) -> list[Stuck]:
    """What lies and is theirs to see, longest first; of one cause or one owner where these are given."""
    since = after.since or instants.text(datetime.fromisoformat("0001-01-01T00:00:00+00:00"))
    scope, team = _scope(actor)
    values: tuple[Value, ...] = (cause, cause, owner, owner, *team, since, after.lead, limit)
    names = [str(lead) for _, lead in tx.all(_LEADS[scope], values)]
    found: dict[str, list[Row]] = {name: [] for name in names}
    for row in tx.all(_OF_LEADS, (_encode(names).decode(),)):
        found[str(row[0])].append(row)
    return [_stuck(rows) for rows in found.values() if rows]


def counts(tx: Tx, actor: Actor, owner: str = "") -> dict[str, int]:
    """How many lie for each cause."""
    scope, team = _scope(actor)
    return {cause: int(n) for cause, n in tx.all(_COUNTS[scope], ("", "", owner, owner, *team))}


def holders(tx: Tx, actor: Actor) -> list[tuple[str, str]]:
    """With whom those are that lie."""
    scope, team = _scope(actor)
    return [(kind, name) for kind, name in tx.all(_HOLDERS[scope], ("", "", "", "", *team))]


def by_holder(tx: Tx) -> list[tuple[str, str, int]]:
    """How many leads lie with each."""
    return [(kind, name, int(n)) for kind, name, n in tx.all(_BY_HOLDER)]


def decide(tx: Tx, looked: Looked) -> None:
    quiet = instants.text(looked.quiet_until) if looked.quiet_until else None
    tx.run(_REVIEW, (*looked[:5], instants.text(looked.at), quiet))


def decisions(tx: Tx, lead: str) -> list[Looked]:
    """What was decided about it, the oldest first."""
    return [
        Looked(name, of, decided, reason, by, instants.read(at), instants.read_maybe(quiet))
        for name, of, decided, reason, by, at, quiet in tx.all(_REVIEWS, (lead,))
    ]


def place_of(stuck: Stuck) -> Place:
    return Place(instants.text(stuck.causes[0].since), stuck.lead)


def _scope(actor: Actor) -> tuple[str, Sequence[Value]]:
    if actor.sees_all:
        return "all", ()
    if actor.role == "manager":
        return "team", (_encode(sorted(actor.team)).decode(),)
    return "own", (_encode([actor.rep]).decode(),)


def _lying(row: Row) -> Lying:
    outcome, kind, holder, status = row[1:5]
    moved, touched, accepted, review = [instants.read_maybe(at) for at in row[6:10]]
    return Lying(
        str(row[0]),
        outcome,
        kind,
        holder,
        status,
        instants.read(row[5]),
        moved,
        touched,
        accepted,
        review,
        paused_until=paused_until(row[10]),
        planned=bool(row[11]),
        quiet_until=instants.read_maybe(row[12]),
    )


def _stuck(rows: Iterable[Row]) -> Stuck:
    known = list(rows)
    causes = tuple(Cause(row[1], instants.read(row[2])) for row in known)
    first = known[0]
    found = min(instants.read(row[3]) for row in known)
    return Stuck(str(first[0]), causes, found, *first[4:10])
