"""Where this program may connect to. It resolves and judges; it opens no connection.

A name is resolved once per connection and every address of the answer must pass; the caller connects to what is returned here
and never to the name again, so a name that answers otherwise the next time (rebinding) gains nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import msgspec

from firstright.errors import BadConfiguration

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# An own list: `is_global` calls NAT64, 6to4 and multicast addresses public. IPv4-mapped addresses are unwrapped instead.
DENIED: tuple[Network, ...] = tuple(
    ip_network(cidr)
    for cidr in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
# All that was ever given out of IPv6. What is outside is no public address whatever it is called, and some of it leads to
# IPv4 (::ffff:0:127.0.0.1, ::5efe:7f00:1): those need no entry above, which names the usual ones.
PUBLIC_V6 = ip_network("2000::/3")
PORTS = {"https": frozenset({443, 8443}), "smtp": frozenset({25, 587, 2525}), "smtps": frozenset({465})}
WIDEST = {4: 8, 6: 7}  # an allowance wider than any private range would switch the policy off

# Threads of our own: a getaddrinfo that hangs cannot be cancelled, and would take the loop's few threads from everybody.
_NAMES = ThreadPoolExecutor(32, thread_name_prefix="firstright-names")


class Denied(Exception):
    """The egress policy said no. `reason` is `scheme`, `port`, `address`, `own` or `peer`; `rule` is what it broke."""

    def __init__(self, reason: str, subject: str, rule: str) -> None:
        super().__init__(f"egress.{reason}: {subject}, {rule}")
        self.reason = reason
        self.subject = subject
        self.rule = rule


class Unresolved(Exception):
    """The name has no address, or nobody could be asked."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system once. Numbers in disguise (0x7f.1, 2130706433) come back as the address they mean."""
    found = await asyncio.get_running_loop().run_in_executor(
        _NAMES, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return [str(entry[4][0]) for entry in found]


class Egress(msgspec.Struct, frozen=True):
    """The policy. `allow` is the operator's: it permits a network with any port, and without TLS."""

    allow: tuple[Network, ...] = ()
    own: tuple[Address, ...] = ()  # the service's own public addresses
    resolve: Resolve = resolve

    async def permit(self, scheme: str, host: str, port: int) -> tuple[Address, ...]:
        """The addresses to connect to, best first, without repetitions. Raises Denied or Unresolved."""
        try:
            answers = await self.resolve(host.strip("[]"), port)
        except (OSError, UnicodeError) as problem:
            raise Unresolved(f"the name {host} does not resolve") from problem
        if not answers:
            raise Unresolved(f"the name {host} has no address")
        addresses = tuple(dict.fromkeys(_unwrapped(answer) for answer in answers))
        for address in addresses:
            self._judge(scheme, port, address)
        return addresses

    def _judge(self, scheme: str, port: int, address: Address) -> None:
        if any(address in network for network in self.allow):
            return
        if scheme not in PORTS:
            raise Denied("scheme", scheme, "only https is permitted")
        if port not in PORTS[scheme]:
            raise Denied("port", str(port), f"{scheme} is permitted on {_listed(PORTS[scheme])}")
        if address in self.own:
            raise Denied("own", str(address), "an address of this service")
        for network in DENIED:
            if address in network:
                raise Denied("address", str(address), f"in {network}")
        if address.version == PUBLIC_V6.version and address not in PUBLIC_V6:
            raise Denied("address", str(address), f"not in {PUBLIC_V6}")


def egress(allow: Iterable[str] = (), own: Iterable[str] = ()) -> Egress:
    """The policy of a configuration: CIDRs and addresses as text. Raises BadConfiguration with everything that is wrong."""
    problems: list[str] = []
    networks = [network for text in allow if (network := _allowance(text, problems)) is not None]
    addresses: list[Address] = []
    for text in own:
        try:
            addresses.append(_unwrapped(text.strip()))
        except ValueError:
            problems.append(f"egress: own address {text!r} is not an IP address")
    if problems:
        raise BadConfiguration(tuple(problems))
    return Egress(tuple(networks), tuple(addresses))


def _allowance(text: str, problems: list[str]) -> Network | None:
    try:
        network = ip_network(text.strip())
    except ValueError as problem:
        problems.append(f"egress: allowed network {text!r} is not a CIDR: {problem}")
        return None
    if network.prefixlen < WIDEST[network.version]:
        problems.append(f"egress: allowed network {text!r} is wider than /{WIDEST[network.version]}")
        return None
    return network


def _unwrapped(text: str) -> Address:
    address = ip_address(text)
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _listed(ports: Iterable[int]) -> str:
    return ", ".join(str(port) for port in sorted(ports))
