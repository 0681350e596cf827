"""Takes in what a CRM knows: accounts with their domains and owners, opportunities with theirs. Nothing is decided."""

import msgspec

from firstright.desk.batch import Batch
from firstright.desk.crm.dealsheard import deals_heard
from firstright.desk.crm.staff import Staff, Under
from firstright.desk.crm.taking import Taking
from firstright.intake.crmfiles import Account, Opportunity
from firstright.intake.crmrows import Said

_NOT_SAID = frozenset(("country", "phone", "state", "city", "postcode", "industry", "employees", "revenue"))


class Counts(msgspec.Struct, frozen=True):
    accounts: int
    opportunities: int


class TakeCrm:
    """One small extract of one system at once; rows known by their external id are replaced, so the same extract twice is one.

    Files go through `accountimport`, in batches.
    """

    lane = "bulk"

    def __init__(self, system: str, known: list[Account], opportunities: list[Opportunity]) -> None:
        self.system = system
        self.accounts = known
        self.opportunities = opportunities

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Counts:
        taking = Taking(
            Under(
                batch.tx,
                self.system,
                batch.turn.now,
                batch.new_id,
                Staff.of(batch.memory.roster, {}),
                lambda field: field not in _NOT_SAID,
            )
        )
        taking.take([_account(each) for each in self.accounts])
        taking.take([_opportunity(each) for each in self.opportunities])
        deals_heard(batch, self.system, [each.external_id for each in self.opportunities])
        return Counts(len(self.accounts), len(self.opportunities))

    def rescue(self, batch: Batch, failure: Exception) -> Counts:
        raise failure


def _account(each: Account) -> Said:
    return Said(
        "account",
        each.external_id,
        name=each.name,
        owner=each.owner,
        above=each.parent,
        type=each.type,
        tier=each.tier,
        domains=each.domains,
    )


def _opportunity(each: Opportunity) -> Said:
    return Said(
        "opportunity",
        each.external_id,
        name=each.name,
        owner=each.owner,
        above=each.account,
        stage=each.stage,
        open=each.open,
        amount=each.amount,
        email=each.contact_email,
        changed=each.changed,
    )
