"""The act of converting a lead: who may, what it needs, and what it has become. The records are made by `converting`."""

from firstright.core.authority import Actor
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.pipeline import DISQUALIFIED_AS, LOST, WON
from firstright.desk.acting import Acted, with_act
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.converting import name_of, records
from firstright.desk.deciding import decide_in
from firstright.desk.moving import OfActor
from firstright.errors import FirstrightError
from firstright.storage import leads, statuses
from firstright.storage.leadview import last_rep

LONGEST_NAME = 200
MOST_AMOUNT = 10**15


class Conversion(Acted, frozen=True):
    """Where the lead stands, and what it has become; empty ids are what it has not."""

    contact: str = ""
    account: str = ""
    opportunity: str = ""


class Convert(OfActor):
    """Once: whoever converts it again is told what it became. `deal` names an opportunity with it; without a name there is none."""

    verb = "convert"

    def __init__(
        self,
        lead: str,
        actor: Actor,
        *,
        deal: str = "",
        amount: int | None = None,
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, actor, epoch=epoch, key=key)
        self.deal = " ".join(deal.split())
        self.amount = amount

    def whose(self, batch: Batch, lead: Lead) -> Holder:
        """A lead that is won is with nobody: whoever won it makes it a contact."""
        row = batch.lead_row(lead.id) if lead.status == WON else None
        rep = last_rep(row, leads.holders(batch.tx, lead.id)) if row else ""
        return Holder(HolderKind.REP, rep) if rep else lead.holder

    def perform(self, batch: Batch) -> Conversion | FirstrightError:
        acted = super().perform(batch)
        if not isinstance(acted, Acted):
            return acted
        row = statuses.converted(batch.tx, acted.lead)
        became = (row.contact_id, row.account_id or "", row.opportunity_id or "") if row else ("", "", "")
        return Conversion(
            acted.lead,
            acted.decision,
            acted.outcome,
            acted.owner,
            acted.epoch,
            acted.status,
            acted.repeat,
            *became,
        )

    def is_so(self, lead: Lead) -> bool:
        return bool(lead.contact)

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = []
        if lead.status in (LOST, DISQUALIFIED_AS):
            found.append(f"lead: it is {lead.status}: it is opened again before it becomes a contact")
        elif lead.outcome in (Outcome.PENDING, Outcome.QUARANTINED):
            found.append("lead: nothing was decided about it yet")
        if not name_of(lead):
            found.append(
                "lead: it has no name, e-mail address or telephone number a contact could be known by"
            )
        if len(self.deal) > LONGEST_NAME:
            found.append(f"deal: has at most {LONGEST_NAME} characters")
        if self.amount is not None and not self.deal:
            found.append("amount: is of an opportunity: name it, or leave this out")
        elif self.amount is not None and not 0 <= self.amount <= MOST_AMOUNT:
            found.append(f"amount: {self.amount} is not between 0 and {MOST_AMOUNT:,}")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        act = self.act(converted=records(batch, lead, self.deal, self.amount))
        return decide_in(batch, with_act(lead, act), Cause.CRM_CHANGED, trigger)
