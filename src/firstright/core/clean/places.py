"""Countries, states and time zones as ISO and IANA write them. It guesses nothing that a table does not say:
a country with two clocks gives no zone, and a phone number never becomes a country."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

from firstright.core.clean.placeparts import cut_short, in_parts
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import (
    COUNTRY_ALIASES,
    COUNTRY_EXACTLY,
    ONLY_ZONE,
    STATE_CODES,
    STATE_NAMES,
    STATE_ZONE,
    further_countries,
)
from firstright.core.clean.text import fold

NAMED_IN = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
)  # asked first; `further_countries` knows those in all other languages
# Our tables have the greater divisions of these; what else is written there (a county, a department) stays as it is.
_PARTLY = frozenset({"ES", "FR", "GB", "IT", "NL"})
# In CLDR's list of territories, but no country one can be in.
_NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
# What stands before the name in the full name of a state: "the Federal Republic of Germany".
_TITLE = re.compile(
    r"^(?:the )?(?:(?:(?:federal|federative|democratic|islamic|peoples|arab|united|independent|socialist|oriental"
    r"|bolivarian|plurinational|hashemite|co operative) )*"
    r"(?:republic|kingdom|principality|commonwealth|state|sultanate|grand duchy|union) of )?(?:the )?"
)
# Two countries each, which their titles alone tell apart: "the Democratic Republic of the Congo" was the other one.
_BY_TITLE = frozenset({"congo", "korea", "china"})
_PARTS = re.compile(r"\s+[-–—|]\s+|[()\[\]/,;]")
# What a state is called besides its name, in front of it or behind.
_IN_FRONT = re.compile(
    r"^(?:(?:free )?state|commonwealth|province|territory|prov|provincia|provincie|kanton|canton|cantone|bundesland|land|freistaat|estado|edo"
    r"|region|regione|regiao|union territory|ut|nct)(?: (?:of|de|di|do|da|du|del|the))* "
)
_BEHIND = re.compile(r" (?:state|province|prov|territory|region|ncr)$")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FLAGS = {0x1F1E6 + n: chr(ord("a") + n) for n in range(26)}
_ISLANDS = re.compile(r" isl?s?$")


@lru_cache(maxsize=65_536)
def country_code(text: str) -> str | Refusal:
    """ISO 3166-1 alpha-2 of a code (two or three letters) or a name. "UK" is GB; "no" is Norway."""
    if not text.isascii() and (
        code := COUNTRY_EXACTLY.get(unicodedata.normalize("NFC", text.casefold().strip()))
    ):
        return code
    if code := _called(text) or in_parts(text, _called):
        return code
    folded = fold(text)
    near = _nearest_countries(folded)
    return Refusal("country.unknown", "no country of that name or code" + (f"; near: {near}" if near else ""))


def _called(text: str) -> str | None:
    """By one name, code or flag."""
    folded = fold(text.translate(_FLAGS) if text.isascii() is False and _FLAG.fullmatch(text) else text)
    known = country_names()
    bare = folded.removeprefix("the ")
    short = _ISLANDS.sub(" islands", _TITLE.sub("", folded)).replace("saint ", "st ")
    if short in _BY_TITLE and short != bare:
        short = ""
    return known.get(folded) or known.get(bare) or known.get(short) or further_countries().get(folded)


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code, and XK for Kosovo."""
    return frozenset(_english())


@cache
def country_names() -> dict[str, str]:
    """Folded name or code -> alpha-2. Names first come first served, in the order of `NAMED_IN`; codes win."""
    from babel import Locale  # 75 ms for the seven languages: paid by the first lead or by `warm`
    from babel.core import get_global

    valid = country_codes()
    names: dict[str, str] = {}
    for language in NAMED_IN:
        for code, name in Locale(language).territories.items():
            if code in valid:
                names.setdefault(fold(name), code)
    names.update(COUNTRY_ALIASES)
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1 and codes[0] in valid:
            names[alias.casefold()] = codes[0]
    names.update({code.casefold(): code for code in valid})
    return names


@lru_cache(maxsize=65_536)
def state_code(text: str, country: str) -> str | Refusal:
    """ISO 3166-2 ("DE-BY"), where we ship that country's table; elsewhere the text as it was written. With its country,
    because a rule that says only "CA" would mean California and the province of Cagliari."""
    text = text[3:] if country and text[:3].upper() == f"{country}-" else text
    known = STATE_CODES.get(country)
    if not country:
        return Refusal("state.needs_country", "a state says nothing without its country")
    if known is None:
        return text
    folded = fold(text)
    if code := known.get(folded) or _of_parts(text, known) or cut_short(text, known):
        return f"{country}-{code}"
    if country in _PARTLY:
        return text
    near = ", ".join(_nearest(folded, STATE_NAMES[country]))
    return Refusal("state.unknown", f"{country} has no such state" + (f"; near: {near}" if near else ""))


def _of_parts(text: str, known: Mapping[str, str]) -> str | None:
    """ "TX - Texas", "State of New York", "Kanton Bern", "Austin, Texas": what its parts say, if they do not say two things."""
    codes = set()
    for part in map(fold, _PARTS.split(text)):
        bare = _IN_FRONT.sub("", part)
        codes |= {known[name] for name in (part, bare, _BEHIND.sub("", bare)) if name in known}
    return codes.pop() if len(codes) == 1 else None


def zone_of(country: str, state: str) -> str | None:
    """The zone of a country, or of a state, that runs on one clock; None when there could be two."""
    return ONLY_ZONE.get(country) or STATE_ZONE.get((country, state.removeprefix(f"{country}-")))


@cache
def _english() -> dict[str, str]:
    from babel import Locale  # see country_names

    names = Locale("en").territories
    return {code: name for code, name in names.items() if len(code) == 2 and code not in _NOT_ISO}


def _nearest_countries(folded: str) -> str:
    names = _english()
    if len(folded) == 2:
        return ", ".join(sorted(code for code in names if code.casefold().startswith(folded[0]))[:5])
    return ", ".join(_nearest(folded, {name: code for code, name in names.items()}))


def _nearest(folded: str, names: Iterable[str]) -> list[str]:
    if len(folded) > 60:  # difflib is quadratic
        return []
    spelt = {fold(name): name for name in names}
    return [spelt[match] for match in get_close_matches(folded, spelt, n=3, cutoff=0.7)]
