"""What the loops that speak to the outside need from there, handed down from the wiring: none asks for a clock, a secret or
chance by itself."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from firstright.outbound.http import Client


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """`now` is this machine's clock. Leases and what is due go by the database's: `clock` stands in for it where it has none."""

    open_secret: Callable[[bytes, str], bytes]
    now: Callable[[], datetime]
    dice: Callable[[], float]  # in [0, 1)
    clock: Callable[[], datetime] | None = None

    def given(self) -> datetime | None:
        """The instant a look-up is given; None: the database knows it."""
        return self.clock() if self.clock else None


class Calling(Means, frozen=True, kw_only=True):
    """Over HTTP, with a client made in the loop that asks."""

    client: Callable[[], Client]
