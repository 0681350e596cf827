"""The bound of an instant among identifiers that sort by time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from firstright.core.identifiers import first_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=2_900_000)).map(lambda since: EPOCH + since)


def made(at: datetime, tail: int) -> str:
    """As RFC 9562 makes them: 48 bits of milliseconds, the version, 12 bits, the variant, 62 bits."""
    millis = (at - EPOCH) // MILLISECOND
    return str(UUID(int=millis << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1))


@given(INSTANTS, st.integers(0, 2**74 - 1))
def test_what_is_made_from_then_on_is_not_less_and_what_was_made_before_is(at: datetime, tail: int) -> None:
    assert first_of(at) <= made(at, tail)
    if at - MILLISECOND >= EPOCH:
        assert made(at - MILLISECOND, tail) < first_of(at)


def test_an_instant_before_there_were_any_is_the_first_of_all() -> None:
    assert first_of(datetime(1969, 1, 1, tzinfo=UTC)) == "00000000-0000-7000-8000-000000000000"
    assert first_of(datetime(2026, 11, 20, 12, tzinfo=UTC)) == "01a1f8d3-ea00-7000-8000-000000000000"
