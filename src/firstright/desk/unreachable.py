"""Whether a sequence could ever reach a lead: asked before somebody begins it by hand. It writes nothing; each step is judged once more
when it is due (`steps`).
"""

from firstright.core.lead import Lead
from firstright.core.outreach import STOPS, Touching, final_objection
from firstright.core.outreach import Refused as Objection
from firstright.core.sequences import Sequence
from firstright.core.why.outreachwords import CHANNEL, why_not
from firstright.desk.batch import Batch
from firstright.desk.contacting import contact_of
from firstright.desk.marks import marks_in


def why_never(batch: Batch, lead: Lead, sequence: Sequence) -> str:
    """Why nothing of it would ever be sent: who wants to be left alone is left alone by all of it, and who has no address by any of
    its channels cannot be written to. Empty where something would be, and where it only asks its owner to do things."""
    channels = dict.fromkeys(step.channel for step in sequence.steps if step.automatic)
    against = {channel: _against(batch, lead, sequence, channel) for channel in channels}
    found = [(channel, no) for channel, no in against.items() if no is not None]
    stops = next((each for each in found if each[1].code in STOPS), None)
    if stops is None and (not found or len(found) < len(channels)):
        return ""
    channel, no = stops or found[0]
    detail = f" ({no.datum})" if no.datum and no.datum != channel else ""
    return f"{CHANNEL.get(channel, channel)}: {why_not(no.code)}{detail}"


def _against(batch: Batch, lead: Lead, sequence: Sequence, channel: str) -> Objection | None:
    policy, now = batch.policy.policy, batch.turn.now
    contact = contact_of(
        batch.tx, lead, channel, policy, batch.roster, marks_in(batch), now, batch.rows.touches
    )
    return final_objection(Touching(channel, sequence.purpose), contact, policy.outreach)
