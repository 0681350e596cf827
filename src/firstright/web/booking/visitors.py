"""What the public pages do alike with whoever has no account: slow them down by address, and wait for their turn no longer than they
would. It knows no page.
"""

import asyncio

from fastapi import Request, Response

from firstright.desk import Desk
from firstright.desk.acting import Acted, OnLead
from firstright.errors import FirstrightError
from firstright.web.booking.pages import BookingPages
from firstright.web.forms.limits import Buckets
from firstright.web.problems import unavailable
from firstright.web.request import caller

LOOKS, DOES = 120, 20  # a minute from one address
PATIENCE = 5.0


class Visitors:
    """Those of one door."""

    def __init__(self, desk: Desk, pages: BookingPages) -> None:
        self._desk = desk
        self._pages = pages
        self._buckets = Buckets()

    def looks(self, request: Request) -> Response | None:
        """The page that says they ask too often; None while they do not."""
        return self._wait(request, "look", LOOKS)

    def does(self, request: Request) -> Response | None:
        """The same of what changes something."""
        return self._wait(request, "do", DOES)

    async def done(self, work: OnLead) -> Acted | FirstrightError:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._desk.writer.awaitable(work)
        except TimeoutError:
            raise unavailable("turn.slow", "this could not be stored in time; send it again") from None

    def _wait(self, request: Request, what: str, most: int) -> Response | None:
        seconds = self._buckets.wait(f"{what} {caller(request)}", most)
        if not seconds:
            return None
        response = self._pages.sorry(429)
        response.headers["retry-after"] = str(seconds)
        return response
