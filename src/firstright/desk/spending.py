"""A turn that is given back later, when somebody has agreed or it was found to be so: a decision of its own.

Which turn it was is `spent`; whether anything is given back is the core's to say.
"""

import msgspec

from firstright.core.causes.creditback import BY_ITSELF, GIVEN_LATER, Judged, found_so, judged
from firstright.core.lead import Act, Cause, Lead, Spent
from firstright.core.pools import Approval
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.spent import spent_for
from firstright.storage import credits
from firstright.storage.rows import CreditRequestRow


def give(batch: Batch, lead: Lead, asked: CreditRequestRow, act: Act, note: str, by: str) -> Concluded:
    """A decision of its own, so that the row on the ledger has one and everything replays; and the answer. `act` says who
    agreed."""
    done = decide_in(batch, msgspec.structs.replace(lead, act=act), Cause.CORRECTED, trigger_of(asked))
    credits.resolve(batch.tx, asked.id, "given", batch.turn.now, by, note)
    return done


def give_found(batch: Batch, lead: Lead) -> None:
    """What was asked and has been found to be so meanwhile goes back by itself, as far as the month's cap lets it."""
    if not found_so(lead.facts):
        return
    table = batch.policy.policy.credit_back
    for asked in credits.of_lead(batch.tx, lead.id):
        rule = table.get(asked.reason)
        if asked.state != "asked" or rule is None or rule.approval is not Approval.VERIFIED:
            continue
        spent = msgspec.structs.replace(spent_for(batch, asked), verified=True)
        if may_be_given(batch, asked.reason, spent) is Judged.GIVEN:
            now = batch.lead(lead.id)
            assert now is not None
            act = Act(by=BY_ITSELF, called=BY_ITSELF, reason=asked.reason, spent=spent)
            give(batch, now, asked, act, "found to be so", BY_ITSELF)


def may_be_given(batch: Batch, reason: str, spent: Spent) -> Judged:
    """What stands against giving what somebody agrees to."""
    if spent.rep not in batch.roster.members(spent.pool).ids:
        return Judged.GONE
    agreed = msgspec.structs.replace(spent, approved=True)
    return judged(reason, agreed, batch.policy.policy, batch.turn.now)


def trigger_of(asked: CreditRequestRow) -> str:
    return f"{GIVEN_LATER}:{asked.id}"
