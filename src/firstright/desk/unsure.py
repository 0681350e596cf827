"""A step that a worker had in hand as it died, and whose lead has another holder by now: nobody knows whether it went out.

That is said, in its note and by a task for whoever has the lead. It is not sent once more: two letters are worse than a look.
"""

from firstright.core.lead import HolderKind
from firstright.core.sequences import STEP_EVENT
from firstright.core.why.outreachwords import CHANNEL, UNSURE
from firstright.desk.batch import Batch
from firstright.desk.stepletter import channel_of
from firstright.desk.steps import asked_of_owner
from firstright.storage import enrolments
from firstright.storage.rows import DeliveryRow

LOOK = (
    "Look whether the {channel} of {at:%Y-%m-%d %H:%M} UTC went out: firstright stopped while it was sending it, "
    "and sends it no more"
)


def nobody_knows(batch: Batch, row: DeliveryRow) -> None:
    """`row` was cancelled as its lease ran out. What is no step is told to people of ours, who hear of the lead otherwise."""
    if (
        row.event != STEP_EVENT
        or not row.lead_id
        or not enrolments.unsure(batch.tx, row.lead_id, row.id, UNSURE)
    ):
        return
    lead, known = batch.lead(row.lead_id), batch.lead_row(row.lead_id)
    if (
        lead is None
        or known is None
        or known.merged_into is not None
        or lead.holder.kind is not HolderKind.REP
    ):
        return
    said = LOOK.format(channel=CHANNEL[channel_of(row)], at=row.created_at or row.due_at)
    asked_of_owner(batch, lead, "task", said, f"unsure:{row.id}")
