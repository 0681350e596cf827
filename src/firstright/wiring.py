"""Settings become a running firstright. The only caller of the clock, of randomness and of identifiers: they are handed
down from here. It decides nothing.
"""

import os
import threading
import time
from datetime import UTC, datetime

from firstright.desk import Desk
from firstright.desk.keys import MakeKey, NewKey
from firstright.settings import Settings
from firstright.storage.database import open_database
from firstright.storage.transactions import Database


def now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


class Names:
    """Identifiers that sort by time: UUIDv7, rising within a process even inside one millisecond.

    The twelve bits after the milliseconds count up; 62 random bits keep two processes apart. A lead takes a dozen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millis = 0
        self._count = 0
        self._stem = ""
        self._tails: list[str] = []

    def __call__(self) -> str:
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._millis:
                self._begin(now)
            elif self._count == 0xFFF:
                self._begin(self._millis + 1)
            else:
                self._count += 1
            if not self._tails:
                self._tails = _tails()
            return f"{self._stem}{self._count:03x}-{self._tails.pop()}"

    def _begin(self, millis: int) -> None:
        self._millis, self._count = millis, 0
        stamp = f"{millis:012x}"
        self._stem = f"{stamp[:8]}-{stamp[8:]}-7"


def _tails() -> list[str]:
    """Random ends, a few hundred at a time: asking the system for each costs more than all the rest of a name."""
    digits = os.urandom(8 * 256).hex()
    ends = [digits[i : i + 16] for i in range(0, len(digits), 16)]
    return [f"{'89ab'[int(end[0], 16) & 3]}{end[1:4]}-{end[4:]}" for end in ends]


def open_desk(settings: Settings) -> Desk:
    """A desk over the configured database, migrated, its writer running. Close it."""
    database = open_database(settings.database, node=settings.node)
    try:
        return desk_over(database, settings.node)
    except BaseException:
        database.close()
        raise


def desk_over(database: Database, node: str) -> Desk:
    database.migrate()
    clock = now if database.dialect == "sqlite" else None  # PostgreSQL's own clock is every node's clock
    return Desk(database, node=f"{node}/{os.getpid()}", now=clock, new_id=Names())


def make_key(desk: Desk, wanted: NewKey, *, by: str) -> str:
    """A new API key, whole. It is kept nowhere: show it once."""
    work = MakeKey(wanted, os.urandom(6).hex(), os.urandom(32).hex(), by)
    return desk.writer.submit(work).result()
