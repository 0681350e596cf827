"""Values on a page as people write them; what cannot be read that way is shown as it is."""

import pytest

from firstright.web.console.spelling import spelt


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("phone", "+498923125117", "+49 89 23125117"),
        ("phone", "+14155550101", "+1 415-555-0101"),
        ("phone", "call me", "call me"),
        ("country", "DE", "Germany"),
        ("country", "QQ", "QQ"),
        ("state", "DE-BY", "Bayern"),
        ("state", "US-CA", "California"),
        ("state", "Uusimaa", "Uusimaa"),
        ("state", "QQ-BY", "QQ-BY"),
        ("language", "de", "German"),
        ("language", "pt-BR", "Portuguese (Brazil)"),
        ("language", "klingon?", "klingon?"),
        ("city", "DE", "DE"),
    ],
)
def test_a_value_is_written_as_people_do(field: str, value: str, shown: str) -> None:
    assert spelt(field, value, {}) == shown


@pytest.mark.parametrize(
    ("value", "band", "shown"),
    [
        ("51", "51-200", "51–200"),
        ("5001", "5001-10000", "5001–10000"),
        ("120", "51-200", "120"),
        ("12000", "10001+", "12000"),
        ("7", "", "7"),
    ],
)
def test_who_chose_a_range_did_not_name_its_first_number(value: str, band: str, shown: str) -> None:
    assert spelt("employees", value, {"employees_band": band}) == shown
