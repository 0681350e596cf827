"""A file posted by a browser, on its way into the spool while it arrives: never whole in memory, nothing stays of half a file.

Who may post one is asked with the fields in front of the file, before its first byte is kept.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from starlette.requests import Request

from firstright.desk.files.spool import Spool, Spooled, Spooling
from firstright.errors import Refused
from firstright.web.multipart import MOST_TEXT, Multipart
from firstright.web.problems import CLOSE, away
from firstright.web.request import read_head

SILENCE = 30.0  # seconds in which nothing arrives, after which a sender is given up
WHOLE = 3_600.0  # seconds for all of it
ENVELOPE = MOST_TEXT + 16 * 1024  # bytes that a body has beside its file

log = logging.getLogger("firstright.uploads")

Check = Callable[[Mapping[str, str]], object]


async def received(request: Request, spool: Spool, check: Check) -> tuple[Spooled, dict[str, str]]:
    """The file that was posted, and the fields beside it. `check` is called in a thread with those in front of the file,
    and raises for whom it is not: put the token of the form first.

    Raises TurnedAway for what is no such body, Refused for a file that is not taken (too large, empty, none chosen).
    """
    head = read_head(request.scope)
    if head.content_type.partition(b";")[0].strip().lower() != b"multipart/form-data":
        raise away(415, "content_type.unsupported", "a file is sent as multipart/form-data")
    if head.length > spool.largest + ENVELOPE:
        raise Refused([f"a file has at most {spool.largest // 2**20} MiB"])
    try:
        with ExitStack() as opened:
            taking = _Taking(head.content_type, spool, check, opened)
            async with asyncio.timeout(WHOLE):
                await _fed(request, taking, spool.largest + ENVELOPE)
            return await asyncio.to_thread(taking.kept)
    except TimeoutError:
        raise away(408, "body.slow", "the file stopped arriving", headers=(CLOSE,)) from None
    except OSError as error:
        log.error("upload.not-kept", extra={"error": error.strerror or str(error)})
        reason = "the file could not be kept on this machine: its disk may be full; nothing was imported"
        raise away(503, "storage.failed", reason, headers=(CLOSE,)) from None


async def _fed(request: Request, taking: "_Taking", most: int) -> None:
    """A body that does not say its length has no more bytes than one that does: behind its end, or in a field without a file,
    nobody counts them.
    """
    more, size = True, 0
    while more:
        async with asyncio.timeout(SILENCE):
            message = await request.receive()
        if message["type"] == "http.disconnect":
            raise away(400, "request.invalid", "the request ended before it was whole")
        more = message.get("more_body", False)
        size += len(message.get("body", b""))
        if size > most:
            raise away(413, "body.too_large", f"a body has at most {most:,} bytes", headers=(CLOSE,))
        await asyncio.to_thread(taking.body.feed, message.get("body", b""))


class _Taking:
    """One body; the file in it, once it has begun."""

    def __init__(self, content_type: bytes, spool: Spool, check: Check, opened: ExitStack) -> None:
        self.body = Multipart(content_type, self._begun)
        self._spool = spool
        self._check = check
        self._opened = opened
        self._file: Spooling | None = None

    def _begun(self, field: str, name: str) -> Callable[[bytes], object]:
        if self._file is not None:
            raise away(400, "form.invalid", "one file at a time")
        self._check(self.body.fields)
        self._file = self._opened.enter_context(self._spool.begin(name))
        return self._file.write

    def kept(self) -> tuple[Spooled, dict[str, str]]:
        self.body.end()
        if self._file is None:
            self._check(self.body.fields)
            raise Refused(["no file was chosen"])
        return self._file.keep(), dict(self.body.fields)
