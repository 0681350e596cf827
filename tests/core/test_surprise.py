"""A count is surprising by an exact chance: few arrivals never are, and days that differ among themselves make it less so."""

from fractions import Fraction
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.surprise import Part, _is_rare, is_fall, is_rise, sureness

QUIET = [Part(60, 100)] * 10


def chance(n: int, of: int, yes: int, no: int) -> Fraction:
    """Of `n` or more of `of`, by the textbook."""

    def beta(a: int, b: int) -> Fraction:  # of whole numbers
        return Fraction(1, (a + b - 1) * comb(a + b - 2, a - 1))

    return sum(
        (comb(of, x) * beta(x + yes, of - x + no) / beta(yes, no) for x in range(n, of + 1)), Fraction(0)
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_chance_is_the_textbooks(data: st.DataObject) -> None:
    of = data.draw(st.integers(1, 40))
    n, yes, no = data.draw(st.integers(0, of)), data.draw(st.integers(1, 60)), data.draw(st.integers(1, 60))
    assert _is_rare(Part(n, of), yes, no) == (chance(n, of, yes, no) * 10**8 <= 1)


def test_few_arrivals_surprise_nobody_and_many_do() -> None:
    assert [is_fall(Part(0, of), QUIET) for of in (5, 10, 20, 30)] == [False, False, False, True]
    assert not is_rise(Part(60, 100), QUIET) and not is_fall(Part(60, 100), QUIET)
    assert is_rise(Part(96, 100), QUIET) and not is_fall(Part(96, 100), QUIET)


def test_days_that_differ_make_a_source_less_sure_of_itself() -> None:
    wild = [Part(30, 100), Part(90, 100)] * 5
    assert sureness(QUIET, Part(600, 1000)) == 1000
    assert sureness(wild, Part(600, 1000)) < 10
    assert is_fall(Part(20, 100), QUIET)
    assert not is_fall(Part(20, 100), wild)


def test_nothing_is_said_of_nothing() -> None:
    assert not is_rise(Part(0, 0), QUIET)
    assert not is_rise(Part(5, 5), [])
    assert Part(0, 0).percent == 0
