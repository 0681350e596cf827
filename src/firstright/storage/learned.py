"""Models learned from outcomes, by hash, and looks at how they drift; and leads with what was known of them first. A version
is added and read, never changed.
"""

from datetime import datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST_LOOKS = 400
WON = ("won", "qualified", "scheduled")
LOST = ("lost", "disqualified")

_ADD = Statement(
    """INSERT INTO learned (hash, name, text, trained_at, trained_by) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING RETURNING hash"""
)
_TEXT = Statement("SELECT text FROM learned WHERE hash = ? AND name = ?")
_VERSIONS = Statement(
    "SELECT name, hash, trained_at, trained_by, text FROM learned ORDER BY name, trained_at DESC, hash LIMIT 500"
)
_LOOKED = Statement(
    """INSERT INTO drift_look (hash, day, at, leads, found) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (hash, day) DO UPDATE SET at = excluded.at, leads = excluded.leads, found = excluded.found"""
)
_LOOKS = Statement(
    f"SELECT day, at, leads, found FROM drift_look WHERE hash = ? ORDER BY day DESC LIMIT {MOST_LOOKS}"
)
# The first decision of a lead is the one its facts were frozen in before anything came of it. Ids sort by time.
_LATEST = """SELECT l.id, l.status, l.outcome, l.holder_kind, l.arrived_at, l.facts, d.as_of, d.record
       FROM lead AS l JOIN decision AS d ON d.id = (
         SELECT x.id FROM decision AS x WHERE x.lead_id = l.id ORDER BY x.turn, x.seq LIMIT 1)
       WHERE l.merged_into IS NULL AND l.id < ?{ended} ORDER BY l.id DESC LIMIT ?"""
_LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_ENDED = f" AND l.status IN ({', '.join(map(repr, WON + LOST))}) AND l.outcome <> 'rejected'"
_ALL = Statement(_LATEST.format(ended=""))
_WITH_OUTCOME = Statement(_LATEST.format(ended=_ENDED))


class Version(NamedTuple):
    name: str
    hash: str
    trained_at: datetime
    trained_by: str
    text: str


class Look(NamedTuple):
    day: str
    at: datetime
    leads: int
    found: str  # JSON of core.drift.Drift


class Happened(NamedTuple):
    """A lead, what is known of it now (JSON), and the record of its first decision, empty where it was erased."""

    id: str
    status: str
    outcome: str
    holder_kind: str
    arrived_at: datetime
    facts: str
    decided_at: datetime
    record: bytes

    @property
    def had(self) -> bool | None:
        """Whether it came to what is hoped for; None while that is open, or where rules alone said no."""
        if self.outcome == "rejected":
            return None
        return True if self.status in WON else False if self.status in LOST else None


def add(tx: Tx, name: str, digest: str, text: str, now: datetime, by: str) -> bool:
    """Whether it is new."""
    return bool(tx.all(_ADD, (digest, name, text, instants.text(now), by)))


def text_of(tx: Tx, name: str, digest: str) -> str | None:
    row = tx.one(_TEXT, (digest, name))
    return None if row is None else str(row[0])


def versions(tx: Tx) -> list[Version]:
    """By name, the newest first."""
    return [
        Version(name, digest, instants.read(at), by, text) for name, digest, at, by, text in tx.all(_VERSIONS)
    ]


def look(tx: Tx, digest: str, day: str, at: datetime, leads: int, found: str) -> None:
    """The last of a day stands for it."""
    tx.run(_LOOKED, (digest, day, instants.text(at), leads, found))


def looks(tx: Tx, digest: str) -> list[Look]:
    """The newest first."""
    return [Look(day, instants.read(at), int(n), found) for day, at, n, found in tx.all(_LOOKS, (digest,))]


def latest(tx: Tx, limit: int, *, ended: bool = False, before: str = _LAST) -> list[Happened]:
    """The newest leads first; with `ended` only those whose outcome is known; `before` is the last of the page before."""
    found = tx.all(_WITH_OUTCOME if ended else _ALL, (before, limit))
    return [
        Happened(
            str(name),
            status,
            outcome,
            kind,
            instants.read(at),
            facts,
            instants.read(then),
            bytes(record or b""),
        )
        for name, status, outcome, kind, at, facts, then, record in found
    ]
