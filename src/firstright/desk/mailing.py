"""Whether we may write to a lead by e-mail just now, for a message that is not a step of a sequence. It sends nothing.

What is final stands in the way: no address, one that came back, an opt-out, the list. Whether it is a good moment is the
owner's to judge, who writes by hand; an answer to what somebody has just sent is never at a bad one.
"""

from datetime import datetime

import msgspec

from firstright.core.actions import EMAIL, is_usable
from firstright.core.lead import Lead
from firstright.core.outreach import No, Touching, final_objection
from firstright.desk.batch import Batch
from firstright.desk.contacting import contact_of
from firstright.desk.marks import marks_in


class Unwanted(msgspec.Struct, frozen=True):
    """Why not, as a code of `core.outreach.No`."""

    why: str


def address_for(batch: Batch, lead: Lead, at: datetime) -> str | Unwanted:
    """The address, or why nothing may be sent to it."""
    address = lead.facts.get("email")
    if not isinstance(address, str) or not is_usable(EMAIL, lead.facts):
        return Unwanted(No.NO_ADDRESS)
    policy = batch.policy.policy
    contact = contact_of(batch.tx, lead, EMAIL, policy, batch.roster, marks_in(batch), at)
    refused = final_objection(Touching(EMAIL), contact, policy.outreach)
    return Unwanted(refused.code) if refused else address
