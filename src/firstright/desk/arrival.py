"""One submission, prepared before the turn: parsed, cleaned, fingerprinted. Nothing here touches a database."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from firstright.core.clean.normalize import normalize
from firstright.core.clean.problem import Problem
from firstright.core.clean.text import LONGEST_WORD
from firstright.core.compiled import Compiled
from firstright.core.lead import Fact, Value
from firstright.core.providers import FILLING
from firstright.core.synonymaudit import meant as words_meant
from firstright.core.world import Candidate
from firstright.enrich.quick import filled
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
    unmapped: tuple[tuple[str, str], ...] = ()  # field and raw value that no list of known values holds
    alike: tuple[Candidate, ...] = ()  # accounts that may be its company, looked up before the turn
    meant: tuple[tuple[str, str], ...] = ()  # field and word that the policy's synonyms gave a meaning
    named_here: bool = False  # its sender gave it no name, so that nothing of this name can have come before


class Clean(msgspec.Struct, frozen=True):
    """What cleaning made of a submission: facts as they are stored, problems, and values no synonym table knows."""

    facts: dict[str, Fact]
    problems: tuple[Problem, ...] = ()
    unmapped: tuple[tuple[str, str], ...] = ()
    meant: tuple[tuple[str, str], ...] = ()


class Seen(NamedTuple):
    """One arrival as it is counted once it is committed. `missed` are (field, value) that no table knows; without facts nothing
    else of it is counted."""

    source: str
    lane: str
    at: datetime
    facts: Mapping[str, Fact]
    problems: tuple[Problem, ...]
    missed: tuple[tuple[str, str], ...]
    lead: str
    meant: tuple[tuple[str, str], ...] = ()


class Reply(msgspec.Struct, frozen=True):
    """What the sender gets, byte for byte the same at every repeat."""

    status: int
    body: bytes
    replayed: bool = False


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"%b %b\n%b" % (method.encode(), path.encode(), body)).hexdigest()


def cleaned(
    raw: Mapping[str, object],
    source: Source,
    policy: Compiled | None,
    *,
    texts: bool = False,
    whole: bool = True,
) -> Clean:
    """Facts rules can use, what was wrong with the rest, and what nobody has mapped. Instants become ISO text in UTC.

    `texts` says that every value came as text, as forms and files have it; `whole`, that this is all of a lead, so that what
    follows from it can be filled in.
    """
    synonyms = policy.synonyms if policy else {}
    own = policy.own if policy else ()  # fields of that name are shipped, too, and mean something else
    theirs = {name: value for name, value in raw.items() if name not in own} if own else raw
    found = normalize(theirs, country=source.country or None, synonyms=synonyms, texts=texts)
    facts = {n: _stored(v) if isinstance(v, datetime) else v for n, v in found.facts.items()}
    problems, unmapped = found.problems, found.unmapped
    if policy is not None and policy.custom:
        more = clean_custom(raw, policy.policy.catalogue, synonyms=synonyms, texts=texts)
        facts.update({name: _stored(value) for name, value in more.facts.items()})
        problems += more.problems
        unmapped += more.unmapped
    if policy is not None and policy.listed:
        unmapped += _unlisted(facts, policy.listed)
    facts.setdefault("source", source.name)
    if whole:
        facts.update(filled(facts, policy.policy.filling if policy else FILLING, region=source.country))
    return Clean(facts, problems, unmapped, words_meant(raw, synonyms) if synonyms else ())


def _unlisted(facts: Mapping[str, Fact], listed: Mapping[str, frozenset[str]]) -> tuple[tuple[str, str], ...]:
    """Values of shipped fields that are not in the list the policy gives them. They stay facts all the same."""
    found = []
    for name, values in listed.items():
        given = facts.get(name, ())
        for each in given if isinstance(given, tuple) else (str(given),):
            if each.casefold() not in values:
                found.append((name, each[:LONGEST_WORD]))
    return tuple(found)


def _stored(value: Value) -> Fact:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
