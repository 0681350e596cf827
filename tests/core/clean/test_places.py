"""Countries, states and zones; expectations from ISO 3166 and the tz database."""

from importlib.resources import files

import pytest

from firstright.core.clean.normalize import normalize
from firstright.core.clean.places import country_code, zone_name, zone_of
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import COUNTRY_ALIASES, ONLY_ZONE, STATE_CODES, STATE_ZONE, ZONES


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("UK", "GB"),
        ("u.k.", "GB"),
        ("England", "GB"),
        ("Germany", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("Deutschland", "DE"),
        ("ALLEMAGNE", "DE"),
        ("NO", "NO"),
        ("no", "NO"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("Brasil", "BR"),
        ("Österreich", "AT"),
        ("Oesterreich", "AT"),
        ("Federal Republic of Germany", "DE"),
        ("Kingdom of the Netherlands", "NL"),
        ("Democratic People's Republic of Korea", "KP"),
        ("Democratic Republic of the Congo", "CD"),
        ("Saint Kitts and Nevis", "KN"),
        ("the Netherlands", "NL"),
        ("Holland", "NL"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Bosnia & Herzegovina", "BA"),
        ("Bosnia and Herzegovina", "BA"),
        ("Côte d'Ivoire", "CI"),
        ("Kosovo", "XK"),
        ("Namibia", "NA"),
        ("Taiwan", "TW"),
        ("日本", "JP"),
        ("ZZ", None),
        ("EU", None),
        ("null island", None),
    ],
)
def test_countries_are_known_by_code_and_by_name(written: str, code: str | None) -> None:
    found = country_code(written)
    assert found == code if code else isinstance(found, Refusal)


def test_an_unknown_country_names_what_is_near() -> None:
    assert country_code("Germny") == Refusal(
        "country.unknown", "no country of that name or code; near: Germany, Guernsey"
    )
    assert country_code("ZZ") == Refusal(
        "country.unknown", "no country of that name or code; near: ZA, ZM, ZW"
    )


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", "California", "US-CA"),
        ("US", "Calif.", "US-CA"),
        ("US", "ca", "US-CA"),
        ("US", "US-CA", "US-CA"),
        ("US", "N.Y.", "US-NY"),
        ("CA", "Québec", "CA-QC"),
        ("DE", "Bavaria", "DE-BY"),
        ("DE", "NRW", "DE-NW"),
        ("DE", "Baden-Wuerttemberg", "DE-BW"),
        ("AU", "qld", "AU-QLD"),
        ("BR", "Sao Paulo", "BR-SP"),
        ("IN", "Orissa", "IN-OD"),
        ("FR", "Bretagne", "Bretagne"),
    ],
)
def test_states_are_codes_where_we_know_them(country: str, written: str, code: str) -> None:
    assert normalize({"country": country, "state": written}).facts["state"] == code


def test_a_state_without_a_country_or_of_another_one_is_a_problem() -> None:
    assert [p.code for p in normalize({"state": "CA"}).problems] == ["state.needs_country"]
    near = normalize({"country": "US", "state": "Kalifornia"}).problems
    assert [(p.code, p.reason) for p in near] == [("state.unknown", "US has no such state; near: California")]


@pytest.mark.parametrize(
    ("country", "state", "zone"),
    [
        ("DE", "", "Europe/Berlin"),
        ("FR", "", "Europe/Paris"),
        ("IN", "KA", "Asia/Kolkata"),
        ("US", "", None),
        ("US", "CA", "America/Los_Angeles"),
        ("US", "TX", None),
        ("ES", "", None),
        ("AU", "QLD", "Australia/Brisbane"),
        ("BR", "SP", "America/Sao_Paulo"),
        ("", "", None),
    ],
)
def test_a_zone_follows_only_where_there_is_one_clock(country: str, state: str, zone: str | None) -> None:
    assert zone_of(country, state) == zone


def test_the_fourteen_american_states_on_two_clocks_give_no_zone() -> None:
    two_clocks = ["AK", "AZ", "FL", "ID", "IN", "KS", "KY", "MI", "ND", "NE", "OR", "SD", "TN", "TX"]
    military = ["AA", "AE", "AP"]
    without = sorted(
        set(STATE_CODES["US"].values()) - {code for country, code in STATE_ZONE if country == "US"}
    )
    assert without == sorted(two_clocks + military)


def test_a_zone_that_was_sent_wins_and_old_names_lead_to_new_ones() -> None:
    assert normalize({"country": "DE", "zone": "america/new_york"}).facts["zone"] == "America/New_York"
    assert [zone_name(old) for old in ("Asia/Calcutta", "US/Pacific", "GMT", "Europe/Kiev")] == [
        "Asia/Kolkata",
        "America/Los_Angeles",
        "UTC",
        "Europe/Kyiv",
    ]


def test_our_zones_are_those_of_the_installed_tz_database() -> None:
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    rows = [row.split("\t") for row in table if not row.startswith("#")]
    assert {zone for _, _, zone, *_ in rows} == set(ZONES.values()) - {"UTC"}


def test_what_the_tables_name_exists() -> None:
    known = set(ZONES.values())
    assert {zone for zone in [*STATE_ZONE.values(), *ONLY_ZONE.values()] if zone not in known} == set()
    assert {code for code in [*COUNTRY_ALIASES.values(), *STATE_CODES] if country_code(code) != code} == set()


@pytest.mark.parametrize(
    ("country", "written", "printed"),
    [
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("CA", "k1a0b1", "K1A 0B1"),
        ("NL", "1234ab", "1234 AB"),
        ("US", "941071234", "94107-1234"),
        ("US", "01234", "01234"),
        ("DE", "D-80331", "80331"),
        ("FR", "75001", "75001"),
    ],
)
def test_postcodes_look_as_the_country_prints_them(country: str, written: str, printed: str) -> None:
    assert normalize({"country": country, "postcode": written}).facts["postcode"] == printed


def test_a_postcode_that_lost_its_zero_to_a_number_is_refused() -> None:
    assert [p.code for p in normalize({"postcode": 1234}).problems] == ["type.expected_string"]
    assert [p.code for p in normalize({"postcode": "80331 München"}).problems] == ["postcode.invalid"]


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("english", "en"),
        ("en_US", "en-US"),
        ("EN", "en"),
        ("deu", "de"),
        ("Deutsch", "de"),
        ("français", "fr"),
        ("Portuguese (Brazil)", "pt-BR"),
        ("zh-Hant-TW", "zh-TW"),
        ("es-419", "es-419"),
        ("en-GB,en;q=0.9", "en-GB"),
        ("iw", "he"),
        ("日本語", "ja"),
    ],
)
def test_languages_become_bcp_47_tags(written: str, tag: str) -> None:
    assert normalize({"language": written}).facts == {"language": tag}


@pytest.mark.parametrize("written", ["xx-YY", "en-ZZ", "Gibberish", "und", "-", "en-US-x-twain"])
def test_what_is_no_language_is_a_problem(written: str) -> None:
    assert [p.code for p in normalize({"language": written}).problems] == ["language.unknown"]
