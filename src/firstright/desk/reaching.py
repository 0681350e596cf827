"""What is known of our tries to reach a lead when something about it is decided: how many, by which way, and what went wrong.

It decides nothing and is asked only where the policy has a table of next actions.
"""

import msgspec

from firstright.core.actions import NO_CONTACT, ONE_SIDED, SENT, UNANSWERED, WRONG, with_wrong
from firstright.core.lead import Act, Lead
from firstright.desk.batch import Batch
from firstright.storage import tries


def tried(batch: Batch, lead: Lead, act: Act) -> tuple[Lead, Act]:
    """The touch with how many of its kind went unanswered in this cycle, it included; a way that leads to somebody else is kept
    among the facts: whoever tried has verified it."""
    if act.result == NO_CONTACT:
        facts = {**lead.facts, WRONG: with_wrong(lead.facts, act.channel)}
        return msgspec.structs.replace(lead, facts=facts), act
    if act.result not in UNANSWERED:
        return lead, act
    here = [
        row
        for row in batch.rows.touches
        if (row.lead_id, row.channel) == (lead.id, act.channel) and row.result in UNANSWERED
    ]
    before = tries.unanswered(batch.tx, lead.id, act.channel, lead.arrived_at)
    return lead, msgspec.structs.replace(act, tries=before + len(here) + 1)


def awaiting(batch: Batch, lead: Lead) -> Lead:
    """The lead with what we last wrote to it, where that was ours to write and nothing came back; else as it is."""
    wrote = tries.last(batch.tx, lead.id)
    if wrote is None or wrote.channel not in ONE_SIDED or wrote.result not in ("", SENT) or wrote.answered:
        return lead
    return msgspec.structs.replace(lead, act=Act(channel=wrote.channel, result=SENT, at=wrote.at))
