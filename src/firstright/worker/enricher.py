"""A thread with an event loop that asks providers what leads did not say, each question in a task of its own: one that hangs holds up none
but itself. Then it has the leads told.

Within which budget and rate anybody is asked, and what an answer means, the desk decides. Nothing but identifiers is logged.
"""

import asyncio
import logging
import threading
from contextlib import aclosing, suppress
from datetime import timedelta
from time import perf_counter

from firstright.desk import Desk
from firstright.desk.asking import Asking, Claimed, ClaimQuestions, Ended, RecordAnswers, is_due
from firstright.desk.enriching import LearnAnswers
from firstright.errors import DatabaseError, for_log
from firstright.outbound.http import Client
from firstright.outbound.lookup import Again, Came, Question, Refused, lookup
from firstright.storage import deliveries, providers
from firstright.worker.looping import PAUSE, Looping
from firstright.worker.means import Calling

ROOM = 32  # requests under way at a time
POLL = 0.5  # seconds between two looks for something to ask
SECONDS = 25.0  # for one answer, at most; a policy says less

log = logging.getLogger("firstright.enricher")


class Enricher(Looping):
    """Use it as a context: requests under way are dropped at its end, and made again when their lease is over."""

    def __init__(self, desk: Desk, means: Calling) -> None:
        super().__init__(
            "firstright-enricher",
            lambda stopping: _Round(desk, means, stopping).run(),
            lambda: log.exception("enricher.failed"),
        )


class _Round:
    """The life of one event loop."""

    def __init__(self, desk: Desk, means: Calling, stopping: threading.Event) -> None:
        self._desk = desk
        self._means = means
        self._stopping = stopping
        self._asking: set[asyncio.Task[None]] = set()
        self._more = asyncio.Event()  # something has come, and there is room again

    async def run(self) -> None:
        async with aclosing(self._means.client()) as client:
            try:
                while not self._stopping.is_set():
                    claimed = await self._claimed(ROOM - len(self._asking))
                    for each in claimed.asks:
                        task = asyncio.create_task(self._one(client, each))
                        self._asking.add(task)
                        task.add_done_callback(self._asking.discard)
                    for lead in claimed.leads:
                        await self._tell(lead)
                    if not claimed.asks and not claimed.leads:
                        await self._idle()
            finally:
                for task in self._asking:
                    task.cancel()
                await asyncio.gather(*self._asking, return_exceptions=True)

    async def _idle(self) -> None:
        """Woken by an answer, or a stop: a thread that sleeps cannot be, so it looks often."""
        for _ in range(int(POLL / 0.1)):
            if self._stopping.is_set() or self._more.is_set():
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._more.wait()
        self._more.clear()

    async def _claimed(self, room: int) -> Claimed:
        """A look that writes nothing comes first, so that an idle node takes no turns."""
        try:
            if await asyncio.to_thread(self._is_due):
                return await self._desk.writer.awaitable(ClaimQuestions(room, self._desk.new_id()))
            return Claimed()
        except DatabaseError as error:
            log.warning("enricher.nothing-claimed", extra=for_log(error))
        except Exception:  # a defect in one round must not end the thread
            log.exception("enricher.round-failed")
        await asyncio.sleep(PAUSE)
        return Claimed()

    def _is_due(self) -> bool:
        with self._desk.read() as tx:
            return is_due(tx, deliveries.now(tx, self._means.given()))

    async def _tell(self, lead: str) -> None:
        try:
            await self._desk.writer.awaitable(LearnAnswers(lead))
        except DatabaseError as error:
            log.warning("enricher.not-told", extra={"lead": lead, **for_log(error)})
        except Exception:
            log.exception("enricher.not-told", extra={"lead": lead})

    async def _one(self, client: Client, each: Asking) -> None:
        began = perf_counter()
        came = await self._came(client, each)
        took = timedelta(seconds=perf_counter() - began)
        await self._record(Ended(each, came, took, self._means.dice()))
        self._more.set()

    async def _came(self, client: Client, each: Asking) -> Came:
        told = {"provider": each.provider.id}
        try:
            access = providers.opened(each.place, self._means.open_secret)
        except Exception as failure:
            log.warning("provider.not-opened", extra={**told, "error": type(failure).__name__})
            return Refused("what it is asked with cannot be opened with the key of this machine", us=True)
        question = Question(access.url, access.headers, each.provider.ask, each.row.key, access.body)
        seconds = each.provider.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await lookup(client, question, self._means.now())
        except TimeoutError:
            return Again(f"no answer within {seconds:g} s")
        except Exception as failure:
            log.exception("provider.ask-failed", extra=told)
            return Again(f"could not be asked: {type(failure).__name__}")

    async def _record(self, ended: Ended) -> None:
        """Tried while the lease lasts; afterwards it is asked again."""
        told = {"provider": ended.asking.provider.id}
        for _ in range(int(SECONDS / PAUSE)):
            try:
                if not (await self._desk.writer.awaitable(RecordAnswers([ended])))[0]:
                    log.warning("provider.lease-lost", extra=told)
                return
            except DatabaseError as error:
                log.warning("provider.not-recorded", extra={**told, **for_log(error)})
                await asyncio.sleep(PAUSE)
            except Exception:
                log.exception("provider.not-recorded", extra=told)
                return
