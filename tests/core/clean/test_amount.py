"""Head counts and revenue as people write them."""

import pytest

from firstright.core.clean.normalize import normalize


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("50-100", 50),
        ("11–50", 11),
        ("1,001-5,000", 1001),
        ("500 - 1,000 employees", 500),
        ("1,000", 1000),
        ("1.000", 1000),
        ("1'000", 1000),
        ("10 000", 10000),
        ("1001+", 1001),
        ("> 500", 500),
        ("< 10", 0),
        ("ca. 20", 20),
        ("ca. 20 Mitarbeiter", 20),
        ("10k", 10000),
        ("10-50k", 10000),
        (250, 250),
        (250.0, 250),
        (0, 0),
    ],
)
def test_employees_are_the_least_number_meant(written: object, number: int) -> None:
    assert normalize({"employees": written}).facts["employees"] == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (-5, "number.format"),
        ("-5", "number.format"),
        (1e9, "number.format"),
        ("1e9", "number.format"),
        (2.5, "number.format"),
        ("1.5", "number.format"),
        ("1,234,56", "number.format"),
        ("5000-100", "number.format"),
        ("1-2-3", "number.format"),
        ("self-employed", "number.format"),
        ("9" * 500, "number.format"),
        (float("nan"), "number.format"),
        (float("inf"), "number.format"),
        (2**63, "number.range"),
        (True, "type.expected_integer"),
        ([5], "type.expected_integer"),
    ],
)
def test_what_cannot_be_read_without_guessing_is_a_problem(written: object, code: str) -> None:
    assert [(p.pointer, p.code) for p in normalize({"employees": written}).problems] == [("/employees", code)]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("$1.5M", 1_500_000),
        ("€ 10,000,000", 10_000_000),
        ("10-50M", 10_000_000),
        ("$1M - $5M", 1_000_000),
        ("1,234.56", 1234),
        ("1.234.567,89", 1_234_567),
        ("USD 5 million", 5_000_000),
        ("5 Mio. EUR", 5_000_000),
        ("1 bn", 1_000_000_000),
        ("100 crore", 1_000_000_000),
        ("less than 1M", 0),
        (99.99, 99),
    ],
)
def test_revenue_is_in_whole_units(written: object, number: int) -> None:
    assert normalize({"revenue": written}).facts["revenue"] == number


@pytest.mark.parametrize(("written", "number"), [(12, 12), (-3, -3), ("12", 12), (" -3 ", -3), (7.0, 7)])
def test_a_score_is_a_signed_integer(written: object, number: int) -> None:
    assert normalize({"score": written}).facts == {"score": number}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (True, "type.expected_integer"),
        (1.5, "type.expected_integer"),
        ("ten", "number.format"),
        ("²", "number.format"),
        (-(2**63), "number.range"),
    ],
)
def test_what_is_no_score_is_a_problem(written: object, code: str) -> None:
    assert [p.code for p in normalize({"score": written}).problems] == [code]


def test_a_number_too_long_to_print_is_shown_by_its_length() -> None:
    assert [(p.code, p.got) for p in normalize({"employees": 10**5_000}).problems] == [
        ("number.range", "number of more than 64 digits")
    ]
