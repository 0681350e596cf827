"""Countries, states and zones; expectations from ISO 3166 and the tz database."""

from importlib.resources import files

import pytest
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from firstright.core.clean.cities import city_name
from firstright.core.clean.normalize import normalize
from firstright.core.clean.places import country_code, country_codes, country_names, zone_of
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import (
    COUNTRY_ALIASES,
    ONLY_ZONE,
    STATE_CODES,
    STATE_ZONE,
    ZONES,
    cities,
    further_countries,
)
from firstright.core.clean.text import fold
from firstright.core.clean.zones import zone_name


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
        ("FR", "Brittany", "FR-BRE"),
        ("FR", "Gironde", "Gironde"),
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


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("España", "ES"),
        ("Россия", "RU"),
        ("الإمارات", "AE"),
        ("대한민국", "KR"),
        ("中国", "CN"),
        ("საქართველო", "GE"),
        ("Ísland", "IS"),
        ("Éire", "IE"),
        ("Niemcy", "DE"),
        ("Almanya", "DE"),
        ("ドイツ", "DE"),
        ("Großbritannien", "GB"),
        ("Philipines", "PH"),
        ("NA", "NA"),
        ("Kosovë", "XK"),
        ("Taiwan, Province of China", "TW"),
        ("British Virgin Isl.", "VG"),
        ("Kongo", None),
        ("Tonga", "TO"),
        ("Nigr", None),
    ],
)
def test_countries_are_known_in_their_own_and_other_languages(written: str, code: str | None) -> None:
    found = country_code(written)
    assert found == code if code else isinstance(found, Refusal)


def test_further_names_are_nobody_elses_and_each_leads_to_a_country() -> None:
    first = country_names()
    assert {code for code in further_countries().values() if code not in country_codes()} == set()
    assert [name for name in further_countries() if first.get(name)] == []
    assert [name for name in further_countries() if fold(name) != name] == []


def test_every_countrys_own_names_are_known() -> None:
    """By CLDR's official languages; what our folding makes of two names the same is left out of the table."""
    unknown = [
        (code, language)
        for code in sorted(country_codes())
        for language in get_official_languages(code, regional=True, de_facto=True)
        if (own := _own_name(code, language)) and country_code(own) != code
    ]
    assert unknown == []


def _own_name(code: str, language: str) -> str | None:
    try:
        return Locale.parse(language).territories.get(code)
    except (ValueError, UnknownLocaleError):
        return None


@pytest.mark.parametrize(
    ("country", "written", "city"),
    [
        ("US", "NYC", "New York"),
        ("US", "S.F.", "San Francisco"),
        ("US", "LA", "Los Angeles"),
        ("FR", "LA", "LA"),
        ("DE", "Munich", "München"),
        ("DE", "muenchen", "München"),
        ("DE", "Cologne", "Köln"),
        ("DE", "Frankfurt a. M.", "Frankfurt am Main"),
        ("DE", "Freiburg", "Freiburg im Breisgau"),
        ("CH", "Freiburg", "Fribourg"),
        ("IN", "Bangalore", "Bengaluru"),
        ("IN", "Bombay", "Mumbai"),
        ("UA", "Kiev", "Kyiv"),
        ("AT", "Vienna", "Wien"),
        ("JP", "東京都", "Tokyo"),
        ("DE", "Bielefeld", "Bielefeld"),
    ],
)
def test_a_town_has_one_name_in_its_country(country: str, written: str, city: str) -> None:
    assert normalize({"country": country, "city": written}).facts["city"] == city
    assert city_name(city, country) == city


def test_a_town_without_a_country_and_one_the_policy_named_stay_as_they_are() -> None:
    assert normalize({"city": "Munich"}).facts["city"] == "Munich"
    assert normalize({"city": "Munich"}, country="DE").facts["city"] == "München"
    ours = {"city": {"muc": "Munich"}}
    assert [
        normalize({"country": "DE", "city": it}, synonyms=ours).facts["city"] for it in ("MUC", "Munich")
    ] == [
        "Munich",
        "Munich",
    ]


def test_no_town_is_called_by_another_towns_own_name() -> None:
    own = {(country, name) for (country, _), name in cities().items()}
    assert [(country, name) for country, name in own if city_name(name, country) != name] == []


@pytest.mark.parametrize(
    ("country", "written", "postcode"),
    [
        ("DE", "1067", "01067"),
        ("DE", "1067.0", "01067"),
        ("US", "2139", "02139"),
        ("US", "501", "00501"),
        ("US", "02139-4307", "02139-4307"),
        ("FR", "6000", "06000"),
        ("IT", "187", "187"),
        ("ES", "8001", "08001"),
        ("FI", "100", "00100"),
        ("BR", "1310100", "01310100"),
        ("CH", "800", "800"),
        ("CA", "k1a 0b1", "K1A 0B1"),
        ("", "1067", "1067"),
    ],
)
def test_zeros_a_spreadsheet_has_eaten_are_put_back_where_the_country_has_them(
    country: str, written: str, postcode: str
) -> None:
    assert normalize({"country": country, "postcode": written}).facts["postcode"] == postcode


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("India Standard Time", "Asia/Kolkata"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(GMT+01:00) Central European Standard Time (Europe/Berlin)", "Europe/Berlin"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("GMT+1", "zone.offset"),
        ("UTC+05:30", "zone.offset"),
        ("-5", "zone.offset"),
        ("Etc/GMT+1", "zone.offset"),
        ("CST", "zone.abbreviation"),
        ("EST", "zone.abbreviation"),
        ("Napakiak", "zone.unknown"),
    ],
)
def test_zones_go_by_many_names_but_never_by_an_offset(written: str, zone: str) -> None:
    found = zone_name(written)
    assert (found.code if isinstance(found, Refusal) else found) == zone


def test_every_windows_zone_leads_somewhere() -> None:
    names = get_global("windows_zone_mapping")
    lost = {name for name in names if isinstance(zone_name(name), Refusal)}
    assert lost == {"Dateline Standard Time", *(name for name in names if name.startswith("UTC"))} - {"UTC"}


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("AT", "Vienna", "AT-9"),
        ("AT", "Steiermark", "AT-6"),
        ("CH", "Zurich", "CH-ZH"),
        ("CH", "Vaud", "CH-VD"),
        ("MX", "Edo. de México", "MX-MEX"),
        ("MX", "CDMX", "MX-CMX"),
        ("GB", "Schottland", "GB-SCT"),
        ("GB", "Kent", "Kent"),
        ("ES", "Catalonia", "ES-CT"),
        ("IT", "Lombardy", "IT-25"),
        ("NL", "North Holland", "NL-NH"),
    ],
)
def test_states_of_more_countries(country: str, written: str, code: str | None) -> None:
    assert normalize({"country": country, "state": written}).facts.get("state") == code
