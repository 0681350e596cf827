"""API keys at the door: `Authorization: Bearer fr_live_<id>_<secret>`. What was found is remembered for a second at most.

Only a SHA-256 of a key is kept, here and in the database; no answer and no log ever holds more than its id.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from datetime import datetime

import msgspec

from firstright.desk import Desk, Source
from firstright.storage import access
from firstright.storage.access import ApiKeyRow, SourceRow
from firstright.web.problems import TurnedAway, away

REMEMBERED = 1.0  # seconds: a revoked key is refused after that
MOST_REMEMBERED = 10_000
_TOKEN = re.compile(rb"[Bb]earer (fr_live_[a-z0-9]{8,32})_([a-z0-9]{32,128})")
_scopes = msgspec.json.Decoder(frozenset[str]).decode
_CHALLENGE = ((b"www-authenticate", b'Bearer realm="firstright"'),)


class Caller(msgspec.Struct, frozen=True):
    """Who asks: a key, what it may do, and the source its leads belong to."""

    key: str
    scopes: frozenset[str]
    source: Source


class Doorkeeper:
    """Tells who asks. Threads may share it."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self._known: dict[bytes, tuple[float, Caller]] = {}

    def remembered(self, authorization: bytes, scope: str) -> Caller | None:
        """The caller, when the key was looked up within the last second and may do this; else ask `admit`."""
        found = self._known.get(hashlib.sha256(authorization).digest())
        if found is None or found[0] < time.monotonic() or scope not in found[1].scopes:
            return None
        return found[1]

    def admit(self, authorization: bytes, scope: str) -> Caller:
        """Looks the key up. Raises TurnedAway: 401 for a key that is none, 403 for one that may not do this."""
        caller = self.remembered(authorization, scope) or self._look_up(authorization)
        if scope and scope not in caller.scopes:
            refusal = away(403, "auth.scope", f"this key lacks the scope {scope}", caller.key)
            refusal.source = caller.source.name
            raise refusal
        return caller

    def _look_up(self, authorization: bytes) -> Caller:
        if not authorization:
            raise away(401, "auth.missing", "send Authorization: Bearer and an API key", headers=_CHALLENGE)
        token = _TOKEN.fullmatch(authorization)
        row, described = self._stored(token[1].decode()) if token else (None, None)
        if token is None or row is None or not _same(row.hash, token[2]):
            raise _refused("auth.invalid", "this key is not known")
        if row.revoked_at is not None:
            raise _refused("auth.revoked", "this key was revoked")
        if row.expires_at is not None and row.expires_at <= self._now():
            raise _refused("auth.expired", "this key has expired")
        if described is not None and not described.enabled:
            refusal = away(
                403, "source.disabled", "this source is switched off; nothing was stored", row.source
            )
            refusal.source = row.source
            raise refusal
        caller = Caller(row.prefix, _scopes(row.scopes), _source(row.source, described))
        self._remember(authorization, caller)
        return caller

    def _stored(self, prefix: str) -> tuple[ApiKeyRow | None, SourceRow | None]:
        with self._desk.read() as tx:
            row = access.key(tx, prefix)
            return row, access.sources(tx).get(row.source) if row else None

    def _remember(self, authorization: bytes, caller: Caller) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {}
        self._known[hashlib.sha256(authorization).digest()] = (time.monotonic() + REMEMBERED, caller)


def _same(stored: bytes, secret: bytes) -> bool:
    return hmac.compare_digest(stored, hashlib.sha256(secret).digest())


def _source(name: str, described: SourceRow | None) -> Source:
    """A source nobody described reads strictly what it can read, and keeps what is wrong with the rest."""
    if described is None:
        return Source(name, allow_extra=False)
    return Source(name, described.country, described.strict, described.allow_extra)


def _refused(code: str, reason: str) -> TurnedAway:
    return away(401, code, reason, headers=_CHALLENGE)
