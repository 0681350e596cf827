"""Offers of leads, and roles beside the owner: written with their decision, read for who gives, who takes, who watches.

At most one offer of a lead is open: a constraint says so. Who may answer it is the desk's to say.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

_COLUMNS = (
    "id, lead_id, epoch, rep_id, kind, state, reason, notes, person_id, offered_at, expires_at, answered_at, "
    "to_kind, pool, given_by, decision_id, received_at, answered_by"
)
_SELECT = f"SELECT {_COLUMNS} FROM offer"
_ADD = Statement(f"INSERT INTO offer ({_COLUMNS}) VALUES ({', '.join('?' * 18)})")
_END = Statement(
    """UPDATE offer SET state = ?, reason = ?, answered_at = ?, answered_by = ?
       WHERE lead_id = ? AND state = 'offered'"""
)
_SEEN = Statement(
    """UPDATE offer SET received_at = ?
       WHERE lead_id = ? AND rep_id = ? AND state = 'offered' AND received_at IS NULL"""
)
_OPEN_OF = Statement(f"{_SELECT} WHERE lead_id = ? AND state = 'offered'")
_ONE = Statement(f"{_SELECT} WHERE id = ?")
_OF_LEAD = Statement(f"{_SELECT} WHERE lead_id = ? ORDER BY id")
_TO = Statement(
    f"{_SELECT} WHERE rep_id = ? AND to_kind = ? AND state = 'offered' ORDER BY expires_at, id LIMIT ?"
)
_OPEN = Statement(f"{_SELECT} WHERE state = 'offered' ORDER BY expires_at, id LIMIT ?")
_ROLE = Statement(
    """INSERT INTO role (lead_id, role, rep_id, since) VALUES (?, ?, ?, ?)
       ON CONFLICT (lead_id, role) DO UPDATE SET rep_id = excluded.rep_id, since = excluded.since"""
)
_NO_ROLE = Statement("DELETE FROM role WHERE lead_id = ? AND role = ?")
_NO_ROLES = Statement("DELETE FROM role WHERE lead_id = ?")
_encode = msgspec.json.Encoder().encode
_notes = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


class OfferRow(msgspec.Struct, frozen=True):
    """An offer and its answer. `rep_id` names whom it is made to: a rep, or what `to_kind` says."""

    id: str
    lead_id: str
    epoch: int  # of the lead when it was made
    rep_id: str
    kind: str  # the handoff type, or "first"
    state: str
    reason: str
    notes: tuple[tuple[str, str], ...]
    person_id: str | None
    offered_at: datetime
    expires_at: datetime | None
    answered_at: datetime | None = None
    to_kind: str = "rep"
    pool: str = ""
    given_by: str = ""
    decision_id: str | None = None
    received_at: datetime | None = None
    answered_by: str = ""


def add(tx: Tx, row: OfferRow) -> None:
    """Refused by a constraint where another of the lead is open."""
    values: list[Value] = [
        instants.text(value) if isinstance(value, datetime) else value
        for value in msgspec.structs.astuple(row)
    ]
    values[7] = _encode(row.notes).decode()
    tx.run(_ADD, tuple(values))


def end(tx: Tx, lead_id: str, state: str, reason: str, by: str, at: datetime) -> None:
    """The open offer of the lead is answered, or over. Nothing where none is open."""
    tx.run(_END, (state, reason, instants.text(at), by, lead_id))


def seen(tx: Tx, lead_id: str, rep: str, at: datetime) -> None:
    """The receiver has seen it; the first time counts."""
    tx.run(_SEEN, (instants.text(at), lead_id, rep))


def open_of(tx: Tx, lead_id: str) -> OfferRow | None:
    row = tx.one(_OPEN_OF, (lead_id,))
    return _row(row) if row else None


def one(tx: Tx, offer_id: str) -> OfferRow | None:
    row = tx.one(_ONE, (offer_id,))
    return _row(row) if row else None


def of_lead(tx: Tx, lead_id: str) -> list[OfferRow]:
    """Every offer of the lead, oldest first."""
    return [_row(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def offered_to(tx: Tx, whom: str, *, kind: str = "rep", most: int = 50) -> list[OfferRow]:
    """What is offered to somebody and not answered, first to run out first."""
    return [_row(row) for row in tx.all(_TO, (whom, kind, most))]


def open_ones(tx: Tx, most: int = 200) -> list[OfferRow]:
    """Every open offer, first to run out first."""
    return [_row(row) for row in tx.all(_OPEN, (most,))]


def set_role(tx: Tx, lead_id: str, role: str, rep: str, at: datetime) -> None:
    """An empty rep: nobody has it any more."""
    if rep:
        tx.run(_ROLE, (lead_id, role, rep, instants.text(at)))
    else:
        tx.run(_NO_ROLE, (lead_id, role))


def forget_roles(tx: Tx, leads: Iterable[str]) -> None:
    tx.many(_NO_ROLES, [(lead,) for lead in leads])


def _row(stored: Row) -> OfferRow:
    values = list(stored)
    values[7] = _notes(values[7])
    for place in (9, 10, 11, 16):
        values[place] = instants.read_maybe(values[place])
    return OfferRow(*values)
