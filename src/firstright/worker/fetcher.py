"""A thread with an event loop that looks at calendars by URL when it is their turn, each in a task of its own: one that hangs holds up
none but itself.

What an answer means the desk decides. Nothing but identifiers is logged.
"""

import asyncio
import logging
import threading
from contextlib import aclosing

from firstright.desk import Desk
from firstright.desk.staff.feeding import ClaimFeeds, Looking, is_due, take
from firstright.errors import DatabaseError, for_log
from firstright.outbound.calendar import Failed, Looked, look
from firstright.outbound.http import Client
from firstright.storage import deliveries, feeds
from firstright.worker.looping import PAUSE, Looping
from firstright.worker.means import Calling

ROOM = 16  # looks under way at a time
POLL = 0.5  # seconds between two looks at whose turn it is
SECONDS = 30.0  # for one answer: a calendar of 10 MiB comes slower than a webhook's reply

log = logging.getLogger("firstright.feeds")


class Fetcher(Looping):
    """Use it as a context: looks under way are dropped at its end, and made again when their lease is over."""

    def __init__(self, desk: Desk, means: Calling) -> None:
        super().__init__(
            "firstright-feeds",
            lambda stopping: _Round(desk, means, stopping).run(),
            lambda: log.exception("feeds.failed"),
        )


class _Round:
    """The life of one event loop."""

    def __init__(self, desk: Desk, means: Calling, stopping: threading.Event) -> None:
        self._desk = desk
        self._means = means
        self._stopping = stopping
        self._looking: set[asyncio.Task[None]] = set()
        self._reading = asyncio.Semaphore(1)  # a large file costs seconds of this machine

    async def run(self) -> None:
        async with aclosing(self._means.client()) as client:
            try:
                while not self._stopping.is_set():
                    claimed = await self._claimed(ROOM - len(self._looking))
                    for each in claimed:
                        task = asyncio.create_task(self._one(client, each))
                        self._looking.add(task)
                        task.add_done_callback(self._looking.discard)
                    if not claimed:
                        await self._idle()
            finally:
                for task in self._looking:
                    task.cancel()
                await asyncio.gather(*self._looking, return_exceptions=True)

    async def _idle(self) -> None:
        """Woken by a stop: a thread that sleeps cannot be, so it looks often."""
        for _ in range(int(POLL / 0.1)):
            if self._stopping.is_set():
                return
            await asyncio.sleep(0.1)

    async def _claimed(self, room: int) -> list[Looking]:
        """A look that writes nothing comes first, so that an idle node takes no turns."""
        if room < 1:
            return []
        try:
            if await asyncio.to_thread(self._is_due):
                return await self._desk.writer.awaitable(ClaimFeeds(room))
            return []
        except DatabaseError as error:
            log.warning("feeds.nothing-claimed", extra=for_log(error))
        except Exception:  # a defect in one round must not end the thread
            log.exception("feeds.round-failed")
        await asyncio.sleep(PAUSE)
        return []

    def _is_due(self) -> bool:
        with self._desk.read() as tx:
            return is_due(tx, deliveries.now(tx, self._means.given()))

    async def _one(self, client: Client, each: Looking) -> None:
        told = {"rep": each.row.rep_id}
        try:
            came = await self._asked(client, each)
            async with self._reading:
                await asyncio.to_thread(take, self._desk, each, came, self._means.dice())
        except DatabaseError as error:
            log.warning("feed.not-recorded", extra={**told, **for_log(error)})
        except Exception:
            log.exception("feed.look-failed", extra=told)

    async def _asked(self, client: Client, each: Looking) -> Looked:
        row = each.row
        if each.idle:
            return Failed(each.idle)
        try:
            url = self._means.open_secret(row.sealed, feeds.sealed_about(row.rep_id)).decode()
        except Exception as failure:
            log.warning("feed.not-opened", extra={"rep": row.rep_id, "error": type(failure).__name__})
            return Failed("its address cannot be opened with the key of this machine")
        marks = {} if each.anew else {"etag": row.etag, "modified": row.modified}
        return await look(client, url, self._means.now(), **marks)
