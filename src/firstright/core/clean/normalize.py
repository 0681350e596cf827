"""Turns the raw fields of a lead into facts: standard values, and a problem for each value that is none. It never
raises, never guesses a country, and leaves unknown fields to intake. The raw values stay with the arrival."""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import msgspec

from firstright.core.clean import amount, timestamp
from firstright.core.clean.bands import employees_band, revenue_band
from firstright.core.clean.channel import channel_named
from firstright.core.clean.cities import city_name
from firstright.core.clean.domain import company_domain, website
from firstright.core.clean.email import read_email
from firstright.core.clean.following import follow
from firstright.core.clean.jobtitle import standing
from firstright.core.clean.language import language_tag
from firstright.core.clean.mailhint import email_hint
from firstright.core.clean.phone import read_phone
from firstright.core.clean.places import country_code, country_names, state_code
from firstright.core.clean.postcode import postcode
from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.qualifying import authority, timeline
from firstright.core.clean.tables import further_countries
from firstright.core.clean.text import LONGEST_WORD, as_word, fold, line, paragraphs
from firstright.core.clean.vocabulary import EMPLOYEES, FUNCTIONS, REVENUE, SENIORITIES
from firstright.core.clean.zones import zone_name
from firstright.core.lead import Value

NO_SYNONYMS: Mapping[str, Mapping[str, str]] = MappingProxyType({})

# Facts that follow from other fields. A value sent under these names is passed over.
DERIVED = (
    "sector",
    "referrer_site",
    "domain",
    "email_domain",
    "email_kind",
    "email_confusable",
    "email_hint",
    "phone_country",
    "phone_zone",
    "phone_kind",
)

_MOST_SEEN = 50  # pages or files
_MOST_EMPLOYEES = 50_000_000
_MOST_REVENUE = 10**15
_LEVELS = {fold(level): level for level in SENIORITIES} | {
    **dict.fromkeys(("executive", "c suite", "cxo", "c level executive", "senior executive"), "c-level"),
    **dict.fromkeys(("entry", "entry level", "training", "unpaid"), "junior"),
    **dict.fromkeys(("senior", "individual contributor", "ic", "professional", "non manager"), "staff"),
    "partner": "owner",
}
_NOT_LISTED = Refusal("value.unmapped", "is not one of the values of this field")
# Refused for want of a mapping: a line in the policy's synonyms would make facts of them.
_MAPPABLE = frozenset(
    {
        "country.unknown",
        "state.unknown",
        "language.unknown",
        "zone.unknown",
        "zone.abbreviation",
        "number.format",
        "value.unmapped",
    }
)
_YES = frozenset({"true", "yes", "y", "1", "on", "checked", "x", "ja", "oui", "si", "sí", "sim"})
_NO = frozenset({"false", "no", "n", "0", "off", "unchecked", "nein", "non", "não", "nee"})


