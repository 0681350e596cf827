"""What the tests of this room share: a clock, a policy that permits loopback, and a run of one attempt."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_network

from firstright.outbound.channel import Message, Place, Result
from firstright.outbound.channels import channels
from firstright.outbound.egress import Egress, Resolve, resolve
from outbound import certificates
from outbound.sink import SECRET

LOOPBACK = Egress(allow=(ip_network("127.0.0.0/8"),))
NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
SECONDS = 0.4


def wall() -> datetime:
    """Real time: a receiver refuses signatures of another."""
    return datetime.now(UTC)


def names(**hosts: str) -> Resolve:
    """A resolver that knows these names (`crm__example` for crm.example) and asks the system for numbers."""

    async def known(host: str, port: int) -> Sequence[str]:
        found = hosts.get(host.replace(".", "__"))
        return [found] if found else await resolve(host, port)

    return known


def loopback(**hosts: str) -> Egress:
    return Egress(allow=LOOPBACK.allow, resolve=names(**hosts))


def attempt(
    message: Message,
    place: Place,
    *,
    egress: Egress = LOOPBACK,
    now: Callable[[], datetime] = wall,
    times: int = 1,
) -> list[Result]:
    """Send the same message to the same place so many times, over one set of channels."""

    async def run() -> list[Result]:
        async with channels(egress, seconds=SECONDS, trust=certificates.trusting) as every:
            return [await every[message.channel].send(message, place, now()) for _ in range(times)]

    return asyncio.run(run())


def hook(url: str, *secrets: str) -> Place:
    return Place("webhook:crm", "webhook", url, secrets or (SECRET,))


def told(body: bytes = b'{"type":"lead.assigned"}', id: str = "msg_1") -> Message:
    return Message(id, "webhook", body=body)
