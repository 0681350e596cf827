"""Time zones by the names programs and people give them: IANA, Windows, "GMT+01:00 ... (Europe/Berlin)", a city alone.

An offset or an abbreviation is refused: +01:00 is Lagos as well as Berlin in winter, and CST is Chicago or Shanghai."""

import re
from functools import cache, lru_cache

from firstright.core.clean.places import NAMED_IN
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import ZONE_NAMES, ZONES
from firstright.core.clean.text import fold

_OFFSET = re.compile(r"(?:(?:utc|gmt|etc/gmt|z)\s*)?[+\-\u2212]\s*\d{1,2}(?::?\d\d)?", re.IGNORECASE)
_SLASH = re.compile(
    r"\s*[/\\]\s*|_slash_", re.IGNORECASE
)  # HubSpot: america_slash_port_hyphen_au_hyphen_prince
_HYPHEN = re.compile(r"_hyphen_", re.IGNORECASE)
_LISTED = re.compile(r"[,;]")
# Names that are regions of the IANA database's, and no cities': "US/Eastern", "Etc/GMT+5".
_NO_PLACES = frozenset({"us", "canada", "brazil", "chile", "mexico", "etc", "systemv"})
_ABBREVIATION = re.compile(r"[A-Z]{2,5}")
_IN_BRACKETS = re.compile(r"\(([A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+)\)")
_BEFORE = re.compile(r"^\((?:utc|gmt)[^)]*\)\s*", re.IGNORECASE)  # "(UTC+01:00) Amsterdam, Berlin ..."


@lru_cache(maxsize=4_096)
def zone_name(text: str) -> str | Refusal:
    """The IANA name, whatever its case; old names lead to the present one. "W. Europe Standard Time" is Europe/Berlin."""
    if zone := ZONES.get(_HYPHEN.sub("-", _SLASH.sub("/", text.lower())).replace(" ", "_")):
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
    first = fold(_LISTED.split(text)[0])
    return ZONE_NAMES.get(first) or _cities().get(first)


@cache
def _cities() -> dict[str, str]:
    """The last part of a zone's name, and what its city is called in the languages that come most, where only one zone is called so."""
    from babel import Locale  # as places.country_names

    called: dict[str, set[str]] = {}
    for name, zone in ZONES.items():
        region, _, city = name.rpartition("/")
        if region and region not in _NO_PLACES:
            called.setdefault(fold(city.replace("_", " ")), set()).add(zone)
    own = {city for city in called if len(called[city]) == 1}
    for spoken in NAMED_IN:
        for name, said in Locale(spoken).time_zones.items():
            city, zone_of_it = fold(said.get("city", "")), ZONES.get(name.lower())
            if city and zone_of_it and city not in own:
                called.setdefault(city, set()).add(zone_of_it)
    return {city: zones.copy().pop() for city, zones in called.items() if len(zones) == 1 and city != "utc"}


@cache
def _windows() -> dict[str, str]:
    from babel.core import get_global  # as places.country_names

    names = get_global("windows_zone_mapping").items()
    return {windows.casefold(): ZONES[zone.lower()] for windows, zone in names if zone.lower() in ZONES}
