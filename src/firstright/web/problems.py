"""Answers and refusals of the HTTP door: RFC 9457 problems with every error at once. It never shows a stack trace or a secret."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple  # Any: ASGI passes requests as mappings of mixed values

import msgspec

from firstright.core.clean.problem import Problem
from firstright.errors import BadValue, CommitUnknown, DatabaseBusy, DatabaseError

Header = tuple[bytes, bytes]
Scope = MutableMapping[str, Any]  # ASGI's words: what a request is, and the messages it comes and goes in
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST = 100  # errors in one problem
JSON: Header = (b"content-type", b"application/json")
PROBLEM: Header = (b"content-type", b"application/problem+json")
CLOSE: Header = (b"connection", b"close")
SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
TITLES = {
    400: "This request cannot be understood",
    401: "No valid API key",
    403: "This key may not do that",
    404: "There is nothing here",
    405: "This method is not offered here",
    408: "The request took too long to arrive",
    409: "Something else came first",
    413: "The body is too large",
    415: "The body is in a form we do not read",
    422: "This cannot be taken as it is",
    429: "Too many of these",
    431: "The header is too large",
    500: "Something went wrong here",
    503: "Not now: try again",
}


class Answer(NamedTuple):
    """One response, ready to be sent."""

    status: int
    body: bytes
    headers: tuple[Header, ...]


class Current(msgspec.Struct, frozen=True):
    """Who has the lead now (a rep, or empty), since which epoch: what to compare and set with next time."""

    owner: str
    epoch: int


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457. `type` stays about:blank: what a program branches on are the codes of `errors`."""

    type: str
    title: str
    status: int
    request_id: str
    errors: tuple[Problem, ...]
    current: Current | None = None


class TurnedAway(Exception):
    """A request ends here, with a status and every reason. `headers` come on top of the usual ones.

    `source` is whose request it was, once that is known at a door where leads come in.
    """

    def __init__(
        self,
        status: int,
        *errors: Problem,
        headers: tuple[Header, ...] = (),
        current: Current | None = None,
    ) -> None:
        super().__init__(", ".join(error.code for error in errors))
        self.status = status
        self.errors = errors
        self.headers = headers
        self.current = current
        self.source = ""


def away(
    status: int, code: str, reason: str, got: str = "", *, headers: tuple[Header, ...] = ()
) -> TurnedAway:
    """A refusal of the request as a whole, for one reason."""
    return TurnedAway(status, Problem("", code, reason, got), headers=headers)


_encode = msgspec.json.Encoder().encode


def problem(refusal: TurnedAway, request_id: str) -> Answer:
    status = refusal.status
    errors = refusal.errors[:MOST]
    body = _encode(Body("about:blank", TITLES[status], status, request_id, errors, refusal.current))
    return Answer(status, body, (PROBLEM, *refusal.headers))


def unavailable(code: str, reason: str, *, seconds: int = 1) -> TurnedAway:
    return away(503, code, reason, headers=((b"retry-after", b"%d" % seconds),))


def of_database(error: DatabaseError) -> TurnedAway:
    """What a caller is told about a database that did not take it. The driver's own words stay in the log."""
    match error:
        case BadValue():
            return away(
                422, "value.unstorable", "contains a value that cannot be stored; nothing was changed"
            )
        case CommitUnknown():
            return unavailable(
                "commit.unknown", "whether this was stored is not known; send it again with the same key"
            )
        case DatabaseBusy():
            return unavailable("database.busy", "the database was busy; nothing was changed")
        case _:
            return unavailable("database.unavailable", "the database cannot be written to", seconds=2)


async def send_answer(send: Send, answer: Answer) -> None:
    length = [] if answer.status == 204 else [(b"content-length", b"%d" % len(answer.body))]
    headers = [*answer.headers, *SECURITY, *length]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
