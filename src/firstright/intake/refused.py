"""What the room answers to something it cannot take: a status and every reason, as data."""

import msgspec

from firstright.core.clean.problem import Problem


class Refused(msgspec.Struct, frozen=True):
    """A body or file that cannot be taken in: the HTTP status and at most 100 reasons."""

    status: int
    errors: tuple[Problem, ...]


def refused(status: int, code: str, reason: str, got: str = "") -> Refused:
    """A refusal of the whole, for one reason."""
    return Refused(status, (Problem("", code, reason, got),))
