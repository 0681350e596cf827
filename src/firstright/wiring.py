"""Settings become a running firstright. The only caller of the clock, of randomness and of identifiers: they are handed
down from here. It decides nothing.
"""

import base64
import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from firstright import tracing
from firstright.desk import Desk, destinations
from firstright.desk.access.keys import MakeKey, NewKey
from firstright.desk.access.secondfactor import opened
from firstright.desk.access.userasked import Admitted, UserAsked, admitted
from firstright.desk.destinations import Asked, Registered
from firstright.desk.files.spool import Spool
from firstright.desk.files.uploads import Uploads
from firstright.desk.hooks import Hooks
from firstright.desk.hooks import opened as opened_hook
from firstright.desk.marks import marks_read
from firstright.desk.providers import Providers
from firstright.desk.staff.feeds import Feeds
from firstright.errors import BadConfiguration
from firstright.outbound.egress import Egress
from firstright.outbound.egress import egress as egress_of
from firstright.settings import Settings
from firstright.storage import destinations as stored
from firstright.storage import feeds as calendars
from firstright.storage import hooks as kept_hooks
from firstright.storage import providers as kept_providers
from firstright.storage import users
from firstright.storage.database import open_database
from firstright.storage.transactions import Database
from firstright.tracing import OFF, Tracing


