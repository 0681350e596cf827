"""Somebody says which of our reps an owner in the CRM is: what they own there is that rep's from then on."""

import msgspec

from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.errors import Refused
from firstright.storage import audit, crmrecords, crmstanding
from firstright.storage.accounts import AccountRow, AnyRow, ContactRow, OpportunityRow
from firstright.storage.crmrecords import OwnerRow
from firstright.storage.crmstanding import FIRST

PAGE = 5_000  # records whose owners are looked at in one transaction


class OwnerAsked(msgspec.Struct, frozen=True):
    """`rep` empty: nobody of ours."""

    system: str
    external_id: str
    rep: str


class Mapped(msgspec.Struct, frozen=True):
    """`records`: how many accounts, contacts and opportunities have another owner now."""

    name: str
    rep: str
    records: int


class MapOwner:
    lane = "person"

    def __init__(self, asked: OwnerAsked, by: str) -> None:
        self.asked = asked
        self.by = by

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> OwnerRow:
        asked, tx, now = self.asked, batch.tx, batch.turn.now
        known = crmrecords.owners(tx, asked.system, [asked.external_id]).get(asked.external_id)
        if known is None:
            raise Refused([f"{asked.system} has no owner {asked.external_id}"])
        reps = batch.memory.roster.document.reps if batch.memory.roster else ()
        if asked.rep and all(rep.id != asked.rep for rep in reps):
            raise Refused([f"the roster has no rep {asked.rep}"])
        row = msgspec.structs.replace(known, rep=asked.rep, said="map", updated_at=now)
        crmrecords.put_owners(tx, [row])
        said = {"system": asked.system, "owner": asked.external_id, "rep": asked.rep}
        audit.append(tx, batch.new_id(), now, batch.turn.n, self.by, "map-owner", "rep", asked.rep, said)
        return row

    def rescue(self, batch: Batch, failure: Exception) -> OwnerRow:
        raise failure


class Reown:
    """One page of records whose owner is another of our reps now."""

    lane = "bulk"

    def __init__(self, kind: type[AnyRow], system: str, after: str) -> None:
        self.kind = kind
        self.system = system
        self.after = after

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> tuple[int, str | None]:
        return crmstanding.reown(
            batch.tx, self.kind, self.system, batch.turn.now, after=self.after, most=PAGE
        )

    def rescue(self, batch: Batch, failure: Exception) -> tuple[int, str | None]:
        raise failure


def map_owner(desk: Desk, asked: OwnerAsked, *, by: str) -> Mapped:
    """Raises Refused for an owner or a rep nobody knows."""
    desk.warm()
    row = desk.writer.submit(MapOwner(asked, by)).result()
    return Mapped(row.name or row.external_id, row.rep, reowned(desk, asked.system))


def reowned(desk: Desk, system: str) -> int:
    """Whoever of ours an owner is now owns what they own there, page by page; how many records changed hands."""
    changed = 0
    for kind in (AccountRow, ContactRow, OpportunityRow):
        after: str | None = FIRST
        while after is not None:
            page, after = desk.writer.submit(Reown(kind, system, after)).result()
            changed += page
    return changed
