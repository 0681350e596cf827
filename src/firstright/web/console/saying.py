"""How moments and names are said on a page. It knows no request and no clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from firstright.core.why.moments import DAYS, MONTHS

SOON = timedelta(minutes=15)
_STEPS = ((90, 1, "s"), (5_400, 60, "min"), (129_600, 3_600, "h"))

BECAME = {  # of one arrival
    "created": "a new lead",
    "merged": "joined a lead",
    "unchanged": "known already",
    "quarantined": "kept aside",
    "rejected": "turned away",
    "pending": "to be decided",
}
EVENTS = {  # what a message is about
    "assigned": "A new owner",
    "queued": "In a queue",
    "waiting": "Waiting for somebody",
    "review": "For review",
    "nurture": "To nurture",
    "support": "To support",
    "partner": "To a partner",
    "rejected": "Rejected",
    "closed": "Closed",
    "accepted": "Accepted",
    "touched": "Touched",
    "engaged": "Back again",
    "merged": "Merged",
    "warned": "Due soon",
    "missed": "Overdue",
    "acknowledged": "That their message has come",
    "draft": "Their owner's first message",
    "offered": "Offered",
    "ticket.opened": "A ticket",
    "partner.shared": "Shared with a partner",
    "partner.recalled": "Taken back from a partner",
    "opted-out": "Opted out",
    "step": "A step of a sequence",
    "meeting.booked": "Meeting booked",
    "meeting.moved": "Meeting moved",
    "meeting.cancelled": "Meeting called off",
    "meeting.no-show": "Did not come",
    "invitation.booked": "Invitation",
    "invitation.moved": "Invitation, moved",
    "invitation.cancelled": "Invitation, called off",
    "invitation.reminder": "Reminder of the meeting",
}


def length(span: timedelta) -> str:
    """`40 s`, `12 min`, `5 h`, `3 days`: one number is enough on a list. The script in the browser says the same."""
    seconds = abs(span.total_seconds())
    for below, unit, word in _STEPS:
        if seconds < below:
            return f"{round(seconds / unit)} {word}"
    return f"{round(seconds / 86_400)} days"


def span(at: datetime, now: datetime) -> str:
    """`in 12 min`, `3 h ago`."""
    return f"in {length(at - now)}" if at > now else f"{length(now - at)} ago"


def due(at: datetime, now: datetime) -> str:
    """A deadline: `in 12 min`, then `3 h late`."""
    return f"in {length(at - now)}" if at >= now else f"{length(now - at)} late"


def tone(at: datetime, now: datetime) -> str:
    """The colour of a deadline."""
    return "tone-bad" if at < now else "tone-warn" if at - now < SOON else ""


def moment(at: datetime, now: datetime, zone: str) -> str:
    """`09:15` today, `Tue 09:15` within a week, `9 Mar 09:15`, `9 Mar 2025`."""
    local, here = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    clock = f"{local.hour:02}:{local.minute:02}"
    days = (local.date() - here.date()).days
    if not days:
        return clock
    if abs(days) < 7:
        return f"{DAYS[local.weekday()]} {clock}"
    day = f"{local.day} {MONTHS[local.month - 1]}"
    return f"{day} {clock}" if local.year == here.year else f"{day} {local.year}"


def initials(name: str) -> str:
    """Two letters that stand for a name, for the eye only."""
    words = [word for word in name.replace("@", " ").replace("-", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "·"


def several(n: int, one: str, many: str = "") -> str:
    """`1 lead`, `3 leads`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
