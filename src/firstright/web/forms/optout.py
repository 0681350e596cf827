"""/o/{link}: where somebody says that they want to hear no more. GET shows a button, POST does it; mail programs press it by
themselves (RFC 8058). No login, no script, and not a word about who it is.
"""

import asyncio
import logging

import jinja2
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.desk import Desk
from firstright.desk.marks import marks_read
from firstright.desk.optingout import OptOut
from firstright.errors import DatabaseError, for_log
from firstright.web.forms.limits import Buckets
from firstright.web.forms.script import Files
from firstright.web.request import caller, read_body, read_head

LARGEST = 4_096  # bytes of a body: one word is enough
PER_ADDRESS = 120  # a minute; a mail provider presses for all who read there
PER_LINK = 20
PATIENCE = 5.0
LONGEST = 100
ASKED = "Stop these messages?"
ASKS = "You will get no more messages of this kind from {company}. Somebody may still answer what you ask."
DONE = "You are off the list"
SAID = "Nothing more of this kind is sent to you. If a message is on its way already, it is the last."
UNKNOWN = "This link is not whole"
BROKEN = "Please open the link in the message once more, all of it."
BUSY = "Please try again"
LATER = "This could not be stored just now. Please try again in a minute."
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}

log = logging.getLogger("firstright.web")


def optout(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    door = _Door(desk)

    @router.get("/o/{link}")
    async def shown(request: Request, link: str) -> Response:
        return await door.shown(request, link)

    @router.post("/o/{link}")
    async def done(request: Request, link: str) -> Response:
        return await door.done(request, link)

    return router


class _Door:
    """An event loop's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._buckets = Buckets()
        self._css = Files().style_url
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("firstright.web.forms", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
        )

    async def shown(self, request: Request, link: str) -> Response:
        if refused := self._too_many(request, link):
            return refused
        try:
            person = await run_in_threadpool(self._person, link)
        except DatabaseError as error:
            return self._busy(error)
        return self._page(200, ASKED, self._asks, asks=True) if person else self._page(404, UNKNOWN, BROKEN)

    async def done(self, request: Request, link: str) -> Response:
        if refused := self._too_many(request, link):
            return refused
        body = await read_body(request.receive, read_head(request.scope), LARGEST)
        try:
            person = await run_in_threadpool(self._person, link)
            if person is None:
                return self._page(404, UNKNOWN, BROKEN)
            how = "one-click" if b"List-Unsubscribe=One-Click" in body else "link"
            async with asyncio.timeout(PATIENCE):
                await self._desk.writer.awaitable(OptOut(person, how, text=self._asks))
        except (DatabaseError, TimeoutError) as error:
            return self._busy(error)
        return self._page(200, DONE, SAID)

    @property
    def _company(self) -> str:
        """Who writes to them, as the policy says."""
        return self._desk.policy.policy.company if self._desk.policy else ""

    @property
    def _asks(self) -> str:
        return ASKS.format(company=self._company or "us")

    def _person(self, link: str) -> str | None:
        if not 0 < len(link) <= LONGEST or not link.isascii():
            return None
        with self._desk.read() as tx:
            marks = marks_read(tx, self._desk.keeping)
        return marks.person(link) if marks else None

    def _too_many(self, request: Request, link: str) -> Response | None:
        wait = self._buckets.wait(caller(request), PER_ADDRESS)
        wait = wait or self._buckets.wait(f"o {link[:LONGEST]}", PER_LINK)
        if not wait:
            return None
        answer = self._page(429, BUSY, f"There are too many at once. Please try again in {wait} s.")
        answer.headers["retry-after"] = str(wait)
        return answer

    def _busy(self, error: Exception) -> Response:
        told = for_log(error) if isinstance(error, DatabaseError) else {"error": type(error).__name__}
        log.warning("opt-out.not-stored", extra=told)
        return self._page(503, BUSY, LATER)

    def _page(self, status: int, title: str, text: str, *, asks: bool = False) -> Response:
        page = self._templates.get_template("opt-out.html")
        body = page.render(title=title, text=text, asks=asks, company=self._company, css=self._css)
        return Response(body, status, media_type="text/html; charset=utf-8", headers=HEADERS)
