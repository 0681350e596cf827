"""A foreign system tells that a letter came back, or that somebody wants to hear no more: the same as when our own mail server, or the
person by our own link, says so. It is no touch, no engagement, and meets no clock.
"""

from firstright.core.clean.problem import Problem
from firstright.desk.acting import standing
from firstright.desk.batch import Batch
from firstright.desk.bouncing import came_back
from firstright.desk.optingout import OptOut
from firstright.errors import FirstrightError
from firstright.intake.activity import BOUNCE, Activity


def ended(
    batch: Batch, read: Activity, lead: str, named: str, by: str
) -> tuple[str, str] | Problem | FirstrightError:
    """(lead, whose data it is) of whom it was about. `named` is the address as an exact key, where the event names one: a letter
    to another one of theirs says nothing of the one we write to."""
    row = standing(batch, lead)
    if row is None:
        return Problem("/lead", "activity.no_lead", "is no lead of ours", lead[:64])
    if read.kind != BOUNCE:
        OptOut(row.person_id, "hook", by=by, text=read.what or read.note).perform(batch)
        return row.id, row.person_id
    known = batch.lead(row.id)
    if named and known is not None and known.facts.get("email") != named:
        reason = "is not the address we write to"
        return Problem("/email", "activity.other_address", reason, named[:64])
    done = came_back(batch, row.id, by)
    return done if isinstance(done, FirstrightError) else (row.id, row.person_id)
