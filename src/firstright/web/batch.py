"""POST /v1/leads/batch: up to 500 leads at once, one outcome each, in their order. One that is wrong harms no other.

Each is taken as if it had come alone: the same bytes, the same judgement, the same repeat at either door.
"""

import asyncio
import logging
from collections.abc import Sequence
from http import HTTPStatus

import msgspec

from firstright.core.clean.problem import Problem
from firstright.desk import Arrival, Desk, Reply
from firstright.desk.receive import CREATED, MERGED, MISMATCH
from firstright.desk.receive import Receive as TakeLead
from firstright.errors import DatabaseError
from firstright.intake.jsonbody import parse_object
from firstright.intake.refused import Refused
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.openapi import LARGEST_BATCH, MOST_IN_BATCH
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
from firstright.web.taking import ALLOW, Asked, Taking, mark_of, must_be_post, noted, sender

PATIENCE = 20.0  # seconds until those that are not stored yet are to be sent again
MOST_INSIDE = 8  # batches at once: each holds its leads in memory
MISMATCHED = away(
    422, "idempotency.mismatch", "this event came before with other content; nothing was changed"
)
SLOW = unavailable("turn.slow", "this could not be stored in time; send it again with the same event id")

log = logging.getLogger("firstright.web")
_encode = msgspec.json.Encoder().encode


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    leads: list[msgspec.Raw]


class Result(msgspec.Struct, omit_defaults=True):
    """What became of one lead: the answer it would have had alone. `replayed`: it had come before."""

    status: int
    body: msgspec.Raw
    replayed: bool = False


class Results(msgspec.Struct):
    results: list[Result]


