"""Languages as BCP 47 tags: the primary language, and the region where one is given. Scripts and variants are dropped."""

from functools import cache, lru_cache

from firstright.core.clean.places import NAMED_IN, country_code, country_codes
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import LANGUAGE_ALIASES
from firstright.core.clean.text import fold

_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "root", "mis"})
_AREAS = frozenset({"419", "001", "150"})  # Latin America, world, Europe: es-419 is in daily use


@lru_cache(maxsize=4_096)
def language_tag(text: str) -> str | Refusal:
    """ "en_US", "German", "English (United Kingdom)" or an Accept-Language list (its first) -> "en-US", "de", "en-GB"."""
    first = text.split(",")[0].split(";")[0].split(".")[0].strip()
    return (
        _named(first)
        or _tagged(first)
        or Refusal("language.unknown", "not a language code or name, such as de, en-US or German")
    )


def _named(text: str) -> str | None:
    folded = fold(text)
    if (len(folded) > 3 or not folded.isascii()) and (tag := _names().get(folded)):
        return tag
    name, bracket, region = text.partition("(")
    language = _names().get(fold(name)) if bracket else None
    country = country_code(region.rstrip(") ")) if language else ""
    return f"{language}-{country}" if language and isinstance(country, str) else None


def _tagged(text: str) -> str | None:
    primary, *rest = text.replace("_", "-").split("-")
    language = _codes().get(primary.lower())
    rest = [part for part in rest if not (len(part) == 4 and part.isalpha())]
    if language is None or len(rest) > 1:
        return None
    if not rest:
        return language
    region = rest[0].upper()
    return f"{language}-{region}" if region in country_codes() or region in _AREAS else None


@cache
def _codes() -> dict[str, str]:
    from babel import Locale  # see places.country_names
    from babel.core import get_global

    known = {str(code) for code in Locale("en").languages if str(code).isalpha()} - _NO_LANGUAGE
    aliases = {str(old): str(code) for old, code in get_global("language_aliases").items()}
    old_codes = {old: code for old, code in aliases.items() if old.isalpha() and code in known}
    return old_codes | {code: code for code in known}


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
