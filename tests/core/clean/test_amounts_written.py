"""Numbers and ranges as forms, CRMs and people of many countries write them: whatever stands around a number, the number is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.clean.amount import Span, span
from firstright.core.clean.amountwords import TIMES
from firstright.core.clean.problem import Refusal

MOST = 10**15


def test_a_note_that_says_how_much_it_is_stays() -> None:
    """500 of "500 (thousands)" would be a thousandth of it."""
    assert [read(each) for each in ("500 (thousands)", "500 (in Mio. EUR)", "500 (600)")] == [
        "number.format"
    ] * 3
    assert [
        read(each) for each in ("R$ 10 mil", "10 mil reais", "R$ 4,5 mi", "5千万", "3百万", "10 mil")
    ] == [
        (10_000, 10_000),
        (10_000, 10_000),
        (4_500_000, 4_500_000),
        (50_000_000, 50_000_000),
        (3_000_000, 3_000_000),
        "number.format",
    ]


def read(written: str) -> tuple[int, int | None] | str:
    found = span(written, MOST, whole=False)
    return found.code if isinstance(found, Refusal) else (found.least, found.most)


GROUPED = (
    lambda n: f"{n:,}",
    lambda n: f"{n:,}".replace(",", "."),
    lambda n: f"{n:,}".replace(",", " "),
    lambda n: f"{n:,}".replace(",", "'"),
    lambda n: f"{n:,}".replace(",", "\u2019"),
    lambda n: f"{n:,}".replace(",", "\u00a0"),
    lambda n: f"{n:,}".replace(",", "\u202f"),
    str,
    lambda n: str(n).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}),
)
AROUND = (
    "{}", "{} employees", "{} Mitarbeiter", "ca. {} MA", "~{}", "≈ {} salariés", "about {} people", "{}人", "{} чел.", "{} FTE", "${}", "€ {}",
    "{} EUR", "Rs. {}", "CHF {}", "{} zł", "A${}", "{} kr", "R$ {}", "{} d'euros", "{} per year", "₩{}",
    "{} (LinkedIn)", "{} (2023)", "{} (est.)", "FTE: {}", "Employees: {}", "{} ETP", "約{}人", "약 {}명",
)  # fmt: skip
LEAST = ("{}+", "> {}", "≥{}", "over {}", "mehr als {}", "plus de {}", "más de {}", "oltre {}", "meer dan {}", "ponad {}", "över {}", "min. {}",
         "{} or more", "{} und mehr", "{} plus", "{}人以上", "более {}", "{}+ employees")  # fmt: skip
ATMOST = ("<{}", "≤ {}", "up to {}", "bis {}", "bis zu {}", "weniger als {}", "moins de {}", "menos de {}", "fino a {}", "tot {}", "do {}",
          "max. {}", "{} or less", "{}人以下", "{}人未満", "до {}", "até {}", "under {}")  # fmt: skip
BETWEEN = ("{}-{}", "{} – {}", "{}—{}", "{}‑{}", "{}~{}", "{}～{}", "{}〜{}人", "{}_{}", "{}..{}", "{} to {}", "{} bis {}", "{} à {} salariés",
           "{} a {}", "between {} and {}", "zwischen {} und {}", "entre {} et {}", "entre {} y {}", "de {} à {}", "od {} do {}", "от {} до {}",
           "{} t/m {}", "({}-{})", "[{} - {}] employees")  # fmt: skip


@given(st.integers(1, 10**9), st.sampled_from(GROUPED), st.sampled_from(AROUND))
def test_grouping_and_words_around_change_nothing(number: int, grouped: object, around: str) -> None:
    assert callable(grouped)
    assert read(around.format(grouped(number))) == (number, number)


@given(st.integers(1, 10**6), st.sampled_from(LEAST), st.sampled_from(ATMOST))
def test_at_least_and_at_most_are_told_in_many_tongues(number: int, least: str, most: str) -> None:
    assert read(least.format(number)) == (number, None)
    assert read(most.format(number)) == (0, number)


@given(st.integers(1, 10**5), st.integers(0, 10**5), st.sampled_from(BETWEEN))
def test_a_range_keeps_both_ends(low: int, more: int, between: str) -> None:
    """ "51~200" was read as 51200."""
    if not between.endswith("employees"):
        assert read(between.format(low, low + more)) == (low, low + more)


@pytest.mark.parametrize("unit", sorted(TIMES))
def test_every_unit_counts(unit: str) -> None:
    assert read(f"5 {unit}") == (5 * TIMES[unit], 5 * TIMES[unit])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,00,000", (100_000, 100_000)),
        ("12,34,567.50", (1_234_567, 1_234_567)),
        ("1億5000万円", (150_000_000, 150_000_000)),
        ("5 MEUR", (5_000_000, 5_000_000)),
        ("750 TEUR", (750_000, 750_000)),
        ("5M€", (5_000_000, 5_000_000)),
        ("100 MSEK", (100_000_000, 100_000_000)),
        ("10-50 Mio. €", (10_000_000, 50_000_000)),
        ("1 a 5 millones de euros", (1_000_000, 5_000_000)),
        ("1.234.567,89 €", (1_234_567, 1_234_567)),
        ("$5M ARR", (5_000_000, 5_000_000)),
        ("50억원", (5_000_000_000, 5_000_000_000)),
        # what may be two things, or is none
        ("5 mil", "number.format"),
        ("($5M)", "number.format"),
        ("1001/5000", "number.format"),
        ("SME", "number.format"),
        ("5%", "number.format"),
        ("1-", "number.format"),
        ("200-50", "number.format"),
        ("more than 5 or less", "number.format"),
    ],
)
def test_one_by_one(written: str, expected: tuple[int, int] | str) -> None:
    assert read(written) == expected


def test_a_whole_count_of_heads_has_no_fractions() -> None:
    assert span("2.5k", MOST, whole=True) == Span(2500, 2500)
    assert isinstance(span("2.5", MOST, whole=True), Refusal)
