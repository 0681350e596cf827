"""What happened to one lead, from every table that knows of it, newest first and a page at a time. It reads only."""

from datetime import UTC, datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

# kind, table, the instant it is sorted by, what names it among its kind, what is told of it
_PARTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("arrival", "arrival", "received_at", "id", ("source", "label", "status")),
    (
        "decision",
        "decision",
        "as_of",
        "id",
        ("cause", "outcome", "reason", "rule", "holder_kind", "holder_id", "policy_version"),
    ),
    (
        "holder",
        "assignment",
        "started_at",
        "epoch",
        ("epoch", "cycle", "holder_kind", "holder_id", "origin", "cause", "accepted_at", "ended_at"),
    ),
    (
        "clock",
        "clock",
        "started_at",
        "id",
        ("clock", "cycle", "epoch", "basis", "due_at", "warnings", "state", "met_at", "missed_at"),
    ),
    ("touch", "touch", "happened_at", "id", ("epoch", "rep_id", "channel", "result", "note", "logged_at")),
    ("engagement", "engagement", "at", "id", ("kind",)),
    (
        "delivery",
        "delivery",
        "coalesce(created_at, due_at)",
        "id",
        (
            "destination",
            "event",
            "template",
            "state",
            "epoch",
            "due_at",
            "attempts",
            "last_status",
            "sent_at",
        ),
    ),
    ("task", "task", "due_at", "id", ("epoch", "rep_id", "action", "channel", "state")),
    (
        "credit",
        "credit_request",
        "coalesce(resolved_at, asked_at)",
        "id",
        ("rep", "pool", "lane", "cost", "reason", "state", "asked_at", "resolved_by", "note"),
    ),
)
_JSON = {"warnings"}  # stored as JSON text: taken as it is


def _union(function: str, as_json: str, cast: str) -> str:
    parts = []
    for kind, table, at, name, columns in _PARTS:
        told = ", ".join(f"'{c}', {as_json.format(c) if c in _JSON else c}" for c in columns)
        parts.append(
            f"SELECT {at} AS at, '{kind}' AS kind, CAST({name} AS TEXT) AS name,"
            f" {function}({told}){cast} AS told FROM {table} WHERE lead_id = ?"
        )
    return " UNION ALL ".join(parts)


def _page(union: str) -> str:
    return f"""SELECT at, kind, name, told FROM ({union}) AS found WHERE (at, kind, name) < (?, ?, ?)
       ORDER BY at DESC, kind DESC, name DESC LIMIT ?"""


_PAGE = Statement(
    _page(_union("json_object", "json({})", "")),
    postgresql=_page(_union("json_build_object", "{}::json", "::text")).replace("?", "%s"),
)
_TRIGGERS = Statement(
    "SELECT trigger_id FROM decision WHERE lead_id = ? AND substr(trigger_id, 1, ?) = ? LIMIT 10"
)


class Place(NamedTuple):
    """Where a page ended: the next one begins behind it."""

    at: datetime
    kind: str
    name: str


class Happened(NamedTuple):
    at: datetime
    kind: str  # arrival | decision | holder | clock | touch | engagement | delivery | task | credit
    name: str  # an id; of a holder the epoch
    told: str  # JSON object


NEWEST = Place(datetime(9999, 12, 31, tzinfo=UTC), "~", "~")


def page(tx: Tx, lead_id: str, after: Place = NEWEST, limit: int = 50) -> list[Happened]:
    """Newest first; a task stands where it is due."""
    values = [lead_id] * len(_PARTS)
    found = tx.all(_PAGE, (*values, instants.text(after.at), after.kind, after.name, limit))
    return [Happened(instants.read(at), kind, name, told) for at, kind, name, told in found]


def triggers(tx: Tx, lead_id: str, beginning: str) -> list[str]:
    """What led to decisions about this lead, as far as it begins so."""
    return [name for (name,) in tx.all(_TRIGGERS, (lead_id, len(beginning), beginning))]
