"""Turns the raw fields of a lead into facts: standard values, and a problem for each value that is none. It never
raises, never guesses a country, and leaves unknown fields to intake. The raw values stay with the arrival."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from firstright.core.clean import amount, timestamp
from firstright.core.clean.domain import company_domain, website
from firstright.core.clean.email import read_email
from firstright.core.clean.language import language_tag
from firstright.core.clean.person import split_name
from firstright.core.clean.phone import read_phone
from firstright.core.clean.places import country_code, country_names, state_code, zone_name, zone_of
from firstright.core.clean.postcode import postcode
from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.text import line, paragraphs
from firstright.core.lead import Value

NO_SYNONYMS: Mapping[str, Mapping[str, str]] = MappingProxyType({})

# Facts that follow from other fields. A value sent under these names is passed over.
DERIVED = ("domain", "email_domain", "email_kind", "email_confusable", "phone_country", "phone_zone")

_MOST_EMPLOYEES = 50_000_000
_MOST_REVENUE = 10**15
_YES = frozenset({"true", "yes", "y", "1", "on", "checked", "x", "ja", "oui", "si", "sí", "sim"})
_NO = frozenset({"false", "no", "n", "0", "off", "unchecked", "nein", "non", "não", "nee"})


class Cleaned(msgspec.Struct, frozen=True):
    """What can be relied on, and what was wrong with the rest. A field is in one, the other, or was not given."""

    facts: dict[str, Value]
    problems: tuple[Problem, ...]


class _Place(msgspec.Struct, frozen=True):
    """Where the lead is: `country` by its own word (empty if it said none), `region` that or the source's default."""

    country: str
    region: str
    texts: bool  # the source can send nothing but text: "yes" is a boolean there


Found = Value | dict[str, Value] | Refusal | None  # a dict is the field and what follows from it
Cleaner = Callable[[object, _Place], Found]


def normalize(
    raw: Mapping[str, object],
    *,
    country: str | None = None,
    synonyms: Mapping[str, Mapping[str, str]] = NO_SYNONYMS,
    texts: bool = False,
) -> Cleaned:
    """Facts and problems of one lead, in the order of FIELDS.

    `country` is where the source's leads come from unless they say otherwise: phones and states are read there, but
    it does not become a fact. `synonyms[field][casefolded raw]` replaces a value before it is cleaned. `texts` says
    that the source knows only text (forms, CSV), so that "yes" is a boolean. Blank and null count as not given.
    """
    facts: dict[str, Value] = {}
    problems: list[Problem] = []
    default = country_code(country) if country else ""
    place = _Place("", default if isinstance(default, str) else "", texts)
    for field, clean in FIELDS.items():
        given = raw.get(field)
        if given is None:
            continue
        meant = _synonym(given, synonyms.get(field))
        found = clean(meant, place if meant is given else msgspec.structs.replace(place, texts=True))
        if isinstance(found, Refusal):
            problems.append(problem(field, found, given))
        elif isinstance(found, dict):
            facts.update(found)
        elif found is not None and found != "" and found != ():
            facts[field] = found
            if field == "country":
                place = _Place(str(found), str(found), texts)
    _derive(facts, place)
    return Cleaned(facts, tuple(problems))


def warm() -> None:
    """Loads the libraries and name tables (about 0.4 s) so that the first lead does not wait for them."""
    country_names()
    normalize(  # the mark in the address has the library asked about it
        {"email": "a!@example.com", "phone": "+49 30 901820", "language": "German", "country": "Germany"}
    )


def _synonym(given: object, known: Mapping[str, str] | None) -> object:
    if known and isinstance(given, str):
        return known.get(given.strip().casefold(), given)
    return given


def _derive(facts: dict[str, Value], place: _Place) -> None:
    name = facts.get("name")
    if isinstance(name, str) and "first_name" not in facts and "last_name" not in facts:
        facts.update(split_name(name))
    if "zone" not in facts and (zone := zone_of(place.country, str(facts.get("state", "")))):
        facts["zone"] = zone


def _one_line(limit: int) -> Cleaner:
    return lambda value, place: line(value, limit)


