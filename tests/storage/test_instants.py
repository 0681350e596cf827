"""Instants sort as text, keep their microseconds and refuse to have no zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.storage import instants

NAIVE = datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)
aware = st.datetimes(
    min_value=NAIVE.replace(year=1970), max_value=NAIVE.replace(year=2200),
    timezones=st.integers(-720, 840).map(lambda m: timezone(timedelta(minutes=m))),
)  # fmt: skip


def test_an_instant_has_one_text_of_one_width() -> None:
    berlin = timezone(timedelta(hours=1))
    assert instants.text(datetime(2026, 11, 22, 2, 33, tzinfo=berlin)) == "2026-11-22T01:33:00.000000Z"
    assert instants.text(datetime(2026, 11, 22, 1, 33, 0, 7, tzinfo=UTC)) == "2026-11-22T01:33:00.000007Z"


def test_what_has_no_zone_is_no_instant() -> None:
    for value in (NAIVE, 3, None):
        with pytest.raises(ValueError, match=r"no time zone|not an instant"):
            instants.read(value) if not isinstance(value, datetime) else instants.text(value)
    assert instants.read_maybe(None) is None


@given(aware, aware)
def test_texts_sort_as_the_instants_do_and_come_back(a: datetime, b: datetime) -> None:
    assert (instants.text(a) < instants.text(b)) == (a < b)
    assert instants.read(instants.text(a)) == a
    assert instants.read(instants.text(a)).tzinfo is UTC
