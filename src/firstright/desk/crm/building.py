"""A row of the CRM as the record we keep: what it says now, and what we had of what it does not speak of."""

from datetime import datetime

import msgspec

from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.text import fold
from firstright.desk.crm.known import Known
from firstright.intake.crmrows import Said
from firstright.storage.accounts import SORTED_BY, AccountRow, AnyRow, ContactRow, OpportunityRow

_ROOTS = {"domain": "email", "zone": "country"}  # facts that follow from a column of another name
_BEHIND = (
    "phone",
    "email",
    "employees",
    "revenue",
)  # and those that begin with the name of theirs: phone_country

_json = msgspec.json.Encoder(order="deterministic").encode


class Builder:
    """Builds rows from what is `known`; `told` gathers what it could not tell from one, until somebody empties it."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.under = known.under
        self.told: list[Problem] = []

    def row(self, row: Said, before: AnyRow | None) -> AnyRow:
        built = self._built(row, before)
        built.modified_at = self.modified(row, before)
        return built

    def modified(self, row: Said, before: AnyRow | None) -> datetime | None:
        """When the CRM last changed it; of what does not say so, what was known. A clock that runs ahead is that of now."""
        if row.modified is None:
            return before.modified_at if before is not None else None
        return min(row.modified, self.under.now)

    def _built(self, row: Said, before: AnyRow | None) -> AnyRow:
        now = self.under.now
        at = min(row.changed or now, now)
        name = before.id if before is not None else self.known.names[row.id]
        if self.known.kind is AccountRow:
            assert before is None or isinstance(before, AccountRow)
            return self._account(row, before, name, at)
        if self.known.kind is ContactRow:
            assert before is None or isinstance(before, ContactRow)
            return self._contact(row, before, name, at)
        assert before is None or isinstance(before, OpportunityRow)
        return self._opportunity(row, before, name, at)

    def _owner(self, row: Said, before: AnyRow | None) -> tuple[str, str]:
        """(rep, what the CRM calls them)."""
        if before is not None and not self.under.has("owner"):
            return before.owner, before.owner_external
        return self.known.reps.get(row.owner, ""), row.owner

    def _facts(self, row: Said, before: str | None) -> str:
        kept: dict[str, object] = {}
        if before is not None:
            stored: dict[str, object] = msgspec.json.decode(before)
            kept = {field: value for field, value in stored.items() if not self.under.has(root(field))}
        return _json({**kept, **row.facts}).decode()

    def _account(self, row: Said, before: AccountRow | None, name: str, at: datetime) -> AccountRow:
        owner, external = self._owner(row, before)
        has = self.under.has
        above = row.above if before is None or has("parent") else before.parent_external
        parent = self.known.accounts.get(above) if has("parent") or before is None else before.parent_id
        since = before.owner_since if before is not None else None
        if before is not None and owner != before.owner:
            since = self.under.now
        shown = row.name if row.name or before is None or has("name") else before.name
        return AccountRow(
            name,
            self.known.system,
            row.id,
            shown,
            owner,
            row.type if before is None or has("type") else before.type,
            row.tier if before is None or has("tier") else before.tier,
            parent if parent != name else None,
            self._facts(row, before.facts if before is not None else None),
            since,
            at,
            external,
            above,
            fold(shown)[:SORTED_BY],
        )

    def _contact(self, row: Said, before: ContactRow | None, name: str, at: datetime) -> ContactRow:
        owner, external = self._owner(row, before)
        keep = before is not None and not self.under.has("account")
        return ContactRow(
            name,
            before.person_id if before is not None else self.under.new_id(),
            self.known.system,
            row.id,
            before.account_id if before is not None and keep else self.known.accounts.get(row.above),
            row.name,
            owner,
            self._facts(row, before.facts if before is not None else None),
            at,
            external,
            before.account_external if before is not None and keep else row.above,
        )

    def _opportunity(
        self, row: Said, before: OpportunityRow | None, name: str, at: datetime
    ) -> OpportunityRow:
        owner, external = self._owner(row, before)
        has = self.under.has
        above = row.above or self.known.linked["opportunity-account"].get(row.id, "")
        contact = row.contact or self.known.linked["opportunity-contact"].get(row.id, "")
        if before is not None:
            above = above or ("" if has("account") else before.account_external)
            contact = contact or ("" if has("contact") else before.contact_external)
        is_open, won = self._standing(row)
        return OpportunityRow(
            name,
            self.known.system,
            row.id,
            self.known.accounts.get(above)
            or (before.account_id if before is not None and above == before.account_external else None),
            self.known.contacts.get(contact)
            or (before.contact_id if before is not None and contact == before.contact_external else None),
            row.name,
            owner,
            row.stage,
            is_open,
            row.amount,
            at,
            external,
            above,
            contact,
            won,
        )

    def _standing(self, row: Said) -> tuple[bool, bool]:
        """(open, won). A deal of which neither its row nor its stage tells counts as not open: nobody's to guess."""
        if row.open is not None:
            return row.open, bool(row.won)
        stage = self.known.stages.get(row.stage)
        if stage is None:
            reason = "neither the row nor a table of stages says whether it is open: it counts as closed until one does"
            self.told.append(problem("stage", Refusal("stage.unknown", reason), row.stage))
            return False, bool(row.won)
        return not stage[0], stage[1]


def root(fact: str) -> str:
    """The column a fact comes from."""
    first = fact.partition("_")[0]
    return first if first in _BEHIND else _ROOTS.get(fact, fact)
