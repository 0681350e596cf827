"""Lists of open leads as the people who work them see them: a page at a time, and how many there are.

Whose leads are fetched at all is `core.authority`'s to say; nothing here widens it, and nothing is changed. A page walks
the index `lead_in_hand` once per holder and merges: it costs the same whether they hold ten leads or ten thousand.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor
from firstright.core.glance import Glance, glance
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact, Holder, HolderKind
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

TABS = ("mine", "team", "queues", "review", "waiting", "breaching", "all")
MOST = 501  # leads counted of one list: this many means "more than 500"
SOON = timedelta(minutes=30)  # before a first touch is due, its lead is about to breach

# As the partial index has it, word for word: else no database would take it.
OPEN = "merged_into IS NULL AND outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review')"
_FIRST_ID = "00000000-0000-0000-0000-000000000000"
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_EARLY = datetime(1, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """Where a page ended. `part` counts the parts of a list: untouched with an instant at which the first touch is due, and
    without; touched with, and without."""

    part: int
    expected_at: datetime
    id: str

    def text(self) -> str:
        """For a link: `read_place` reads it."""
        return f"{self.part}.{instants.text(self.expected_at)}.{self.id}"


FIRST = Place(0, _EARLY, _FIRST_ID)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    part, *at, name = text.split(".")
    if part not in ("0", "1", "2", "3") or not text.isascii() or not is_id(name):
        raise ValueError("this is no place in a list")
    return Place(int(part), instants.read(".".join(at)), name)


class Entry(NamedTuple):
    """One lead in a list. `due_at` and `clock` are of the clock of its owner now: running, paused, met, missed, cancelled or
    excused; empty without one."""

    id: str
    glance: Glance
    source: str
    outcome: str
    reason: str
    holder: Holder
    epoch: int
    accepted: bool
    touched: bool
    status: str
    priority: int
    arrived_at: datetime
    expected_at: datetime | None
    next_at: datetime | None
    clock: str
    due_at: datetime | None
    waits_for: str = ""  # the pool whose members it waits for
    waits_under: str = ""  # the rule, or the step of owner precedence, that has it wait
    waits_until: datetime | None = None

    @property
    def place(self) -> Place:
        """What to give as `after` for what is behind it."""
        part = 2 * self.touched + (self.expected_at is None)
        return Place(part, self.expected_at or _EARLY, self.id)


class Scope(NamedTuple):
    """Who asks: the actor, and the queues they may claim from (`core.authority.claimable`)."""

    actor: Actor
    queues: tuple[str, ...] = ()


class Counts(NamedTuple):
    """Open leads by tab, each at most `MOST`. `all` counts what has ended, too, and is nothing but for those who see all."""

    mine: int
    team: int
    queues: int
    review: int
    waiting: int
    breaching: int
    all: int


_NAMED = re.compile(r"(?<!:):([a-z]+)")
_HELD = "WHERE holder_kind = h.value ->> 0 AND holder_id = h.value ->> 1 AND " + OPEN
# One walk of the index each; the keyset of a part is what the index is ordered by behind what is equal.
_PARTS = (
    "touched = FALSE AND expected_at IS NOT NULL",
    "touched = FALSE AND expected_at IS NULL",
    "touched = TRUE AND expected_at IS NOT NULL",
    "touched = TRUE AND expected_at IS NULL",
)
_AFTER = ("(expected_at, id) > (:at, :id)", "id > :id") * 2
_COLUMNS = """l.id, l.facts, l.source, l.outcome, l.reason, l.holder_kind, l.holder_id, l.epoch, a.accepted_at IS NOT NULL,
       l.touched, l.status, l.priority, l.arrived_at, l.expected_at, l.next_at, coalesce(c.state, ''), c.due_at,
       l.waiting_pool, l.waiting_rule, l.waiting_until"""
_HOLDING = "LEFT JOIN assignment AS a ON a.lead_id = l.id AND a.epoch = l.epoch"
_OWNERS = """FROM clock AS o WHERE o.lead_id = l.id AND o.clock = 'owner' AND o.cycle = l.cycle AND o.epoch = l.epoch
         ORDER BY o.id DESC LIMIT 1"""
_JOINS = f"{_HOLDING} LEFT JOIN clock AS c ON c.id = (SELECT o.id {_OWNERS})"
# Joined by id, PostgreSQL reads every clock there is into a hash as long as it has no statistics.
_LATERAL = f"{_HOLDING} LEFT JOIN LATERAL (SELECT o.state, o.due_at {_OWNERS}) AS c ON TRUE"
_IN_ORDER = "ORDER BY {0}.touched, {0}.expected_at IS NULL, {0}.expected_at, {0}.id"


class _Asked(NamedTuple):
    """A statement and the names of its values in the order in which it takes them."""

    statement: Statement
    names: tuple[str, ...]

    def rows(self, tx: Tx, **values: Value) -> list[Row]:
        return tx.all(self.statement, [values[name] for name in self.names])


def _asked(sqlite: str, postgresql: str) -> _Asked:
    """`:name` stands for a value in either text; both must take them in the same order."""
    names = [tuple(_NAMED.findall(text)) for text in (sqlite, postgresql)]
    assert names[0] == names[1]
    texts = _NAMED.sub("?", sqlite), _NAMED.sub("%s", postgresql)
    return _Asked(Statement(texts[0], postgresql=texts[1]), names[0])


def _walks(parts: Sequence[int], bound: str = "") -> str:
    """The parts in their order, behind a place in the first of them. Both databases take them one after the other, and
    neither begins with the next before the limit is known to be out of reach.
    """
    walks = []
    for part in parts:
        after = f"AND {_AFTER[part]}" if part == parts[0] else ""
        walks.append(
            f"""SELECT * FROM (SELECT id, touched, expected_at FROM lead {_HELD} AND {_PARTS[part]} {after} {bound}
                ORDER BY expected_at, id LIMIT :most) AS part{part}"""
        )
    return " UNION ALL ".join(walks)


def _page(parts: Sequence[int], bound: str = "") -> _Asked:
    walks = _walks(parts, bound)
    told = f"{_COLUMNS} FROM (SELECT f.id FROM"
    end = f"{_IN_ORDER.format('f')} LIMIT :most) AS k"
    joined, order = "lead AS l ON l.id = k.id", _IN_ORDER.format("l")
    return _asked(
        f"""SELECT {told} json_each(:holders) AS h CROSS JOIN lead AS f
            ON f.id IN (SELECT id FROM ({walks}) LIMIT :most) {end} CROSS JOIN {joined} {_JOINS} {order}""",
        f"""SELECT {told} json_array_elements(:holders ::json) AS h CROSS JOIN LATERAL ({walks} LIMIT :most) AS f
            {end} JOIN {joined} {_LATERAL} {order}""",
    )


def _first(condition: str = "") -> str:
    """Some leads of a holder, up to the bound. Without an order PostgreSQL reads all of them first."""
    return f"SELECT 1 FROM lead {_HELD} {condition} ORDER BY touched, expected_at, id LIMIT {MOST}"


def _count(condition: str) -> _Asked:
    """Stops at the bound: a list of a hundred thousand is not counted."""
    return _asked(
        f"SELECT count(*) FROM (SELECT 1 FROM json_each(:holders) AS h CROSS JOIN lead {_HELD} {condition} LIMIT {MOST})",
        f"""SELECT count(*) FROM (SELECT 1 FROM json_array_elements(:holders ::json) AS h
            CROSS JOIN LATERAL ({_first(condition)}) AS f LIMIT {MOST}) AS counted""",
    )


_KINDS = {
    "mine": (HolderKind.REP,),
    "team": (HolderKind.REP,),
    "queues": (HolderKind.QUEUE,),
    "review": (HolderKind.REVIEW,),
    "waiting": (HolderKind.NONE,),
    "breaching": tuple(HolderKind),
}
_BOUND = "AND expected_at < :bound"
_PAGES = tuple(_page(range(first, 4)) for first in range(4))
_BREACHING = _page((0,), _BOUND)
_IN_HAND = _count("")
_DUE = _count(f"AND {_PARTS[0]} {_BOUND}")
_EACH = _asked(
    f"SELECT h.value ->> 1, (SELECT count(*) FROM ({_first()}) AS counted) FROM json_each(:holders) AS h",
    f"SELECT h.value ->> 1, (SELECT count(*) FROM ({_first()}) AS counted) FROM json_array_elements(:holders ::json) AS h",
)
# One step of the index for each holder that has something open, however much each has.
_LEAST = f"SELECT min(holder_id) FROM lead WHERE {OPEN} AND holder_kind ="
_HOLDERS = _asked(
    f"""WITH RECURSIVE held (kind, name) AS (
         SELECT k.value, ({_LEAST} k.value) FROM json_each(:kinds) AS k
         UNION ALL
         SELECT h.kind, ({_LEAST} h.kind AND holder_id > h.name) FROM held AS h WHERE h.name IS NOT NULL)
       SELECT kind, name FROM held WHERE name IS NOT NULL ORDER BY kind, name""",
    f"""WITH RECURSIVE held (kind, name) AS (
         SELECT k.value, ({_LEAST} k.value) FROM json_array_elements_text(:kinds ::json) AS k
         UNION ALL
         SELECT h.kind, ({_LEAST} h.kind AND holder_id > h.name) FROM held AS h WHERE h.name IS NOT NULL)
       SELECT kind, name FROM held WHERE name IS NOT NULL ORDER BY kind, name""",
)
_NEWEST = f"""SELECT {_COLUMNS} FROM (
         SELECT id FROM lead WHERE id < ? AND merged_into IS NULL ORDER BY id DESC LIMIT ?) AS k
       JOIN lead AS l ON l.id = k.id"""
_ALL = Statement(
    f"{_NEWEST} {_JOINS} ORDER BY l.id DESC",
    postgresql=f"{_NEWEST} {_LATERAL} ORDER BY l.id DESC".replace("?", "%s"),
)
_EVER = Statement(
    f"SELECT count(*) FROM (SELECT 1 FROM lead WHERE merged_into IS NULL LIMIT {MOST}) AS counted"
)
_OF_IDS = Statement(
    f"""SELECT {_COLUMNS} FROM lead AS l {_JOINS} WHERE l.id IN (SELECT value FROM json_each(?))""",
    postgresql=f"""SELECT {_COLUMNS} FROM lead AS l {_LATERAL}
       WHERE l.id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))""",
)
_encode = msgspec.json.Encoder().encode
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


def page(
    tx: Tx, scope: Scope, tab: str, now: datetime, *, only: str = "", after: Place = FIRST, limit: int = 50
) -> list[Entry]:
    """Untouched leads first, then by when the first touch is due (those without an instant last), then by id; `all` by id,
    newest first. `only` narrows a tab to one holder, a queue or a rep. Of a row that moves while somebody pages nothing is promised;
    every other one is given once. LookupError for a tab there is not.
    """
    if tab not in TABS:
        raise LookupError(f"{tab} is no list of leads")
    if tab == "all":
        return _newest(tx, scope, after, limit)
    held = [each for each in _among(scope, tab, holders(tx, _KINDS[tab])) if not only or each.id == only]
    asked = _BREACHING if tab == "breaching" else _PAGES[after.part]
    found = asked.rows(
        tx,
        holders=_json(held),
        at=instants.text(after.expected_at),
        id=after.id,
        most=limit,
        bound=instants.text(now + SOON),
    )
    return [_entry(row) for row in found]


def counts(tx: Tx, scope: Scope, now: datetime) -> Counts:
    """How much each tab holds: one query for each, whoever asks and however much there is."""
    found, soon = holders(tx), instants.text(now + SOON)
    listed = [_counted(tx, tab, _among(scope, tab, found), soon) for tab in TABS[:-1]]
    every = int(tx.all(_EVER)[0][0]) if scope.actor.sees_all else 0
    return Counts._make((*listed, every))


def _counted(tx: Tx, tab: str, held: list[Holder], soon: str) -> int:
    asked = _DUE if tab == "breaching" else _IN_HAND
    return int(asked.rows(tx, holders=_json(held), bound=soon)[0][0])


def by_queue(tx: Tx, scope: Scope) -> dict[str, int]:
    """Open leads of each queue they see that has some, each at most `MOST`."""
    return dict(_EACH.rows(tx, holders=_json(_among(scope, "queues", holders(tx, _KINDS["queues"])))))


def holders(tx: Tx, kinds: Iterable[HolderKind] = HolderKind) -> list[Holder]:
    """Whoever and whatever has an open lead, by kind and id."""
    found = _HOLDERS.rows(tx, kinds=_encode(list(kinds)).decode())
    return [Holder(HolderKind(kind), name) for kind, name in found]


def of_ids(tx: Tx, scope: Scope, ids: Iterable[str]) -> dict[str, Entry]:
    """Leads by id as lists show them, those of them that are theirs to see."""
    found = map(_entry, tx.all(_OF_IDS, (_encode(list(ids)).decode(),)))
    return {each.id: each for each in found if scope.actor.sees(each.holder, scope.queues)}


def _newest(tx: Tx, scope: Scope, after: Place, limit: int) -> list[Entry]:
    if not scope.actor.sees_all:
        return []
    before = _LAST_ID if after == FIRST else after.id
    return [_entry(row) for row in tx.all(_ALL, (before, limit))]


def _among(scope: Scope, tab: str, found: Iterable[Holder]) -> list[Holder]:
    """Whom the tab is about, as far as the actor sees what they have."""
    return [
        each
        for each in found
        if each.kind in _KINDS[tab]
        and scope.actor.sees(each, scope.queues)
        and (tab != "mine" or each.id == scope.actor.rep)
    ]


def _json(held: Iterable[Holder]) -> str:
    return _encode([(each.kind, each.id) for each in held]).decode()


def _entry(row: Row) -> Entry:
    name, facts, source, outcome, reason, kind, holder, epoch, accepted, touched, status, priority, *rest = (
        row
    )
    arrived, expected, following, clock, due, waits_for, waits_under, waits_until = rest
    return Entry(
        name,
        glanced(facts),
        source,
        outcome,
        reason,
        Holder(HolderKind(kind), holder),
        epoch,
        bool(accepted),
        bool(touched),
        status,
        priority,
        instants.read(arrived),
        instants.read_maybe(expected),
        instants.read_maybe(following),
        clock,
        instants.read_maybe(due),
        waits_for,
        waits_under,
        instants.read_maybe(waits_until),
    )


def glanced(facts: str) -> Glance:
    """Of facts nobody can read there is nothing to say: whoever decides about that lead will say so."""
    with suppress(msgspec.DecodeError):
        return glance(_facts(facts))
    return Glance()
