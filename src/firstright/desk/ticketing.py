"""What support says of a ticket: how it stands, what its number is there, and that the lead comes back to sales, with notes."""

import msgspec

from firstright.core.identifiers import is_id
from firstright.core.lead import Outcome
from firstright.desk.acting import not_one
from firstright.desk.batch import Batch
from firstright.desk.handover import Notes, taken_back, wrong_notes
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import tickets
from firstright.storage.rows import AuditRow
from firstright.storage.schema.handed import TICKETS
from firstright.storage.tickets import TicketRow

OVER = frozenset({"solved", "closed"})
LONGEST = 2_000  # characters of a note
_json = msgspec.json.Encoder().encode


class Ticketed(msgspec.Struct, frozen=True):
    """The ticket as it stands, and where its lead is."""

    ticket: str
    lead: str
    state: str
    outside: str
    outcome: str
    back: bool  # the lead came back to sales with this


class MoveTicket:
    """`ticket` is its id, or that of the lead: then the newest. `back` says that sales has the lead again from now on. The
    same told twice changes nothing the second time."""

    lane = "person"

    def __init__(
        self,
        ticket: str,
        by: str,
        state: str,
        *,
        outside: str = "",
        note: str = "",
        back: bool = False,
        notes: Notes = (),
    ) -> None:
        self.ticket = ticket
        self.by = by
        self.state = state
        self.outside = outside
        self.note = note
        self.back = back
        self.notes = notes

    def needs(self, batch: Batch) -> None: ...

    def rescue(self, batch: Batch, failure: Exception) -> Ticketed | FirstrightError:
        raise failure

    def perform(self, batch: Batch) -> Ticketed | FirstrightError:
        row = self._found(batch)
        if row is None:
            return NotFound(f"ticket {self.ticket}")
        if reasons := self._wrong():
            return Refused(reasons)
        lead = batch.lead(row.lead_id)
        if lead is None:
            return NotFound(f"ticket {self.ticket}")
        now = msgspec.structs.replace(
            row,
            state=self.state,
            outside=self.outside or row.outside,
            note=self.note or row.note,
            updated_at=batch.turn.now,
        )
        if (now.state, now.outside, now.note) != (row.state, row.outside, row.note):
            self._moved(batch, row, now)
        back = self.back and lead.outcome is Outcome.SUPPORT
        if back:
            done = taken_back(batch, lead, batch.new_id(), self.by, self.note, self._told(now))
            lead = done.after
            now = tickets.get(batch.tx, row.id) or now
        return Ticketed(now.id, now.lead_id, now.state, now.outside, lead.outcome, back)

    def _found(self, batch: Batch) -> TicketRow | None:
        if not is_id(self.ticket):
            return None
        of_lead = tickets.of_lead(batch.tx, self.ticket)
        return of_lead[-1] if of_lead else tickets.get(batch.tx, self.ticket)

    def _wrong(self) -> list[str]:
        found = wrong_notes(self.notes)
        if self.state not in TICKETS:
            found.append(not_one(f'state: "{self.state}"', self.state, TICKETS))
        if self.back and self.state not in OVER:
            found.append("back: a ticket that is worked comes back when it is solved or closed")
        if len(self.note) > LONGEST:
            found.append(f"note: has at most {LONGEST} characters")
        return found

    def _moved(self, batch: Batch, was: TicketRow, now: TicketRow) -> None:
        tickets.move(batch.tx, now)
        data = _json({"lead": now.lead_id, "was": was.state, "state": now.state, "outside": now.outside})
        batch.rows.audits.append(
            AuditRow(
                batch.new_id(),
                batch.turn.now,
                batch.turn.n,
                self.by,
                now.state,
                "ticket",
                now.id,
                None,
                data.decode(),
            )
        )

    def _told(self, ticket: TicketRow) -> Notes:
        """What they wrote goes into the notes of who gets it, where they named no others."""
        named = dict(self.notes)
        if ticket.note and "key_notes" not in named:
            named["key_notes"] = ticket.note
        return tuple(named.items())
