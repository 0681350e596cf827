"""Making and revoking API keys, under the turn and in the audit trail. The secret is shown once, by whoever asked for it."""

import hashlib
from datetime import timedelta

import msgspec

from firstright.desk.batch import Batch
from firstright.storage import audit, keys

MARK = "fr_live_"
SCOPES = ("leads:read", "leads:write")


class NewKey(msgspec.Struct, frozen=True):
    """What a key may do, and how its source treats what comes in. A source described before keeps its settings."""

    name: str
    source: str
    scopes: tuple[str, ...] = SCOPES
    days: int | None = 365
    strict: bool = False
    country: str = ""
    allow_extra: bool = False


class MakeKey:
    """`name` and `secret` are random texts of small letters and digits, made in the wiring."""

    lane = "person"

    def __init__(self, wanted: NewKey, name: str, secret: str, by: str) -> None:
        self.wanted = wanted
        self.prefix = f"{MARK}{name}"
        self.token = f"{self.prefix}_{secret}"
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> str:
        """The whole key, which is nowhere to be had again."""
        tx, now, wanted = batch.tx, batch.turn.now, self.wanted
        until = now + timedelta(days=wanted.days) if wanted.days else None
        digest = hashlib.sha256(self.token.encode()).digest()
        keys.describe_source(
            tx,
            batch.new_id(),
            wanted.source,
            now,
            strict=wanted.strict,
            country=wanted.country,
            allow_extra=wanted.allow_extra,
        )
        keys.add(
            tx, batch.new_id(), self.prefix, digest, wanted.name, wanted.scopes, wanted.source, now, until
        )
        about = {"source": wanted.source, "scopes": wanted.scopes}
        audit.append(
            tx, batch.new_id(), now, batch.turn.n, self.by, "make-key", "api-key", self.prefix, about
        )
        return self.token

    def rescue(self, batch: Batch, failure: Exception) -> str:
        raise failure


class RevokeKey:
    lane = "person"

    def __init__(self, prefix: str, by: str) -> None:
        self.prefix = prefix
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> bool:
        """Whether there was such a key to revoke."""
        now = batch.turn.now
        revoked = keys.revoke(batch.tx, self.prefix, now)
        if revoked:
            audit.append(
                batch.tx,
                batch.new_id(),
                now,
                batch.turn.n,
                self.by,
                "revoke-key",
                "api-key",
                self.prefix,
            )
        return revoked

    def rescue(self, batch: Batch, failure: Exception) -> bool:
        raise failure
