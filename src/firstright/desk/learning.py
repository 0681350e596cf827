"""What was found out of a lead later: kept, and whatever follows from it decided in the same turn. It asks nobody."""

import msgspec

from firstright.core.lead import Act, Cause, Fact, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.providers import said_over
from firstright.desk.acting import OnLead
from firstright.desk.alike import companies
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.spending import give_found
from firstright.enrich.quick import filled
from firstright.storage.rows import MatchKeyRow


class LearnFacts(OnLead):
    """Facts that were found out later, already normalised. They are kept whatever follows from them."""

    verb = "learn"

    def __init__(self, lead: str, facts: dict[str, Fact], by: str, *, key: str = "") -> None:
        super().__init__(lead, by, key=key)
        self.facts = facts

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return [] if self.facts else ["facts: there are none"]

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        facts = said_over(lead.facts, self.facts)
        facts |= filled(facts, batch.policy.policy.filling)
        knowing = msgspec.structs.replace(lead, facts=facts, act=Act(by=self.by))
        batch.know(match_keys(knowing.facts, knowing.source))
        if "company" in self.facts and (
            like := companies(batch.tx, knowing.facts, batch.policy.policy.matching)
        ):
            batch.know_alike(lead.id, like)
        done = decide_in(batch, knowing, Cause.ENRICHED, trigger)
        batch.rows.match_keys += [MatchKeyRow(kind, value, "lead", lead.id) for kind, value in done.keys]
        give_found(batch, done.after)
        return done
