"""All words of commands, and a line read as one of them."""

from functools import reduce
from operator import or_
from types import ModuleType

import msgspec

from firstright.web.commands import connections, files, leads, people, tending
from firstright.web.commands.request import VERSION, Request
from firstright.web.controllines import BadRequest


def _words(room: ModuleType) -> list[type[Request[object]]]:
    return [
        each
        for each in vars(room).values()
        if isinstance(each, type) and issubclass(each, Request) and each is not Request
    ]


WORDS = [word for room in (connections, files, leads, people, tending) for word in _words(room)]

_request: msgspec.json.Decoder[Request[object]] = msgspec.json.Decoder(reduce(or_, WORDS))


def read_request(raw: bytes) -> Request[object]:
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
