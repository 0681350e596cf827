"""What a repair would make of each lead, as its preview found it: kept, counted by owner, rule, queue and reason, and compared with how
things stand since. It decides nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from firstright.storage.bulk import insert_into
from firstright.storage.repairs import FIRST
from firstright.storage.schema.errands import previewed
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOVED, STAYED, KEPT, FAILED = STATES = ("moved", "stayed", "kept", "failed")
WAITING = "waiting"  # found, and not decided yet
LAST = 10  # previews whose leads are kept
_COLUMNS = ", ".join(previewed.columns.keys())
_ADD = insert_into(previewed, "keep")
_LISTED = Statement(
    f"SELECT {_COLUMNS} FROM previewed WHERE preview_id = ? AND state = ? AND lead_id > ? ORDER BY lead_id LIMIT ?"
)
_NAMES = Statement(
    """SELECT lead_id FROM previewed WHERE preview_id = ? AND state <> 'waiting' AND lead_id > ?
       ORDER BY lead_id LIMIT ?"""
)
_GROUPED = Statement(
    """SELECT was, now, was_rule, now_rule, state, why, count(*) FROM previewed WHERE preview_id = ?
       AND state <> 'waiting' GROUP BY was, now, was_rule, now_rule, state, why"""
)
_TELL = Statement(
    """UPDATE previewed SET state = ?, now = ?, now_rule = ?, why = ?, later = ?
       WHERE preview_id = ? AND lead_id = ? AND state = 'waiting'"""
)
_LATER = Statement(
    """SELECT lead_id, later FROM previewed WHERE preview_id = ? AND later <> ''
       AND lead_id IN (SELECT value FROM json_each(?))""",
    postgresql="""SELECT lead_id, later FROM previewed WHERE preview_id = %s AND later <> ''
       AND lead_id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))""",
)
# In the order in which a repair would say why it leaves one alone.
_SINCE = """SELECT CASE WHEN l.id IS NULL OR l.merged_into IS NOT NULL THEN 'merged' WHEN l.epoch <> p.epoch THEN 'moved-since'
         WHEN {touched} THEN 'touched' ELSE 'accepted' END AS why, count(*)
       FROM previewed AS p LEFT JOIN lead AS l ON l.id = p.lead_id
       LEFT JOIN assignment AS a ON a.lead_id = l.id AND a.epoch = l.epoch
       WHERE p.preview_id = ? AND p.state IN ('moved', 'stayed')
         AND (l.id IS NULL OR l.merged_into IS NOT NULL OR l.epoch <> p.epoch
           OR (? = 0 AND ({touched} OR a.accepted_at IS NOT NULL)))
       GROUP BY 1 ORDER BY 1"""
_SINCE_THEN = Statement(
    _SINCE.format(touched="l.touched = 1"),
    postgresql=_SINCE.format(touched="l.touched").replace("? = 0", "?::bigint = 0").replace("?", "%s"),
)
_OTHERWISE = Statement(
    """SELECT p.lead_id, p.state, p.now, r.state, r.now_kind, r.now_id FROM previewed AS p
       JOIN repaired AS r ON r.lead_id = p.lead_id AND r.repair_id = ?
       WHERE p.preview_id = ? AND r.state <> 'waiting' AND (p.state <> r.state OR (
         p.state = 'moved' AND r.now_id <> '' AND p.now <> r.now_kind || ':' || r.now_id))
       ORDER BY p.lead_id LIMIT ?"""
)
# A slice of them at a time: a hundred thousand at once would keep everybody waiting.
_FORGET = """DELETE FROM previewed WHERE (preview_id, lead_id) IN (
       SELECT preview_id, lead_id FROM previewed WHERE preview_id IN (
         SELECT id FROM errand WHERE kind = 'repair-preview' ORDER BY asked_at DESC, id DESC LIMIT {few} OFFSET ?) LIMIT ?)"""
_FORGOTTEN = Statement(_FORGET.format(few=100))


class Previewed(NamedTuple):
    """One lead. `why` is the reason of the decision there would be, or why it would be left alone."""

    preview: str
    lead: str
    epoch: int
    state: str
    was: str  # "rep:kim", or the outcome where nobody has it
    was_rule: str
    now: str
    now_rule: str
    why: str
    later: str = ""  # how the lead would stand, as JSON; empty where it would stand as it does


Counts = tuple[tuple[str, int, int], ...]  # (name, before, after)


class Told(msgspec.Struct, frozen=True):
    """Leads by state and by reason, whose leads go to whom, and of each owner, rule and queue how many before and after; most first."""

    states: dict[str, int]
    moves: tuple[tuple[str, str, int], ...]
    owners: Counts
    rules: Counts
    queues: Counts
    reasons: tuple[tuple[str, str, int], ...]  # (state, reason, how many)


class Otherwise(NamedTuple):
    """A lead of which the repair has made something else than its preview said."""

    lead: str
    told: str
    became: str


def add(tx: Tx, rows: Sequence[Previewed]) -> None:
    """One that is there already stays as it is."""
    tx.many(_ADD, rows)


def tell(tx: Tx, rows: Iterable[Previewed]) -> None:
    """What became of leads that waited. One that is told of already stays as it is."""
    each = [(r.state, r.now, r.now_rule, r.why, r.later, r.preview, r.lead) for r in rows]
    tx.many(_TELL, each)


def names(tx: Tx, preview: str, after: str = FIRST, limit: int = 200) -> list[str]:
    """Leads that it has told of."""
    return [str(lead) for (lead,) in tx.all(_NAMES, (preview, after, limit))]


def listed(tx: Tx, preview: str, state: str, after: str = FIRST, limit: int = 50) -> list[Previewed]:
    return [_read(row) for row in tx.all(_LISTED, (preview, state, after, limit))]


def later(tx: Tx, preview: str, leads: Collection[str]) -> dict[str, str]:
    """Of these leads how those would stand that it has changed so far."""
    given = msgspec.json.encode(sorted(leads)).decode()
    return {str(lead): how for lead, how in tx.all(_LATER, (preview, given))}


def told(tx: Tx, preview: str) -> Told:
    """Read in one go over its leads."""
    states: Counter[str] = Counter()
    moves: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    before: Counter[str] = Counter()
    later: Counter[str] = Counter()
    rule_before: Counter[str] = Counter()
    rule_later: Counter[str] = Counter()
    for was, now, was_rule, now_rule, state, why, n in tx.all(_GROUPED, (preview,)):
        states[state] += n
        reasons[state, why] += n
        before[was] += n
        later[now] += n
        rule_before[was_rule] += n
        rule_later[now_rule] += n
        if state == MOVED:
            moves[was, now] += n
    places = _beside(before, later)
    return Told(
        {state: states[state] for state in STATES},
        tuple([(was, now, n) for (was, now), n in _most(moves)]),
        tuple([each for each in places if not each[0].startswith("queue:")]),
        _beside(rule_before, rule_later),
        tuple([each for each in places if each[0].startswith("queue:")]),
        tuple([(state, why, n) for (state, why), n in _most(reasons)]),
    )


def since(tx: Tx, preview: str, *, also_touched: bool) -> dict[str, int]:
    """Of the leads it would have decided, how many a repair would leave alone by now, by why."""
    rows = tx.all(_SINCE_THEN, (preview, int(also_touched)))
    return {str(why): int(n) for why, n in rows}


def otherwise(tx: Tx, repair: str, preview: str, limit: int = 50) -> list[Otherwise]:
    """Leads of which the repair has made something else than the preview said."""
    rows = tx.all(_OTHERWISE, (repair, preview, limit))
    return [
        Otherwise(
            str(lead), now if state == MOVED else state, f"{kind}:{name}" if done == MOVED and name else done
        )
        for lead, state, now, done, kind, name in rows
    ]


def forget(tx: Tx, limit: int) -> int:
    """Leads of previews before the last few, so many at a time. How many there were."""
    return tx.run(_FORGOTTEN, (LAST, limit))


def _beside(before: Counter[str], later: Counter[str]) -> Counts:
    found = [(name, before[name], later[name]) for name in {*before, *later}]
    return tuple(sorted(found, key=lambda each: (-max(each[1:]), each[0])))


def _most(counted: Counter[tuple[str, str]]) -> Iterable[tuple[tuple[str, str], int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _read(row: Row) -> Previewed:
    return Previewed(str(row[0]), str(row[1]), *row[2:])
