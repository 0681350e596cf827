"""POST /v1/forms/{source}: what a browser or a script sends becomes an arrival, and an answer that gives nothing away.

Public and write-only. A script is told what to mend; a browser goes on to a page that says thanks, whatever was wrong.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from time import perf_counter

import msgspec
from fastapi import Request, Response

from firstright.core.clean.problem import Problem
from firstright.desk import Arrival, Desk
from firstright.desk.arrival import Clean, cleaned
from firstright.desk.forms import Kept, TakeForm
from firstright.errors import DatabaseError, for_log
from firstright.intake.form import Filled, fill, to_mend
from firstright.intake.formbody import LARGEST, Pairs, from_bytes, from_json, from_urlencoded
from firstright.intake.formsettings import origin_of
from firstright.intake.jsonbody import CONTACTS
from firstright.intake.refused import Refused
from firstright.web.forms.known import Form, Forms
from firstright.web.forms.limits import Buckets
from firstright.web.forms.pages import FormPages
from firstright.web.multipart import Multipart
from firstright.web.problems import TurnedAway, away, of_database, problem, unavailable
from firstright.web.request import Head, caller, header_url, read_body, read_head
from firstright.web.slotsreply import ASKED, for_pool, kind_asked
from firstright.web.taking import noted

PATIENCE = 1.9  # seconds until a caller is told to try again
AGAIN = 600  # seconds within which the same content is the same submission, when nothing names it
CREATED = 201
MULTIPART, URLENCODED, JSON = (
    b"multipart/form-data",
    b"application/x-www-form-urlencoded",
    b"application/json",
)
NO_CONTACT = Problem("", "lead.no_contact", "has no e-mail address and no phone number that can be used", "")

log = logging.getLogger("firstright.web")
_encode = msgspec.json.Encoder().encode


class Submission(msgspec.Struct, frozen=True):
    """One request as far as it was understood, for whoever answers it."""

    form: Form
    origin: str = ""  # an allowed one
    caller: str = ""  # a network address
    program: bool = False  # it can read an answer and mend what it sent
    slots: str = ""  # the kind of meeting whose slots it is told


class FormDoor:
    """An event loop's own."""

    def __init__(self, desk: Desk, now: Callable[[], datetime], forms: Forms, pages: FormPages) -> None:
        self._desk = desk
        self._now = now
        self._forms = forms
        self._pages = pages
        self._buckets = Buckets()

    async def ask(self, request: Request, name: str) -> Response:
        """OPTIONS: whether a page of that origin may send here."""
        form = await self._forms.find(name)
        origin = allowed(request, form)
        headers = {"allow": "OPTIONS, POST", **cors(origin)}
        if origin:
            headers |= {
                "access-control-allow-methods": "POST",
                "access-control-allow-headers": "accept, content-type",
                "access-control-max-age": "600",
            }
        return Response(status_code=204, headers=headers)

    async def take(self, request: Request, name: str) -> Response:
        """POST. Raises TurnedAway for a form there is none of; every other refusal is an answer of its own."""
        try:
            form = await self._forms.find(name)
        except TurnedAway as refusal:
            noted(self._desk, refusal, self._desk.new_id())
            raise
        sent = Submission(form, caller=caller(request), program=_is_program(request))
        began = perf_counter()
        try:
            sent = msgspec.structs.replace(sent, origin=allowed(request, form))
            self._count(request, form)
            response, label = await self._taken(request, sent)
            if label in ("created", "merged"):
                self._desk.measures.arrived(perf_counter() - began)
            return response
        except TurnedAway as refusal:
            return self._refused(sent, refusal)
        except DatabaseError as error:
            log.warning("form.not-taken", extra=for_log(error))
            return self._refused(sent, of_database(error))

    async def _taken(self, request: Request, sent: Submission) -> tuple[Response, str]:
        head = read_head(request.scope, ASKED)
        if kind := kind_asked(self._desk, request.scope, pool=True) or sent.form.booking:
            sent = msgspec.structs.replace(sent, slots=kind)
        body = await read_body(request.receive, head, LARGEST)
        with self._desk.tracing.span("arrival", head.traceparent) as trace:
            pairs = _pairs(head, body)
            if isinstance(pairs, Refused):
                if sent.program or pairs.errors[0].code != "encoding.utf8":
                    raise TurnedAway(pairs.status, *pairs.errors)
                return await self._unread(sent, head, body, pairs)
            response, label = await self._filled(sent, head, body, pairs, trace)
            return await self._with_slots(sent, response), label

    async def _with_slots(self, sent: Submission, response: Response) -> Response:
        """To a program that asks, or whose form offers it: what anybody can book. It learns nothing of the person by it."""
        if not sent.slots or not sent.program or response.status_code != CREATED:
            return response
        found = await asyncio.to_thread(for_pool, self._desk, self._now, sent.slots)
        told = msgspec.json.decode(bytes(response.body), type=dict[str, object])
        headers = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-type")}
        return Response(
            _encode({**told, "booking": found}), CREATED, media_type="application/json", headers=headers
        )

    async def _unread(self, sent: Submission, head: Head, body: bytes, why: Refused) -> tuple[Response, str]:
        """What is no text cannot be mapped; a browser's person cannot help it, so it is kept."""
        mark = hashlib.sha256(body).hexdigest()
        arrival = self._arrival(sent, f"body:{mark}", mark, head, body, Clean({}, why.errors), "")
        kept = await self._kept(TakeForm(arrival, aside=True))
        return self._thanks(sent, kept), kept.label

    async def _filled(
        self, sent: Submission, head: Head, body: bytes, pairs: Pairs, trace: str
    ) -> tuple[Response, str]:
        form, now = sent.form, self._now()
        filled = fill(pairs, form.map, form.settings, now)
        clean = cleaned(filled.mapped.raw, form.source, self._desk.policy, texts=True)
        problems = (*filled.mapped.problems, *clean.problems)
        reached = any(clean.facts.get(name) for name in CONTACTS)
        if filled.trap is None and (sent.program or filled.hosted):
            wrong = to_mend(filled, problems, form.map, form.settings, strict=form.source.strict)
            if wrong and filled.hosted and not sent.program:
                self._desk.refusals.note(form.source.name, wrong, self._desk.new_id())
                return self._pages.again(form, filled.given, wrong, now), "rejected"
            if wrong:
                raise TurnedAway(422, *wrong)
        if filled.trap is not None:
            problems = (filled.trap, *problems)
        elif not reached and filled.mapped.is_lead:
            problems = (*problems, NO_CONTACT)
        event, earlier = _events(filled, sent.caller, now)
        clean = msgspec.structs.replace(clean, problems=problems)
        arrival = self._arrival(sent, event, filled.mark, head, body, clean, trace)
        aside = filled.trap is not None or not reached
        kept = await self._kept(TakeForm(arrival, earlier=earlier, aside=aside))
        return self._thanks(sent, kept), kept.label

    def _arrival(
        self, sent: Submission, event: str, mark: str, head: Head, body: bytes, clean: Clean, trace: str
    ) -> Arrival:
        content_type = head.content_type.decode("latin-1")[:200]
        name = sent.form.source.name
        return Arrival(
            name,
            event,
            mark,
            body,
            clean.facts,
            clean.problems,
            content_type,
            trace=trace,
            unmapped=clean.unmapped,
            meant=clean.meant,
        )

    async def _kept(self, work: TakeForm) -> Kept:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._desk.writer.awaitable(work)
        except TimeoutError:
            raise unavailable("turn.slow", "this could not be stored in time; send it again") from None

    def _count(self, request: Request, form: Form) -> None:
        settings, source = form.settings, form.source.name
        wait = self._buckets.wait(f"{source} {caller(request)}", settings.per_address)
        wait = wait or self._buckets.wait(source, settings.per_source)
        if wait:
            headers = ((b"retry-after", b"%d" % wait),)
            raise away(429, "rate.limited", f"too many at once; try again in {wait} s", headers=headers)

    def _thanks(self, sent: Submission, kept: Kept) -> Response:
        """The same answer whoever the person is, and whatever became of what they sent."""
        if not sent.program:
            settings = sent.form.settings
            return Response(
                status_code=303,
                headers={"location": header_url(settings.thanks or self._pages.thanks_path(sent.form))},
            )
        replayed = {"idempotent-replayed": "true"} if kept.repeat else {}
        return Response(
            _encode({"received": kept.arrival}),
            CREATED,
            media_type="application/json",
            headers={**cors(sent.origin), **replayed},
        )

    def _refused(self, sent: Submission, refusal: TurnedAway) -> Response:
        request_id = self._desk.new_id()
        refusal.source = sent.form.source.name
        noted(self._desk, refusal, request_id)
        self._desk.measures.refused(refusal.status)
        if not sent.program and refusal.status != 403:
            response = self._pages.sorry(sent.form, refusal)
        else:
            answer = problem(refusal, request_id)
            response = Response(answer.body, answer.status, media_type="application/problem+json")
        for name, value in refusal.headers:
            response.headers[name.decode()] = value.decode()
        response.headers.update(cors(sent.origin))
        return response


