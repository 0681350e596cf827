"""The CRM says that a deal is won or lost: so is the lead that became it, or became its contact. It moves no other lead."""

from collections.abc import Iterable

from firstright.core.lead import Act, Cause
from firstright.core.matchkeys import match_keys
from firstright.core.pipeline import LOST, WON, Moved
from firstright.desk.acting import with_act
from firstright.desk.batch import Batch
from firstright.desk.deciding import decide_in
from firstright.storage import statuses


def deals_heard(batch: Batch, system: str, deals: Iterable[str]) -> int:
    """How many leads these deals (by the CRM's ids) won or lost. Where a status of the policy has no such event, none."""
    if batch.memory.policy is None or batch.memory.roster is None:
        return 0
    pipeline, moved = batch.policy.policy.pipeline, 0
    for name, won in statuses.ended_deals(batch.tx, system, deals):
        lead, to = batch.lead(name), WON if won else LOST
        row = batch.lead_row(name)
        if lead is None or row is None or row.merged_into or lead.status == to:
            continue
        if to not in pipeline.of(to).enter_on:
            continue
        batch.know(match_keys(lead.facts, lead.source))
        decide_in(
            batch, with_act(lead, Act(called=system, moved=Moved(to))), Cause.CRM_CHANGED, batch.new_id()
        )
        moved += 1
    return moved
