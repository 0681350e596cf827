"""The one HTTP client: a POST out and a small reply back, or a GET whose answer counts whole or not at all. It follows no redirect,
asks no proxy, keeps no cookie, unpacks nothing, and waits no longer than its total time-out, from the look-up of the name to
the last byte read.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore2
import httpx2
import msgspec

from firstright.outbound.channel import detail
from firstright.outbound.dialling import Dialler
from firstright.outbound.egress import Denied, Egress, Unresolved

SECONDS = 15.0
MOST_BYTES = 64 * 1024
IDLE_SECONDS = 30.0

Trust = Callable[[], ssl.SSLContext]

_BROKEN = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpx2.TransportError,
    Unresolved,
    OSError,  # TimeoutError and ssl.SSLError among them
)
_WRONG = (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpcore2.LocalProtocolError, UnicodeError)


class Reply(msgspec.Struct, frozen=True):
    """A status line came, and it is the answer: what breaks after it does not unsay it."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""  # as it came, packed or not: of a POST's the first 64 KiB

    def text(self) -> str:
        """The body for a person to read; "" when it came packed, because nothing is unpacked here."""
        packed = self.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
        return "" if packed else self.body.decode("utf-8", "replace")


class Unanswered(msgspec.Struct, frozen=True):
    """No status line came. Whether the receiver acted on the request is not known."""

    detail: str


class Broken(msgspec.Struct, frozen=True):
    """An answer began, and could not be had whole: it broke off, or was larger than was asked for."""

    detail: str


class Unsendable(msgspec.Struct, frozen=True):
    """Nothing was sent and nothing would be next time: the egress policy or the URL forbids it."""

    detail: str


Outcome = Reply | Unanswered | Unsendable
Got = Outcome | Broken


class Client:
    """Belongs to one event loop. Connections are kept for 30 s and reused; `aclose` ends them.

    The number of connections has no ceiling of its own: a shared one would let a single hanging receiver hold everybody's.
    """

    def __init__(
        self, egress: Egress, *, seconds: float = SECONDS, trust: Trust = httpcore2.default_ssl_context
    ) -> None:
        self._seconds = seconds
        self._client = httpx2.AsyncClient(
            transport=_Transport(egress, seconds, trust()),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"accept": "*/*", "accept-encoding": "identity", "user-agent": "firstright"},
            follow_redirects=False,
            trust_env=False,
            timeout=None,  # one time-out for all of it, in `_asked`: a body that dribbles passes each read's own
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send `body` once. Never raises for what the other side does."""
        return (await self._asked("POST", url, body, headers, MOST_BYTES))[0]

    async def get(self, url: str, headers: Mapping[str, str], *, most: int) -> Got:
        """Ask once for at most so many bytes. Never raises for what the other side does."""
        return await self.ask(url, None, headers, most=most)

    async def ask(self, url: str, body: bytes | None, headers: Mapping[str, str], *, most: int) -> Got:
        """The same; with a body it is posted."""
        outcome, broken = await self._asked("GET" if body is None else "POST", url, body, headers, most + 1)
        if isinstance(outcome, Reply) and len(outcome.body) > most:
            return Broken(f"has more than {most:,} bytes")
        if broken and isinstance(outcome, Reply):
            return Broken(detail(f"broke off: {broken}"))
        return outcome

    async def _asked(
        self, verb: str, url: str, body: bytes | None, headers: Mapping[str, str], most: int
    ) -> tuple[Outcome, str]:
        """What came back, cut after so many bytes, and what went wrong behind its status line."""
        response: httpx2.Response | None = None
        read, broken = bytearray(), ""
        try:
            async with asyncio.timeout(self._seconds):
                async with self._client.stream(verb, url, content=body, headers=headers) as response:
                    await _read(response, read, most)
        except (Denied, *_WRONG) as problem:
            return Unsendable(detail(str(problem) or type(problem).__name__)), ""
        except _BROKEN as problem:
            broken = _words(problem, self._seconds)
            if response is None:
                return Unanswered(detail(broken)), broken
        assert response is not None  # either it was assigned, or something was raised before
        named = {k.lower(): v for k, v in response.headers.items()}
        return Reply(response.status_code, named, bytes(read)), broken


async def _read(response: httpx2.Response, into: bytearray, most: int) -> None:
    async with aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            into += chunk[: most - len(into)]
            if len(into) >= most:
                return


def _words(problem: Exception, seconds: float) -> str:
    if isinstance(problem, TimeoutError | httpcore2.TimeoutException):
        return f"no answer within {seconds:g} s"
    return str(problem) or type(problem).__name__


class _Transport(httpx2.AsyncBaseTransport):
    """A transport of our own over the public pool, and not a private attribute of httpx2's: were that renamed, requests would
    leave without any policy.
    """

    def __init__(self, egress: Egress, seconds: float, tls: ssl.SSLContext) -> None:
        self._pools = {
            scheme: httpcore2.AsyncConnectionPool(
                ssl_context=tls,
                max_connections=None,
                max_keepalive_connections=100,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=Dialler(egress, scheme, seconds),
            )
            for scheme in ("https", "http")
        }

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        pool = self._pools.get(request.url.scheme)
        if pool is None:
            raise Denied("scheme", request.url.scheme, "only https is permitted")
        url = request.url
        answer = await pool.handle_async_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
            )
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


class _Stream(httpx2.AsyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
