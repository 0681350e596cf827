"""Why a lead lies, as words: for the list, the letter and the command line."""

from datetime import datetime

from firstright.core.sweep import Cause

WORDS = {
    "no-next-action": "nothing is planned",
    "no-touch": "nobody has touched it",
    "owner-away": "its owner is away",
    "accepted-untouched": "accepted, and never touched",
    "status-too-long": "too long in its status",
    "review-unclaimed": "a review that nobody claims",
    "pause-over": "paused past its limit",
}


def cause_words(cause: str) -> str:
    return WORDS.get(cause, cause.replace("-", " "))


def since_words(cause: Cause, now: datetime) -> str:
    """Such as "nobody has touched it for 9 days"."""
    return f"{cause_words(cause.cause)} for {_span((now - cause.since).total_seconds())}"


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour")):
        if (n := int(seconds // size)) >= 1:
            return f"{n} {unit}{'s' if n > 1 else ''}"
    return "less than an hour"
