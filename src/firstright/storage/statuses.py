"""The pipeline in rows: what speaks for a lead, what somebody gave their word for, which status came when. It judges nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.statuses import conversion as conversions
from firstright.storage.schema.statuses import status_change
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_encode = msgspec.json.Encoder().encode
MOST_CHANGES = 500  # out of one status of which durations are told, the latest: each is two look-ups, and a page waits for them

_CHANGE = insert_into(status_change)
_CONVERT = insert_into(conversions)
_VOUCH = Statement(
    """INSERT INTO vouched (lead_id, cycle, criterion, "by", note, at, person_id) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (lead_id, cycle, criterion) DO UPDATE SET "by" = excluded."by", note = excluded.note, at = excluded.at"""
)
_VOUCHED = Statement(
    'SELECT criterion, "by", note, at FROM vouched WHERE lead_id = ? AND cycle = ? ORDER BY criterion'
)
# Touches carry the epoch they were made in; which of them are of this cycle, the history of holders says.
_TOUCHES = Statement(
    """SELECT DISTINCT t.channel, t.result FROM touch AS t
       WHERE t.lead_id = ? AND t.epoch >= (SELECT min(a.epoch) FROM assignment AS a WHERE a.lead_id = t.lead_id AND a.cycle = ?)"""
)
_ENGAGED = Statement("SELECT DISTINCT kind FROM engagement WHERE lead_id = ? AND at >= ?")
_AHEAD = Statement("SELECT count(*) FROM task WHERE lead_id = ? AND state = 'open' AND due_at >= ?")
_MEETING = Statement("SELECT count(*) FROM meeting WHERE lead_id = ? AND state = 'booked' AND ends_at >= ?")
# What came before it is a look at the lead's own few changes; where it is the first of them, the lead had just come.
_LEFT = Statement(
    """SELECT c.at, coalesce(
         (SELECT max(p.at) FROM status_change AS p WHERE p.lead_id = c.lead_id
          AND (p.at < c.at OR (p.at = c.at AND p.decision_id < c.decision_id))),
         (SELECT l.arrived_at FROM lead AS l WHERE l.id = c.lead_id), c.at)
       FROM status_change AS c WHERE c.was = ? AND c.at >= ? ORDER BY c.at DESC LIMIT ?"""
)
_SINCE = Statement("SELECT max(at) FROM status_change WHERE lead_id = ? AND status = ?")
_CONVERTED = Statement(
    'SELECT lead_id, contact_id, account_id, opportunity_id, cycle, "by", at FROM conversion WHERE lead_id = ?'
)
# By its contact only where the lead has no deal of its own, and lost only when no deal of theirs is open any more.
_BY_CONTACT = """c.contact_id = o.contact_id AND c.opportunity_id IS NULL AND o.updated_at >= c.at AND (o.won OR NOT EXISTS (
         SELECT 1 FROM opportunity AS p WHERE p.contact_id = o.contact_id AND p.open AND p.deleted_at IS NULL))"""
_ENDED = """SELECT c.lead_id, o.won, o.updated_at FROM opportunity AS o JOIN conversion AS c ON {on}
       WHERE o.system = ? AND o.external_id {given} AND NOT o.open AND o.deleted_at IS NULL"""
_BOTH = " UNION ".join(
    (_ENDED.replace("{on}", "c.opportunity_id = o.id"), _ENDED.replace("{on}", _BY_CONTACT))
)
_ENDED_DEALS = Statement(
    _BOTH.replace("{given}", "IN (SELECT value FROM json_each(?))") + " ORDER BY 3, 1",
    postgresql=_BOTH.replace("?", "%s").replace(
        "{given}", "= ANY (ARRAY(SELECT json_array_elements_text(%s::json)))"
    )
    + " ORDER BY 3, 1",
)
_OWNERS = {
    table: Statement(
        f"UPDATE {table} SET owner = ?, updated_at = ? WHERE id = ? AND system = ? AND owner <> ?"
    )
    for table in ("contact", "opportunity")
}
_CLOSE = Statement(
    "UPDATE opportunity SET open = ?, won = ?, stage = ?, updated_at = ? WHERE id = ? AND system = ?"
)
_ACCOUNT = Statement("SELECT account_id FROM contact WHERE id = ?")
_STAGE = Statement("SELECT system, stage, open, won FROM opportunity WHERE id = ?")


class ChangeRow(msgspec.Struct, gc=False):
    lead_id: str
    decision_id: str
    cycle: int
    was: str
    status: str
    at: datetime


class ConversionRow(msgspec.Struct, gc=False):
    lead_id: str
    contact_id: str
    account_id: str | None
    opportunity_id: str | None
    cycle: int
    by: str
    at: datetime


class Vouched(NamedTuple):
    criterion: str
    by: str
    note: str
    at: datetime


class Logged(NamedTuple):
    """What is logged of a lead in a cycle, and what lies ahead of it."""

    touches: tuple[tuple[str, str], ...]  # (channel, result)
    engagements: frozenset[str]  # kinds
    task: bool
    meeting: bool


class Deal(NamedTuple):
    """An opportunity, as whoever keeps it says."""

    system: str
    stage: str
    open: bool
    won: bool


def changed(tx: Tx, row: ChangeRow) -> None:
    tx.run(_CHANGE, (row.lead_id, row.decision_id, row.cycle, row.was, row.status, instants.text(row.at)))


def vouch(
    tx: Tx,
    lead: str,
    cycle: int,
    criteria: Iterable[str],
    by: str,
    note: str,
    at: datetime,
    person: str | None,
) -> None:
    when = instants.text(at)
    tx.many(_VOUCH, [(lead, cycle, each, by, note, when, person) for each in criteria])


def vouched(tx: Tx, lead: str, cycle: int) -> list[Vouched]:
    return [
        Vouched(name, by, note, instants.read(at)) for name, by, note, at in tx.all(_VOUCHED, (lead, cycle))
    ]


def logged(tx: Tx, lead: str, cycle: int, arrived_at: datetime, now: datetime) -> Logged:
    at = instants.text(now)
    touches = tuple([(channel, result) for channel, result in tx.all(_TOUCHES, (lead, cycle))])
    engaged = frozenset(kind for (kind,) in tx.all(_ENGAGED, (lead, instants.text(arrived_at))))
    tasks, meetings = tx.one(_AHEAD, (lead, at)), tx.one(_MEETING, (lead, at))
    return Logged(touches, engaged, bool(tasks and tasks[0]), bool(meetings and meetings[0]))


def durations(tx: Tx, status: str, since: datetime) -> list[timedelta]:
    """How long leads that left a status since then had been in it, the latest first, at most `MOST_CHANGES` of them."""
    rows = tx.all(_LEFT, (status, instants.text(since), MOST_CHANGES))
    return [max(instants.read(left) - instants.read(began), timedelta(0)) for left, began in rows]


def since(tx: Tx, lead: str, status: str) -> datetime | None:
    """When it came into this status the last time; None where that is not kept."""
    row = tx.one(_SINCE, (lead, status))
    return instants.read_maybe(row[0]) if row else None


def convert(tx: Tx, row: ConversionRow) -> None:
    ids = (row.lead_id, row.contact_id, row.account_id, row.opportunity_id)
    tx.run(_CONVERT, (*ids, row.cycle, row.by, instants.text(row.at)))


def converted(tx: Tx, lead: str) -> ConversionRow | None:
    row = tx.one(_CONVERTED, (lead,))
    if row is None:
        return None
    name, contact, account, deal, cycle, by, at = row
    ids = [None if each is None else str(each) for each in (account, deal)]
    return ConversionRow(str(name), str(contact), ids[0], ids[1], cycle, by, instants.read(at))


def account_of(tx: Tx, contact: str) -> str:
    """The account a contact belongs to, or empty."""
    row = tx.one(_ACCOUNT, (contact,))
    return "" if row is None or row[0] is None else str(row[0])


def ended_deals(tx: Tx, system: str, deals: Iterable[str]) -> list[tuple[str, bool]]:
    """(lead, won) of those of a CRM's deals that are over and that a lead became, or its contact has; the last heard last."""
    wanted = _encode(list(dict.fromkeys(deals))).decode()
    if wanted == "[]":
        return []
    values = (system, wanted) * 2
    return [(str(lead), bool(won)) for lead, won, _ in tx.all(_ENDED_DEALS, values)]


def own(tx: Tx, row: ConversionRow, owner: str, now: datetime, system: str) -> None:
    """Gives the contact and the opportunity of this system that a lead became to its owner. An account is more than one lead."""
    at = instants.text(now)
    for kind, name in (("contact", row.contact_id), ("opportunity", row.opportunity_id)):
        if name is not None:
            tx.run(_OWNERS[kind], (owner, at, name, system, owner))


def close_deal(tx: Tx, opportunity: str, won: bool, now: datetime, system: str) -> None:
    stage = "won" if won else "lost"
    tx.run(_CLOSE, (False, won, stage, instants.text(now), opportunity, system))


def deal(tx: Tx, opportunity: str) -> Deal | None:
    row = tx.one(_STAGE, (opportunity,))
    return Deal(row[0], row[1], bool(row[2]), bool(row[3])) if row else None
