"""The keys by which a lead may be somebody we know, strongest first. It only names them: fetching the candidates and
judging them is done elsewhere."""

from functools import lru_cache

from firstright.core.clean.text import fold
from firstright.core.lead import Facts, Value

MatchKeys = tuple[tuple[str, str], ...]


def match_keys(facts: Facts, source: str | None = None) -> MatchKeys:
    """(kind, value) of cleaned facts: external, email, phone (with the last name), domain. The first three name a
    person, the last a company. A company's name alone proves nothing, so it is no key.
    `source` is who gave the external id (else the fact of that name). Free and throw-away mail has no `domain`."""
    return _keys(
        _text(facts.get("source")) if source is None else source,
        _text(facts.get("external_id")),
        _text(facts.get("email")),
        _text(facts.get("phone")),
        _text(facts.get("last_name")),
        _text(facts.get("domain")),
    )


@lru_cache(1024)  # one lead asks five times on its way through a decision
def _keys(source: str, external_id: str, email: str, phone: str, last_name: str, domain: str) -> MatchKeys:
    keys = (
        ("external", _external(source, external_id)),
        ("email", email),
        ("phone", _phone(phone, last_name)),
        ("domain", domain),
    )
    return tuple((kind, value) for kind, value in keys if value)


def _external(source: str, external_id: str) -> str:
    """An id means something only within its source. A colon in the source is escaped: "a:b"+"c" is not "a"+"b:c"."""
    return f"{source.replace(':', '%3A')}:{external_id}" if external_id else ""


def _phone(phone: str, last_name: str) -> str:
    """Half an office shares a number: it takes the last name to mean one person."""
    name = fold(last_name) if phone else ""
    return f"{phone}|{name}" if name else ""


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""
