"""The lead status that follows from an outcome. The table of (status, cause) pairs grows here and nowhere else."""

from firstright.core.lead import Outcome

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
_ORDER = ("new", "needs-enrichment", "routed", "attempted-contact", "contacted")


def touched_status(status: str, channel: str, result: str) -> str:
    """The status after a touch: a logged attempt is "attempted contact". A status is never taken back by one."""
    if status not in _ORDER:
        return status
    to = "contacted" if result in REACHED or channel == "meeting" else "attempted-contact"
    return max(status, to, key=_ORDER.index)