class BatchDoor:
    """A plain ASGI application, like the door for single leads."""

    def __init__(self, desk: Desk, keeper: Doorkeeper) -> None:
        self._desk = desk
        self._keeper = keeper
        self._taking = Taking(desk)
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = self._desk.new_id()
        self._inside += 1
        try:
            answer = Answer(200, _encode(await self._taken(scope, receive, request_id)), (JSON,))
        except TurnedAway as refusal:
            answer = problem(refusal, request_id)
            noted(self._desk, refusal, request_id)
        except Asked:
            answer = Answer(204, b"", (ALLOW,))
        except Gone:
            self._desk.measures.refused(0)
            return
        except DatabaseError as error:
            answer = problem(of_database(error), request_id)
        except Exception:  # a defect of ours
            log.exception("batch.not-taken", extra={"request": request_id})
            answer = problem(away(500, "internal", "this was logged under the request id"), request_id)
        finally:
            self._inside -= 1
        if answer.status >= HTTPStatus.BAD_REQUEST:
            self._desk.measures.refused(answer.status)
        await send_answer(send, answer)

    async def _taken(self, scope: Scope, receive: Receive, request_id: str) -> Results:
        must_be_post(scope)
        if self._inside > MOST_INSIDE:
            raise unavailable("overload", "too many batches at once")
        head = read_head(scope)
        with self._desk.tracing.span("arrival", head.traceparent) as trace:
            caller = await sender(self._keeper, head)
            try:
                must_be_json(head)
                leads = _leads(await read_body(receive, head, LARGEST_BATCH))
            except TurnedAway as refusal:
                refusal.source = caller.source.name
                raise
            return await self._each(leads, caller, head, trace, request_id)

    async def _each(
        self, leads: Sequence[bytes], caller: Caller, head: Head, trace: str, request_id: str
    ) -> Results:
        """All of them are handed over before the first is waited for; they stand behind whoever came alone."""
        read = await asyncio.to_thread(self._read, leads, caller, head, trace)
        waiting = {
            place: self._desk.writer.awaitable(TakeLead(each))
            for place, each in enumerate(read)
            if isinstance(each, Arrival)
        }
        if waiting:
            await asyncio.wait(waiting.values(), timeout=PATIENCE)
        return Results(
            [
                self._refused(each, place, caller, request_id)
                if isinstance(each, TurnedAway)
                else self._result(waiting[place], place, caller, request_id)
                for place, each in enumerate(read)
            ]
        )

    def _read(
        self, leads: Sequence[bytes], caller: Caller, head: Head, trace: str
    ) -> list[Arrival | TurnedAway]:
        """In a thread: five hundred of them take a tenth of a second, in which others want to be heard."""
        return [self._arrival(each, place, caller, head, trace) for place, each in enumerate(leads)]

    def _arrival(
        self, body: bytes, place: int, caller: Caller, head: Head, trace: str
    ) -> Arrival | TurnedAway:
        key = f"key:{head.idempotency_key}#{place}" if head.idempotency_key else ""
        try:
            return self._taking.arrival(
                caller,
                body,
                mark_of(body),
                key=key,
                content_type="application/json",
                trace=trace,
                lane="bulk",
            )
        except TurnedAway as refusal:
            return refusal

    def _result(self, done: "asyncio.Future[Reply]", place: int, caller: Caller, request_id: str) -> Result:
        if not done.done():
            done.cancel()
            return self._refused(SLOW, place, caller, request_id)
        failure = done.exception()
        if isinstance(failure, DatabaseError):
            return self._refused(of_database(failure), place, caller, request_id)
        if failure is not None:
            log.error("lead.not-taken", extra={"request": request_id}, exc_info=failure)
            return self._refused(away(500, "internal", "this was logged"), place, caller, request_id)
        reply = done.result()
        if reply.status == MISMATCH:
            return self._refused(MISMATCHED, place, caller, request_id)
        if reply.status in (CREATED, MERGED) and not reply.replayed:
            self._desk.measures.arrived(0.0)
        return Result(reply.status, msgspec.Raw(reply.body), reply.replayed)

    def _refused(self, refusal: TurnedAway, place: int, caller: Caller, request_id: str) -> Result:
        """The problem it would have had alone, with pointers into the batch."""
        if refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self._desk.refusals.note(caller.source.name, refusal.errors, request_id)
        else:
            log.warning("lead.not-taken", extra={"request": request_id, "status": refusal.status})
        self._desk.measures.refused(refusal.status)
        errors = [msgspec.structs.replace(p, pointer=f"/leads/{place}{p.pointer}") for p in refusal.errors]
        body = problem(TurnedAway(refusal.status, *errors), request_id).body
        return Result(refusal.status, msgspec.Raw(body))


def _leads(body: bytes) -> Sequence[bytes]:
    """Each lead's own bytes. Raises TurnedAway for what is no batch."""
    try:
        found = [
            bytes(each) for each in msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=_Body).leads
        ]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise _no_batch(body) from None
    if not found:
        raise TurnedAway(400, Problem("/leads", "batch.empty", "a batch has at least one lead", "array"))
    if len(found) > MOST_IN_BATCH:
        reason = f"a batch has at most {MOST_IN_BATCH} leads"
        raise TurnedAway(413, Problem("/leads", "batch.too_many", reason, f"{len(found):,} leads"))
    return found


def _no_batch(body: bytes) -> TurnedAway:
    """Why, in the words the other doors use."""
    data = parse_object(body, LARGEST_BATCH, any_key=True)
    if isinstance(data, Refused):
        return TurnedAway(data.status, *data.errors)
    wrong = [
        Problem(f"/{name[:64]}", "field.unknown", 'a batch has "leads" and nothing else', "")
        for name in data
        if name != "leads"
    ]
    if "leads" not in data:
        wrong.append(Problem("/leads", "field.missing", "a batch has a list of leads", "nothing"))
    elif not isinstance(data["leads"], list):
        wrong.append(Problem("/leads", "type.expected_array", "must be a list of leads", ""))
    return TurnedAway(400, *(wrong or [Problem("", "json.syntax", "not JSON as it is written down", "")]))