def cors(origin: str) -> dict[str, str]:
    """For exactly this origin, and said so to caches."""
    return {"access-control-allow-origin": origin, "vary": "Origin"} if origin else {"vary": "Origin"}


def _is_program(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == JSON.decode() or "application/json" in request.headers.get("accept", "")


def allowed(request: Request, form: Form) -> str:
    """The origin of the page, when it may send here; empty when nobody says one. Raises TurnedAway(403)."""
    origin = request.headers.get("origin", "")
    if not origin or origin in form.settings.origins:
        return origin
    if origin_of(origin) == origin and origin.partition("://")[2] == request.headers.get("host", ""):
        return origin  # our own page of this form
    raise away(403, "origin.not_allowed", "pages of this origin may not send here", origin[:64])


def _pairs(head: Head, body: bytes) -> Pairs | Refused:
    kind = head.content_type.partition(b";")[0].strip().lower()
    if head.content_encoding.strip().lower() not in (b"", b"identity"):
        raise away(415, "content_encoding.unsupported", "send the body unpacked")
    if kind == URLENCODED:
        return from_urlencoded(body)
    if kind == JSON:
        return from_json(body)
    if kind != MULTIPART:
        raise away(415, "content_type.unsupported", "send a form, or JSON", kind[:64].decode("latin-1"))
    parts = Multipart(head.content_type)
    parts.feed(body)
    parts.end()
    return from_bytes(parts.pairs)


def _events(filled: Filled, sender: str, now: datetime) -> tuple[str, str]:
    """What this submission is called, and what the same one would have been called a while ago.

    Without a name of its own the sender's address is part of it: else a stranger who sends what somebody has sent would be
    told that it is a repeat, and so learn that they did.
    """
    if filled.event:
        return f"form:{filled.event}", ""
    window = int(now.timestamp()) // AGAIN
    mark = hashlib.sha256(f"{sender} {filled.mark}".encode()).hexdigest()
    return f"body:{mark}:{window}", f"body:{mark}:{window - 1}"
