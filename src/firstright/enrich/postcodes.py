"""Where a postcode is, in the United States and Canada, out of tables we ship: no network, and no guess where tables disagree.

Of other countries a postcode says nothing here: their tables are not clean enough to be believed.
"""

import gzip
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from firstright.core.clean.places import zone_of

_DATA = files("firstright.enrich").joinpath("data")
_AREA = 3  # characters of a Canadian postcode that name its area


class Place(msgspec.Struct, frozen=True):
    """`state` is ISO 3166-2 ("US-TN"). Empty: the zone where two tables differ or soldiers may be anywhere, the city in Canada."""

    state: str
    zone: str
    city: str


@lru_cache(maxsize=65_536)
def place_of(postcode: str, country: str) -> Place | None:
    """None for a postcode that is not in use, and in any other country."""
    if country == "US":
        row = _us().get(postcode[:5])
        return _place(country, row) if row and (len(postcode) == 5 or postcode[5] == "-") else None
    if country == "CA":
        areas = (postcode[:size] for size in range(_AREA, 0, -1))
        row = next((row for area in areas if (row := _ca().get(area))), None)
        return _place(country, row) if row and len(postcode) > _AREA - 1 else None
    return None


def warm() -> None:
    """Reads the tables (30 ms), so that the first lead with a postcode does not wait for them."""
    place_of("10001", "US")
    place_of("M5V 2T6", "CA")


def _place(country: str, row: str) -> Place:
    state, zone, *city = row.split(",")
    return Place(f"{country}-{state}", zone or zone_of(country, state) or "", city[0] if city else "")


@cache
def _us() -> dict[str, str]:
    """Postcode -> "state,zone,city"; the zone is there where the state has several."""
    text = gzip.decompress(_DATA.joinpath("us_postcodes.csv.gz").read_bytes()).decode()
    return {line[:5]: line[6:] for line in text.splitlines() if line[:1] != "#"}


@cache
def _ca() -> dict[str, str]:
    lines = _DATA.joinpath("ca_postcodes.csv").read_text("utf-8").splitlines()
    return dict(line.split(",", 1) for line in lines if line[:1] != "#")
