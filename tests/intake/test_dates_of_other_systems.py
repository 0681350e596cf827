"""Columns of dates as other systems write them: the one form that reads them is proposed, or none is."""

from datetime import UTC, datetime, time

import pytest

from firstright.intake.dates import When, moment
from firstright.intake.guessing import dates_of

MARCH_13 = datetime(2026, 3, 13, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        ("2026-03-13 09:30:00.000", "2026-04-01 10:00:00.5"),
        ("2026-03-13T09:30:00.000+0000", "2026-04-01T10:00:00.000+0000"),
        ("13.03.26 09:30", "14.03.26 10:00"),
        ("13.03.2026, 09:30", "01.04.2026, 10:00"),
        ("3/13/26 9:30", "4/1/26 22:00"),
        ("3/13/2026, 9:30:00 AM", "4/1/2026, 10:00:00 PM"),
        ("Mar 13, 2026 9:30 AM", "Apr 1, 2026 10:00 PM"),
        ("13-Mar-2026 09:30", "01-Apr-2026 10:00"),
        ("13 Mar 2026 09:30", "1 Apr 2026 10:00"),
        ("13-Mar-26", "01-Apr-26"),
        ("2026/03/13 09:30", "2026/04/01 10:00"),
        ("2026-3-13 9:30", "2026-4-1 10:00"),
        ("2026年3月13日", "2026年4月1日"),
        ("2026. 3. 13.", "2026. 4. 1."),
        ("2026.03.13.", "2026.04.01."),
        ("13 de marzo de 2026", "1 de abril de 2026"),
        ("20260313", "20260401"),
    ],
    ids=lambda written: written[0],
)
def test_one_form_is_proposed_and_reads_the_day(written: tuple[str, ...]) -> None:
    (form,) = dates_of(written)
    when = When("", (form,) if form else (), "UTC", at=time(9, 30))
    read = [moment(when, text, "") for text in written]
    assert read[0] == MARCH_13
    assert isinstance(read[1], datetime)
    assert (read[1].month, read[1].day) in ((4, 1), (3, 14))


@pytest.mark.parametrize(
    "written",
    [
        ("1773394200", "1773480600"),  # seconds, or anything else
        ("46094.395833", "46095.41"),  # days since 1900, or since 1904
        ("Fri, 13 Mar 2026 09:30:00 +0000",),
        ("soon", "later"),
    ],
    ids=lambda written: written[0],
)
def test_what_may_be_anything_is_not_proposed(written: tuple[str, ...]) -> None:
    assert dates_of(written) == ()


def test_day_and_month_that_nothing_decides_are_two_proposals() -> None:
    assert set(dates_of(["03/04/2026", "05/06/2026"])) == {"%d/%m/%Y", "%m/%d/%Y"}
