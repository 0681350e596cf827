"""From what came back over HTTP to what is done next. The sender says what a status means; this says the rest."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import assert_never

from firstright.outbound.channel import Result, Verdict, detail
from firstright.outbound.http import Outcome, Reply, Unanswered, Unsendable
from firstright.outbound.schedule import clamped

_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def judged(outcome: Outcome, now: datetime, verdict_of: Callable[[Reply], Verdict]) -> Result:
    """The result of one attempt; `now` is the instant a Retry-After date is counted from."""
    match outcome:
        case Reply():
            verdict = verdict_of(outcome)
            wait = (
                None if verdict is Verdict.SENT else retry_after(outcome.headers.get("retry-after", ""), now)
            )
            return Result(verdict, outcome.status, _words(outcome), wait)
        case Unanswered(detail=words):
            return Result(Verdict.AGAIN, detail=words)
        case Unsendable(detail=words):
            return Result(Verdict.REFUSED, detail=words)
        case _:
            assert_never(outcome)


def usual(status: int) -> Verdict:
    """What a status means when the receiver's own rules say nothing else."""
    match status:
        case _ if 200 <= status < 300:
            return Verdict.SENT
        case 429 | 502 | 504:
            return Verdict.THROTTLED
        case 410:
            return Verdict.GONE
        case _:
            return Verdict.AGAIN


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date, clamped; None when it is neither. A date without a zone is taken as UTC."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return clamped(timedelta(seconds=int(value)))
    try:
        instant = parsedate_to_datetime(value)
        return clamped((instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - now)
    except (ValueError, OverflowError):
        return None


def _words(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return detail(
            f"{reply.status}: redirects are not followed; to {reply.headers.get('location', 'nowhere')}"
        )
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = ""
    return detail(f"{reply.status} {phrase}: {reply.text()[:600]}".rstrip(": "))
