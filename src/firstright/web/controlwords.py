"""The words of the control door: what a command may ask of the server that owns its database file, and what comes back.

Each is one line of JSON. A connection carries one request, then lines of progress, then one answer or one error.
"""

import socket
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Literal

import msgspec

from firstright.desk.asked import ActAsked
from firstright.desk.crediting import CreditAdjusted, CreditAnswer
from firstright.desk.destinations import Asked
from firstright.desk.feeds import FeedChange
from firstright.desk.keys import NewKey
from firstright.desk.pausing import PauseAsked
from firstright.desk.repasked import RepAsked
from firstright.desk.sources import SourceAsked
from firstright.desk.userasked import UserAsked
from firstright.errors import (
    BadConfiguration,
    BadValue,
    CommitUnknown,
    Conflict,
    DatabaseBusy,
    DatabaseUnavailable,
    FirstrightError,
    NoPolicy,
    NotFound,
    Refused,
    SchemaMismatch,
    Superseded,
    UnsafeDatabase,
)

VERSION: Literal[1] = 1
LARGEST_TEXT = 16 * 1024 * 1024  # bytes of a policy, a roster or a map
LARGEST = (
    2 * LARGEST_TEXT + 1024 * 1024
)  # of a request: JSON writes a quotation mark or the end of a line with two


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="do"):
    firstright: Literal[1] = VERSION


class Publish(Request, frozen=True, tag="publish"):
    """`file` is what findings call it."""

    kind: Literal["policy", "roster"]
    text: str
    file: str
    by: str
    reason: str


class MakeKey(Request, frozen=True, tag="make-key"):
    key: NewKey
    by: str


class RevokeKey(Request, frozen=True, tag="revoke-key"):
    prefix: str
    by: str


class Import(Request, frozen=True, tag="import"):
    """`file` is absolute and opened by the server; `shown` is what the caller calls it."""

    file: str
    shown: str
    map: str
    map_file: str
    history: bool
    ledger: str


class Destine(Request, frozen=True, tag="destine"):
    asked: Asked
    by: str


class Act(Request, frozen=True, tag="act"):
    asked: ActAsked
    by: str


class Pause(Request, frozen=True, tag="pause"):
    """Also to resume: without an instant."""

    asked: PauseAsked
    by: str


class Staff(Request, frozen=True, tag="staff"):
    """A change of one rep: absences, hours, taking leads, leaving, a place in a pool, a calendar."""

    asked: RepAsked
    by: str


class Feed(Request, frozen=True, tag="feed"):
    """A calendar that is read by URL, or is no longer."""

    asked: FeedChange
    by: str


class Weigh(Request, frozen=True, tag="weigh"):
    """A performance pool; without `publish` it is only worked out."""

    pool: str
    publish: bool
    by: str


class AnswerCredit(Request, frozen=True, tag="answer-credit"):
    asked: CreditAnswer
    by: str


class AdjustCredit(Request, frozen=True, tag="adjust-credit"):
    asked: CreditAdjusted
    by: str


class Again(Request, frozen=True, tag="resend"):
    """Dead deliveries by name, or a destination's since an instant."""

    deliveries: list[str]
    destination: str
    since: datetime | None
    by: str


class Revive(Request, frozen=True, tag="revive"):
    """Dead jobs by name; with null all of them."""

    jobs: list[str] | None
    by: str


class Admit(Request, frozen=True, tag="admit"):
    asked: UserAsked
    by: str


class Describe(Request, frozen=True, tag="source"):
    """A source, new, changed or switched."""

    asked: SourceAsked
    by: str


class AddList(Request, frozen=True, tag="list"):
    """A version of a list of named accounts; `text` has a clean domain a line."""

    name: str
    text: str
    by: str


AnyRequest = (
    AddList
    | Describe
    | Publish
    | MakeKey
    | RevokeKey
    | Import
    | Destine
    | Act
    | Pause
    | Staff
    | Feed
    | Weigh
    | AnswerCredit
    | AdjustCredit
    | Again
    | Revive
    | Admit
)


class Progress(msgspec.Struct, frozen=True):
    """Records taken, of how many; of 0 while that is not known."""

    done: int
    of: int


class Told(msgspec.Struct, frozen=True):
    """An error as data: the name of its class and what it was made of."""

    kind: str
    reasons: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """One line from the server; `ok` is of the type the request asks for."""

    progress: Progress | None = None
    error: Told | None = None
    ok: msgspec.Raw = msgspec.Raw()


class BadRequest(FirstrightError):
    """A line that is no request of this version."""


class Gone(Exception):
    """The other end has left, or is so slow that it might as well have."""


_encode = msgspec.json.Encoder().encode
_request: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
_BUILT: dict[str, Callable[..., FirstrightError]] = {
    each.__name__: each
    for each in (
        DatabaseUnavailable,
        DatabaseBusy,
        CommitUnknown,
        BadValue,
        Conflict,
        UnsafeDatabase,
        SchemaMismatch,
        NoPolicy,
        NotFound,
    )
}


def line(content: object) -> bytes:
    return _encode(content) + b"\n"


def read_request(raw: bytes) -> AnyRequest:
    """BadRequest with the place that is wrong."""
    try:
        asked = msgspec.json.decode(raw, type=_Head).firstright
        if asked != VERSION:
            raise BadRequest(f"version {asked} is asked for, and this server speaks version {VERSION}")
        return _request.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(str(error)) from None


class _Head(msgspec.Struct):
    firstright: int


def as_data(error: FirstrightError) -> Told:
    match error:
        case Refused():
            reasons = error.reasons
        case BadConfiguration():
            reasons = error.problems
        case Conflict():
            reasons = (error.constraint, error.detail)
        case UnsafeDatabase():
            reasons = (error.setting, error.value)
        case SchemaMismatch():
            reasons = (error.name, error.detail.removeprefix(f"{error.name}: "))
        case NoPolicy():
            reasons = (error.missing,)
        case NotFound():
            reasons = (error.what,)
        case Superseded():
            reasons = (error.owner, str(error.epoch), error.where)
        case _:
            reasons = (str(error),)
    return Told(type(error).__name__, reasons)


def as_error(told: Told) -> FirstrightError:
    """The same exception again. What this side has no name for is a FirstrightError with the same sentences."""
    if told.kind == "Refused":
        return Refused(told.reasons)
    if told.kind == "BadConfiguration":
        return BadConfiguration(told.reasons)
    try:
        if told.kind == "Superseded":
            owner, epoch, where = told.reasons
            return Superseded(owner, int(epoch), where)
        return _BUILT[told.kind](*told.reasons)
    except (KeyError, TypeError, ValueError):
        return FirstrightError("; ".join(told.reasons))


def received(connection: socket.socket, *, most: int, seconds: float) -> bytes:
    """The one line the other end sends, within so many seconds in all. Gone when it leaves or dawdles; BadRequest when
    the line is too long or not the only one.
    """
    until = monotonic() + seconds
    got = bytearray()
    try:
        while b"\n" not in got[-65536:]:
            connection.settimeout(max(0.001, until - monotonic()))
            part = connection.recv(65536)
            if not part:
                raise Gone
            got += part
            if len(got) > most:
                raise BadRequest(f"a request has at most {most} bytes")
    except OSError as error:
        raise Gone from error
    if got.index(b"\n") != len(got) - 1:
        raise BadRequest("one request a connection")
    return bytes(got[:-1])
