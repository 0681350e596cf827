"""What a lead answers to our invitation on its own booking page, as it would in its calendar: shown, and changed. It calls nothing off."""

from datetime import datetime

from firstright.core.meetings import THE_LEAD
from firstright.desk.invited import AnswerInvitation
from firstright.intake.invitationreply import ANSWERS, Reply
from firstright.storage.meetings import MeetingRow

SAID = {
    "accepted": "You have said that you will come.",
    "tentative": "You have said that you may come.",
    "declined": "You have said that you cannot come. It is not called off: move it, or call it off below.",
}
CHOICES = (("accepted", "I will come"), ("tentative", "Maybe"), ("declined", "I cannot come"))


def choices(live: MeetingRow | None, now: datetime) -> tuple[tuple[str, str], ...]:
    """What can be said of a meeting: all but what was said. Nothing where it has begun, and of a time that the lead has chosen, unless
    it has answered that."""
    if live is None or live.starts_at <= now or not (live.answer or live.changed_by != THE_LEAD):
        return ()
    return tuple([each for each in CHOICES if each[0] != live.answer])


def mark(live: MeetingRow | None) -> str:
    """Which answer the page shows, in digits: the same form sent twice is one answer."""
    if live is None or live.answered_at is None:
        return ""
    return f".{int(live.answered_at.timestamp() * 1_000_000)}"


def answering(live: MeetingRow | None, answer: str, email: str, stood: str) -> AnswerInvitation | None:
    """None where there is nothing to answer, or this is no answer."""
    if live is None or answer not in ANSWERS:
        return None
    reply = Reply(live.id, live.sequence, answer, email)
    return AnswerInvitation(reply, THE_LEAD, key=f"page:{live.id}:{live.sequence}:{answer}:{stood}")
