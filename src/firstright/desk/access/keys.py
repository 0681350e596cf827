"""Making and revoking API keys, under the turn and in the audit trail. The secret is shown once, by whoever asked for it."""

import hashlib
from datetime import datetime, timedelta

import msgspec

from firstright.core.clean.places import country_code
from firstright.desk.batch import Batch
from firstright.errors import Refused
from firstright.storage import access, audit
from firstright.storage.access import ApiKeyRow, SourceRow

MARK = "fr_live_"
SCOPES = (
    "leads:read",
    "leads:write",
    "leads:act",
    "deliveries:read",
    "deliveries:replay",
    "leads:assign",  # with these a key decides as operations do
    "reviews:work",
    "roster:write",
    "users:read",
    "partners:answer",  # for what is shared with the partner its source is called like
)
USUAL = ("leads:read", "leads:write")
LONGEST = 100  # characters of a name; a source's is part of keys that an index must hold

_encode = msgspec.json.Encoder().encode


class NewKey(msgspec.Struct, frozen=True):
    """What a key may do, and how its source treats what comes in. A source described before keeps its settings."""

    name: str
    source: str
    scopes: tuple[str, ...] = USUAL
    days: int | None = 365
    strict: bool = False
    country: str = ""
    allow_extra: bool = False


def judged(wanted: NewKey) -> NewKey:
    """The same again when it makes sense. Raises Refused with everything that is wrong with it."""
    texts = {"name": wanted.name, "source": wanted.source}
    wrong = [f"{name}: is empty" for name, text in texts.items() if not text.strip()]
    wrong += [
        f"{name}: has more than {LONGEST} characters" for name, text in texts.items() if len(text) > LONGEST
    ]
    wrong += [
        f"{name}: has characters that cannot be seen"
        for name, text in texts.items()
        if not text.isprintable()
    ]
    if not wanted.scopes or not set(wanted.scopes) <= set(SCOPES):
        wrong.append(f"scopes: are one or more of {', '.join(SCOPES)}")
    if wanted.days is not None and not 1 <= wanted.days <= 366:
        wrong.append("days: are 1 to 366")
    if wanted.country and country_code(wanted.country) != wanted.country:
        wrong.append("country: is no country of two capital letters")
    if wrong:
        raise Refused(wrong)
    return wanted


class MakeKey:
    """`name` and `secret` are random texts of small letters and digits, made in the wiring."""

    lane = "person"

    def __init__(self, wanted: NewKey, name: str, secret: str, by: str) -> None:
        self.wanted = wanted
        self.prefix = f"{MARK}{name}"
        self.secret = secret
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> str:
        """The whole key, which is nowhere to be had again."""
        tx, now, wanted = batch.tx, batch.turn.now, self.wanted
        if wanted.source not in access.sources(tx):
            access.save_source(tx, _source(wanted, batch.new_id(), now))
        row = ApiKeyRow(
            id=batch.new_id(),
            prefix=self.prefix,
            hash=hashlib.sha256(self.secret.encode()).digest(),
            name=wanted.name,
            scopes=_encode(sorted(wanted.scopes)).decode(),
            source=wanted.source,
            created_at=now,
            expires_at=now + timedelta(days=wanted.days) if wanted.days else None,
        )
        access.create_key(tx, row)
        about = {"source": wanted.source, "scopes": wanted.scopes}
        audit.append(
            tx, batch.new_id(), now, batch.turn.n, self.by, "make-key", "api-key", self.prefix, about
        )
        return f"{self.prefix}_{self.secret}"

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
        tx, now = batch.tx, batch.turn.now
        row = access.key(tx, self.prefix)
        revoked = row is not None and access.revoke_key(tx, row.id, now)
        if revoked:
            audit.append(tx, batch.new_id(), now, batch.turn.n, self.by, "revoke-key", "api-key", self.prefix)
        return revoked

    def rescue(self, batch: Batch, failure: Exception) -> bool:
        raise failure


def _source(wanted: NewKey, name: str, now: datetime) -> SourceRow:
    return SourceRow(
        id=name,
        name=wanted.source,
        kind="api",
        strict=wanted.strict,
        country=wanted.country,
        allow_extra=wanted.allow_extra,
        field_map="{}",
        enabled=True,
        created_at=now,
    )
