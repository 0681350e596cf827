"""uvicorn's HTTP/1.1 protocol with what it leaves open: a header has to arrive in time and stay small, connections are counted.

Without this one client can hold thousands of connections with half a header each.
"""

import asyncio
from typing import Any  # uvicorn's protocol passes its constructor arguments on untyped

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
MOST_HEADER_BYTES = 32 * 1024
MOST_HEADERS = 100
MOST_CONNECTIONS = 2_000

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HeaderTooLarge(Exception):
    """Raised inside the parser, so that nothing more of the request is looked at."""


class GuardedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._header_bytes = 0
        self._in_header = False
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._expect_header()

    def connection_lost(self, exc: Exception | None) -> None:
        self._header_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._in_header and self._late is None:  # most come whole, and need no alarm
            self._expect_header()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._header_bytes = 0
        self._in_header = True

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_header = False
        self._header_came()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        if self._header_bytes > MOST_HEADER_BYTES or len(self.headers or ()) >= MOST_HEADERS:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MOST_HEADER_BYTES or len(self.headers) >= MOST_HEADERS:
            raise HeaderTooLarge

    def _expect_header(self) -> None:
        self._late = self.loop.call_later(HEADER_SECONDS, self._too_late)

    def _header_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.close()
