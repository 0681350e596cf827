"""Lines of the control door: a connection carries one request, then lines of progress, then one answer or one error, each of
JSON. Which requests there are is `commands.every`.
"""

import socket
from collections.abc import Callable
from time import monotonic

import msgspec

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
