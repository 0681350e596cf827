"""A thread with an event loop that sends what was told: claims what there is room for, sends each in a task of its own, and
has the results recorded together. One slow destination holds up none but itself.

What an answer means for a delivery the desk decides. Nothing but identifiers is logged.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta

from firstright.desk import Desk
from firstright.desk.delivered import Ended, RecordDeliveries
from firstright.desk.delivering import LEASE, ClaimDeliveries, Outgoing
from firstright.desk.outgoing import planned
from firstright.errors import DatabaseError, for_log
from firstright.outbound.channel import Channel, Place, Result, Verdict
from firstright.storage import deliveries, destinations
from firstright.storage.deliveries import Mine
from firstright.storage.destinations import DestinationRow
from firstright.worker.looping import PAUSE, Looping
from firstright.worker.means import Means

ROOM = 128  # deliveries on the way at a time
POLL = 0.2  # seconds between two looks for something to send
TIMEOUT = 15.0  # seconds for one attempt: the lease is longer
DRAIN = 10.0  # seconds that a stop waits for what is on the wire
assert timedelta(seconds=TIMEOUT) < LEASE

log = logging.getLogger("firstright.postman")


class Posting(Means, frozen=True, kw_only=True):
    """By the channels there are, entered in the loop that sends."""

    channels: Callable[[], AbstractAsyncContextManager[Mapping[str, Channel]]]
    link: str = ""  # what a lead's id is put behind; empty: messages have no link
    site: str = ""  # where browsers reach us: what is sent to a lead says there how to end it


class Postman(Looping):
    """Use it as a context: it ends when what is on the wire is recorded, or has taken longer than `DRAIN`."""

    def __init__(self, desk: Desk, means: Posting) -> None:
        super().__init__(
            "firstright-postman",
            lambda stopping: _Round(desk, means, stopping).run(),
            lambda: log.exception("postman.failed"),
        )


class _Round:
    """The life of one event loop."""

    def __init__(self, desk: Desk, means: Posting, stopping: threading.Event) -> None:
        self._desk = desk
        self._means = means
        self._stopping = stopping
        self._room = ROOM
        self._sending: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
        self._more = asyncio.Event()  # there is room again, or an end to record
        self._finished = asyncio.Event()
        self._closing = False

    async def run(self) -> None:
        async with self._means.channels() as channels:
            recorder = asyncio.create_task(self._recording())
            try:
                while not self._stopping.is_set():
                    claimed = await self._claimed()
                    for each in claimed:
                        self._start(each, channels)
                    if not claimed:
                        await _set_within(self._more, POLL)
                if self._sending:
                    await asyncio.wait(self._sending, timeout=DRAIN)
            finally:
                for task in self._sending:
                    task.cancel()
                self._closing = True
                self._finished.set()
                await recorder

    async def _claimed(self) -> list[Outgoing]:
        """A look that writes nothing comes first, so that an idle node takes no turns."""
        room = self._room
        if room < 1:
            return []
        try:
            if await asyncio.to_thread(self._nothing_due, room):
                return []
            work = ClaimDeliveries(room, self._desk.new_id(), self._means.link, self._means.site)
            return await self._desk.writer.awaitable(work)
        except DatabaseError as error:
            log.warning("postman.nothing-claimed", extra=for_log(error))
        except Exception:  # a defect in one round must not end the thread
            log.exception("postman.round-failed")
        await asyncio.sleep(PAUSE)
        return []

    def _nothing_due(self, room: int) -> bool:
        policy = self._desk.policy
        with self._desk.read() as tx:
            now = deliveries.now(tx, self._means.given())
            return planned(tx, now, room, policy.policy if policy else None).idle

    def _start(self, each: Outgoing, channels: Mapping[str, Channel]) -> None:
        self._room -= 1
        task = asyncio.create_task(self._deliver(each, channels))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, each: Outgoing, channels: Mapping[str, Channel]) -> None:
        row = each.row
        match await self._standing(each):
            case Mine.OURS:
                with self._desk.tracing.span("deliver", row.trace, delivery=row.id, channel=row.channel):
                    result: Result | None = await self._attempt(each, channels)
            case Mine.SUPERSEDED:
                result = None
            case _:
                self._lost(each)
                return
        self._ended.append(Ended(each, result, self._means.dice()))
        self._finished.set()

    async def _standing(self, each: Outgoing) -> Mine:
        try:
            return await asyncio.to_thread(self._looked_up, each)
        except Exception:
            log.exception("delivery.not-looked-up", extra={"delivery": each.row.id})
            return Mine.LOST

    def _looked_up(self, each: Outgoing) -> Mine:
        with self._desk.read() as tx:
            return deliveries.standing(tx, each.row.id, each.row.lease_token, self._means.given())

    async def _attempt(self, each: Outgoing, channels: Mapping[str, Channel]) -> Result:
        told = {"delivery": each.row.id, "destination": each.place.name}
        try:
            place = _opened(each.place, self._means.open_secret)
        except Exception as failure:
            log.warning("destination.not-opened", extra={**told, "error": type(failure).__name__})
            return Result(Verdict.AGAIN, detail=f"the secrets of {each.place.name} cannot be opened")
        try:
            async with asyncio.timeout(TIMEOUT):
                return await channels[place.kind].send(each.message, place, self._means.now())
        except TimeoutError:
            return Result(Verdict.AGAIN, detail=f"no answer within {TIMEOUT:.0f} s")
        except Exception as failure:
            log.exception("delivery.attempt-failed", extra=told)
            return Result(Verdict.AGAIN, detail=f"could not be sent: {type(failure).__name__}")

    def _lost(self, each: Outgoing) -> None:
        log.warning("delivery.lease-lost", extra={"delivery": each.row.id})
        self._count(each, "lost")
        self._room += 1
        self._more.set()

    async def _recording(self) -> None:
        """Whatever has ended while the last group was written is the next group."""
        while not self._closing or self._ended:
            await self._finished.wait()
            self._finished.clear()
            await self._record()
            self._more.set()

    async def _record(self) -> None:
        ended, self._ended = self._ended, []
        if not ended:
            return
        ours = await self._recorded(ended)
        self._room += len(ended)
        for each, was_ours in zip(ended, ours, strict=True):
            if not was_ours:
                log.warning("delivery.lease-lost", extra={"delivery": each.outgoing.row.id})
            verdict = each.result.verdict if each.result else ""
            if verdict:
                self._count(each.outgoing, verdict if was_ours else "lost")

    async def _recorded(self, ended: list[Ended]) -> list[bool]:
        """Tried while the leases last; afterwards the deliveries come back by themselves, and go out again."""
        for _ in range(int(LEASE.total_seconds() / PAUSE)):
            try:
                return await self._desk.writer.awaitable(RecordDeliveries(ended))
            except DatabaseError as error:
                log.warning("postman.nothing-recorded", extra=for_log(error))
                if self._closing:
                    return [False] * len(ended)
                await asyncio.sleep(PAUSE)
            except Exception:
                log.exception("postman.record-failed", extra={"count": len(ended)})
                break
        if len(ended) == 1:
            return [False]
        return [ours for each in ended for ours in await self._recorded([each])]

    def _count(self, each: Outgoing, verdict: str) -> None:
        told_at = each.row.created_at or each.row.due_at
        seconds = (self._means.now() - told_at).total_seconds()
        self._desk.measures.delivered(each.row.channel, verdict, seconds)


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()


def _opened(row: DestinationRow, open_secret: Callable[[bytes, str], bytes]) -> Place:
    kept = destinations.opened(row, open_secret)
    return Place(row.name, row.kind, destinations.whole_url(row, kept), kept.secrets)
