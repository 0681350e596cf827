"""Asks for somebody's calendar at its address, with what is known of the last one. It reads nothing of what comes back."""

from datetime import datetime, timedelta
from typing import assert_never

import msgspec

from firstright.outbound.channel import detail
from firstright.outbound.http import Broken, Client, Reply, Unanswered, Unsendable
from firstright.outbound.judging import retry_after

LARGEST = 10 * 1024 * 1024  # bytes
LONGEST_MARK = 500  # characters of an ETag or a date that is sent back


class Fresh(msgspec.Struct, frozen=True):
    """All of it, and what to send along the next time."""

    body: bytes
    etag: str = ""
    modified: str = ""


class Same(msgspec.Struct, frozen=True):
    """It says that nothing has changed since."""


class Failed(msgspec.Struct, frozen=True):
    """Why there is nothing to read, in one line without the address; how long the other side asks to be left alone."""

    why: str
    wait: timedelta | None = None


Looked = Fresh | Same | Failed


async def look(client: Client, url: str, now: datetime, *, etag: str = "", modified: str = "") -> Looked:
    """One try. Without marks the whole calendar is asked for."""
    asked = {"accept": "text/calendar, */*;q=0.1"}
    if etag:
        asked["if-none-match"] = etag
    if modified:
        asked["if-modified-since"] = modified
    match await client.get(url, asked, most=LARGEST):
        case Reply() as reply:
            return _judged(reply, now, conditional=bool(etag or modified))
        case Unanswered(why) | Broken(why) | Unsendable(why):
            return Failed(why)
        case never:
            assert_never(never)


def _judged(reply: Reply, now: datetime, *, conditional: bool) -> Looked:
    if reply.status == 304 and conditional:
        return Same()
    if reply.status != 200:
        return Failed(_words(reply.status), retry_after(reply.headers.get("retry-after", ""), now))
    packing = reply.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity"):
        return Failed(detail(f"came packed ({packing[:40]}), which was not asked for"))
    return Fresh(reply.body, _mark(reply, "etag"), _mark(reply, "last-modified"))


def _mark(reply: Reply, name: str) -> str:
    """As it will be sent back; "" for what would not pass as a header."""
    text = reply.headers.get(name, "").strip()
    return text if text.isascii() and text.isprintable() and len(text) <= LONGEST_MARK else ""


def _words(status: int) -> str:
    """Not where a redirect leads to: that may be a secret, too."""
    if status == 304:
        return "HTTP 304: it says that nothing is new, and was not asked"
    if 300 <= status < 400:
        return f"HTTP {status}: it is elsewhere, and redirects are not followed; give the address it leads to"
    meaning = {
        401: "it asks who we are",
        403: "it may not be read",
        404: "it is not there",
        410: "it is gone",
    }
    return f"HTTP {status}{f': {meaning[status]}' if status in meaning else ''}"
