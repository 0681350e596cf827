"""Where a command's word is done: a desk, and what this process has beside it. It knows no words, and decides nothing."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Never

import msgspec

from firstright.desk import Desk
from firstright.desk.destinations import Asked, Registered
from firstright.desk.hooks import Hooks
from firstright.desk.providers import Providers
from firstright.desk.staff.feeds import Feeds
from firstright.errors import Refused

Progress = Callable[[int, int], None]  # records taken, of how many; of 0 while that is not known


def untold(done: int, of: int) -> None:
    """For whoever is not told how far it is."""


def _without(said: str) -> Callable[..., Never]:
    def refuse(*_: object) -> Never:
        raise Refused([said])

    return refuse


def _readable(file: str, shown: str) -> None:
    """A server may be another user than the command that names it a file."""
    if not os.access(file, os.R_OK):
        raise Refused([f"{shown}: the server cannot read {file} (its user is {os.geteuid()})"])


class House(msgspec.Struct, frozen=True):
    """`destine`, `feeds`, `providers` and `hooks` are what registers these, made when they are asked for: they have the key that
    seals secrets, and where this program may go. A house without one of them refuses its words.

    `url` is where a browser finds the console. `alone` is entered while history is decided: nothing else rings then.
    `before_import` is called with a file and what the caller calls it, and refuses those that cannot be had.
    """

    desk: Desk
    url: str = ""
    destine: Callable[[Asked, str], Registered] = _without("this server registers no destinations")
    feeds: Callable[[], Feeds] = _without("this server does not read calendars by URL")
    providers: Callable[[], Providers] = _without("this server asks no providers")
    hooks: Callable[[], Hooks] = _without("this server registers no hooks")
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    before_import: Callable[[str, str], None] = _readable
    progress: Progress = untold
    # A policy is judged by the roster that is current when it is published.
    publishing: threading.Lock = msgspec.field(default_factory=threading.Lock)
    _importing: threading.Lock = msgspec.field(default_factory=threading.Lock)

    def telling(self, progress: Progress) -> "House":
        """The same house for one caller, who is told how far it is."""
        return msgspec.structs.replace(self, progress=progress)

    @contextmanager
    def importing(self, file: str, shown: str) -> Iterator[None]:
        """One import after the other; who waits is told so by silence."""
        self.before_import(file, shown)
        while not self._importing.acquire(timeout=1.0):
            self.progress(0, 0)
        try:
            yield
        finally:
            self._importing.release()
