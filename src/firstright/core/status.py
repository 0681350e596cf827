"""The lead status that follows from an outcome, and the one table of what each cause may do to a lead in each status.

Every pair of a status and a cause is in the table, with the statuses it may leave the lead in, or refused by a code that
names both. It grows here and nowhere else.
"""

from firstright.core.lead import Cause, Lead, Outcome
from firstright.core.pipeline import ENDED, PIPELINE, Pipeline, entered
from firstright.core.statuses import ON_THE_WAY, STATUSES

ENTERED_BY = {
    Outcome.PENDING: "new",
    Outcome.OWNER: "routed",
    Outcome.OFFERED: "routed",
    Outcome.QUEUED: "new",
    Outcome.WAITING: "new",
    Outcome.REVIEW: "new",
    Outcome.NURTURE: "nurture",
    Outcome.SUPPORT: "support",
    Outcome.PARTNER: "partner",
    Outcome.QUARANTINED: "new",
    Outcome.REJECTED: "disqualified",
    Outcome.CLOSED: "lost",
}
REACHED = frozenset({"connected", "replied", "met", "booked"})  # results of a touch that had two sides
REPLIES = frozenset({"reply", "chat", "call-in"})  # what the lead does that answers us

_SELF = frozenset[str]()
_LANDED = frozenset({*ENTERED_BY.values(), "needs-enrichment"}) - {"lost"}
_TOUCHED = frozenset({"attempted-contact", "contacted", "qualified", "scheduled"})
# What a cause may make of a lead that is worked, waits, or stands aside.
_OPENLY: dict[Cause, frozenset[str]] = {
    Cause.ARRIVED: _LANDED,
    Cause.ENRICHED: _LANDED,
    Cause.SCORED: _LANDED,
    Cause.QUALIFIED: _TOUCHED | _LANDED,
    Cause.ENGAGED: _TOUCHED | _LANDED,
    Cause.TOUCHED: _TOUCHED,
    Cause.ACCEPTED: _LANDED,
    Cause.DECLINED: _LANDED,
    Cause.RETURNED: _LANDED,
    Cause.SLA_MISSED: _LANDED,
    Cause.NO_REPLY: _LANDED,
    Cause.CALL_OUTCOME: _TOUCHED | _LANDED,
    Cause.HANDED_OVER: _LANDED,
    Cause.CAPACITY_FREED: _LANDED,
    Cause.HOURS_OPENED: _LANDED,
    Cause.OVERRIDDEN: _LANDED | {"won", "lost"},
    Cause.CLAIMED: _LANDED,
    Cause.BOOKED: _TOUCHED | _LANDED,
    Cause.MERGED: _LANDED | set(STATUSES),
    Cause.UNMERGED: _LANDED | set(STATUSES),
    Cause.OFFBOARDED: _LANDED,
    Cause.CRM_CHANGED: _LANDED | {"won", "lost"},
    Cause.CORRECTED: _LANDED | set(STATUSES),
    Cause.RERUN: _LANDED,
}
# The same of one whose cycle is over. What is not here is refused: only a new enquiry, and somebody who says so, opens it again.
_ENDED: dict[Cause, frozenset[str]] = {
    Cause.ARRIVED: _LANDED,
    Cause.OVERRIDDEN: _LANDED | set(ENDED),
    Cause.MERGED: _LANDED | set(STATUSES),
    Cause.UNMERGED: _LANDED | set(STATUSES),
    Cause.CORRECTED: _LANDED | set(STATUSES),
    Cause.CRM_CHANGED: frozenset({"won", "lost"}),  # a deal may be opened and closed again there
    # These are heard of, and change nothing about it.
    **dict.fromkeys(
        (Cause.ENRICHED, Cause.SCORED, Cause.RERUN, Cause.ENGAGED, Cause.TOUCHED, Cause.CALL_OUTCOME), _SELF
    ),
    **dict.fromkeys((Cause.BOOKED, Cause.OFFBOARDED), _SELF),
}
TABLE: dict[tuple[str, Cause], frozenset[str]] = {
    (status, cause): may | {status}
    for status in STATUSES
    for cause, may in (_ENDED if status in ENDED else _OPENLY).items()
}


def touched_status(status: str, channel: str, result: str, pipeline: Pipeline = PIPELINE) -> str:
    """The status after a touch: a logged attempt is "attempted contact". A status is never taken back by one."""
    both = result in REACHED or channel == "meeting"
    return entered(pipeline, status, ("attempt", channel, *(("connected",) if both else ())))


def engaged_status(status: str, kind: str, pipeline: Pipeline) -> str:
    """The status after something the lead did: where the policy says so, a reply is "contacted"."""
    return entered(pipeline, status, ("reply",)) if kind in REPLIES else status


def landed_status(lead: Lead, outcome: Outcome, *, fresh: bool) -> str:
    """The status of a lead that goes to somebody else: a qualified one stays so with whoever has it next in the same cycle."""
    into = ENTERED_BY[outcome]
    stays = not fresh and lead.status in _KEPT and into in ON_THE_WAY
    return lead.status if stays else into


def refusal(lead: Lead, cause: Cause) -> str:
    """Why nothing is decided about a lead in this status for this cause: a code that names both; empty where something is."""
    known = lead.status not in STATUSES or (lead.status, cause) in TABLE
    return "" if known else f"refused:{lead.status}:{cause.value}"


def within(lead: Lead, cause: Cause, status: str) -> str:
    """The status a decision leaves it in, where the table lets it: who moves a meeting of a lost lead has not scheduled it."""
    may = TABLE.get((lead.status, cause))
    return lead.status if lead.status in ENDED and may is not None and status not in may else status


def stands(lead: Lead, cause: Cause) -> bool:
    """Whether this cause is heard of a lead that is over, and changes nothing about it."""
    return lead.status in ENDED and TABLE.get((lead.status, cause)) == frozenset({lead.status})


_KEPT = frozenset({"qualified", "scheduled"})
