"""Deliveries by number about the leads of `inbound`, so that tests can name them; and what became of each."""

from firstright.storage import decisions
from firstright.storage.rows import DeliveryRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, assignment, lead, uid

CRM = "webhook:crm"


def delivery(n: int, about: int | None = 1, **changes: object) -> DeliveryRow:
    """To the CRM, of lead number `about`, decided in the order of the numbers."""
    row = DeliveryRow(
        id=uid("other", n),
        lead_id=None if about is None else uid("lead", about),
        epoch=None,
        destination=CRM,
        channel="webhook",
        template="",
        rep_id="",
        state="ready",
        due_at=NOON,
        order_key=f"{n:06d}",
        event="lead.assigned",
        about=f'{{"event":"lead.assigned","at":"{NOON.isoformat()}","cause":"arrived","outcome":"owner"}}',
        created_at=NOON,
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def told(database: Database, *rows: DeliveryRow, leads: tuple[int, ...] = (1, 2, 3), epoch: int = 1) -> None:
    """Writes deliveries, and leads that are with their holder of this epoch."""
    written = Rows()
    written.leads += [lead(n, epoch=epoch) for n in leads]
    written.assignments += [assignment(n, epoch) for n in leads]
    written.deliveries += rows
    with database.write() as tx:
        decisions.write(tx, written)


def states(database: Database) -> dict[int, str]:
    """State by number, of those that tests wrote."""
    with database.read() as tx:
        return {
            int(name[-12:], 16): state
            for name, state in tx.all(Statement("SELECT id, state FROM delivery ORDER BY id"))
            if name.startswith(uid("other", 0)[:8])
        }


def number(row: DeliveryRow) -> int:
    return int(row.id[-12:], 16)