class Cleaned(msgspec.Struct, frozen=True):
    """What can be relied on, and what was wrong with the rest. A field is in one, the other, or was not given."""

    facts: dict[str, Value]
    problems: tuple[Problem, ...]
    unmapped: tuple[
        tuple[str, str], ...
    ] = ()  # values no table knows, with the field whose synonyms would map them


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
    it does not become a fact. `synonyms[field][as_word(raw)]` replaces a value before it is cleaned. `texts` says
    that the source knows only text (forms, CSV), so that "yes" is a boolean. Blank and null count as not given.
    """
    facts: dict[str, Value] = {}
    problems: list[Problem] = []
    unmapped: list[tuple[str, str]] = []
    default = country_code(country) if country else ""
    place = _Place("", default if isinstance(default, str) else "", texts)
    for field, clean in FIELDS.items():
        given = raw.get(field)
        if given is None:
            continue
        known = synonyms.get(field)
        meant = meaning(given, known) if known else given
        found = clean(meant, place if meant is given else msgspec.structs.replace(place, texts=True))
        if type(found) is str:  # most are
            if found:
                facts[field] = found
                if field == "country":
                    place = _Place(found, found, texts)
        elif isinstance(found, Refusal):
            problems.append(problem(field, found, given))
            if found.code in _MAPPABLE and isinstance(given, str):
                unmapped.append((field, " ".join(given.split())[:LONGEST_WORD]))
        elif isinstance(found, dict):
            facts.update(found)
        elif found is not None and found != ():
            facts[field] = found
    city = facts.get("city")
    if city is not None and city not in synonyms.get("city", {}).values():  # a name of the policy's own stays
        facts["city"] = city_name(str(city), place.region)
    unmapped += follow(facts, place.country, synonyms)
    return Cleaned(facts, tuple(problems), tuple(unmapped))


def warm() -> None:
    """Loads the libraries and name tables (about 0.4 s) so that the first lead does not wait for them."""
    country_names()
    further_countries()
    normalize(  # the mark in the address has the library asked about it
        {"email": "a!@example.com", "phone": "+49 30 901820", "language": "German", "country": "Germany"}
    )


def meaning(given: object, known: Mapping[str, str] | None) -> object:
    """What a value means by a table of synonyms, each of a list by itself; else itself."""
    if not known:
        return given
    if isinstance(given, str):
        return known.get(as_word(given), given)
    if isinstance(given, list | tuple):  # each of two products may have another name
        return [meaning(each, known) if isinstance(each, str) else each for each in given]
    return given


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


def _seen(value: object, place: _Place) -> Found:
    """Pages or files, the newest last: of more than we keep, the oldest go. A file's cell has them with | between."""
    if isinstance(value, str):
        value = re.split(r"[|\n]", value)
    if isinstance(value, list | tuple):
        value = [each for each in value if each != ""][-_MOST_SEEN:]
    return _several(value, place)


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
    if hint := email_hint(email.address):
        found["email_hint"] = hint
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
    if phone.kind:
        found["phone_kind"] = phone.kind
    return found


def _employees(value: object) -> Found:
    span = amount.span(value, _MOST_EMPLOYEES, whole=True)
    if isinstance(span, Refusal):
        return span
    band = employees_band(span)
    return {"employees": span.least, "employees_band": band} if band else span.least


def _revenue(value: object) -> Found:
    span = amount.span(value, _MOST_REVENUE, whole=False)
    if isinstance(span, Refusal):
        return span
    return {"revenue": span.least, "revenue_band": revenue_band(span)}


def _one_of(values: Iterable[str]) -> Cleaner:
    """A field with a list of values of its own: what is not in it is a problem, and counted for mapping."""
    known = {fold(value): value for value in values}
    return _read(100, lambda text, place: known.get(fold(text)) or _NOT_LISTED)


def _seniority(text: str, place: _Place) -> Found:
    level = _LEVELS.get(fold(text)) or standing(text).seniority
    return level or _NOT_LISTED


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
        "seniority": _read(100, _seniority),
        "function": _one_of(FUNCTIONS),
        "state": _read(100, lambda text, place: state_code(text, place.region)),
        "city": _one_line(200),
        "postcode": _read(80, lambda text, place: postcode(text, place.region)),
        "language": _read(100, lambda text, place: language_tag(text)),
        "zone": _read(64, lambda text, place: zone_name(text)),
        # A band that was sent is more exact than one from the least number meant, and wins: it comes after.
        "employees": _typed(_employees),
        "revenue": _typed(_revenue),
        "employees_band": _one_of(EMPLOYEES),
        "revenue_band": _one_of(REVENUE),
        "industry": _one_line(200),
        "product": _several,
        "message": lambda value, place: paragraphs(value, 20_000),
        "need": _one_line(500),
        "timeline": _read(200, lambda text, place: timeline(text) or _NOT_LISTED),
        "budget": _typed(lambda value: amount.lower_bound(value, _MOST_REVENUE, whole=False)),
        "authority": _read(200, lambda text, place: authority(text) or _NOT_LISTED),
        "source": _one_line(200),
        "medium": _one_line(200),
        "campaign": _one_line(500),
        "landing_page": _one_line(2_048),
        "referrer": _one_line(2_048),
        "term": _one_line(200),
        "content": _one_line(200),
        "channel": _read(100, lambda text, place: channel_named(text) or _NOT_LISTED),
        "offer": _one_line(200),
        "topic": _one_line(200),
        "pages": _seen,
        "downloads": _seen,
        "intent": _one_line(100),
        "external_id": _one_line(255),
        "consent": _consent,
        "score": _typed(amount.integer),
        "occurred_at": _typed(timestamp.instant),
    }
)
