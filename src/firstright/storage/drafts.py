"""First messages, each for one holder of a lead; acknowledgements, each once in a cycle; how often templates are answered."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.drafts import draft as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

LATELY = timedelta(days=90)  # all there ever were would be read for one line of a page
ANSWERS = ("reply", "call-in", "chat")  # engagements that answer a message of ours


class DraftRow(msgspec.Struct, gc=False):
    """Told in the migration."""

    id: str
    lead_id: str
    person_id: str | None
    epoch: int
    rep_id: str
    action: str
    template: str
    channel: str
    subject: str
    text: str
    state: str  # schema.drafts.STATES
    delivery_id: str | None
    prepared_at: datetime
    sent_at: datetime | None = None


class Answered(NamedTuple):
    """Of one template: drafts that went out, how many of those came back, and how many were copied."""

    template: str
    sent: int
    replied: int
    copied: int


_COLUMNS = "id, lead_id, person_id, epoch, rep_id, action, template, channel, subject, text, state, delivery_id, prepared_at, sent_at"
_ADD = insert_into(table)
_OF_HOLDER = Statement(
    f"""SELECT {_COLUMNS} FROM draft WHERE lead_id = ? AND epoch = ? AND rep_id = ? AND state <> 'withdrawn'
        ORDER BY id DESC LIMIT 20"""
)
_UNUSED = Statement(f"SELECT {_COLUMNS} FROM draft WHERE lead_id = ? AND epoch < ? AND state = 'ready'")
_ONE = Statement(f"SELECT {_COLUMNS} FROM draft WHERE id = ?")
_OF_DELIVERY = Statement(f"SELECT {_COLUMNS} FROM draft WHERE delivery_id = ? AND state = 'sending'")
_WITHDRAW = Statement(
    """UPDATE draft SET state = 'withdrawn' WHERE lead_id = ? AND epoch < ? AND state IN ('ready', 'sending', 'copied', 'failed')"""
)
_REPLACED = Statement(
    "UPDATE draft SET state = 'withdrawn' WHERE lead_id = ? AND epoch = ? AND channel = ? AND state = 'ready'"
)
_SEND = Statement(
    "UPDATE draft SET state = 'sending', subject = ?, text = ?, delivery_id = ? WHERE id = ? AND state IN ('ready', 'failed', 'copied')"
)
_SENT = Statement("UPDATE draft SET state = 'sent', sent_at = ? WHERE id = ? AND state = 'sending'")
_ENDED = Statement("UPDATE draft SET state = ? WHERE id = ? AND state IN ('ready', 'sending', 'failed')")
_ACKNOWLEDGE = Statement(
    """INSERT INTO acknowledgement (lead_id, cycle, person_id, template, delivery_id, said, at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lead_id, cycle) DO NOTHING"""
)
_ACKNOWLEDGED = Statement("SELECT said, at, delivery_id FROM acknowledgement WHERE lead_id = ? AND cycle = ?")
_REPLIES = Statement(
    """SELECT d.template, count(*),
         sum(CASE WHEN d.state = 'sent' AND EXISTS (SELECT 1 FROM engagement AS e WHERE e.lead_id = d.lead_id
           AND e.kind IN ('reply', 'call-in', 'chat') AND e.at >= d.sent_at) THEN 1 ELSE 0 END),
         sum(CASE WHEN d.state = 'copied' THEN 1 ELSE 0 END)
       FROM draft AS d WHERE d.prepared_at >= ? AND d.state IN ('sent', 'copied') GROUP BY d.template ORDER BY d.template"""
)


def add(tx: Tx, row: DraftRow) -> None:
    """One that has not been used and goes the same way makes room for it."""
    tx.run(_REPLACED, (row.lead_id, row.epoch, row.channel))
    at = instants.text(row.prepared_at)
    tx.run(_ADD, (*msgspec.structs.astuple(row)[:-2], at, None))


def of_holder(tx: Tx, lead_id: str, epoch: int, rep: str) -> list[DraftRow]:
    """Newest first. Of anybody else's, and of any other time, there is nothing to see."""
    return [_read(row) for row in tx.all(_OF_HOLDER, (lead_id, epoch, rep))]


def one(tx: Tx, draft_id: str) -> DraftRow | None:
    row = tx.one(_ONE, (draft_id,))
    return None if row is None else _read(row)


def of_delivery(tx: Tx, delivery_id: str) -> DraftRow | None:
    """The one that is on its way as this delivery."""
    row = tx.one(_OF_DELIVERY, (delivery_id,))
    return None if row is None else _read(row)


def unused(tx: Tx, lead_id: str, epoch: int) -> list[DraftRow]:
    """Of earlier holders than `epoch`, those that were not used."""
    return [_read(row) for row in tx.all(_UNUSED, (lead_id, epoch))]


def withdraw(tx: Tx, lead_id: str, epoch: int) -> int:
    """Those of earlier holders, but what has been sent: how many."""
    return tx.run(_WITHDRAW, (lead_id, epoch))


def send(tx: Tx, draft_id: str, subject: str, text: str, delivery_id: str) -> bool:
    """Whether it could still be sent."""
    return tx.run(_SEND, (subject, text, delivery_id, draft_id)) == 1


def sent(tx: Tx, draft_id: str, at: datetime) -> bool:
    return tx.run(_SENT, (instants.text(at), draft_id)) == 1


def ended(tx: Tx, draft_id: str, state: str) -> bool:
    """`state` is copied, failed or withdrawn."""
    return tx.run(_ENDED, (state, draft_id)) == 1


def acknowledge(
    tx: Tx,
    lead_id: str,
    cycle: int,
    person: str,
    template: str,
    delivery: str | None,
    said: str,
    at: datetime,
) -> bool:
    """Whether it is the first in this cycle."""
    return (
        tx.run(_ACKNOWLEDGE, (lead_id, cycle, person or None, template, delivery, said, instants.text(at)))
        == 1
    )


def acknowledged(tx: Tx, lead_id: str, cycle: int) -> tuple[str, datetime, bool] | None:
    """(why it was not sent, when, whether it was) of a cycle."""
    row = tx.one(_ACKNOWLEDGED, (lead_id, cycle))
    return None if row is None else (row[0], instants.read(row[1]), row[2] is not None)


def replies(tx: Tx, now: datetime) -> list[Answered]:
    """By template, of those that were prepared lately."""
    found = []
    for template, used, replied, copied in tx.all(_REPLIES, (instants.text(now - LATELY),)):
        found.append(Answered(template, int(used) - int(copied), int(replied), int(copied)))
    return found


def _read(row: Row) -> DraftRow:
    values = list(row)
    values[-2], values[-1] = instants.read(values[-2]), instants.read_maybe(values[-1])
    return DraftRow(*values)
