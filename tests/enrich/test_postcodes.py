"""Where a postcode is, and where it is not said: two tables that disagree, soldiers, codes out of use, borders of zones."""

import csv
import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firstright.core.clean.tables import STATE_CODES, ZONES
from firstright.enrich.postcodes import Place, place_of

TABLE = Path(__file__).parents[3] / "shared/data/reference/geo_us_ca/us_zip.csv.gz"


@pytest.mark.parametrize(
    ("postcode", "country", "place"),
    [
        ("10001", "US", Place("US-NY", "America/New_York", "New York")),
        ("10001-1234", "US", Place("US-NY", "America/New_York", "New York")),
        ("37201", "US", Place("US-TN", "America/Chicago", "Nashville")),  # Tennessee has two clocks
        ("37405", "US", Place("US-TN", "", "Chattanooga")),  # and the tables two opinions of this one
        (
            "86515",
            "US",
            Place("US-AZ", "America/Denver", "Window Rock"),
        ),  # the Navajo Nation keeps summer time
        ("09001", "US", Place("US-AE", "", "")),  # soldiers, anywhere
        ("V6B 1A1", "CA", Place("CA-BC", "America/Vancouver", "")),
        ("V1C 2A1", "CA", Place("CA-BC", "", "")),  # in the Rockies
        ("P9N 1A1", "CA", Place("CA-ON", "America/Winnipeg", "")),
        ("T5J 0A1", "CA", Place("CA-AB", "America/Edmonton", "")),
    ],
)
def test_a_postcode_says_where_it_is(postcode: str, country: str, place: Place) -> None:
    assert place_of(postcode, country) == place


@pytest.mark.parametrize(
    ("postcode", "country"),
    [
        ("00000", "US"),
        ("1000", "US"),
        ("100011234", "US"),
        ("96941", "US"),
        ("D1A 1A1", "CA"),
        ("M", "CA"),
        ("10115", "DE"),
        ("10001", ""),
    ],
)
def test_of_others_nothing_is_said(postcode: str, country: str) -> None:
    assert place_of(postcode, country) is None


def test_every_state_and_zone_of_the_tables_exists() -> None:
    from firstright.enrich import postcodes

    for country, table in (("US", postcodes._us()), ("CA", postcodes._ca())):
        places = {place_of(code if country == "US" else f"{code:0<3}", country) for code in table}
        known = {f"{country}-{code}" for code in STATE_CODES[country].values()}
        assert {place.state for place in places if place} <= known
        zones = {place.zone for place in places if place and place.zone}
        assert zones <= set(ZONES.values())
        assert all(ZoneInfo(zone) for zone in zones)


@pytest.mark.skipif(not TABLE.exists(), reason="../shared/data is not there")
def test_codes_out_of_use_are_left_out_and_all_others_say_their_state() -> None:
    with gzip.open(TABLE, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    elsewhere = {"FM", "MH", "PW"}  # countries of their own
    wrong = [row["zip"] for row in rows if row["active"] == "0" and place_of(row["zip"], "US")]
    for row in rows:
        if row["active"] == "1" and row["state"] not in elsewhere:
            place = place_of(row["zip"], "US")
            if place is None or place.state != f"US-{row['state']}":
                wrong.append(row["zip"])
    assert wrong == []
