"""Connections to addresses that passed, and to no other: a network backend for HTTP and a socket for SMTP.

It never resolves a name by itself; TLS and the Host header stay the name's, because only the caller writes those.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from ipaddress import ip_address

import httpcore2

from firstright.outbound.egress import Address, Denied, Egress

MOST_ADDRESSES = 3  # of one name, each with its share of the time: one dead address must not use it all up


class Dialler(httpcore2.AsyncNetworkBackend):
    """Connects for one scheme. The pool knows host and port only, so each scheme has a pool and a dialler of its own."""

    def __init__(self, egress: Egress, scheme: str, seconds: float) -> None:
        self._egress = egress
        self._scheme = scheme
        self._seconds = seconds
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = (await self._egress.permit(self._scheme, host, port))[:MOST_ADDRESSES]
        failed: Exception = httpcore2.ConnectError("no address")
        for address in addresses:
            try:
                stream = await self._plain.connect_tcp(str(address), port, self._seconds / len(addresses))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as problem:
                failed = problem
                continue
            return await _verified(stream, address)
        raise failed

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise Denied("scheme", "unix", "only https is permitted")

    async def sleep(self, seconds: float) -> None:
        await self._plain.sleep(seconds)


class _Line(httpcore2.AsyncNetworkStream):
    """A stream that is closed when its handshake is cut off: the library closes it for an error and forgets cancellation."""

    def __init__(self, plain: httpcore2.AsyncNetworkStream) -> None:
        self._plain = plain

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._plain.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._plain.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._plain.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        try:
            return await self._plain.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._plain.aclose()
            raise

    def get_extra_info(self, info: str) -> object:
        return self._plain.get_extra_info(info)


async def _verified(stream: httpcore2.AsyncNetworkStream, address: Address) -> httpcore2.AsyncNetworkStream:
    try:
        check_peer(stream.get_extra_info("server_addr"), address)
    except Denied:
        await stream.aclose()
        raise
    return _Line(stream)


def check_peer(peer: object, address: Address) -> None:
    """Raises Denied when the other end of the socket is not the address that was judged."""
    if not isinstance(peer, tuple) or ip_address(peer[0]) != address:
        raise Denied("peer", str(peer), f"connected for {address}")


async def connected(egress: Egress, scheme: str, host: str, port: int, seconds: float) -> socket.socket:
    """A connected, non-blocking socket; the caller owns it. Raises Denied, Unresolved, OSError."""
    addresses = (await egress.permit(scheme, host, port))[:MOST_ADDRESSES]
    failed: OSError = ConnectionError("no address")
    for address in addresses:
        line = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            line.setblocking(False)
            async with asyncio.timeout(seconds / len(addresses)):
                await asyncio.get_running_loop().sock_connect(line, (str(address), port))
            check_peer(line.getpeername(), address)
        except OSError as problem:  # TimeoutError is one, too
            line.close()
            failed = problem
        except BaseException:
            line.close()
            raise
        else:
            return line
    raise failed
