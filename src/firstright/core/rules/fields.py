"""The typed catalogue of everything a rule may ask about. It knows names and types; it reads no lead and no rule."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from firstright.core.rules.shipped import FIELDS, ORIGINS, VALUES, YIELDING


class FieldType(StrEnum):
    """What a field holds once normalised; most are text with a known shape."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    STATE = "state"
    POSTCODE = "postcode"
    DOMAIN = "domain"
    LANGUAGE = "language"
    ZONE = "zone"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    CHOICE = "choice"
    TEXTS = "texts"


class Kind(StrEnum):
    """How a value compares: the few shapes behind the many field types."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"


class Origin(StrEnum):
    """Where a field is filled from. A sender's own fields are cleaned before they count."""

    SENDER = "sender"
    CLEANING = "cleaning"
    POLICY = "policy"
    PROVIDER = "provider"
    CRM = "crm"
    ENGAGEMENT = "engagement"
    ENGINE = "engine"


class Field(msgspec.Struct, frozen=True):
    """One thing a rule may ask about. `values` are the only ones allowed, when there are any; `how` says in words how it
    comes about from where it is filled from."""

    name: str
    type: FieldType
    label: str
    values: tuple[str, ...] = ()
    about: str = ""
    custom: bool = False
    origins: tuple[Origin, ...] = (Origin.SENDER,)
    how: str = ""


class Problem(msgspec.Struct, frozen=True):
    """Why a literal does not fit a field; the reason completes the sentence `<place>: ...`."""

    code: str
    reason: str


_SCALARS = {FieldType.NUMBER: Kind.NUMBER, FieldType.BOOLEAN: Kind.BOOLEAN, FieldType.INSTANT: Kind.INSTANT}


def kind(field: Field) -> Kind:
    """How values of this field compare."""
    return _SCALARS.get(field.type, Kind.TEXT)


class Catalogue(Mapping[str, Field]):
    """Fields by name. Immutable: `with_custom` gives a new one."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def lookup(self, name: str) -> Field | None:
        return self._fields.get(name)

    def nearest(self, name: str) -> str | None:
        """The field somebody who wrote `name` most likely meant, or none that is close."""
        return nearest(name, self._fields)

    def is_group(self, name: str) -> bool:
        """Whether `name` is the first half of dotted fields (`account` of `account.type`)."""
        return any(field.startswith(f"{name}.") for field in self._fields)

    def with_custom(self, fields: Iterable[Field]) -> "Catalogue":
        """This catalogue and further fields; ValueError names every name that is taken or misspelt. What is shipped since such
        fields were there gives way to one of its name."""
        merged = dict(self._fields)
        wrong = []
        for field in fields:
            if field.name in YIELDING and not merged[field.name].custom:
                del merged[field.name]
            reason = _name_problem(field.name, merged)
            if reason:
                wrong.append(f'"{field.name}" {reason}')
            merged[field.name] = msgspec.structs.replace(field, custom=True)
        if wrong:
            raise ValueError("; ".join(wrong))
        return Catalogue(merged)


_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", re.ASCII)
_RESERVED = frozenset(("any", "all", "not"))


def _name_problem(name: str, taken: Mapping[str, Field]) -> str | None:
    if name in taken:
        return "is already a field"
    if name in _RESERVED:
        return "is a word of the condition language"
    if _NAME.fullmatch(name) is None:
        return "is not a field name: small letters, digits and _, with at most one dot"
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, or none."""
    found = difflib.get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def check(field: Field, value: object) -> Problem | None:
    """Whether one literal of a policy can be compared with this field at all; the first thing wrong with it."""
    match kind(field):
        case Kind.NUMBER:
            return _check_number(value) or _check_allowed(field, value)
        case Kind.BOOLEAN:
            return (
                None
                if isinstance(value, bool)
                else Problem("value.type", f"{shown(value)} is not true or false")
            )
        case Kind.INSTANT:
            return _check_instant(value)
        case Kind.TEXT:
            return (
                check_text(value)
                or _SHAPES.get(field.type, _any_text)(str(value))
                or _check_allowed(field, value)
            )


def check_text(value: object) -> Problem | None:
    """Whether a literal is text with something in it (an empty text is a missing one and never equal)."""
    if not isinstance(value, str):
        return Problem("value.type", f"{shown(value)} is not text; put it in quotes")
    if not value.strip():
        return Problem(
            "value.empty", "an empty text never matches; write { missing = true } for a field without a value"
        )
    return None


def _check_number(value: object) -> Problem | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return Problem("value.type", f"{shown(value)} is not a whole number")
    return None


def _check_instant(value: object) -> Problem | None:
    if not isinstance(value, datetime):
        return Problem(
            "value.type", f"{shown(value)} is not a date with time and zone, as in 2026-03-01T09:00:00Z"
        )
    if value.tzinfo is None:
        return Problem(
            "value.naive", f"{shown(value)} has no zone; end it with Z or an offset such as +01:00"
        )
    return None


def _check_allowed(field: Field, value: object) -> Problem | None:
    if not field.values or str(value).casefold() in map(str.casefold, field.values):
        return None
    near = nearest(str(value), field.values)
    meant = f'; did you mean "{near}"?' if near else f"; it can be {', '.join(field.values)}"
    return Problem("value.not_allowed", f"{shown(value)} is not a value of {field.name}{meant}")


def _any_text(text: str) -> Problem | None:
    return None


def _country(text: str) -> Problem | None:
    if text.upper() == "UK":
        return Problem("value.country", 'the United Kingdom is "GB"')
    if re.fullmatch(r"[A-Za-z]{2}", text) is None:
        return Problem("value.country", f'"{text}" is not a two-letter country code such as "DE"')
    return None


def _domain(text: str) -> Problem | None:
    if "@" in text or " " in text or "." not in text.strip("."):
        return Problem("value.domain", f'"{text}" is not a domain such as "acme.com"')
    return None


def _email(text: str) -> Problem | None:
    if text.count("@") != 1 or " " in text:
        return Problem(
            "value.email", f'"{text}" is not an e-mail address; to ask for its domain use email_domain'
        )
    return None


_SHAPES: dict[FieldType, Callable[[str], Problem | None]] = {
    FieldType.COUNTRY: _country,
    FieldType.DOMAIN: _domain,
    FieldType.EMAIL: _email,
}


def shown(value: object) -> str:
    """A literal as it stands in a policy file."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"' if len(value) <= 80 else f'"{value[:79]}…"'
        case datetime():
            return value.isoformat()
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


BUILTIN: dict[str, Field] = {
    name: Field(
        name,
        FieldType(type_),
        label,
        VALUES.get(name, ()),
        about,
        origins=tuple(Origin(ORIGINS[letter]) for letter in origins),
        how=how,
    )
    for name, type_, label, about, origins, how in FIELDS
}
CATALOGUE = Catalogue(BUILTIN)
