"""Slack's incoming webhook, and whatever speaks its format. The text is plain: a lead's name cannot mention a channel or hide a
link. Slack has no id to deduplicate by, so an attempt whose answer was lost can be seen twice.
"""

import json
from datetime import datetime

from firstright.outbound.channel import Message, Place, Result, Verdict
from firstright.outbound.http import Client, Reply
from firstright.outbound.judging import judged, usual

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})  # these three and no others, says Slack


class SlackChannel:
    """403, 404 and 410 mean that the hook was taken away; 400 that this message will never do."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(self, message: Message, place: Place, now: datetime) -> Result:
        body = json.dumps({"text": escaped(message.text)}).encode()
        outcome = await self._client.post(place.url, body, {"content-type": "application/json"})
        return judged(outcome, now, _verdict)


def escaped(text: str) -> str:
    """Text that Slack shows as it was written."""
    return text.translate(_ESCAPES)


def _verdict(reply: Reply) -> Verdict:
    match reply.status:
        case 400:
            return Verdict.REFUSED
        case 403 | 404:
            return Verdict.GONE
        case status:
            return usual(status)
