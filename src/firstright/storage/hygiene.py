"""What the audit of the base reads, in bounded steps, and what it found: kept, ended, counted by day. It judges nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.baseaudit import Found, OpenLead
from firstright.core.identifiers import first_of
from firstright.core.lead import Fact
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

FIRST = "00000000-0000-0000-0000-000000000000"
STEP = 2_000  # leads read at a time
MOST_GROUPS = 1_000
MOST_DECISIONS = 200_000

_OPEN = Statement(
    """SELECT id, source, facts, rule, holder_kind, holder_id, touched, updated_at FROM lead
       WHERE id > ? AND merged_into IS NULL AND outcome NOT IN ('closed', 'rejected', 'quarantined') ORDER BY id LIMIT ?"""
)
# Of a key that names a person, leads that have not ended: two of them are one person twice, unless somebody said that they are two.
_SAME = Statement(
    f"""WITH held AS (SELECT k.value, k.id FROM match_key AS k JOIN lead AS l ON l.id = k.id
          WHERE k.entity = 'lead' AND k.kind = ? AND l.merged_into IS NULL
            AND l.outcome NOT IN ('closed', 'rejected', 'quarantined')),
        told AS (SELECT a.value, count(*) AS n FROM distinct_pair AS d JOIN held AS a ON a.id = d.a
          JOIN held AS b ON b.id = d.b AND b.value = a.value GROUP BY a.value)
        SELECT held.value, min(held.id || '') FROM held LEFT JOIN told ON told.value = held.value
        GROUP BY held.value, told.n HAVING count(*) * (count(*) - 1) / 2 > coalesce(told.n, 0)
        ORDER BY held.value LIMIT {MOST_GROUPS}"""
)
_PROPOSED = Statement("SELECT count(*) FROM duplicate_pair WHERE state = 'open'")
_OWNERS = Statement(
    f"""SELECT owner, count(*) FROM account WHERE owner <> '' AND deleted_at IS NULL AND merged_into IS NULL
        GROUP BY owner ORDER BY owner LIMIT {MOST_GROUPS}"""
)
_LISTS = Statement("SELECT DISTINCT name FROM list_table ORDER BY name")
_FIRED = Statement(
    f"""SELECT rule, count(*) FROM (SELECT rule FROM decision WHERE id >= ? ORDER BY id DESC LIMIT {MOST_DECISIONS}) AS d
        GROUP BY rule"""
)
_UNMAPPED = Statement("SELECT field, sum(n), count(*) FROM unmapped GROUP BY field ORDER BY field")
_COLUMNS = "kind, subject, cause, owner, detail, n, first_at, last_at, ended_at"
_PUT = Statement(
    f"""INSERT INTO finding ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)
        ON CONFLICT (kind, subject) DO UPDATE SET cause = excluded.cause, owner = excluded.owner,
        detail = excluded.detail, n = excluded.n, last_at = excluded.last_at,
        first_at = CASE WHEN finding.ended_at IS NULL THEN finding.first_at ELSE excluded.first_at END, ended_at = NULL"""
)
_END = Statement("UPDATE finding SET ended_at = ? WHERE ended_at IS NULL AND last_at < ?")
_DAY = Statement(
    """INSERT INTO finding_day (kind, day, n) VALUES (?, ?, ?)
       ON CONFLICT (kind, day) DO UPDATE SET n = excluded.n"""
)
_FINDINGS = Statement(
    f"SELECT {_COLUMNS} FROM finding WHERE ended_at IS NULL ORDER BY kind, n DESC, subject LIMIT {MOST_GROUPS}"
)
_ONE = Statement(f"SELECT {_COLUMNS} FROM finding WHERE kind = ? AND subject = ?")
_DAYS = Statement("SELECT kind, day, n FROM finding_day WHERE day >= ? ORDER BY day, kind")
_encode = msgspec.json.Encoder(order="deterministic").encode
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


class Detail(msgspec.Struct, frozen=True):
    """What is kept of a finding beside its figure: the first leads it is about, and more figures."""

    leads: list[str] = []
    more: dict[str, str | int] = {}


_detail = msgspec.json.Decoder(Detail).decode


class Finding(NamedTuple):
    """`first_at` is when it was first found since it was last not found."""

    kind: str
    subject: str
    cause: str
    owner: str
    detail: Detail
    n: int
    first_at: datetime
    last_at: datetime
    ended_at: datetime | None


def open_leads(tx: Tx, after: str) -> list[OpenLead]:
    """The next two thousand that have not ended, by id."""
    return [
        OpenLead(
            str(row[0]), row[1], _facts(row[2]), row[3], row[4], row[5], bool(row[6]), instants.read(row[7])
        )
        for row in tx.all(_OPEN, (after, STEP))
    ]


def same_key(tx: Tx, kind: str) -> list[str]:
    """One lead of each group that shares a key of this kind. The keys themselves are personal, and are not told."""
    return [str(lead) for _, lead in tx.all(_SAME, (kind,))]


def proposed(tx: Tx) -> int:
    """Pairs that somebody must say of whether they are one."""
    return int(tx.all(_PROPOSED)[0][0])


def account_owners(tx: Tx) -> dict[str, int]:
    """How many accounts each owner has."""
    return {owner: int(n) for owner, n in tx.all(_OWNERS)}


def lists(tx: Tx) -> list[str]:
    return [name for (name,) in tx.all(_LISTS)]


def fired(tx: Tx, since: datetime) -> dict[str, int]:
    """How many decisions named each rule since then, of the latest ones; under the empty name those that named none."""
    return {rule: int(n) for rule, n in tx.all(_FIRED, (first_of(since),))}


def unmapped(tx: Tx) -> list[tuple[str, int, int]]:
    """(field, how often a value of it was in no table, how many different ones)."""
    return [(field, int(n), int(distinct)) for field, n, distinct in tx.all(_UNMAPPED)]


def put(tx: Tx, found: Iterable[Found], now: datetime) -> None:
    """Each as it is found now; one that was there before keeps when it was first found."""
    at = instants.text(now)
    rows = [
        (f.kind, f.subject, f.kind, f.owner, _encode(Detail(f.leads, f.detail)).decode(), f.n, at, at)
        for f in found
    ]
    tx.many(_PUT, rows)


def end_others(tx: Tx, began: datetime, now: datetime) -> int:
    """How many ended: those not found since this audit began."""
    return tx.run(_END, (instants.text(now), instants.text(began)))


def count_day(tx: Tx, counts: Mapping[str, int], now: datetime) -> None:
    """By kind, for the trend: the last audit of a day counts."""
    day = instants.text(now.replace(hour=0, minute=0, second=0, microsecond=0))
    tx.many(_DAY, [(kind, day, n) for kind, n in sorted(counts.items())])


def findings(tx: Tx) -> list[Finding]:
    """Those that have not ended, by kind, the largest first."""
    return [_read(row) for row in tx.all(_FINDINGS)]


def one(tx: Tx, kind: str, subject: str) -> Finding | None:
    row = tx.one(_ONE, (kind, subject))
    return None if row is None else _read(row)


def trend(tx: Tx, now: datetime, days: int) -> list[tuple[datetime, str, int]]:
    """(day, kind, n) of so many days, oldest first."""
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    return [(instants.read(day), kind, int(n)) for kind, day, n in tx.all(_DAYS, (instants.text(since),))]


def _read(row: Row) -> Finding:
    kind, subject, cause, owner, detail, n, first, last, ended = row
    return Finding(
        kind, subject, cause, owner, _detail(detail), int(n), instants.read(first), instants.read(last),
        instants.read_maybe(ended),
    )  # fmt: skip
