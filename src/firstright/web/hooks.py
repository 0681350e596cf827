"""POST /v1/hooks/{name}: what a foreign system reports of a lead, signed as Standard Webhooks writes it. No API key.

Its sender cannot correct anything: once the signature is right, whatever came is kept, and what cannot be used waits aside.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.clean.problem import Problem
from firstright.desk import Desk
from firstright.desk.destinations import Sealing
from firstright.desk.hooking import LONGEST_ID, TakeEvent, Taken, read_event
from firstright.desk.hooks import opened
from firstright.intake.activity import LARGEST
from firstright.outbound.webhook import doubted
from firstright.storage import hooks
from firstright.storage.hooks import QUARANTINED, HookRow
from firstright.storage.refusals import HOOK
from firstright.web.openapi import problem_responses
from firstright.web.problems import TurnedAway, away, unavailable
from firstright.web.reading import nothing, said
from firstright.web.request import must_be_json, read_body, read_head
from firstright.web.taking import PATIENCE

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_ID = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
    },
    "parameters": [
        {"name": name, "in": "header", "required": True, "description": about, "schema": {"type": "string"}}
        for name, about in (
            ("webhook-id", "names the event: the same at every try"),
            ("webhook-timestamp", "seconds since 1970, within 300 of now"),
            (
                "webhook-signature",
                "v1, and the HMAC-SHA256 of id.timestamp.body in base64; several with spaces",
            ),
        )
    ],
}


class TakenView(msgspec.Struct, frozen=True):
    """`state` is taken, ignored (a machine answered by itself) or quarantined, for these problems."""

    event: str
    state: str
    lead: str | None
    problems: tuple[Problem, ...]
    repeat: bool


class Signed(NamedTuple):
    id: str
    timestamp: str
    signatures: str


def hooked(desk: Desk, sealing: Sealing | None, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 404, 408, 413, 415, 422, 503))

    @router.post(
        "/hooks/{name}",
        summary="A foreign system reports what was done or what a lead did",
        openapi_extra=_BODY,
    )
    async def reported(request: Request, name: str) -> Response:
        return _answer(await _taken(request, name))

    async def _taken(request: Request, name: str) -> Taken:
        head = read_head(request.scope)
        row = await run_in_threadpool(_hook, name)
        try:
            must_be_json(head)
            body = await read_body(request.receive, head, LARGEST)
            signed = _signed(request)
            await run_in_threadpool(_trusted, row, body, signed)
        except TurnedAway as refusal:
            desk.refusals.note(f"{HOOK}{row.name}", refusal.errors, desk.new_id())
            raise
        return await run_in_threadpool(_read, desk, row, signed.id, body)

    def _hook(name: str) -> HookRow:
        if sealing is None or not _NAME.fullmatch(name):
            raise nothing()
        with desk.read() as tx:
            row = hooks.one(tx, name)
        if row is None or not row.enabled:
            raise nothing()
        return row

    def _trusted(row: HookRow, body: bytes, signed: Signed) -> None:
        assert sealing is not None
        with desk.read() as tx:
            at = desk.instant(tx, now())
        why = doubted(
            body,
            opened(row, sealing),
            at,
            id=signed.id,
            timestamp=signed.timestamp,
            signatures=signed.signatures,
        )
        if why:
            raise away(401, "signature.invalid", why)

    return router


def _read(desk: Desk, row: HookRow, name: str, body: bytes) -> Taken:
    if desk.policy is None:
        desk.warm()
    event = read_event(desk, row.name, row.settings, name, body)
    try:
        return desk.writer.submit(TakeEvent(event)).result(PATIENCE)
    except TimeoutError:
        said = "this could not be stored in time; send it again with the same id"
        raise unavailable("turn.slow", said) from None


def _signed(request: Request) -> Signed:
    given = [request.headers.getlist(f"webhook-{part}") for part in ("id", "timestamp", "signature")]
    if any(len(each) > 1 for each in given):
        raise away(
            400,
            "header.duplicate",
            "webhook-id, webhook-timestamp and webhook-signature may be sent once each",
        )
    name, timestamp, signatures = ("".join(each) for each in given)
    if name and not _ID.fullmatch(name):
        raise away(
            400, "event_id.invalid", f"webhook-id has 1 to {LONGEST_ID} printable ASCII characters, no space"
        )
    return Signed(name, timestamp, signatures)


def _answer(taken: Taken) -> Response:
    view = TakenView(taken.event, taken.state, taken.lead or None, taken.problems, taken.repeat)
    response = said(view)
    response.status_code = 202 if taken.state == QUARANTINED else 200
    if taken.repeat:
        response.headers["idempotent-replayed"] = "true"
    return response
