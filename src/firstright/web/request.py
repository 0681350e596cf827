"""What a request says about itself, read from its header and query before its body. Every fault is named at once."""

import asyncio
import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from urllib.parse import parse_qsl, quote

import msgspec
from starlette.requests import Request

from firstright.core.clean.problem import Problem, Refusal, escaped
from firstright.core.clean.timestamp import instant
from firstright.tracing import valid
from firstright.web.problems import CLOSE, Receive, Scope, TurnedAway, away

LONGEST_KEY = 255  # characters of an Idempotency-Key
USUAL_PAGE, LARGEST_PAGE = 50, 200  # entries
BODY_SECONDS = 10.0  # a body that takes longer to arrive is given up
DISCARDED = (
    2 * 1024 * 1024
)  # bytes of a refused body that are read, so that its sender gets to see the answer
_SECRET_NAMES = frozenset(
    {"key", "api_key", "apikey", "token", "access_token", "authorization", "auth", "secret"}
)
_ONCE = frozenset(
    {b"host", b"authorization", b"idempotency-key", b"content-type", b"content-encoding", b"content-length"}
)


class Head(msgspec.Struct, frozen=True):
    """The fields of a header that this door reads; empty where they were not sent."""

    authorization: bytes = b""
    idempotency_key: str = ""
    content_type: bytes = b""
    content_encoding: bytes = b""
    length: int = 0
    traceparent: str = ""  # "" too when it is not well-formed


class Gone(Exception):
    """The caller left before the request was whole: nobody is there to answer."""


def read_head(scope: Scope, allowed: frozenset[str] = frozenset()) -> Head:
    """The header and query; `allowed` are the query parameters this place knows. Raises TurnedAway with all faults."""
    found: dict[bytes, bytes] = {}
    problems: list[Problem] = []
    trace = ""
    for name, value in scope["headers"]:
        if name in _ONCE:
            if name in found:
                problems.append(_twice(name))
            found[name] = value
        elif name == b"traceparent":
            trace = valid(value.decode("latin-1"))
    if b"host" not in found:
        problems.append(Problem("", "host.missing", "a request names its host", "nothing"))
    key = found.get(b"idempotency-key")
    if key is not None and (wrong := _key_problem(key)):
        problems.append(wrong)
    if scope["query_string"]:
        problems += query_problems(scope["query_string"], allowed)
    if problems:
        raise TurnedAway(400, *problems)
    if nul := nul_problems(scope["query_string"]):
        raise TurnedAway(422, *nul)
    return Head(
        found.get(b"authorization", b""),
        key.decode("ascii") if key else "",
        found.get(b"content-type", b""),
        found.get(b"content-encoding", b""),
        int(found.get(b"content-length", 0)),
        trace,
    )


def _twice(name: bytes) -> Problem:
    if name == b"authorization":
        return Problem("", "auth.duplicate", "Authorization may be sent once", "two of them")
    return Problem("", "header.duplicate", f"{name.decode()} may be sent once", "two of them")


def _key_problem(key: bytes) -> Problem | None:
    text = key.decode("latin-1")
    if 0 < len(key) <= LONGEST_KEY and text.isascii() and text.isprintable():
        return None
    reason = f"an Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters"
    return Problem("", "idempotency.key_invalid", reason, f"{len(key)} bytes")


def query_problems(query: bytes, allowed: frozenset[str]) -> list[Problem]:
    """A key in a URL ends up in logs and histories; an unknown parameter is a mistake nobody would notice."""
    problems = []
    seen: set[str] = set()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        shown = escaped(name[:64])
        if "fr_live_" in value or name.casefold() in _SECRET_NAMES:
            reason = (
                "an API key belongs into the Authorization header; one that was in a URL should be revoked"
            )
            problems.append(Problem("", "auth.in_query", reason, shown))
        elif name not in allowed:
            problems.append(Problem("", "query.unknown", "is no parameter of this address", shown))
        elif name in seen:
            problems.append(Problem("", "query.duplicate", "may be given once", shown))
        seen.add(name)
    return problems


def nul_problems(query: bytes) -> list[Problem]:
    """PostgreSQL keeps no U+0000 in a text: it would fail at what SQLite finds nothing for."""
    if b"%00" not in query:  # the server lets no bare one through
        return []
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    reason = "holds U+0000, and no text here does"
    return [Problem("", "query.nul", reason, escaped(name[:64])) for name, value in given if "\0" in value]


