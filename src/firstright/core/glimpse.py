"""The little of a decision record that a report counts: the lead's score, and who was ruled out of a pool by which code.

A report reads thousands of records; all the rest of each stays unread. It makes no sentence and looks nobody up.
"""

import zlib

import msgspec

from firstright.core.decision import Asked, Code
from firstright.core.record import DEFLATED


class Glimpse(msgspec.Struct, frozen=True):
    """`ruled` are the members ruled out, as bitsets over the pool order of the roster version the decision names."""

    score: int | None
    ruled: tuple[tuple[Code, int], ...]


class _Trace(msgspec.Struct, frozen=True, array_like=True):
    considered: msgspec.Raw = msgspec.Raw(b"[]")
    asked: tuple[Asked, ...] = ()


class _Result(msgspec.Struct, frozen=True):
    trace: _Trace = _Trace()


class _Facts(msgspec.Struct, frozen=True):
    score: int | float | str | bool | None = None


class _Lead(msgspec.Struct, frozen=True):
    facts: _Facts = _Facts()


class _Record(msgspec.Struct, frozen=True):
    lead: _Lead = _Lead()
    result: _Result = _Result()


_decode = msgspec.json.Decoder(_Record).decode
NOTHING = Glimpse(None, ())


def glimpse(record: bytes, pool: str) -> Glimpse:
    """Of the time this pool was asked and somebody took it. Nothing of a record that was erased or cannot be read: `verify`
    reports those."""
    try:
        found = _decode(zlib.decompress(record) if record[:1] == DEFLATED else record)
    except (msgspec.DecodeError, zlib.error):
        return NOTHING
    asked = [each for each in found.result.trace.asked if each.pool == pool and each.winner]
    ruled = tuple([(code, int(bits, 16)) for code, bits in asked[-1].codes]) if asked else ()
    score = found.lead.facts.score
    return Glimpse(score if isinstance(score, int) and not isinstance(score, bool) else None, ruled)
