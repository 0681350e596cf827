"""The words of this room: a message, the place it goes to, and what came of one attempt. Nothing here sends."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

LONGEST_DETAIL = 300


class Message(msgspec.Struct, frozen=True):
    """One delivery, rendered. `id` is the same on every attempt: webhook-id, Message-ID."""

    id: str
    channel: str  # webhook | slack | email
    to: str = ""  # e-mail address; else ""
    subject: str = ""
    text: str = ""  # slack and email
    body: bytes = b""  # webhook: the JSON that is sent byte for byte and signed
    calendar: str = ""  # email: an invitation, as iCalendar text
    method: str = ""  # of the invitation: REQUEST | CANCEL
    unsubscribe: str = ""  # email to a lead: where one click ends it
    author: str = ""  # email to a lead: who of ours it is from, by name
    reply_to: str = ""  # email to a lead: where answers go


class Place(msgspec.Struct, frozen=True):
    """Where it goes: a destination as registered, secrets opened. Never log one."""

    name: str  # "webhook:crm", "slack:floor", "email"
    kind: str  # webhook | slack | email
    url: str  # https://...; smtp://user:pass@host:port?from=... for email
    secrets: tuple[str, ...] = ()  # webhook: whsec_..., newest first; both sign during rotation


class Verdict(StrEnum):
    """What the caller does next; see `schedule` for when."""

    SENT = "sent"
    AGAIN = "again"  # try later
    THROTTLED = "throttled"  # 429, 502, 504: slow the whole destination, and try later
    REFUSED = "refused"  # never: dead at once
    GONE = "gone"  # 410: switch the destination off


class Result(msgspec.Struct, frozen=True):
    """What came of one attempt. `detail` may quote the receiver: for the delivery's record and its operators only."""

    verdict: Verdict
    status: int = 0  # HTTP or SMTP status; 0: none came
    detail: str = ""
    retry_after: timedelta | None = None  # within [1 s, 24 h]


class Channel(Protocol):
    """Sends one message, once."""

    async def send(self, message: Message, place: Place, now: datetime) -> Result:
        """Never raises for what the other side does; cancelling it drops the connection."""
        ...


def detail(text: str) -> str:
    """One printable line of at most 300 characters: a receiver's bytes must not forge a log line or fill a table."""
    words = " ".join(text.split())
    printable = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words[: 2 * LONGEST_DETAIL]
    )
    return printable if len(printable) <= LONGEST_DETAIL else printable[: LONGEST_DETAIL - 1] + "…"
