"""E-mail by SMTP, one letter a connection. It keeps no queue, and sends no password over a line in the clear unless told to.

The address is `smtp://user:password@host:port?from=...`, or `smtps://` for TLS from the first byte. STARTTLS is used when it is
offered; `&tls=required` insists on it, and so does a password; `&tls=none` does without.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import httpcore2
import msgspec

from firstright.outbound.channel import Message, Place, Result, Verdict, detail
from firstright.outbound.dialling import connected
from firstright.outbound.egress import Denied, Egress, Unresolved
from firstright.outbound.http import SECONDS, Trust
from firstright.outbound.letter import BadAddress, letter, mailbox

_STARTTLS = {"offered": None, "required": True, "none": False}


class Relay(msgspec.Struct, frozen=True):
    """A mail server, as a place's URL names it."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    sender: str
    starttls: bool | None  # None: when offered


class BadRelay(Exception):
    """The URL of the place does not name a mail server."""


class EmailChannel:
    """4xx and silence are tried again; a 5xx for the recipient or the letter is final, one for the connection is not."""

    def __init__(
        self, egress: Egress, *, seconds: float = SECONDS, trust: Trust = httpcore2.default_ssl_context
    ) -> None:
        self._egress = egress
        self._seconds = seconds
        self._tls = trust()

    async def send(self, message: Message, place: Place, now: datetime) -> Result:
        try:
            relay = read_relay(place.url)
            written = letter(message, relay.sender, now)
            words = await self._hand_over(written, relay)
        except (BadRelay, BadAddress, Denied) as problem:
            return Result(Verdict.REFUSED, detail=detail(str(problem)))
        except TimeoutError:
            return Result(Verdict.AGAIN, detail=f"no answer within {self._seconds:g} s")
        except (aiosmtplib.SMTPException, Unresolved, OSError) as problem:
            return _failed(problem, message.to)
        return Result(Verdict.SENT, 250, _without(words, message.to))

    async def _hand_over(self, written: EmailMessage, relay: Relay) -> str:
        async with asyncio.timeout(self._seconds) as deadline:
            line = await connected(self._egress, relay.scheme, relay.host, relay.port, self._seconds)
            client = _client(relay, line, self._tls, self._seconds)
            try:
                await client.connect()
                _, words = await client.send_message(written)
                deadline.reschedule(None)  # it was taken: a farewell that hangs or fails does not unsay it
                with suppress(aiosmtplib.SMTPException, OSError):
                    await client.quit(timeout=min(1.0, self._seconds))
                return words
            finally:
                client.close()
                with suppress(OSError):  # TLS would wait half a minute for the other side's farewell
                    line.shutdown(socket.SHUT_RDWR)


def read_relay(url: str) -> Relay:
    """The mail server of a place's URL. Raises BadRelay, which repeats nothing of the URL: it holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or (465 if parts.scheme == "smtps" else 587)
        asked = parse_qs(parts.query)
        starttls = _STARTTLS[asked.get("tls", ["offered"])[-1]]
        sender = asked["from"][-1]
    except ValueError as problem:
        raise BadRelay("the address of the mail server is not a URL") from problem
    except KeyError as problem:
        raise BadRelay("the mail server's URL needs ?from=, and tls=offered, required or none") from problem
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadRelay("the mail server's URL is not smtp://host:port or smtps://host:port")
    if parts.scheme == "smtps":
        starttls = False
    elif parts.username and starttls is None:
        starttls = True
    user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
    return Relay(parts.scheme, parts.hostname, port, user, password, sender, starttls)


def _client(relay: Relay, line: socket.socket, tls: ssl.SSLContext, seconds: float) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=relay.host,  # for the certificate only: the socket is connected
        sock=line,
        username=relay.user,
        password=relay.password,
        local_hostname=mailbox(
            relay.sender, "sender"
        ).domain,  # else it asks DNS for ours, outside every policy
        timeout=seconds,
        use_tls=relay.scheme == "smtps",
        start_tls=relay.starttls,
        tls_context=tls,
    )


def _failed(problem: Exception, to: str) -> Result:
    match problem:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _final(first, to)
        case aiosmtplib.SMTPDataError():
            return _final(problem, to)
        case aiosmtplib.SMTPResponseException(code=code, message=words):
            return Result(Verdict.AGAIN, code, _without(f"{code} {words}", to))
        case _:
            cause = problem.__cause__ if isinstance(problem, aiosmtplib.SMTPConnectError) else None
            words = str(cause or problem) or type(problem).__name__
            return Result(Verdict.AGAIN, detail=_without(words, to))


def _final(problem: aiosmtplib.SMTPResponseException, to: str) -> Result:
    verdict = Verdict.REFUSED if problem.code >= 500 else Verdict.AGAIN
    return Result(verdict, problem.code, _without(f"{problem.code} {problem.message}", to))


def _without(words: str, to: str) -> str:
    """What the server said, without the recipient's address that servers like to repeat."""
    return detail(words.replace(to, "(recipient)"))
