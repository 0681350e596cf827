"""Why a lead lies, in words: every cause has some, and the age is told in the largest unit."""

from datetime import timedelta

from firstright.core.sweep import CAUSES, Cause
from firstright.core.why.stuckwords import WORDS, since_words
from routing import DAY, HOUR, MONDAY


def told(age: timedelta) -> str:
    return since_words(Cause("no-touch", MONDAY), MONDAY + age)


def test_every_cause_has_words() -> None:
    assert set(WORDS) == set(CAUSES)


def test_an_age_is_told_in_the_largest_unit() -> None:
    assert [told(age) for age in (9 * DAY + HOUR, DAY, 3 * HOUR, HOUR, HOUR / 2)] == [
        "nobody has touched it for 9 days",
        "nobody has touched it for 1 day",
        "nobody has touched it for 3 hours",
        "nobody has touched it for 1 hour",
        "nobody has touched it for less than an hour",
    ]