class Clock:
    """The wall clock, aware UTC, while it keeps pace with one that cannot be set. Once it is set by more than five seconds
    it is not believed: time goes on from before, so that nothing rings early and nothing is dated in another day.

    It is believed again when both agree, or after a restart. Small steps and slow corrections are followed.
    """

    STEP = timedelta(seconds=5)
    BLINK = 0.5  # seconds: a process stopped between its two looks has not seen one instant

    def __init__(self, wall: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._wall = wall
        self._steady = steady
        self._lock = threading.Lock()
        self._at, self._tick = self._both()
        self.is_set = False  # by somebody, and by how much nobody here can know

    def __call__(self) -> datetime:
        with self._lock:
            wall, tick = self._both()
            expected = self._at + timedelta(seconds=tick - self._tick)
            self.is_set = abs(wall - expected) > self.STEP
            if self.is_set:
                return expected
            self._at, self._tick = wall, tick
            return wall

    def _both(self) -> tuple[datetime, float]:
        while True:
            tick, wall = self._steady(), self._wall()
            if self._steady() - tick < self.BLINK:
                return wall, tick


def _steady() -> float:
    """Seconds that nobody sets; on Linux those the machine slept are counted, so that waking up is no step."""
    boottime = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(boottime)


now = Clock(lambda: datetime.now(UTC), _steady)


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
            return self._stem + _COUNTS[self._count] + self._tails.pop()

    def _begin(self, millis: int) -> None:
        self._millis, self._count = millis, 0
        stamp = f"{millis:012x}"
        self._stem = f"{stamp[:8]}-{stamp[8:]}-7"


_COUNTS = [f"{count:03x}" for count in range(0x1000)]
_VARIANT = bytes(
    [0x80 | byte & 0x3F for byte in range(256)]
)  # the two bits that every identifier of this kind has


def _tails() -> list[str]:
    """Random ends, a few hundred at a time: asking the system for each costs more than all the rest of a name."""
    ends = bytearray(os.urandom(8 * 256))
    ends[::8] = ends[::8].translate(_VARIANT)
    digits = ends.hex()
    return [f"-{digits[i : i + 4]}-{digits[i + 4 : i + 16]}" for i in range(0, len(digits), 16)]


def open_desk(settings: Settings) -> Desk:
    """A desk over the configured database, migrated, its writer running. Close it."""
    database = open_database(settings.database, node=settings.node)
    try:
        desk = desk_over(database, settings.node, tracing_of(settings))
        desk.keep_with(Guarded(desk, sealer(settings)))
        return desk
    except BaseException:
        database.close()
        raise


def tracing_of(settings: Settings) -> Tracing:
    """Spans to the configured collector. Raises BadConfiguration when the extra for it is not installed."""
    return tracing.over_http(settings.otlp_endpoint, node=settings.node) if settings.otlp_endpoint else OFF


def desk_over(database: Database, node: str, spans: Tracing = OFF) -> Desk:
    database.migrate()
    clock = now if database.dialect == "sqlite" else None  # PostgreSQL's own clock is every node's clock
    return Desk(database, node=f"{node}/{os.getpid()}", now=clock, new_id=Names(), tracing=spans)


def new_token() -> str:
    """256 random bits as text for a cookie or a link."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def new_factor() -> str:
    """A secret for a device that shows codes: 160 random bits in base32."""
    return base64.b32encode(os.urandom(20)).decode()


def admit(desk: Desk, asked: UserAsked, *, by: str) -> Admitted:
    """Invites, lets in or keeps out somebody, as who has the machine says. A link is kept nowhere: show it once."""
    return admitted(desk, asked, new_token, by=by)


def make_key(desk: Desk, wanted: NewKey, *, by: str) -> str:
    """A new API key, whole. It is kept nowhere: show it once."""
    work = MakeKey(wanted, os.urandom(6).hex(), os.urandom(32).hex(), by)
    return desk.writer.submit(work).result()


class Sealer:
    """Seals secrets for the database with the key in a file: AES-256-GCM. The file is made when something is first sealed.

    What is sealed names the key (a part of its hash), and what it is about: moved elsewhere, it does not open.
    """

    FORM = b"\x01"
    KEY = 32  # bytes
    ID = 4
    NONCE = 12

    def __init__(self, file: Path) -> None:
        self._file = file
        self._key = b""

    @property
    def is_there(self) -> bool:
        return self._file.exists()

    def seal(self, secret: bytes, about: str) -> bytes:
        if not self._key and not self.is_there:
            self._make()
        key = self._read()
        nonce = os.urandom(self.NONCE)
        head = self.FORM + _key_id(key)
        return head + nonce + AESGCM(key).encrypt(nonce, secret, head + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises BadConfiguration, with what to do, when this key does not open it."""
        key = self._read()
        head, nonce, text = sealed[:5], sealed[5:17], sealed[17:]
        if head != self.FORM + _key_id(key):
            raise self._wrong(
                f"is not the key that the secrets of {about} were sealed with: bring that one back"
            )
        try:
            return AESGCM(key).decrypt(nonce, text, head + about.encode())
        except (InvalidTag, ValueError):
            raise self._wrong(f"does not open the secrets of {about}: they were changed or moved") from None

    def _make(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = base64.b64encode(os.urandom(self.KEY)) + b"\n"
        part = self._file.with_name(f".{self._file.name}.{os.urandom(6).hex()}")
        made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(made, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(made)
            with suppress(FileExistsError):  # another process was first: its key is everybody's
                os.link(part, self._file)
        finally:
            part.unlink()

    def _read(self) -> bytes:
        if not self._key:
            self._key = self._from_file()
        return self._key

    def _from_file(self) -> bytes:
        try:
            opened = os.open(self._file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise self._wrong("is not there, and secrets are sealed with it: bring it back") from None
        except OSError as error:
            raise self._wrong(f"cannot be read: {error.strerror}") from None
        with open(opened, "rb") as file:
            state = os.fstat(opened)
            if not stat.S_ISREG(state.st_mode):
                raise self._wrong("is no file")
            if state.st_mode & 0o077:
                raise self._wrong(f"may be read by others: chmod 600 {self._file}")
            text = file.read(1024)
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != self.KEY:
            raise self._wrong(f"holds no key: {self.KEY} bytes as base64")
        return key

    def _wrong(self, what: str) -> BadConfiguration:
        return BadConfiguration((f"key file {self._file}: {what}",))


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"firstright key id" + key).digest()[: Sealer.ID]


def sealer(settings: Settings) -> Sealer:
    return Sealer(settings.key_path)


def egress(settings: Settings) -> Egress:
    """Where this process may connect to. Raises BadConfiguration with everything that is wrong with the settings."""
    allow, own = (
        [each for each in text.split(",") if each.strip()]
        for text in (settings.egress_allow, settings.egress_own)
    )
    return egress_of(allow, own)


def uploads(desk: Desk, settings: Settings) -> Uploads:
    """What imports files that were uploaded; those whose process is gone are marked as stopped."""
    found = Uploads(desk, Spool(settings.uploads_path, now))
    found.recover()
    return found


def dice() -> float:
    """In [0, 1): spreads the next tries of deliveries, so that a thousand that failed together do not come back together."""
    return int.from_bytes(os.urandom(6)) / 2**48


def new_secret() -> str:
    """A webhook's signing secret, as Standard Webhooks write it."""
    return f"whsec_{base64.b64encode(os.urandom(32)).decode()}"


def destine(desk: Desk, sealing: Sealer, egress: Egress, asked: Asked, *, by: str) -> Registered:
    """Registers, changes or removes a destination. A secret that was made is kept sealed: show it once."""
    if isinstance(asked, destinations.Add) and not sealing.is_there:
        _nothing_sealed(desk, sealing)
    work = destinations.work(asked, by=by, sealing=sealing, egress=egress, new_secret=new_secret)
    return desk.writer.submit(work).result()


def feeds(desk: Desk, settings: Settings) -> Feeds:
    """What registers calendars that are read by URL. Raises BadConfiguration with everything that is wrong with the settings."""
    return Feeds(desk, Guarded(desk, sealer(settings)), egress(settings))


def providers(desk: Desk, settings: Settings) -> Providers:
    """What registers whom facts are asked of. Raises BadConfiguration with everything that is wrong with the settings."""
    return Providers(desk, Guarded(desk, sealer(settings)), egress(settings))


def hooks(desk: Desk, settings: Settings) -> Hooks:
    """What registers by which hooks activity is reported. Raises BadConfiguration as above."""
    return Hooks(desk, Guarded(desk, sealer(settings)), new_secret)


class Guarded:
    """A sealer for a desk: a key file that is missing is made anew only when nothing is sealed yet."""

    def __init__(self, desk: Desk, sealing: Sealer) -> None:
        self._desk = desk
        self._sealing = sealing

    def seal(self, secret: bytes, about: str) -> bytes:
        if not self._sealing.is_there:
            _nothing_sealed(self._desk, self._sealing)
        return self._sealing.seal(secret, about)

    def open(self, sealed: bytes, about: str) -> bytes:
        return self._sealing.open(sealed, about)

    def fresh(self, size: int) -> bytes:
        return os.urandom(size)


def _nothing_sealed(desk: Desk, sealing: Sealer) -> None:
    """Raises BadConfiguration when a key is missing that opens what is there: a new one beside it would open half of it."""
    with desk.read() as tx:
        for row in stored.load(tx).values():
            stored.opened(row, sealing.open)
        for user in users.with_factor(tx):
            opened(user, sealing.open)
        for feed in calendars.load(tx):
            sealing.open(feed.sealed, calendars.sealed_about(feed.rep_id))
        for asked in kept_providers.load(tx).values():
            sealing.open(asked.sealed, kept_providers.sealed_about(asked.name))
        marks_read(tx, Guarded(desk, sealing))
        for hook in kept_hooks.load(tx).values():
            opened_hook(hook, sealing)
