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

    The twelve bits after the milliseconds count up; 62 random bits keep two processes apart.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._pool = b""

    def __call__(self) -> str:
        with self._lock:
            stamp = time.time_ns() // 1_000_000 << 12
            self._last = stamp = stamp if stamp > self._last else self._last + 1
            if len(self._pool) < 8:
                self._pool = os.urandom(4096)
            tail, self._pool = self._pool[:8], self._pool[8:]
        low = int.from_bytes(tail, "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        value = (stamp >> 12) << 80 | 0x7000 << 64 | (stamp & 0xFFF) << 64 | low
        digits = f"{value:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def open_desk(settings: Settings) -> Desk:
    """A desk over the configured database, migrated, its writer running. Close it."""
    database = open_database(settings.database, node=settings.node)
    return desk_over(database, settings.node)


def desk_over(database: Database, node: str) -> Desk:
    database.migrate()
    clock = now if database.dialect == "sqlite" else None  # PostgreSQL's own clock is every node's clock
    return Desk(database, node=f"{node}/{os.getpid()}", now=clock, new_id=Names())


def make_key(desk: Desk, wanted: NewKey, *, by: str) -> str:
    """A new API key, whole. It is kept nowhere: show it once."""
    work = MakeKey(wanted, os.urandom(6).hex(), os.urandom(32).hex(), by)
    return desk.writer.submit(work).result()