def queried(scope: Scope) -> dict[str, str]:
    """The query parameters; `read_head` has seen to it that each is known and given once."""
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))


def page_size(given: Mapping[str, str]) -> int:
    """`limit`, never silently clamped. Raises TurnedAway."""
    text = given.get("limit", str(USUAL_PAGE))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= LARGEST_PAGE):
        raise away(400, "query.invalid", f"limit is a number from 1 to {LARGEST_PAGE}", escaped(text[:64]))
    return int(text)


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """The instant a parameter names, UTC; None where it was not given. Raises TurnedAway."""
    if name not in given:
        return None
    read = instant(given[name])
    if isinstance(read, Refusal):
        raise away(400, "query.invalid", f"{name} {read.reason}", escaped(given[name][:64]))
    return read


def header_url(url: str) -> str:
    """An address as a header may hold it: what is no ASCII, and every control character, written as %xx."""
    return quote(url, safe="/:?#[]@!$&'()*+,;=%~")


def caller(request: Request) -> str:
    """The network address that is counted for a request. Only a proxy on this very machine is believed about whom it speaks for."""
    peer = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        found = _plain(peer)
        found = _plain(told) if told and found.is_loopback else found
    except ValueError:
        return "unknown"
    if found.version == 6:  # a household has a /64 to itself
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _plain(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """A socket for both kinds calls 192.0.2.1 ::ffff:192.0.2.1, and all of those would be one /64. Raises ValueError."""
    found = ipaddress.ip_address(text)
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def must_be_json(head: Head) -> None:
    """Only plain UTF-8 JSON is read: nothing is unpacked, nothing is converted."""
    _must_be(head, "application/json")
    _, _, parameters = head.content_type.partition(b";")
    charset = parameters.strip().lower().replace(b'"', b"")
    if charset not in (b"", b"charset=utf-8", b"charset=utf8", b"charset=us-ascii"):
        shown = escaped(parameters[:64].strip().decode("latin-1"))
        raise away(415, "encoding.unsupported", "JSON is sent as UTF-8", shown)
    _must_be_unpacked(head)


def must_be_calendar(head: Head) -> None:
    """A part of a letter, or a file: other parameters, such as its method, may stand beside it."""
    _must_be(head, "text/calendar")
    _must_be_unpacked(head)


def _must_be(head: Head, wanted: str) -> None:
    media, _, _ = head.content_type.partition(b";")
    if media.strip().lower() != wanted.encode():
        shown = escaped(head.content_type[:64].decode("latin-1")) or "nothing"
        raise away(415, "content_type.unsupported", f"send {wanted}", shown)


def _must_be_unpacked(head: Head) -> None:
    if head.content_encoding.strip().lower() not in (b"", b"identity"):
        shown = escaped(head.content_encoding[:64].decode("latin-1"))
        raise away(415, "content_encoding.unsupported", "send the body unpacked", shown)


async def read_body(receive: Receive, head: Head, most: int) -> bytes:
    """The body, never more than `most` bytes of it. Raises TurnedAway(413, 408 or 400) and Gone."""
    if head.length > most:
        if head.length <= DISCARDED:
            await _discard(receive)
        raise _too_large(most, head.length)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _whole(receive, most)
    except TimeoutError:
        raise away(
            408, "body.slow", f"a body arrives within {BODY_SECONDS:.0f} s", headers=(CLOSE,)
        ) from None
    if head.length and not body:  # the parser drops it: what follows could be in another protocol
        reason = "this is HTTP/1.1 and stays so: send it without Upgrade"
        raise away(400, "upgrade.unsupported", reason, headers=(CLOSE,))
    return body


async def _whole(receive: Receive, most: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False) and len(body) <= most:
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise Gone
    if len(body) > most:
        await _discard(receive)
        raise _too_large(most, len(body))
    return body


async def _discard(receive: Receive) -> None:
    """Closing on a sender that still writes would lose the answer on its way; but nobody may write for ever."""
    left = DISCARDED
    with suppress(TimeoutError):
        async with asyncio.timeout(1.0):
            while left > 0:
                message = await receive()
                if not message.get("more_body", False):
                    return
                left -= len(message["body"])


def _too_large(most: int, length: int) -> TurnedAway:
    got = f"{length:,} bytes or more"
    return away(413, "body.too_large", f"a body has at most {most:,} bytes", got, headers=(CLOSE,))
