"""Webhooks as Standard Webhooks writes them: the body byte for byte, an id that stays, a timestamp and signatures that are new
on each attempt. It sends nothing unsigned.
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from firstright.outbound.channel import Message, Place, Result, Verdict
from firstright.outbound.http import Client, Reply
from firstright.outbound.judging import judged, usual

MOST_SIGNATURES = 8  # of one request that are looked at


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


TOLERANCE = 300  # seconds a timestamp may be off, either way


def doubted(
    body: bytes, secrets: tuple[str, ...], now: datetime, *, id: str, timestamp: str, signatures: str
) -> str:
    """Why these bytes are not from somebody with one of the secrets, just now; empty when they are. Every secret is tried, in
    constant time."""
    if not id or not timestamp or not signatures:
        return "webhook-id, webhook-timestamp and webhook-signature are needed"
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return "webhook-timestamp is a number of seconds"
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE:
        return f"webhook-timestamp is more than {TOLERANCE} s from now"
    given = [each for each in signatures.split(" ") if each.startswith("v1,")][:MOST_SIGNATURES]
    ours = [_mark(secret, f"{id}.{int(timestamp)}.".encode() + body) for secret in secrets]
    matches = [hmac.compare_digest(one.encode(), each.encode()) for one in ours for each in given]
    return "" if any(matches) else "no signature is of a secret of this hook"


def _mark(secret: str, signed: bytes) -> str:
    """Of bytes, where the library takes text: an event in another encoding is from whom it says, and is kept to be looked at."""
    key = b64decode(secret.removeprefix("whsec_") + "==")
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def _verdict(reply: Reply) -> Verdict:
    return usual(reply.status)
