"""POST /v1/leads: from bytes to an arrival, and the desk's reply back. A plain ASGI application, because it is the hot path.

Nothing is decided here. Whatever was wrong with a request is said at once, and a lead that was taken is committed.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from time import perf_counter

from firstright.desk import Arrival, Desk, Reply
from firstright.desk.receive import CREATED, MERGED, MISMATCH
from firstright.errors import BadValue, DatabaseError, for_log
from firstright.intake.jsonbody import LARGEST
from firstright.storage import arrivals
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.problems import (
    JSON,
    Answer,
    Receive,
    Scope,
    Send,
    TurnedAway,
    away,
    of_database,
    problem,
    send_answer,
    unavailable,
)
from firstright.web.request import Gone, Head, must_be_json, read_body, read_head
from firstright.web.slotsreply import ASKED, kind_asked, with_slots
from firstright.web.taking import ALLOW, PATH, PATIENCE, Asked, Taking, mark_of, must_be_post, noted, sender

__all__ = ["PATH", "IntakeDoor"]

MOST_WAITING = 1_000  # requests inside at once; the next one is told so right away
REPLAYED = (JSON, (b"idempotent-replayed", b"true"))
FRESH = (JSON,)
DECIDED = (CREATED, MERGED)

log = logging.getLogger("firstright.web")


class IntakeDoor:
    """Takes one lead per request."""

    def __init__(self, desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self._keeper = keeper
        self._taking = Taking(desk)
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id, measures = self._desk.new_id(), self._desk.measures
        self._inside += 1
        began = perf_counter()
        try:
            reply = await self._taken(scope, receive)
            answer = Answer(reply.status, reply.body, REPLAYED if reply.replayed else FRESH)
            if reply.status in DECIDED and not reply.replayed:
                measures.arrived(perf_counter() - began)
        except TurnedAway as refusal:
            answer = problem(refusal, request_id)
            noted(self._desk, refusal, request_id)
        except DatabaseError as error:
            log.warning("lead.not-taken", extra={"request": request_id, **for_log(error)})
            answer = problem(of_database(error), request_id)
        except Asked:
            answer = Answer(204, b"", (ALLOW,))
        except Gone:
            measures.refused(0)
            return
        except Exception:  # a defect of ours: the log gets all of it, the caller a number to ask about
            log.exception("lead.not-taken", extra={"request": request_id})
            answer = problem(away(500, "internal", "this was logged under the request id"), request_id)
        finally:
            self._inside -= 1
        if answer.status >= HTTPStatus.BAD_REQUEST:
            measures.refused(answer.status)
        await send_answer(send, answer)

    async def _taken(self, scope: Scope, receive: Receive) -> Reply:
        must_be_post(scope)
        if self._inside > MOST_WAITING:
            raise unavailable("overload", "too many requests at once")
        head = read_head(scope, ASKED)
        with self._desk.tracing.span("arrival", head.traceparent) as trace:
            if not scope["query_string"]:
                return await self._traced(head, receive, trace)
            kind = kind_asked(self._desk, scope)
            reply = await self._traced(head, receive, trace)
            return await self._with_slots(reply, kind) if kind else reply

    async def _with_slots(self, reply: Reply, kind: str) -> Reply:
        """What its lead can book goes along, as it is free now: it is no part of what is kept for a repeat."""
        body = await asyncio.to_thread(with_slots, self._desk, self._now, reply.body, kind)
        return Reply(reply.status, body, reply.replayed)

    async def _traced(self, head: Head, receive: Receive, trace: str) -> Reply:
        caller = await sender(self._keeper, head)
        try:
            return await self._of(caller, head, receive, trace)
        except BadValue as error:
            refusal = of_database(error)
            refusal.source = caller.source.name
            raise refusal from error
        except TurnedAway as refusal:
            refusal.source = caller.source.name
            raise

    async def _of(self, caller: Caller, head: Head, receive: Receive, trace: str) -> Reply:
        must_be_json(head)
        body = await read_body(receive, head, LARGEST)
        mark = mark_of(body)
        key = f"key:{head.idempotency_key}" if head.idempotency_key else ""
        content_type = head.content_type.decode("latin-1")
        try:
            arrival = self._taking.arrival(
                caller, body, mark, key=key, content_type=content_type, trace=trace, lane="intake"
            )
        except TurnedAway:
            if key and (earlier := await self._earlier(caller, key, mark)):
                return earlier
            raise
        return await self._kept(arrival)

    async def _earlier(self, caller: Caller, key: str, mark: str) -> Reply | None:
        """The reply this very request had before, when a newer policy would not take it any more: a repeat stays one."""
        event = (caller.source.name, key)

        def look() -> Reply | None:
            with self._desk.read() as tx:
                before = arrivals.stored(tx, [event]).get(event)
            same = before is not None and before.body_hash == mark
            return Reply(before.status, before.reply, replayed=True) if before and same else None

        return await asyncio.to_thread(look)

    async def _kept(self, arrival: Arrival) -> Reply:
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await self._desk.receive(arrival)
        except TimeoutError:
            raise unavailable(
                "turn.slow", "this could not be stored in time; send it again with the same key"
            ) from None
        if reply.status == MISMATCH:
            reason = "this key came before with other content; nothing was changed"
            raise away(422, "idempotency.mismatch", reason)
        return reply
