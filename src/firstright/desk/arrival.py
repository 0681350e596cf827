"""One submission, prepared before the turn: parsed, cleaned, fingerprinted. Nothing here touches a database."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from firstright.core.clean.normalize import normalize
from firstright.core.clean.problem import Problem
from firstright.core.compiled import Compiled
from firstright.core.lead import Fact, Value
from firstright.intake.custom import clean_custom


class Source(msgspec.Struct, frozen=True):
    """Where submissions come from. `strict` refuses wrong values; `country` reads phone numbers without a prefix."""

    name: str
    country: str = ""
    strict: bool = False
    allow_extra: bool = True


class Arrival(msgspec.Struct, frozen=True):
    """Everything `receive` needs. (source, event) makes it idempotent; `fingerprint` tells a repeat from a mismatch."""

    source: str
    event: str
    fingerprint: str
    raw: bytes
    facts: dict[str, Fact]
    problems: tuple[Problem, ...] = ()
    content_type: str = "application/json"
    lane: str = "intake"  # writer's lane
    ledger: str = "main"  # the lane of credit it counts on
    arrived_at: datetime | None = None  # None: the turn's instant
    as_of: datetime | None = None  # pinned: history is decided as of then, not as of the turn
    trace: str = ""  # traceparent of the span it came in


class Reply(msgspec.Struct, frozen=True):
    """What the sender gets, byte for byte the same at every repeat."""

    status: int
    body: bytes
    replayed: bool = False


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"%b %b\n%b" % (method.encode(), path.encode(), body)).hexdigest()


def cleaned(
    raw: Mapping[str, object], source: Source, policy: Compiled | None, *, texts: bool = False
) -> tuple[dict[str, Fact], tuple[Problem, ...]]:
    """Facts rules can use, and what was wrong with the rest. Instants become ISO text in UTC.

    `texts` says that every value came as text, as forms and files have it.
    """
    synonyms = policy.policy.synonyms if policy else {}
    found = normalize(raw, country=source.country or None, synonyms=synonyms, texts=texts)
    facts = {name: _stored(value) for name, value in found.facts.items()}
    problems = found.problems
    if policy is not None and policy.custom:
        more = clean_custom(raw, policy.policy.catalogue, synonyms=synonyms, texts=texts)
        facts.update({name: _stored(value) for name, value in more.facts.items()})
        problems += more.problems
    facts.setdefault("source", source.name)
    return facts, problems


def _stored(value: Value) -> Fact:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
