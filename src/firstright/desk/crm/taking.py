"""A batch of a CRM's rows under one turn: records, owners, stages and converted leads, each to where it belongs."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from firstright.desk.crm.batch import Outcome, Records, rekeyed
from firstright.desk.crm.named import Meant
from firstright.desk.crm.staff import Under
from firstright.intake.crmrows import Said
from firstright.storage import accounts, crmrecords
from firstright.storage.accounts import ContactRow
from firstright.storage.crmrecords import AliasRow, OwnerRow, StageRow

_SAID_OF_PEOPLE = frozenset(("email", "account", "owner"))  # of a contact of whom a deal names the address


class Taking:
    """One batch. Use it under one turn, or in a snapshot to find out what would become of it."""

    def __init__(self, under: Under) -> None:
        self.under, self.tx, self.system, self.now = under, under.tx, under.system, under.now

    def take(self, rows: Sequence[Said], *, dry: bool = False) -> list[Outcome]:
        """What becomes of each row, in order; `dry` finds out and writes nothing. All rows are of one file, so of one kind."""
        if not rows:
            return []
        kind = rows[0].kind
        if kind == "owner":
            return self._owners(rows, dry)
        if kind == "stage":
            return self._stages(rows, dry)
        if kind == "lead":
            return self._converted(rows, dry)
        if kind == "opportunity":
            return self._deals(rows, dry)
        return self._records(kind, rows, dry)

    def _deals(self, rows: Sequence[Said], dry: bool) -> list[Outcome]:
        """Whom a deal names in words has an id before anything is judged."""
        meant = Meant(self.under, rows)
        named = [meant.of(row) for row in rows]
        found = self._records("opportunity", self._with_people([row for row, _ in named], dry), dry)
        return [
            replace(each, problems=(*each.problems, *told))
            for each, (_, told) in zip(found, named, strict=True)
        ]

    def _records(self, kind: str, rows: Sequence[Said], dry: bool) -> list[Outcome]:
        batch = Records(self.under, kind, rows)
        found = batch.outcomes()
        if not dry:
            batch.write()
        return found

    def _with_people(self, rows: Sequence[Said], dry: bool) -> list[Said]:
        """A file that names only the address of a deal's contact makes that address one."""
        people = {
            row.email: Said(
                "contact", row.email, above=row.above, owner=row.owner, facts={"email": row.email}
            )
            for row in rows
            if row.email and not row.contact and not row.gone
        }
        if people:
            Taking(replace(self.under, has=_SAID_OF_PEOPLE.__contains__))._records(
                "contact", [*people.values()], dry
            )
        return [replace(row, contact=row.email) if row.email in people else row for row in rows]

    def _owners(self, rows: Sequence[Said], dry: bool) -> list[Outcome]:
        known = crmrecords.owners(self.tx, self.system, (row.id for row in rows))
        found: list[Outcome] = []
        changed: dict[str, OwnerRow] = {}
        for row in rows:
            rep, how = self.under.staff.who(row.id, row.email)
            before = changed.get(row.id) or known.get(row.id)
            owner = OwnerRow(self.system, row.id, row.name, row.email, row.active, rep, how, self.now)
            if before is not None and replace(before, updated_at=self.now) == owner:
                found.append(Outcome("gone" if row.gone and before.active else "unchanged"))
                continue
            changed[row.id] = owner
            found.append(Outcome("gone" if row.gone else "updated" if before else "created"))
        if not dry:
            crmrecords.put_owners(self.tx, list(changed.values()))
        return found

    def _stages(self, rows: Sequence[Said], dry: bool) -> list[Outcome]:
        known = crmrecords.stages(self.tx, self.system, (row.id for row in rows))
        changed: dict[str, StageRow] = {}
        found = []
        for row in rows:
            stands = (not row.open, bool(row.won))
            before, known[row.id] = known.get(row.id), stands
            if before == stands:
                found.append(Outcome("unchanged"))
                continue
            changed[row.id] = StageRow(self.system, row.id, row.name, *stands)
            found.append(Outcome("updated" if before else "created"))
        if changed and not dry:
            crmrecords.put_stages(self.tx, list(changed.values()))
            self._restaged(changed)
        return found

    def _restaged(self, changed: Mapping[str, StageRow]) -> None:
        """Deals that stand in a stage which only now is known to be open, closed or won."""
        moved = []
        for deal in crmrecords.in_stages(self.tx, self.system, changed):
            stage = changed[deal.stage]
            if (deal.open, deal.won) != (not stage.closed, stage.won):
                deal.open, deal.won, deal.updated_at = not stage.closed, stage.won, self.now
                moved.append(deal)
        accounts.put(self.tx, moved)
        accounts.put_deal_keys(self.tx, [deal.id for deal in moved])

    def _converted(self, rows: Sequence[Said], dry: bool) -> list[Outcome]:
        """Whoever comes under the id of a converted lead is the contact it became."""
        known = crmrecords.aliases(self.tx, self.system, "lead-contact", (row.id for row in rows))
        found, changed = [], []
        for row in rows:
            before, known[row.id] = known.get(row.id), row.contact
            if before == row.contact:
                found.append(Outcome("unchanged"))
                continue
            changed.append(AliasRow(self.system, "lead-contact", row.id, row.contact, self.now))
            found.append(Outcome("updated" if before else "created"))
        if changed and not dry:
            crmrecords.put_aliases(self.tx, changed)
            deals = [Said("opportunity", row.deal, "link", contact=row.contact) for row in rows if row.deal]
            if deals:
                self._records("opportunity", deals, dry)
            rekeyed(
                self.under,
                crmrecords.known(self.tx, ContactRow, self.system, (row.leads_to for row in changed)),
            )
        return found
