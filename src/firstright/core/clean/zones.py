"""Time zones by the names programs and people give them: IANA, Windows, "GMT+01:00 ... (Europe/Berlin)", a city alone.

An offset or an abbreviation is refused: +01:00 is Lagos as well as Berlin in winter, and CST is Chicago or Shanghai."""

import re
from functools import cache, lru_cache

from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import ZONE_NAMES, ZONES
from firstright.core.clean.text import fold

_OFFSET = re.compile(r"(?:(?:utc|gmt|etc/gmt|z)\s*)?[+\-\u2212]\s*\d{1,2}(?::?\d\d)?", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z]{2,5}")
_IN_BRACKETS = re.compile(r"\(([A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+)\)")
_BEFORE = re.compile(r"^\((?:utc|gmt)[^)]*\)\s*", re.IGNORECASE)  # "(UTC+01:00) Amsterdam, Berlin ..."


@lru_cache(maxsize=4_096)
def zone_name(text: str) -> str | Refusal:
    """The IANA name, whatever its case; old names lead to the present one. "W. Europe Standard Time" is Europe/Berlin."""
    if zone := ZONES.get(text.lower().replace(" ", "_")):
        return zone
    if inside := _IN_BRACKETS.search(text):
        return zone_name(inside[1])
    if _OFFSET.fullmatch(text):
        return Refusal(
            "zone.offset",
            "an offset is no zone: it does not say when clocks change; name one such as Europe/Berlin",
        )
    bare = _BEFORE.sub("", text)
    if zone := ZONE_NAMES.get(fold(bare)) or _windows().get(bare.casefold()) or _of_city(bare):
        return zone
    if _ABBREVIATION.fullmatch(text):
        return Refusal("zone.abbreviation", "several zones are called so; name one such as America/Chicago")
    return Refusal("zone.unknown", "not a time zone of the IANA database, such as Europe/Berlin")


def _of_city(text: str) -> str | None:
    """ "Amsterdam, Berlin, Rome" of Outlook goes by its first city, which keeps the same clock as the others."""
    return _cities().get(fold(text.partition(",")[0]))


@cache
def _cities() -> dict[str, str]:
    """The last part of a zone's name, where only one zone is called so."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for zone in set(ZONES.values()):
        city = fold(zone.rpartition("/")[2].replace("_", " "))
        if city in found:
            twice.add(city)
        found[city] = zone
    return {city: zone for city, zone in found.items() if city not in twice and city != "utc"}


@cache
def _windows() -> dict[str, str]:
    from babel.core import get_global  # as places.country_names

    names = get_global("windows_zone_mapping").items()
    return {windows.casefold(): ZONES[zone.lower()] for windows, zone in names if zone.lower() in ZONES}
