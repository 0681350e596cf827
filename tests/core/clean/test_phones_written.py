"""Telephone numbers of every country as people write them, by the library's own example numbers."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat as Form
from phonenumbers import PhoneNumberType as Kind

from firstright.core.clean.phone import Phone, read_phone
from firstright.core.clean.problem import Refusal

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
WRITTEN = (
    "{}", "{} ", "Tel: {}", "{} ext 12", "{} x12", "{} (mobile)", "{} (Büro)", "'{}", "{} / {}", "{} or {}", "{}; {}", "{}, {}", "{}|{}",
)  # fmt: skip
DASHES = (("-", " "), ("-", "."), (" ", "-"), (" ", "."), (" ", "\u00a0"), ("", ""))


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(REGIONS),
    st.sampled_from([Kind.FIXED_LINE, Kind.MOBILE, Kind.TOLL_FREE]),
    st.sampled_from([Form.NATIONAL, Form.INTERNATIONAL, Form.RFC3966]),
    st.sampled_from(WRITTEN),
    st.sampled_from(DASHES),
)
def test_however_it_is_written_it_is_the_same_number(
    region: str, kind: int, form: int, around: str, dash: tuple[str, str]
) -> None:
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        return
    text = phonenumbers.format_number(example, form).replace(*dash)
    found = read_phone(around.format(text, text), region)
    assert isinstance(found, Phone), (text, found)
    assert found.e164 == phonenumbers.format_number(example, Form.E164)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(REGIONS))
def test_two_noughts_are_a_plus_wherever_it_is_sent_from(region: str) -> None:
    """Europeans write it so, and so do forms in the Caribbean."""
    found = read_phone("0049 30 901820", region)
    assert isinstance(found, Phone)
    assert found.e164 == "+4930901820"


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("+52 1 55 1234 5678", "MX", "+525512345678"),
        ("4930901820.0", "DE", "+4930901820"),
        ("030901820/0171 1234567", "DE", "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        # what is none
        ("4.930901820E9", "DE", ""),
        ("4,93E+11", "DE", ""),
        ("+1 999 999 9999", "US", ""),
        ("123 456 7890", "US", ""),
        ("0000000000", "DE", ""),
        ("12 / 34", "DE", ""),
        ("call me", "US", ""),
    ],
)
def test_one_by_one(written: str, region: str, number: str) -> None:
    """A spreadsheet's exponent was read with its 9 as a digit of the number."""
    found = read_phone(written, region)
    assert ("" if isinstance(found, Refusal) else found.e164) == number
