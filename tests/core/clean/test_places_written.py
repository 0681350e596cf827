"""States and postcodes as programs print them and people type them."""

import pytest

from firstright.core.clean.normalize import normalize
from firstright.core.clean.places import state_code
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
    ],
)
def test_postcodes_of_other_systems(country: str, written: str, printed: str) -> None:
    """The country was taken off in the middle: SW1A-1AA became SW1 1AA."""
    once = normalize({"country": country, "postcode": written}).facts["postcode"]
    assert (once, normalize({"country": country, "postcode": once}).facts["postcode"]) == (printed, printed)
