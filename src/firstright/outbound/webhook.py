"""Webhooks as Standard Webhooks writes them: the body byte for byte, an id that stays, a timestamp and signatures that are new
on each attempt. It sends nothing unsigned.
"""

from datetime import datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from firstright.outbound.channel import Message, Place, Result, Verdict
from firstright.outbound.http import Client, Reply
from firstright.outbound.judging import judged, usual


class WebhookChannel:
    """2xx is sent; 410 switches the destination off; 429, 502 and 504 slow it; anything else is tried again."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(self, message: Message, place: Place, now: datetime) -> Result:
        try:
            signature = signed(message, place.secrets, now)
        except (ValueError, EmptyWebhookSecretError):  # base64 has several, all of them ValueErrors
            return Result(Verdict.REFUSED, detail="a signing secret of this destination cannot be read")
        if not signature:
            return Result(Verdict.REFUSED, detail="this destination has no signing secret")
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        outcome = await self._client.post(place.url, message.body, headers)
        return judged(outcome, now, _verdict)


def signed(message: Message, secrets: tuple[str, ...], now: datetime) -> str:
    """One signature a secret, newest first, separated by spaces. The library's errors come through for a bad secret."""
    body = message.body.decode()
    return " ".join(Webhook(secret).sign(message.id, now, body) for secret in secrets)


def _verdict(reply: Reply) -> Verdict:
    return usual(reply.status)
