"""A record's facts in the shape in which they are compared: folded, split, without what never matters. Reads nothing but facts."""

import re
from functools import lru_cache

import msgspec

from firstright.core.clean.company import company_key
from firstright.core.clean.mailbox import mailbox
from firstright.core.clean.person import PARTICLES, split_name
from firstright.core.clean.tables import FREE_MAIL, ROLE_ACCOUNTS
from firstright.core.clean.text import fold
from firstright.core.lead import Facts
from firstright.core.likeness.spelling import plain
from firstright.core.likeness.tables import STREET_WORDS

_SUFFIXES = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "i": "1", "ii": "2", "iii": "3", "iv": "4",
}  # fmt: skip
_GENDERS = {"m": "m", "male": "m", "man": "m", "f": "f", "female": "f", "w": "f", "woman": "f"}
_DIGITS = re.compile(r"\D+")
_ENDINGS = (
    ("strasse", "st"), ("straße", "st"), ("str", "st"), ("straat", "st"), ("gasse", "ln"), ("gatan", "st"), ("gata", "st"),
    ("gaten", "st"), ("gade", "st"), ("platz", "plz"), ("plein", "plz"), ("allee", "ave"), ("laan", "ave"), ("veien", "way"),
    ("vagen", "way"), ("weg", "way"), ("katu", "st"),
)  # fmt: skip
_UNIT = frozenset({"apt", "ste", "bldg", "fl", "no", "nr"})


class Place(msgspec.Struct, frozen=True):
    """Where somebody is. `words` and `numbers` are those of the street, which may be a whole address in one line."""

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""


class Reach(msgspec.Struct, frozen=True):
    """How somebody is reached. `mailbox` is the address without what mail systems pass over."""

    mailbox: str = ""
    local: str = ""
    host: str = ""
    free: bool = False  # anybody can have an address there
    role: bool = False  # info@, sales@: nobody's in particular
    phone: str = ""  # digits


class Person(msgspec.Struct, frozen=True):
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    suffix: str = ""
    gender: str = ""
    born: str = ""  # YYYYMMDD
    reach: Reach = Reach()
    place: Place = Place()
    company: str = ""
    domain: str = ""
    ids: tuple[tuple[str, str], ...] = ()  # (kind, value), by kind
    external: str = ""


def text(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def person(facts: Facts) -> Person:
    """A person's facts: first_name, middle_name, last_name or name; email, phone, birth_date, gender, street, ..., ids."""
    first, last = text(facts, "first_name"), text(facts, "last_name")
    if not (first or last) and (whole := text(facts, "name")):
        parts = split_name(whole)
        first, last = parts.get("first_name", ""), parts.get("last_name", "")
        first = f"{first} {_lost_suffix(whole)}".strip()
    given, after_given = _name(f"{first} {text(facts, 'middle_name')}")
    family, after_family = _name(last)
    if len(family) > 1:
        family = tuple(word for word in family if word not in PARTICLES) or family
    return Person(
        given,
        family,
        _suffix(text(facts, "suffix")) or after_family or after_given,
        _GENDERS.get(text(facts, "gender").casefold(), ""),
        _day(text(facts, "birth_date")),
        reach(facts),
        place(facts),
        company_key(text(facts, "company")) if text(facts, "company") else "",
        text(facts, "domain"),
        identity(facts),
        external(facts),
    )


def reach(facts: Facts) -> Reach:
    return _reach(text(facts, "email"), text(facts, "phone"))


@lru_cache(4_096)
def _reach(email: str, phone: str) -> Reach:
    local, _, host = mailbox(email.lower().strip()).rpartition("@")
    bare = local.partition("+")[0] or local  # a tag is evidence enough, where it is no key
    known = f"{bare}@{host}" if bare and host else ""
    return Reach(known, bare, host, host in FREE_MAIL, bare in ROLE_ACCOUNTS, _DIGITS.sub("", phone))


def place(facts: Facts) -> Place:
    words, numbers = street_words(text(facts, "street"))
    return Place(
        words,
        numbers,
        _postcode(text(facts, "postcode")),
        _town(text(facts, "city")),
        _town(text(facts, "state").rpartition("-")[2]),
        text(facts, "country").casefold(),
    )


@lru_cache(16_384)
def street_words(street: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and numbers of a street or an address, ways short: "Hauptstraße 5b" -> (("haupt", "st"), ("5b",))."""
    words: list[str] = []
    numbers: list[str] = []
    for token in plain(fold(street)).split():
        known = STREET_WORDS.get(token)
        if known is not None:
            words.append(known)
        elif token[0].isdigit() and not (token[-2:] in ("st", "nd", "rd", "th") and len(token) > 2):
            numbers.append(token)
        else:
            words.extend(_ways(token))
    return tuple(word for word in words if word not in _UNIT), tuple(numbers)


def identity(facts: Facts) -> tuple[tuple[str, str], ...]:
    """`ids` is a list of "kind:value": a passport, a licence, a tax number. What was written with marks is the same."""
    value = facts.get("ids")
    found = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    pairs = (
        (kind, fold(number).replace(" ", "")) for kind, _, number in (each.partition(":") for each in found)
    )
    return tuple(sorted((kind, number) for kind, number in pairs if number))


def external(facts: Facts) -> str:
    """An id means something only within its source."""
    given = text(facts, "external_id")
    return f"{text(facts, 'source')}\x1f{given}" if given else ""


def _name(written: str) -> tuple[tuple[str, ...], str]:
    words = list(plain(fold(written)).split())
    suffix = ""
    while len(words) > 1 and words[-1] in _SUFFIXES:
        suffix = _SUFFIXES[words.pop()]
    return tuple(words), suffix


def _lost_suffix(whole: str) -> str:
    last = fold(whole).split()[-1:]
    return last[0] if last and last[0] in _SUFFIXES else ""


def _suffix(written: str) -> str:
    return _SUFFIXES.get(fold(written), "")


def _day(written: str) -> str:
    digits = _DIGITS.sub("", written[:10])
    return digits if len(digits) == 8 else ""


def _postcode(written: str) -> str:
    code = "".join(c for c in written.casefold() if c.isalnum())
    return code[:5] if len(code) == 9 and code.isdigit() else code  # ZIP+4


@lru_cache(16_384)  # there are fewer towns than records
def _town(written: str) -> str:
    return " ".join(STREET_WORDS.get(word, word) for word in plain(fold(written)).split()) if written else ""


def _ways(token: str) -> list[str]:
    """Germanic tongues write the way at the end of the word: "hauptstrasse", "hauptstr", "kerkstraat", "vestergade"."""
    for end, way in _ENDINGS:
        if token.endswith(end) and len(token) > len(end) + 2:
            return [token.removesuffix(end), way]
    return [token]
