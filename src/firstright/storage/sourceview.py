"""What came in lately and what of it was wrong: sources, arrivals with problems, what was turned away, records of imports.

For whoever may see sources; a lead in it, and what its person wrote, only where that lead is theirs to see. It reads only.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.authority import Right
from firstright.core.clean.problem import Problem
from firstright.core.identifiers import first_of, is_id
from firstright.core.lead import Holder, HolderKind
from firstright.storage import access, instants
from firstright.storage.inbox import Scope
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOST = 5_000  # arrivals counted, the latest: each is a row to look up, and a page waits for them
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"  # behind every id
OUTCOMES = ("created", "merged", "unchanged", "rejected", "quarantined")

_TRAFFIC = Statement(
    f"""SELECT source, label, id >= ? AS recent, problems <> '[]' AS wrong, count(*), max(received_at)
       FROM (SELECT id, source, label, problems, received_at FROM arrival
         WHERE id >= ? ORDER BY id DESC LIMIT {MOST}) AS latest
       GROUP BY source, label, recent, wrong ORDER BY source, label""",
    postgresql=f"""SELECT source, label, recent, wrong, count(*), max(received_at)
       FROM (SELECT id >= %s AS recent, source, label, problems <> '[]' AS wrong, received_at FROM arrival
         WHERE id >= %s ORDER BY id DESC LIMIT {MOST}) AS latest
       GROUP BY source, label, recent, wrong ORDER BY source, label""",
)
_OLDEST = Statement(
    f"SELECT received_at FROM arrival WHERE id >= ? ORDER BY id DESC LIMIT 1 OFFSET {MOST - 1}"
)
_COLUMNS = "a.id, a.source, a.event_id, a.received_at, a.label, a.status, a.lead_id, a.problems"
# One walk of the index for each source, and the newest of all of them.
_WRONG = Statement(
    f"""SELECT {_COLUMNS} FROM json_each(?) AS s CROSS JOIN arrival AS a ON a.id IN (
         SELECT id FROM arrival WHERE source = s.value AND problems <> '[]' AND id < ? ORDER BY id DESC LIMIT ?)
       ORDER BY a.id DESC LIMIT ?""",
    postgresql=f"""SELECT {_COLUMNS} FROM json_array_elements_text(%s::json) AS s CROSS JOIN LATERAL (
         SELECT * FROM arrival WHERE source = s.value AND problems <> '[]' AND id < %s
         ORDER BY source DESC, id DESC LIMIT %s) AS a ORDER BY a.id DESC LIMIT %s""",
)
_LATEST = Statement(
    f"""SELECT {_COLUMNS} FROM (SELECT id, source, event_id, received_at, label, status, lead_id, problems FROM arrival
         ORDER BY id DESC LIMIT {MOST}) AS a WHERE a.source = ? ORDER BY a.id DESC LIMIT ?"""
)
_STEP = "SELECT min(source) FROM arrival"
_SOURCES = Statement(
    f"""WITH RECURSIVE known (name) AS (
         SELECT ({_STEP})
         UNION ALL
         SELECT ({_STEP} WHERE source > k.name) FROM known AS k WHERE k.name IS NOT NULL)
       SELECT name FROM known WHERE name IS NOT NULL"""
)
_RAW = Statement("SELECT content_type, raw, lead_id FROM arrival WHERE id = ?")
_REFUSED = Statement(
    """SELECT source, code, pointer, max(reason), sum(n), max(last_at), max(request_id) FROM refusal
       WHERE hour >= ? AND code <> '' AND source NOT LIKE 'hook:%' GROUP BY source, code, pointer ORDER BY 5 DESC, source, code, pointer LIMIT ?"""
)
_RECORDS = Statement(
    """SELECT line, outcome, lead_id, problems FROM import_record WHERE import_id = ? AND line > ?
       ORDER BY line LIMIT ?"""
)
_OF_OUTCOME = Statement(
    """SELECT line, outcome, lead_id, problems FROM import_record WHERE import_id = ? AND line > ? AND outcome = ?
       ORDER BY line LIMIT ?"""
)
_TROUBLED = Statement(
    """SELECT line, outcome, lead_id, problems FROM import_record WHERE import_id = ? AND line > ? AND problems <> '[]'
       ORDER BY line LIMIT ?"""
)
_HOLDERS = Statement(
    "SELECT id, holder_kind, holder_id FROM lead WHERE id IN (SELECT value FROM json_each(?))",
    postgresql="""SELECT id, holder_kind, holder_id FROM lead
       WHERE id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))""",
)
_encode = msgspec.json.Encoder().encode
_problems = msgspec.json.Decoder(tuple[Problem, ...]).decode


class Source(NamedTuple):
    """A source and its arrivals by label over seven and thirty days. `kind` is empty for one that was never described."""

    name: str
    kind: str
    enabled: bool
    strict: bool
    week: dict[str, int]
    month: dict[str, int]
    wrong_week: int  # arrivals of which something could not be read
    wrong_month: int
    last_at: datetime | None  # within thirty days


class Sources(NamedTuple):
    """Busiest first. `since` is the earliest instant counted when more came than are counted."""

    sources: list[Source]
    since: datetime | None


class Wrong(NamedTuple):
    """An arrival, mostly one with problems. Without the right to its lead `lead_id` is empty and what was got is left out."""

    id: str
    source: str
    event_id: str
    received_at: datetime
    label: str
    status: int
    lead_id: str
    problems: tuple[Problem, ...]


class Raw(NamedTuple):
    content_type: str
    body: bytes


class Refused(NamedTuple):
    """What was turned away at the door for one reason. `request_id` is one of them: it stands in the log."""

    source: str
    code: str
    pointer: str
    reason: str
    n: int
    last_at: datetime
    request_id: str


class Record(NamedTuple):
    """One record of a file. Without the right to its lead `lead_id` is empty and what was got is left out."""

    line: int
    outcome: str  # OUTCOMES
    lead_id: str
    problems: tuple[Problem, ...]


def sources(tx: Tx, scope: Scope, now: datetime) -> Sources:
    """Described ones, and others something came from within thirty days."""
    if not _may(scope):
        return Sources([], None)
    week, month = first_of(now - WEEK), first_of(now - MONTH)
    rows = tx.all(_TRAFFIC, (week, month))
    oldest = tx.one(_OLDEST, (month,))
    described = access.sources(tx)
    found = [_source(name, described.get(name), rows) for name in {row[0] for row in rows} | set(described)]
    found.sort(key=lambda source: (-sum(source.month.values()), source.name))
    return Sources(found, None if oldest is None else instants.read(oldest[0]))


def wrong(tx: Tx, scope: Scope, *, source: str = "", before: str = LAST, limit: int = 50) -> list[Wrong]:
    """Arrivals with problems, newest first, of one source or all; `before` is the last id of the page before."""
    if not _may(scope) or not is_id(before):
        return []
    names = [source] if source else [name for (name,) in tx.all(_SOURCES)]
    rows = tx.all(_WRONG, (_encode(names).decode(), before, limit, limit))
    return _arrivals(tx, scope, rows)


def latest(tx: Tx, scope: Scope, source: str, limit: int = 10) -> list[Wrong]:
    """What a source sent lately, whatever became of it, newest first; among the latest `MOST` of all sources."""
    return _arrivals(tx, scope, tx.all(_LATEST, (source, limit))) if _may(scope) else []


def raw(tx: Tx, scope: Scope, arrival_id: str) -> Raw | None:
    """What was sent, as it was received; None when it is not there, or its lead is not theirs to see."""
    row = tx.one(_RAW, (arrival_id,)) if _may(scope) and is_id(arrival_id) else None
    if row is None or (row[2] and row[2] not in visible(tx, scope, [row[2]])):
        return None
    return Raw(row[0], bytes(row[1]))


def refused(tx: Tx, scope: Scope, since: datetime, limit: int = 100) -> list[Refused]:
    """Of every source since an instant, most often first. Refusals are counted by hour and reason: there are few rows."""
    if not _may(scope):
        return []
    return [
        Refused(source, code, pointer, reason, int(n), instants.read(at), request)
        for source, code, pointer, reason, n, at, request in tx.all(_REFUSED, (instants.text(since), limit))
    ]


def records(
    tx: Tx, scope: Scope, import_id: str, *, outcome: str = "", after: int = 0, limit: int = 50
) -> list[Record]:
    """Records of a file in its order, behind number `after`; of one outcome or all."""
    if not _may(scope) or not is_id(import_id):
        return []
    if outcome:
        rows = tx.all(_OF_OUTCOME, (import_id, after, outcome, limit))
    else:
        rows = tx.all(_RECORDS, (import_id, after, limit))
    return _seen(tx, scope, rows)


def troubled(tx: Tx, scope: Scope, import_id: str, *, after: int = 0, limit: int = 50) -> list[Record]:
    """Those of its records that have problems, in the file's order, behind number `after`."""
    if not _may(scope) or not is_id(import_id):
        return []
    return _seen(tx, scope, tx.all(_TROUBLED, (import_id, after, limit)))


