"""Every channel there is, by name. A new one is a file beside this and a line here."""

import httpcore2

from firstright.outbound.channel import Channel
from firstright.outbound.egress import Egress
from firstright.outbound.email import EmailChannel
from firstright.outbound.http import SECONDS, Client, Trust
from firstright.outbound.slack import SlackChannel
from firstright.outbound.webhook import WebhookChannel


class Channels(dict[str, Channel]):
    """The channels by kind. They share connections: keep one per event loop, and `aclose` it in that loop."""

    def __init__(self, egress: Egress, seconds: float, trust: Trust) -> None:
        self._client = Client(egress, seconds=seconds, trust=trust)
        super().__init__(
            webhook=WebhookChannel(self._client),
            slack=SlackChannel(self._client),
            email=EmailChannel(egress, seconds=seconds, trust=trust),
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def __aenter__(self) -> "Channels":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def channels(
    egress: Egress, *, seconds: float = SECONDS, trust: Trust = httpcore2.default_ssl_context
) -> Channels:
    """The channels under one egress policy. `seconds` is the total time of one attempt; `trust` makes a TLS context."""
    return Channels(egress, seconds, trust)
