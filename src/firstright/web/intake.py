"""POST /v1/leads: from bytes to an arrival, and the desk's reply back. A plain ASGI application, because it is the hot path.

Nothing is decided here. Whatever was wrong with a request is said at once, and a lead that was taken is committed.
"""

import asyncio
import logging
from http import HTTPStatus
from time import perf_counter

from firstright.core.compiled import Compiled
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Arrival, Desk, Reply
from firstright.desk.arrival import cleaned, fingerprint
from firstright.desk.receive import CREATED, MERGED, MISMATCH
from firstright.errors import DatabaseError, for_log
from firstright.intake.jsonbody import LARGEST, Parsed, parse_lead
from firstright.intake.refused import Refused
from firstright.intake.shape import Shape
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

PATH = "/v1/leads"
WRITE = "leads:write"
PATIENCE = 1.9  # seconds until a caller is told to try again
MOST_WAITING = 1_000  # requests inside at once; the next one is told so right away
REPLAYED = (JSON, (b"idempotent-replayed", b"true"))
FRESH = (JSON,)
DECIDED = (CREATED, MERGED)

log = logging.getLogger("firstright.web")


class IntakeDoor:
    """Takes one lead per request."""

    def __init__(self, desk: Desk, keeper: Doorkeeper) -> None:
        self._desk = desk
        self._keeper = keeper
        self._inside = 0
        self._shape: tuple[Compiled | None, Shape] = (None, Shape.of(CATALOGUE))

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
        except DatabaseError as error:
            log.warning("lead.not-taken", extra={"request": request_id, **for_log(error)})
            answer = problem(of_database(error), request_id)
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
        if scope["method"] != "POST":
            raise away(405, "method.not_allowed", "leads are sent by POST", headers=((b"allow", b"POST"),))
        if self._inside > MOST_WAITING:
            raise unavailable("overload", "too many requests at once")
        head = read_head(scope)
        with self._desk.tracing.span("arrival", head.traceparent) as trace:
            return await self._traced(head, receive, trace)

    async def _traced(self, head: Head, receive: Receive, trace: str) -> Reply:
        caller = self._keeper.remembered(head.authorization, WRITE) or await self._admitted(head)
        must_be_json(head)
        body = await read_body(receive, head, LARGEST)
        mark = fingerprint("POST", PATH, body)
        try:
            arrival = self._arrival(head, caller, body, mark, trace)
        except TurnedAway:
            if head.idempotency_key and (earlier := await self._earlier(head, caller, mark)):
                return earlier
            raise
        return await self._kept(arrival)

    async def _admitted(self, head: Head) -> Caller:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(self._keeper.admit, head.authorization, WRITE)
        except TimeoutError:
            raise unavailable("database.unavailable", "the key could not be looked up", seconds=2) from None

    def _arrival(self, head: Head, caller: Caller, body: bytes, mark: str, trace: str) -> Arrival:
        """What the body says, cleaned. TurnedAway when it cannot become a lead at this source."""
        source, policy = caller.source, self._desk.policy
        parsed = parse_lead(body, self._shape_of(policy), allow_extra=source.allow_extra)
        if isinstance(parsed, Refused):
            raise TurnedAway(parsed.status, *parsed.errors)
        facts, problems = cleaned(parsed.raw, source, policy)
        if problems and source.strict:
            raise TurnedAway(422, *problems)
        event = self._event(head, parsed)
        content_type = head.content_type.decode("latin-1")
        return Arrival(source.name, event, mark, body, facts, problems, content_type, trace=trace)

    def _shape_of(self, policy: Compiled | None) -> Shape:
        known_for, shape = self._shape
        if known_for is not policy:
            shape = Shape.of(policy.policy.catalogue if policy else CATALOGUE)
            self._shape = (policy, shape)
        return shape

    def _event(self, head: Head, parsed: Parsed) -> str:
        """What makes a repeat a repeat. Without a name from the sender each request is an event of its own."""
        if head.idempotency_key:
            return f"key:{head.idempotency_key}"
        return f"event:{parsed.event_id}" if parsed.event_id else f"one:{self._desk.new_id()}"

    async def _earlier(self, head: Head, caller: Caller, mark: str) -> Reply | None:
        """The reply this very request had before, when a newer policy would not take it any more: a repeat stays one."""
        event = (caller.source.name, f"key:{head.idempotency_key}")

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
