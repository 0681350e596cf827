"""What sources send, counted by source, hour and day, and field; and the values that no table knows. Bounded in every direction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx, Value

ARRIVED, FILLED, WRONG, UNMAPPED, SHAPE = "arrived", "filled", "wrong", "unmapped", "shape"
SYNONYMS = "synonyms"  # instead of a field: that the use of synonyms was counted on that day
HOUR, DAY = "hour", "day"
FIRST = "00000000-0000-0000-0000-000000000000"  # before every lead
LONGEST = 200  # characters of a value
MOST_LEADS = 1_000  # kept of a value
MOST_VALUES = 2_000  # distinct ones of a field
MOST_SHAPES = 40  # of a field of a source in a day
OTHER_SHAPE = "…"  # all beyond them
HOURS_KEPT = timedelta(days=8)  # of fields
RHYTHM_KEPT = timedelta(days=36)  # hours of arrivals alone
DAYS_KEPT = timedelta(days=120)
VALUES_KEPT = timedelta(days=90)  # that did not come again: others need their place

Key = tuple[str, datetime, str, str, str]  # source, hour, field, what, word

_ADD = Statement(
    """INSERT INTO field_count (source, span, starts_at, field, what, word, n) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, span, starts_at, field, what, word) DO UPDATE SET n = field_count.n + excluded.n"""
)
_COUNTS = Statement(
    """SELECT starts_at, field, what, word, n FROM field_count
       WHERE source = ? AND span = ? AND starts_at >= ? AND starts_at < ?"""
)
_RHYTHM = Statement(
    """SELECT starts_at, sum(n) FROM field_count WHERE source = ? AND span = 'hour' AND starts_at >= ? AND field = ''
       AND what = 'arrived' AND word <> 'bulk' GROUP BY starts_at"""
)
_SOURCES = Statement(
    "SELECT DISTINCT source FROM field_count WHERE span = 'day' AND starts_at >= ? ORDER BY source"
)
_TOTALS = Statement(
    """SELECT source, field, what, sum(n) FROM field_count WHERE span = 'day' AND starts_at >= ? AND what <> 'shape'
       GROUP BY source, field, what ORDER BY source, field, what"""
)
_USED = Statement(
    """SELECT DISTINCT field, word, min(starts_at) FROM field_count WHERE span = 'day' AND starts_at >= ? AND what = 'arrived'
       AND field <> '' GROUP BY field, word"""
)
_KEPT = (
    (Statement("DELETE FROM field_count WHERE span = 'hour' AND field <> '' AND starts_at < ?"), HOURS_KEPT),
    (Statement("DELETE FROM field_count WHERE span = 'hour' AND starts_at < ?"), RHYTHM_KEPT),
    (Statement("DELETE FROM field_count WHERE span = 'day' AND starts_at < ?"), DAYS_KEPT),
)
_MISSED = Statement(
    """SELECT field, value, n, first_at, last_at, sources FROM unmapped WHERE field = ?
       ORDER BY n DESC, value LIMIT ?"""
)
_ONE_MISSED = Statement(
    "SELECT field, value, n, first_at, last_at, sources FROM unmapped WHERE field = ? AND value = ?"
)
_RANKED = """SELECT field, value, n, first_at, last_at, sources FROM (
         SELECT u.*, row_number() OVER (PARTITION BY field ORDER BY {by}, value) AS place FROM unmapped AS u) AS ranked
       WHERE place <= ? ORDER BY field, {by}, value"""
_ALL_MISSED = {
    False: Statement(_RANKED.format(by="n DESC")),
    True: Statement(_RANKED.format(by="last_at DESC")),
}
_OLD_MISSED = (
    Statement(
        """DELETE FROM unmapped_lead WHERE EXISTS (SELECT 1 FROM unmapped AS u WHERE u.field = unmapped_lead.field
           AND u.value = unmapped_lead.value AND u.last_at < ?)"""
    ),
    Statement("DELETE FROM unmapped WHERE last_at < ?"),
)
_DISTINCT = Statement("SELECT count(*) FROM unmapped WHERE field = ?")
_PUT_MISSED = Statement(
    """INSERT INTO unmapped (field, value, n, first_at, last_at, sources) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (field, value) DO UPDATE SET n = excluded.n, first_at = excluded.first_at,
       last_at = excluded.last_at, sources = excluded.sources"""
)
_FORGET_MISSED = Statement("DELETE FROM unmapped WHERE field = ? AND value = ?")
_LEADS = Statement(
    "SELECT lead_id FROM unmapped_lead WHERE field = ? AND value = ? AND lead_id > ? ORDER BY lead_id LIMIT ?"
)
_HOW_MANY_LEADS = Statement("SELECT count(*) FROM unmapped_lead WHERE field = ? AND value = ?")
_ADD_LEAD = Statement(
    "INSERT INTO unmapped_lead (field, value, lead_id) VALUES (?, ?, ?) ON CONFLICT (field, value, lead_id) DO NOTHING"
)
_FORGET_LEAD = Statement("DELETE FROM unmapped_lead WHERE field = ? AND value = ? AND lead_id = ?")
_encode = msgspec.json.Encoder().encode
_names = msgspec.json.Decoder(list[str]).decode


class Missed(msgspec.Struct):
    """One value of a field that no table knows. The value '' stands for those beyond the most that are kept."""

    field: str
    value: str
    n: int
    first_at: datetime
    last_at: datetime
    sources: set[str] = msgspec.field(default_factory=set)
    leads: set[str] = msgspec.field(default_factory=set)


class Count(NamedTuple):
    starts_at: datetime
    field: str
    what: str
    word: str
    n: int


def add(tx: Tx, counted: Mapping[Key, int]) -> None:
    """On top of what its hour and its day have."""
    rows: dict[tuple[Value, ...], int] = {}
    for (source, hour, field, what, word), n in counted.items():
        day = hour.replace(hour=0)
        for span, at in ((HOUR, hour), (DAY, day)):
            key = (source, span, instants.text(at), field, what, word)
            rows[key] = rows.get(key, 0) + n
    tx.many(_ADD, [(*key, n) for key, n in sorted(rows.items(), key=lambda row: tuple(map(str, row[0])))])


def counts(tx: Tx, source: str, span: str, begins: datetime, ends: datetime) -> list[Count]:
    """Everything counted of a source in [begins, ends)."""
    found = tx.all(_COUNTS, (source, span, instants.text(begins), instants.text(ends)))
    return [Count(instants.read(at), field, what, word, int(n)) for at, field, what, word, n in found]


def rhythm(tx: Tx, source: str, begins: datetime) -> dict[datetime, int]:
    """Arrivals by hour, without imported ones."""
    return {instants.read(at): int(n) for at, n in tx.all(_RHYTHM, (source, instants.text(begins)))}


def sources(tx: Tx, since: datetime) -> list[str]:
    """Those that sent anything since."""
    return [name for (name,) in tx.all(_SOURCES, (instants.text(since),))]


def totals(tx: Tx, since: datetime) -> dict[tuple[str, str, str], int]:
    """By (source, field, what) from that day on; nothing about shapes."""
    return {
        (source, field, what): int(n) for source, field, what, n in tx.all(_TOTALS, (instants.text(since),))
    }


def synonyms_used(tx: Tx, since: datetime) -> tuple[datetime | None, set[tuple[str, str]]]:
    """From when on it was counted since then, and (field, word) of the synonyms that a value had."""
    began, found = None, set()
    for field, word, first in tx.all(_USED, (instants.text(since),)):
        if field == SYNONYMS:
            began = instants.read(first)
        else:
            found.add((field, word))
    return began, found


def forget_old(tx: Tx, now: datetime) -> int:
    """How many counters went because they were too old; so do values that have not come again for long."""
    for statement in _OLD_MISSED:
        tx.run(statement, (instants.text(now - VALUES_KEPT),))
    return sum(tx.run(statement, (instants.text(now - kept),)) for statement, kept in _KEPT)


def add_missed(tx: Tx, missed: Iterable[Missed], now: datetime) -> None:
    """On top of what is known of each. A field that has its most keeps new values as one, the value ''."""
    room: dict[str, int] = {}
    leads: list[tuple[str, str, str]] = []
    for each in missed:
        if each.field not in room:
            room[each.field] = MOST_VALUES - int(tx.all(_DISTINCT, (each.field,))[0][0])
        before = one_missed(tx, each.field, each.value)
        if before is None and each.value and room[each.field] <= 0:
            each.value, before = "", one_missed(tx, each.field, "")
        room[each.field] -= before is None
        _put(tx, each, before)
        kept = int(tx.all(_HOW_MANY_LEADS, (each.field, each.value))[0][0])
        leads += [(each.field, each.value, lead) for lead in sorted(each.leads)[: max(0, MOST_LEADS - kept)]]
    tx.many(_ADD_LEAD, leads)


def _put(tx: Tx, each: Missed, before: Missed | None) -> None:
    first = min(each.first_at, before.first_at) if before else each.first_at
    last = max(each.last_at, before.last_at) if before else each.last_at
    names = sorted(each.sources | (before.sources if before else set()))
    n = each.n + (before.n if before else 0)
    told = _encode(names).decode()
    tx.run(_PUT_MISSED, (each.field, each.value, n, instants.text(first), instants.text(last), told))


def one_missed(tx: Tx, field: str, value: str) -> Missed | None:
    row = tx.one(_ONE_MISSED, (field, value))
    return None if row is None else _missed(*row)


def missed_of(tx: Tx, field: str, limit: int) -> list[Missed]:
    """The most frequent first."""
    return [_missed(*row) for row in tx.all(_MISSED, (field, limit))]


def all_missed(tx: Tx, most: int, *, newest: bool = False) -> list[Missed]:
    """The most frequent of each field, else those that came last, so many at most, by field."""
    return [_missed(*row) for row in tx.all(_ALL_MISSED[newest], (most,))]


def forget_missed(tx: Tx, field: str, value: str) -> None:
    """It has a meaning now; whose it was is still known."""
    tx.run(_FORGET_MISSED, (field, value))


def leads_with(tx: Tx, field: str, value: str, after: str, limit: int) -> list[str]:
    """Whose value it was, by id, behind `after`, which is FIRST to begin with."""
    return [str(lead) for (lead,) in tx.all(_LEADS, (field, value, after, limit))]


def how_many_leads(tx: Tx, field: str, value: str) -> int:
    return int(tx.all(_HOW_MANY_LEADS, (field, value))[0][0])


def forget_leads(tx: Tx, field: str, value: str, leads: Iterable[str]) -> None:
    tx.many(_FORGET_LEAD, [(field, value, lead) for lead in leads])


def _missed(field: str, value: str, n: int, first: object, last: object, names: str) -> Missed:
    return Missed(field, value, int(n), instants.read(first), instants.read(last), set(_names(names)))
