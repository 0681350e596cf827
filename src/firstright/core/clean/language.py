"""Languages as BCP 47 tags: the primary language, and the region where one is given. Scripts and variants are dropped."""

import re
from functools import cache, lru_cache

from firstright.core.clean.places import NAMED_IN, country_code, country_codes
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import LANGUAGE_ALIASES, further_languages
from firstright.core.clean.text import fold

_REGION = re.compile(r"\s*\(|\s+[-–/]\s+|,\s*")
_VARIANT = re.compile(r"[a-z]{4}|[a-z0-9]{5,8}|\d[a-z0-9]{3}", re.IGNORECASE)  # a script, or 1996, valencia
_SEVERAL = re.compile(r"\s*[/|&]\s*")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "root", "mis"})
_AREAS = frozenset({"419", "001", "150"})  # Latin America, world, Europe: es-419 is in daily use


@lru_cache(maxsize=4_096)
def language_tag(text: str) -> str | Refusal:
    """ "en_US", "German", "English (United Kingdom)" or an Accept-Language list (its first) -> "en-US", "de", "en-GB"."""
    first = text.split(";")[0].split(".")[0].split("@")[0].strip()
    head, comma, _ = first.partition(",")
    whole = _named(first) if comma else None  # "English, US"
    return (
        whole
        or _named(head.strip())
        or _tagged(head.strip())
        or _first(head)
        or Refusal("language.unknown", "not a language code or name, such as de, en-US or German")
    )


def _first(text: str) -> str | None:
    """Of "EN/DE" and "English & German" the first, where each of them is a language."""
    each = [_named(part) or _tagged(part) for part in _SEVERAL.split(text.strip())]
    return each[0] if len(each) > 1 and all(each) else None


def _named(text: str) -> str | None:
    if tag := _of_name(text):
        return tag
    name, mark, region = _cut(text)
    language = _of_name(name) if mark else None
    country = country_code(region.rstrip(") ")) if language else ""
    return f"{language}-{country}" if language and isinstance(country, str) else None


def _cut(text: str) -> tuple[str, str, str]:
    """The language and the region of "English (UK)", "French - France"."""
    found = _REGION.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _of_name(text: str) -> str | None:
    folded = fold(text)
    if len(folded) < 4 and folded.isascii():
        return None
    return _names().get(folded) or further_languages().get(folded)


def _tagged(text: str) -> str | None:
    primary, *rest = text.replace("_", "-").split("-")
    language = _codes().get(primary.lower())
    rest = [part for part in _plain(rest) if not _VARIANT.fullmatch(part)]
    if language is None or len(rest) > 1:
        return None
    if not rest:
        return language
    region = {"UK": "GB"}.get(rest[0].upper(), rest[0].upper())
    return f"{language}-{region}" if region in country_codes() or region in _AREAS else None


def _plain(parts: list[str]) -> list[str]:
    """What stands before the first extension: "de-DE-u-co-phonebk". A private one is anybody's guess, and stays."""
    single = next((at for at, part in enumerate(parts) if len(part) == 1 and part.lower() != "x"), len(parts))
    return parts[:single]


@cache
def _codes() -> dict[str, str]:
    from babel import Locale  # see places.country_names
    from babel.core import get_global

    known = {str(code) for code in Locale("en").languages if str(code).isalpha()} - _NO_LANGUAGE
    aliases = {str(old): str(code) for old, code in get_global("language_aliases").items()}
    old_codes = {old: code for old, code in aliases.items() if old.isalpha() and code in known}
    mistaken = {name: tag for name, tag in LANGUAGE_ALIASES.items() if len(name) < 4 and name.isascii()}
    return mistaken | old_codes | {code: code for code in known}


@cache
def _names() -> dict[str, str]:
    from babel import Locale  # see places.country_names

    names: dict[str, str] = {}
    for spoken in NAMED_IN:
        for code, name in Locale(spoken).languages.items():
            if code in _codes():
                names.setdefault(fold(name), code)
    names.update(LANGUAGE_ALIASES)
    return names
