"""The keys by which a lead may be somebody we know, strongest first. It only names them: fetching the candidates and
judging them is done elsewhere."""

from firstright.core.lead import Facts, Value
from firstright.core.text import fold

MatchKeys = tuple[tuple[str, str], ...]


def match_keys(facts: Facts, source: str | None = None) -> MatchKeys:
    """(kind, value) of cleaned facts: external, email, phone (with the last name), domain. The first three name a
    person, the last a company. A company's name alone proves nothing, so it is no key.
    `source` is who gave the external id (else the fact of that name). Free and throw-away mail has no `domain`."""
    given_by = _text(facts.get("source")) if source is None else source
    keys = (
        ("external", _external(given_by, _text(facts.get("external_id")))),
        ("email", _text(facts.get("email"))),
        ("phone", _phone(facts.get("phone"), facts.get("last_name"))),
        ("domain", _text(facts.get("domain"))),
    )
    return tuple((kind, value) for kind, value in keys if value)


def _external(source: str, external_id: str) -> str:
    """An id means something only within its source. A colon in the source is escaped: "a:b"+"c" is not "a"+"b:c"."""
    return f"{source.replace(':', '%3A')}:{external_id}" if external_id else ""


def _phone(phone: Value | None, last_name: Value | None) -> str:
    """Half an office shares a number: it takes the last name to mean one person."""
    name = fold(_text(last_name))
    return f"{_text(phone)}|{name}" if phone and name else ""


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""
