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
