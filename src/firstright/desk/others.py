"""Other leads that a decision must not take for this one, and those of which somebody shall say whether they are it."""

from firstright.core.lead import Lead
from firstright.core.matching import NONE, candidates
from firstright.core.world import Candidate, World
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import duplicates

ROUTE = "route"  # matchrules.Matching.unsure


def known_to(batch: Batch, lead: Lead, world: World, aside: frozenset[str] = NONE) -> tuple[Candidate, ...]:
    """The candidates of a decision without those of which somebody said that they are others. Of a new lead nobody has said
    anything yet, so nothing is looked up. Whoever has the leads `aside` does not count."""
    rules = batch.policy.policy.matching
    found = candidates(lead, world, rules, NONE, aside)
    new = not lead.epoch and lead.id not in batch.lead_rows
    if new or not any(c.kind == "lead" and c.key != "domain" for c in found):
        return found
    others = duplicates.distinct_from(batch.tx, lead.id)
    return candidates(lead, world, rules, others, aside) if any(c.id in others for c in found) else found


def propose_unsure(batch: Batch, done: Concluded, found: tuple[Candidate, ...]) -> None:
    """A new lead that may be somebody known, under a policy that routes it all the same: somebody says later whether it is."""
    if done.row is not None or done.decision.lead or batch.policy.policy.matching.unsure != ROUTE:
        return
    for each in found:
        if each.unsure and each.kind == "lead":
            why = [f"{field}:{verdict}:{weight}" for field, verdict, weight in each.reasons]
            name = batch.new_id()
            duplicates.propose(batch.tx, name, done.after.id, each.id, each.score, why, done.as_of)
