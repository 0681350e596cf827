"""Takes in what a CRM knows: accounts with their domains and owners, opportunities with theirs. Nothing is decided."""

from collections.abc import Mapping

import msgspec

from firstright.desk.batch import Batch
from firstright.intake.crmfiles import Account, Opportunity
from firstright.storage import accounts
from firstright.storage.accounts import AccountRow, ContactRow, OpportunityRow


class Counts(msgspec.Struct, frozen=True):
    accounts: int
    opportunities: int


class TakeCrm:
    """One extract of one system; rows known by their external id are replaced, so the same extract twice is one."""

    lane = "bulk"

    def __init__(self, system: str, known: list[Account], opportunities: list[Opportunity]) -> None:
        self.system = system
        self.accounts = known
        self.opportunities = opportunities

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Counts:
        ids = accounts.ids(batch.tx, self.system)
        for account in self.accounts:
            ids[account.external_id] = self._account(batch, account, ids)
        for account in self._before_their_parents():
            self._account(batch, account, ids)
        for opportunity in self.opportunities:
            self._opportunity(batch, opportunity, ids.get(opportunity.account))
        return Counts(len(self.accounts), len(self.opportunities))

    def rescue(self, batch: Batch, failure: Exception) -> Counts:
        raise failure

    def _before_their_parents(self) -> list[Account]:
        """Subsidiaries that stand before their parent in the extract: written again once it has an id."""
        seen: set[str] = set()
        found = []
        for account in self.accounts:
            seen.add(account.external_id)
            if account.parent and account.parent not in seen:
                found.append(account)
        return found

    def _account(self, batch: Batch, account: Account, ids: Mapping[str, str]) -> str:
        row = AccountRow(
            batch.new_id(),
            self.system,
            account.external_id,
            account.name,
            account.owner,
            account.type,
            account.tier,
            ids.get(account.parent),
            "{}",
            None,
            batch.turn.now,
        )
        return accounts.upsert_account(batch.tx, row, account.domains)

    def _opportunity(self, batch: Batch, opportunity: Opportunity, account: str | None) -> None:
        at = opportunity.changed or batch.turn.now
        contact = None
        if opportunity.contact_email:
            person = ContactRow(
                batch.new_id(),
                batch.new_id(),
                self.system,
                opportunity.contact_email,
                account,
                "",
                opportunity.owner,
                "{}",
                at,
            )
            contact = accounts.upsert_contact(batch.tx, person, [("email", opportunity.contact_email)])
        row = OpportunityRow(
            batch.new_id(),
            self.system,
            opportunity.external_id,
            account,
            contact,
            opportunity.name,
            opportunity.owner,
            opportunity.stage,
            opportunity.open,
            opportunity.amount,
            at,
        )
        accounts.upsert_opportunity(batch.tx, row)
