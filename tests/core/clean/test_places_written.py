"""States and postcodes as programs print them and people type them."""

import pytest
from babel import Locale

from firstright.core.clean.normalize import normalize
from firstright.core.clean.places import country_code, country_codes, state_code
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import STATE_NAMES

WRITTEN = ("{}", "{name} ({code})", "{code} - {name}", "{name}, {code}", "State of {name}", "{name} State", "Province of {name}", "Region {name}",
           "{country}-{code}", "Somewhere, {name}")  # fmt: skip


@pytest.mark.parametrize("country", sorted(STATE_NAMES))
@pytest.mark.parametrize("written", WRITTEN)
def test_a_state_is_itself_whatever_stands_around_it(country: str, written: str) -> None:
    for name, code in STATE_NAMES[country].items():
        text = written.format(name, name=name, code=code, country=country)
        assert state_code(text, country) == f"{country}-{code}", text


@pytest.mark.parametrize(
    ("country", "written"),
    [("US", "New York / New Jersey"), ("US", "TX or CA"), ("DE", "Land"), ("IN", "Land of Oz")],
)
def test_two_states_and_none_are_refused(country: str, written: str) -> None:
    assert isinstance(state_code(written, country), Refusal)


@pytest.mark.parametrize(
    ("country", "written", "printed"),
    [
        ("GB", "SW1A-1AA", "SW1A 1AA"),
        ("CA", "K1A-0B1", "K1A 0B1"),
        ("PL", "PL 00-950", "00-950"),
        ("FR", "75001 CEDEX 01", "75001"),
        ("NL", "1012", "1012"),
        ("NL", "NL-1012ab", "1012 AB"),
        ("DE", "12 345", "12345"),
        ("IN", "560 001", "560001"),
        ("JP", "〒100-0001", "100-0001"),
        ("JP", "１００－０００１", "100-0001"),
        ("SE", "S-11122", "111 22"),
        ("AT", "A-1010", "1010"),
        ("AR", "C1002AAQ", "C1002AAQ"),
        ("IE", "d02-af30", "D02 AF30"),
        ("DE", "01067 Dresden", "01067"),
        ("DE", "80331 München-Altstadt", "80331"),
        ("DE", "'01067", "01067"),
        ("CH", "8001 Zürich", "8001"),
        ("US", "MA 02139", "02139"),
        ("US", "Cambridge, MA 02139-4307", "02139-4307"),
        ("GB", "SW1A 1AA, UK", "SW1A 1AA"),
    ],
)
def test_postcodes_of_other_systems(country: str, written: str, printed: str) -> None:
    """The country was taken off in the middle: SW1A-1AA became SW1 1AA."""
    once = normalize({"country": country, "postcode": written}).facts["postcode"]
    assert (once, normalize({"country": country, "postcode": once}).facts["postcode"]) == (printed, printed)


PARTS = (
    "{name} ({code})", "{code} - {name}", "{name}, {code}", "{code}-{name}", "{name} [{code}]", "{name}/{other}", "{flag} {name}", "{flag}",
    "{name} (the)", "{other} | {code}", "{code}: {name}",
)  # fmt: skip


@pytest.mark.parametrize("written", PARTS)
def test_a_country_written_twice_over_is_that_country(written: str) -> None:
    for code in sorted(country_codes()):
        name, other = (Locale(language).territories[code] for language in ("en", "de"))
        flag = "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code)
        assert country_code(written.format(name=name, code=code, other=other, flag=flag)) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Congo, Dem. Rep.", "CD"),
        ("the Democratic Republic of the Congo", "CD"),  # was the other one
        ("Congo (the Democratic Republic of the)", "CD"),
        ("the Democratic People's Republic of Korea", "KP"),
        ("the Republic of China", "TW"),
        ("The Congo", "CG"),
        ("Egypt, Arab Rep.", "EG"),
        ("Korea, Rep.", "KR"),
        ("Korea (South)", "KR"),
        ("Gambia, The", "GM"),
        ("Venezuela, RB", "VE"),
        ("Micronesia, Fed. Sts.", "FM"),
        ("Moldova (the Republic of)", "MD"),
        ("Falkland Islands (the) [Malvinas]", "FK"),
        ("Virgin Islands (U.S.)", "VI"),
        ("USA - Texas", "US"),
        ("California, USA", "US"),
        ("CA, USA", "US"),
        ("Canada (Ontario)", "CA"),
        ("GB-ENG", "GB"),
        ("US-CA", "US"),
    ],
)
def test_a_country_as_banks_registers_and_extracts_write_it(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize(
    "written",
    [
        "Los Angeles, CA",
        "Georgia, USA",
        "Lebanon, Ohio",
        "Lebanon, PA",
        "Mexico, Missouri",
        "UK / Ireland",
        "München, Deutschland",
        "de-AT",
        "CA-US",
        "co-op",
        "Europe (Other)",
    ],
)
def test_parts_that_do_not_all_speak_of_one_country_say_none(written: str) -> None:
    assert isinstance(country_code(written), Refusal)


@pytest.mark.parametrize(
    ("country", "written", "state"),
    [
        ("DE", "Baden-Württ.", "DE-BW"),
        ("DE", "Rheinl.-Pfalz", "DE-RP"),
        ("DE", "Meck-Pomm", "DE-MV"),
        ("US", "us-tx", "US-TX"),
        ("AU", "Queensl.", "AU-QLD"),
    ],
)
def test_a_state_cut_short_is_the_only_one_that_begins_so(country: str, written: str, state: str) -> None:
    assert state_code(written, country) == state
    assert isinstance(state_code("New.", "US"), Refusal)


@pytest.mark.parametrize(("country", "written"), [("DE", "O1067"), ("US", "0213A"), ("CH", "Zürich")])
def test_a_postcode_with_letters_where_there_are_none_is_no_fact(country: str, written: str) -> None:
    """Behind its town or with an O for a zero, it was a fact no territory knew."""
    found = normalize({"country": country, "postcode": written})
    assert "postcode" not in found.facts
    assert [problem.code for problem in found.problems] == ["postcode.invalid"]
