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
from patience import PATIENCE

LOOPBACK = Egress(allow=(ip_network("127.0.0.0/8"),))
NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
SHORT = 0.4  # seconds, where nobody answers: what else a test asks has all the time it may need


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
    seconds: float = PATIENCE,
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> list[Result]:
    """Send the same message to the same place so many times, over one set of channels."""

    async def run() -> list[Result]:
        async with channels(egress, seconds=seconds, trust=certificates.trusting) as every:
            return [await every[message.channel].send(message, place, now()) for _ in range(times)]

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(run())


def hook(url: str, *secrets: str) -> Place:
    return Place("webhook:crm", "webhook", url, secrets or (SECRET,))


def told(body: bytes = b'{"type":"lead.assigned"}', id: str = "msg_1") -> Message:
    return Message(id, "webhook", body=body)
