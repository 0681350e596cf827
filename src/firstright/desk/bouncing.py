"""A letter to a lead that its mail server refuses for good: nobody is there. Its sequence stops, and what is known of the address
follows from that. A server that is down, or that we cannot reach, says nothing about anybody.
"""

from firstright.core.policy import Medium
from firstright.core.sequences import STEP_EVENT, Ends, Sequence
from firstright.desk.acting import Acted
from firstright.desk.batch import Batch
from firstright.desk.learning import LearnFacts
from firstright.desk.sequencing import BY_ITSELF, halt
from firstright.errors import FirstrightError
from firstright.outbound.channel import Result, Verdict
from firstright.storage import enrolments
from firstright.storage.rows import DeliveryRow

HARD = range(500, 600)  # SMTP status


def bounced(batch: Batch, row: DeliveryRow, result: Result) -> None:
    """Called for every delivery that has died of an attempt."""
    mail = row.event == STEP_EVENT and row.channel == Medium.EMAIL
    if not mail or result.verdict is not Verdict.REFUSED or result.status not in HARD or row.lead_id is None:
        return
    came_back(batch, row.lead_id, BY_ITSELF)


def came_back(batch: Batch, lead: str, by: str) -> Acted | FirstrightError:
    """Nobody is at the address of a lead, by word of our own mail server or of whoever wrote to them."""
    found = enrolments.running(batch.tx, lead)
    if found is not None:
        sequence = batch.policy.policy.sequences.get(found.sequence) or Sequence(found.sequence)
        if Ends.BOUNCE in sequence.stop_on:
            halt(batch, found, "bounce", by)
    return LearnFacts(lead, {"email_bounced": True}, by).perform(batch)