def _several(value: object, place: _Place) -> Found:
    """One text, or a list of them: somebody may ask about two products."""
    if not isinstance(value, list | tuple):
        return line(value, 200)
    if len(value) > 50:
        return Refusal("length.max", "more than 50 entries")
    lines = [line(each, 200) for each in value]
    wrong = next((each for each in lines if isinstance(each, Refusal)), None)
    return wrong or tuple(dict.fromkeys(each for each in lines if isinstance(each, str) and each))


def _read(limit: int, reader: Callable[[str, _Place], Found], too_long: str = "length.max") -> Cleaner:
    """A cleaner that reads one line of text; blank lines are not given to the reader."""

    def clean(value: object, place: _Place) -> Found:
        text = line(value, limit)
        if isinstance(text, Refusal):
            return Refusal(too_long, text.reason) if text.code == "length.max" else text
        return reader(text, place) if text else None

    return clean


def _typed(reader: Callable[[object], Found]) -> Cleaner:
    """A cleaner of what JSON may send as a number or a boolean, and forms send as text."""

    def clean(value: object, place: _Place) -> Found:
        meant = line(value, 1_000) if isinstance(value, str) else value
        return None if meant == "" else meant if isinstance(meant, Refusal) else reader(meant)

    return clean


def _website(text: str, place: _Place) -> Found:
    host = website(text)
    if isinstance(host, Refusal):
        return host
    owned = company_domain(host)
    return {"website": host, "domain": owned} if owned else host


def _email(text: str, place: _Place) -> Found:
    email = read_email(text)
    if isinstance(email, Refusal):
        return email
    found: dict[str, Value] = {"email": email.address, "email_domain": email.domain, "email_kind": email.kind}
    if email.confusable:
        found["email_confusable"] = True
    if owned := company_domain(email.domain):
        found["domain"] = owned
    return found


def _phone(text: str, place: _Place) -> Found:
    phone = read_phone(text, place.region)
    if isinstance(phone, Refusal):
        return phone
    found: dict[str, Value] = {"phone": phone.e164}
    if phone.country:
        found["phone_country"] = phone.country
    if phone.zone:
        found["phone_zone"] = phone.zone
    return found


def _consent(value: object, place: _Place) -> Found:
    return _typed(lambda said: _yes_or_no(said, place.texts))(value, place)


def _yes_or_no(said: object, texts: bool) -> Found:
    if isinstance(said, bool):
        return said
    if texts and isinstance(said, str) and said.casefold() in _YES | _NO:
        return said.casefold() in _YES
    return Refusal("type.expected_boolean", "must be true or false")


# In this order: what a later field needs to know stands before it.
FIELDS: Mapping[str, Cleaner] = MappingProxyType(
    {
        "country": _read(100, lambda text, place: country_code(text)),
        "first_name": _one_line(200),
        "last_name": _one_line(200),
        "name": _one_line(300),
        "website": _read(2_048, _website),  # before the e-mail: the domain of a business address wins
        "email": _read(300, _email, "email.length"),
        "phone": _read(100, _phone, "phone.unparseable"),
        "company": _one_line(300),
        "title": _one_line(200),
        "state": _read(100, lambda text, place: state_code(text, place.region)),
        "city": _one_line(200),
        "postcode": _read(20, lambda text, place: postcode(text, place.region)),
        "language": _read(100, lambda text, place: language_tag(text)),
        "zone": _read(64, lambda text, place: zone_name(text)),
        "employees": _typed(lambda value: amount.lower_bound(value, _MOST_EMPLOYEES, whole=True)),
        "revenue": _typed(lambda value: amount.lower_bound(value, _MOST_REVENUE, whole=False)),
        "industry": _one_line(200),
        "product": _several,
        "message": lambda value, place: paragraphs(value, 20_000),
        "source": _one_line(200),
        "medium": _one_line(200),
        "campaign": _one_line(500),
        "landing_page": _one_line(2_048),
        "referrer": _one_line(2_048),
        "intent": _one_line(100),
        "external_id": _one_line(255),
        "consent": _consent,
        "score": _typed(amount.integer),
        "occurred_at": _typed(timestamp.instant),
    }
)
