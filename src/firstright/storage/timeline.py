"""What happened to one lead, and to those it stands for since they were merged, from every table that knows of it, newest first
and a page at a time. It reads only.
"""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants, merges
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
    (
        "touch",
        "touch",
        "happened_at",
        "id",
        ("epoch", "rep_id", "channel", "result", "note", "logged_at", "reported_by"),
    ),
    ("engagement", "engagement", "at", "id", ("kind", "what", "reported_by", "logged_at")),
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
    (
        "outreach",
        "outreach_note",
        "at",
        "id",
        ("sequence", "step", "what", "channel", "template", "rep_id", "code", "datum"),
    ),
    (
        "task",
        """(SELECT t.*, coalesce(o.said, '') AS said FROM task AS t LEFT JOIN todo AS o ON o.task_id = t.id) AS asked""",
        "due_at",
        "id",
        ("epoch", "rep_id", "action", "channel", "state", "said"),
    ),
    (
        "credit",
        "credit_request",
        "coalesce(resolved_at, asked_at)",
        "id",
        ("rep", "pool", "lane", "cost", "reason", "state", "asked_at", "resolved_by", "note"),
    ),
    (
        "offer",
        "offer",
        "coalesce(answered_at, offered_at)",
        "id",
        (
            "kind",
            "to_kind",
            "rep_id",
            "state",
            "reason",
            "given_by",
            "pool",
            "epoch",
            "offered_at",
            "expires_at",
        ),
    ),
    ("ticket", "ticket", "updated_at", "id", ("kind", "state", "outside", "note", "opened_at")),
    (
        "reassigned",
        "(SELECT * FROM reassigned WHERE cause <> 'corrected') AS saga",
        "at",
        "epoch",
        ("epoch", "cause", "was_kind", "was_id", "now_kind", "now_id", "did"),
    ),
    (  # with what became of what the wrong holder had begun: a repair is one entry
        "repair",
        """(SELECT d.lead_id, d.at, d.repair_id, r.asked_by, r.reason, d.was_kind, d.was_id, d.now_kind, d.now_id, s.did
           FROM repaired AS d JOIN repair AS r ON r.id = d.repair_id
           LEFT JOIN reassigned AS s ON s.lead_id = d.lead_id AND s.epoch = d.epoch + 1
           WHERE d.state = 'moved') AS mended""",
        "at",
        "repair_id",
        ("repair_id", "asked_by", "reason", "was_kind", "was_id", "now_kind", "now_id", "did"),
    ),
)
_JSON = {"warnings", "did"}  # stored as JSON text: taken as it is


_LEADS = "(SELECT value FROM json_each(?))"
_PG_LEADS = "(SELECT value::uuid FROM json_array_elements_text(%s::json))"


def _union(function: str, as_json: str, cast: str, leads: str, kinds: tuple[str, ...]) -> str:
    parts = []
    for kind, table, at, name, columns in _PARTS:
        if kind not in kinds:
            continue
        told = ", ".join(f"'{c}', {as_json.format(c) if c in _JSON else c}" for c in columns)
        # Epochs are numbered from one in each lead: a page must not end between two of the same number.
        named = (
            f"CAST({name} AS TEXT) || '.' || CAST(lead_id AS TEXT)"
            if name == "epoch"
            else f"CAST({name} AS TEXT)"
        )
        parts.append(
            f"SELECT {at} AS at, '{kind}' AS kind, {named} AS name, lead_id,"
            f" {function}({told}){cast} AS told FROM {table} WHERE lead_id IN {leads}"
        )
    return " UNION ALL ".join(parts)


def _page(union: str) -> str:
    return f"""SELECT at, kind, name, told, lead_id FROM ({union}) AS found WHERE (at, kind, name) < (?, ?, ?)
       ORDER BY at DESC, kind DESC, name DESC LIMIT ?"""


def _pages(kinds: tuple[str, ...]) -> Statement:
    return Statement(
        _page(_union("json_object", "json({})", "", _LEADS, kinds)),
        postgresql=_page(_union("json_build_object", "{}::json", "::text", _PG_LEADS, kinds)).replace(
            "?", "%s"
        ),
    )


_KINDS = tuple(part[0] for part in _PARTS)
ACTIVITIES = ("touch", "engagement")  # what we did and what the lead did
_PAGE, _ACTIVITY = _pages(_KINDS), _pages(ACTIVITIES)
_TRIGGERS = Statement(
    "SELECT trigger_id FROM decision WHERE lead_id = ? AND substr(trigger_id, 1, ?) = ? LIMIT 10"
)


class Place(NamedTuple):
    """Where a page ended: the next one begins behind it."""

    at: datetime
    kind: str
    name: str


class Happened(NamedTuple):
    """`of` is the lead it happened to, where that is one that was merged into the lead asked for."""

    at: datetime
    kind: str  # the first of a row of _PARTS
    name: str  # an id; of a holder epoch and lead
    told: str  # JSON object
    of: str = ""


NEWEST = Place(datetime(9999, 12, 31, tzinfo=UTC), "~", "~")


def page(
    tx: Tx, lead_id: str, after: Place = NEWEST, limit: int = 50, *, activities: bool = False
) -> list[Happened]:
    """Newest first; a task stands where it is due. `activities`: touches and engagements, and nothing else."""
    leads = msgspec.json.encode([lead_id, *merges.children(tx, lead_id)]).decode()
    values = [leads] * len(ACTIVITIES if activities else _PARTS)
    statement = _ACTIVITY if activities else _PAGE
    found = tx.all(statement, (*values, instants.text(after.at), after.kind, after.name, limit))
    return [
        Happened(instants.read(at), kind, name, told, "" if str(of) == lead_id else str(of))
        for at, kind, name, told, of in found
    ]


def triggers(tx: Tx, lead_id: str, beginning: str) -> list[str]:
    """What led to decisions about this lead, as far as it begins so."""
    return [name for (name,) in tx.all(_TRIGGERS, (lead_id, len(beginning), beginning))]
