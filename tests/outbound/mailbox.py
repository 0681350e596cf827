"""A mail server that does as its script says, one step a letter, and keeps the letters it took.

with Mailbox() as mailbox:
    mailbox.script(answer("RCPT", "550 no such person"), hang("DATA"))   # then every letter is taken
    ...send to mailbox.url()...
    mailbox.letters
"""

import asyncio
import ssl
import threading
from collections import deque
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from patience import PATIENCE

SENDER = "leads@northwind.example"
_TAKEN = "250 OK"


@dataclass(frozen=True)
class Letter:
    """One letter as it was taken."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    over_tls: bool
    user: str | None


@dataclass(frozen=True)
class Step:
    """What happens to one letter `at` MAIL, RCPT, DATA or QUIT: an answer, "hang" or "disconnect"."""

    at: str
    what: str


def answer(at: str, words: str) -> Step:
    return Step(at, words)


def hang(at: str) -> Step:
    return Step(at, "hang")


def disconnect(at: str) -> Step:
    return Step(at, "disconnect")


class Mailbox:
    """A server on loopback, in a thread. With `users` it wants a password; with `tls` it offers STARTTLS, or with `smtps` is TLS."""

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        smtps: bool = False,
        users: dict[str, str] | None = None,
    ) -> None:
        self.letters: list[Letter] = []
        self._steps: deque[Step] = deque()
        self._lock = threading.Lock()
        self._users = users
        self._scheme = "smtps" if smtps else "smtp"
        self._tls = tls
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._stopping: asyncio.Event

    def url(self, host: str = "127.0.0.1", user: str = "", **asked: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in {"from": SENDER, **asked}.items())
        return f"{self._scheme}://{user}{host}:{self.port}?{query}"

    def script(self, *steps: Step) -> None:
        with self._lock:
            self._steps.extend(steps)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        with closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        wrapped = self._tls if self._scheme == "smtps" else None
        server = await self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=wrapped)
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        await self._stopping.wait()
        server.close()
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    def _protocol(self) -> SMTP:
        return SMTP(
            _Handler(self),
            hostname="mail.example",
            loop=self._loop,
            tls_context=self._tls if self._scheme == "smtp" else None,
            authenticator=self._knows if self._users else None,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
        )

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword) and self._users is not None
        user = given.login.decode()
        return AuthResult(
            success=self._users.get(user) == given.password.decode(), auth_data=user, handled=False
        )

    def next_step(self) -> Step | None:
        with self._lock:
            return self._steps.popleft() if self._steps else None


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._step: dict[int, Step | None] = {}

    async def _scripted(self, at: str, server: SMTP, session: Session) -> str | None:
        step = self._step.get(id(session))
        if step is None or step.at != at:
            return None
        if step.what == "hang":
            await asyncio.sleep(3600)
        if step.what == "disconnect":
            assert server.transport is not None
            server.transport.abort()
            await asyncio.sleep(3600)
        return step.what

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._step[id(session)] = self._mailbox.next_step()
        said = await self._scripted("MAIL", server, session)
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or _TAKEN

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._scripted("RCPT", server, session)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or _TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = await self._scripted("DATA", server, session)
        if said is not None:
            return said
        assert isinstance(envelope.content, bytes) and envelope.mail_from is not None
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        user = session.auth_data if isinstance(session.auth_data, str) else None
        self._mailbox.letters.append(
            Letter(envelope.mail_from, tuple(envelope.rcpt_tos), message, session.ssl is not None, user)
        )
        return "250 taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._scripted("QUIT", server, session) or "221 Bye"
