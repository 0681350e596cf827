"""Plans whom to ask about a lead that came, or whose facts they go by are others now, in the transaction that decides it. It asks
nobody, and nothing of it delays the decision.
"""

from datetime import datetime

import msgspec

from firstright.core.lead import Cause, Fact, Lead, Outcome
from firstright.core.providers import Provider, key_of, unsaid_by
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import enrichments
from firstright.storage.enrichments import EnrichmentRow

# Nobody is asked about these: they are over, or go to somebody who needs no facts of ours.
NOT_ASKED = frozenset({Outcome.REJECTED, Outcome.CLOSED, Outcome.QUARANTINED, Outcome.PENDING})

_ASKED_ON = frozenset({Cause.ARRIVED, Cause.ENRICHED})
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


def plan(batch: Batch, done: Concluded) -> None:
    """Adds what is to be asked about a lead that came, or of which something else is known now than what they were asked by.
    Costs nothing where the policy asks nobody."""
    policy = batch.policy.policy
    if not policy.providers or done.cause not in _ASKED_ON or done.history:
        return
    if done.decision.outcome in NOT_ASKED:
        return
    lead, now = done.after, batch.turn.now
    seen = batch.policy.with_derived(lead.facts, (), now)
    came, was = done.cause is Cause.ARRIVED, _as_it_was(done)
    asks = [
        (each, lead.facts.get(each.ask) != was.get(each.ask))
        for each in policy.providers.values()
        if came or lead.facts.get(each.ask) != was.get(each.ask)
    ]
    before = _asked_before(batch, lead.id) if asks and done.row is not None else {}
    for provider, anew in asks:
        # What it said goes by another address or company: it counts as not said.
        key = key_of(provider, unsaid_by(provider, lead.facts, seen) if anew else seen, now)
        last = before.get((provider.id, key))
        if key and (last is None or now - last >= provider.fresh_for):
            batch.enrichments.append(_question(batch, lead, provider, key))


def _as_it_was(done: Concluded) -> dict[str, Fact]:
    return _facts(done.row.facts) if done.row is not None else {}


def _asked_before(batch: Batch, lead: str) -> dict[tuple[str, str], datetime]:
    """When each was last asked what about this lead, also in this very batch."""
    rows = [*enrichments.of_lead(batch.tx, lead), *[row for row in batch.enrichments if row.lead_id == lead]]
    return {(row.provider, row.key): row.created_at for row in rows}


def _question(batch: Batch, lead: Lead, provider: Provider, key: str) -> EnrichmentRow:
    now = batch.turn.now
    return EnrichmentRow(
        id=batch.new_id(),
        lead_id=lead.id,
        person_id=lead.person or None,
        provider=provider.id,
        key=key,
        state="waiting",
        result="",
        detail="",
        said="{}",
        due_at=now,
        give_up_at=now + provider.give_up_after,
        attempts=0,
        lease_token="",
        created_at=now,
    )