def _seen(tx: Tx, scope: Scope, rows: list[Row]) -> list[Record]:
    seen = visible(tx, scope, [row[2] for row in rows if row[2]])
    return [
        Record(line, became, *_lead(lead, seen), _told(problems, lead, seen))
        for line, became, lead, problems in rows
    ]


def visible(tx: Tx, scope: Scope, ids: Iterable[str]) -> set[str]:
    """Which of these leads are theirs to see, by who has each now."""
    rows = tx.all(_HOLDERS, (_encode(list(ids)).decode(),))
    return {
        name
        for name, kind, holder in rows
        if scope.actor.sees(Holder(HolderKind(kind), holder), scope.queues)
    }


def _arrivals(tx: Tx, scope: Scope, rows: list[Row]) -> list[Wrong]:
    seen = visible(tx, scope, [row[6] for row in rows if row[6]])
    return [
        Wrong(
            name, of, event, instants.read(at), label, status, *_lead(lead, seen), _told(problems, lead, seen)
        )
        for name, of, event, at, label, status, lead, problems in rows
    ]


def _may(scope: Scope) -> bool:
    return scope.actor.may(Right.SEE_SOURCES)


def _source(name: str, row: access.SourceRow | None, rows: list[Row]) -> Source:
    week: dict[str, int] = {}
    month: dict[str, int] = {}
    wrong = [0, 0]
    mine = [each for each in rows if each[0] == name]
    for _, label, recent, is_wrong, n, _at in mine:
        month[label] = month.get(label, 0) + n
        wrong[1] += n if is_wrong else 0
        if recent:
            week[label] = week.get(label, 0) + n
            wrong[0] += n if is_wrong else 0
    last = max([instants.read(each[5]) for each in mine], default=None)
    kind, enabled, strict = (row.kind, row.enabled, row.strict) if row else ("", True, False)
    return Source(name, kind, enabled, strict, week, month, wrong[0], wrong[1], last)


def _lead(lead: str | None, seen: set[str]) -> tuple[str]:
    return (lead if lead and lead in seen else "",)


def _told(problems: str, lead: str | None, seen: set[str]) -> tuple[Problem, ...]:
    found = _problems(problems)
    if lead is None or lead in seen:
        return found
    return tuple(msgspec.structs.replace(problem, got="") for problem in found)
