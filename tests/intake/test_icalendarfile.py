"""Calendars: when somebody is busy and out of office, by the clock where they live, whatever wrote the file."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.intake.icalendarfile import Span, Times, Window, read_calendar
from firstright.intake.icalendarlines import LARGEST, NotACalendar

VECTORS = Path(__file__).parents[3] / "shared/data/vectors/ics"
SPRING = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
EVER = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(*lines: str, uid: str = "u1") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT")) + "\r\n"


def calendar(*components: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(components)}END:VCALENDAR\r\n".encode()


def read(*components: str, zone: str = "Europe/Berlin", window: Window = SPRING, email: str = "") -> Times:
    return read_calendar(calendar(*components), zone, window, email=email)


def spans(*components: str, zone: str = "Europe/Berlin", email: str = "") -> list[tuple[str, str, bool]]:
    got = read(*components, zone=zone, email=email)
    assert got.problems == ()
    return [(f"{s.starts:%m-%d %H:%M}", f"{s.ends:%m-%d %H:%M}", s.away) for s in got.spans]


OOF = "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
NINE = "DTSTART;TZID=Europe/Berlin:20260327T090000"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z"), [("03-10 09:00", "03-10 10:00", False)]),
        (("DTSTART:20260310T090000Z", "DURATION:PT90M", OOF), [("03-10 09:00", "03-10 10:30", True)]),
        (("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312", OOF), [("03-09 23:00", "03-11 23:00", True)]),
        (("DTSTART;VALUE=DATE:20260310", OOF), [("03-09 23:00", "03-10 23:00", True)]),
        (("DTSTART:20260310", "DTEND:20260310"), [("03-09 23:00", "03-10 23:00", False)]),
        (("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330", OOF), [("03-27 23:00", "03-29 22:00", True)]),
        (("DTSTART:20260310T090000", "DURATION:PT1H"), [("03-10 08:00", "03-10 09:00", False)]),
        (("DTSTART;TZID=America/New_York:20260310T090000", "DURATION:PT1H"), [("03-10 13:00", "03-10 14:00", False)]),
        (("DTSTART;TZID=W. Europe Standard Time:20260310T090000", "DURATION:PT1H"), [("03-10 08:00", "03-10 09:00", False)]),
        (("DTSTART;TZID=/x.example/Europe/Berlin:20260310T090000", "DURATION:PT1H"), [("03-10 08:00", "03-10 09:00", False)]),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"), []),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT", OOF), [("03-10 09:00", "03-10 10:00", True)]),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), []),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "STATUS:CANCELLED", OOF), []),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "STATUS:TENTATIVE"), []),
        (("DTSTART:20260310T090000Z",), []),
        (("DTSTART:20250310T090000Z", "DTEND:20270101T000000Z", OOF), [("03-10 09:00", "01-01 00:00", True)]),
        (("DTSTART:20200310T090000Z", "DTEND:20200310T100000Z"), []),
        (("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z", "BEGIN:VALARM", "DURATION:PT9H", "TRIGGER:-PT1H", "END:VALARM"), [("03-10 09:00", "03-10 10:00", False)]),
        (("DTSTART:20260310T09", " 0000Z", "DESCRIPTION:a", " b\\nc", "DURATION:P", "\tT1H"), [("03-10 09:00", "03-10 10:00", False)]),
        ((NINE, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4"), [("03-27 08:00", "03-27 09:00", False), ("03-28 08:00", "03-28 09:00", False), ("03-29 07:00", "03-29 08:00", False), ("03-30 07:00", "03-30 08:00", False)]),
        ((NINE, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260410T070000Z", "EXDATE;TZID=Europe/Berlin:20260403T090000"), [("03-27 08:00", "03-27 09:00", False), ("04-10 07:00", "04-10 08:00", False)]),
        ((NINE, "DURATION:PT1H", "RDATE:20260401T080000Z,20260402T080000Z/PT3H"), [("03-27 08:00", "03-27 09:00", False), ("04-01 08:00", "04-01 09:00", False), ("04-02 08:00", "04-02 11:00", False)]),
        (("DTSTART;VALUE=DATE:20190101", "RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", OOF), [("03-31 22:00", "04-01 22:00", True)]),
        (("DTSTART;VALUE=DATE:20260331", "RRULE:FREQ=MONTHLY;UNTIL=20260531", "EXDATE;VALUE=DATE:20260331", OOF), [("05-30 22:00", "05-31 22:00", True)]),
    ],
)  # fmt: skip
def test_an_entry(lines: tuple[str, ...], wanted: list[tuple[str, str, bool]]) -> None:
    assert spans(event(*lines)) == wanted


def test_a_whole_day_is_that_of_the_rep() -> None:
    day = event("DTSTART;VALUE=DATE:20260310", OOF)
    assert spans(day, zone="Asia/Tokyo") == [("03-09 15:00", "03-10 15:00", True)]
    assert spans(day, zone="America/Los_Angeles") == [("03-10 07:00", "03-11 07:00", True)]


def test_one_occurrence_that_was_moved_stands_where_it_is_now() -> None:
    weekly = event(NINE, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20260403T090000", "DTSTART:20260404T120000Z", "DURATION:PT2H"
    )
    gone = event(
        "RECURRENCE-ID:20260410T070000Z", "DTSTART:20260410T070000Z", "DURATION:PT1H", "STATUS:CANCELLED"
    )
    assert spans(weekly, moved, gone) == [
        ("03-27 08:00", "03-27 09:00", False),
        ("04-04 12:00", "04-04 14:00", False),
    ]


def test_who_declined_is_free() -> None:
    meeting = event(
        "DTSTART:20260310T090000Z", "DURATION:PT1H", "ATTENDEE;PARTSTAT=DECLINED:mailto:Ada@x.example"
    )
    assert spans(meeting, email="ada@x.example") == []
    assert spans(meeting, email="ben@x.example") == [("03-10 09:00", "03-10 10:00", False)]


def test_free_and_busy_times() -> None:
    times = "\r\n".join(
        (
            "BEGIN:VFREEBUSY",
            "UID:fb",
            "FREEBUSY;FBTYPE=BUSY:20260310T090000Z/PT1H,20260311T090000Z/20260311T100000Z",
            "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260312T090000Z/P1D",
            "FREEBUSY;FBTYPE=FREE:20260313T090000Z/PT1H",
            "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260314T090000Z/PT1H",
            "FREEBUSY:20260315T090000Z/PT1H",
            "END:VFREEBUSY\r\n",
        )
    )
    assert read(times).spans == (
        Span(at("2026-03-10T09:00"), at("2026-03-10T10:00"), "fb", False),
        Span(at("2026-03-11T09:00"), at("2026-03-11T10:00"), "fb", False),
        Span(at("2026-03-12T09:00"), at("2026-03-13T09:00"), "fb", True),
        Span(at("2026-03-15T09:00"), at("2026-03-15T10:00"), "fb", False),
    )


@pytest.mark.parametrize(
    ("lines", "pointer", "code"),
    [
        (("DTSTART:soon", "DURATION:PT1H"), "/line/5/DTSTART", "ics.time"),
        (("DTSTART:00010101T000000Z",), "/line/5/DTSTART", "ics.time"),
        (("DTSTART:20260310T090000Z", "DTEND:20260310T080000Z"), "/line/6/DTEND", "ics.reversed"),
        (("DTSTART:20260310T090000Z", "DURATION:-PT1H"), "/line/6/DURATION", "ics.duration"),
        (("SUMMARY:x",), "/line/3/DTSTART", "ics.time"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:COUNT=3"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=-1"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;INTERVAL=-1"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=-1"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;BYDAY=99MO"), "/line/7/RRULE", "ics.rule"),
        (("DTSTART:20260310T090000Z", "RRULE:RSCALE=HEBREW;FREQ=YEARLY"), "/line/6/RRULE", "ics.rule"),
        (("DTSTART;TZID:20260310T090000Z",), "/line/5/DTSTART", "ics.property"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out_and_told_by_line(
    lines: tuple[str, ...], pointer: str, code: str
) -> None:
    good = event("DTSTART:20260501T090000Z", "DURATION:PT1H", uid="u2")
    got = read(event(*lines), good)
    assert [(p.pointer, p.code) for p in got.problems][:1] == [(pointer, code)]
    assert [span.uid for span in got.spans] == ["u2"]


def test_a_zone_nobody_knows_is_read_as_their_own_and_told_once() -> None:
    where = "DTSTART;TZID=Mars/Olympus:202603{}T090000"
    got = read(event(where.format(10), "DURATION:PT1H"), event(where.format(11), "DURATION:PT1H"))
    assert [f"{s.starts:%d %H:%M}" for s in got.spans] == ["10 08:00", "11 08:00"]
    assert [(p.pointer, p.code) for p in got.problems] == [("/line/5/DTSTART", "ics.zone")]


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"", "ics.not_a_calendar", 1),
        (b"<html>", "ics.not_a_calendar", 1),
        (b"\x00\x01\x02", "ics.not_a_calendar", 1),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "ics.not_a_calendar", 1),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260310\n", "ics.cut_off", 3),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "ics.nesting", 3),
        (b"BEGIN:VCALENDAR\n" * 9, "ics.too_deep", 9),
        (b"x" * (LARGEST + 1), "ics.too_large", 1),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 20_001, "ics.too_many", 40_002),
    ],
)
def test_what_is_no_calendar_says_where_that_shows(raw: bytes, code: str, line: int) -> None:
    with pytest.raises(NotACalendar) as caught:
        read_calendar(raw, "UTC", SPRING)
    assert (caught.value.problem.code, caught.value.problem.pointer) == (code, f"/line/{line}")


BOMBS = {
    "every day since 1900, a thousand times": event("DTSTART:19000101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY") * 1_000,
    "a day that never comes": event("DTSTART:20190101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31") * 100,
    "every second of the day": event("DTSTART:20260301T000000Z", "DURATION:PT1S", f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"),
    "ten years in each": event("DTSTART:20160301T000000Z", "DURATION:P3650D", "RRULE:FREQ=DAILY") * 10,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_made_to_run_for_hours_is_bounded(name: str) -> None:
    got = read(BOMBS[name])  # without bounds each of them takes minutes
    assert len(got.spans) <= 5_000
    assert {p.code for p in got.problems} <= {"ics.too_many", "ics.rule"} != set()


def test_a_zone_made_to_run_for_hours_is_not_believed() -> None:
    zone = "\r\n".join(
        (
            "BEGIN:VTIMEZONE",
            "TZID:custom",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "RRULE:{}",
            "END:STANDARD",
            "END:VTIMEZONE\r\n",
        )
    )
    entry = event("DTSTART;TZID=custom:20260310T090000", "DURATION:PT1H")
    assert [s.starts for s in read(zone.format("FREQ=YEARLY;BYMONTH=1;BYDAY=1SU"), entry).spans] == [
        at("2026-03-10T07:00")
    ]
    for rule in (
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYDAY=99MO",
        "nonsense",
    ):
        got = read(zone.format(rule), entry)
        assert [s.starts for s in got.spans] == [at("2026-03-10T08:00")]
        assert [p.code for p in got.problems] == ["ics.zone"]


@given(
    st.dates(datetime(2020, 1, 1).date(), datetime(2026, 5, 1).date()),  # noqa: DTZ001  # a day of the calendar
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY", "FREQ=DAILY;INTERVAL=3;COUNT=900"]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_window_shows_what_a_longer_one_does_there(day: object, rule: str, zone: str) -> None:
    entry = event(f"DTSTART;TZID={zone}:{day:%Y%m%d}T013000", "DURATION:PT2H", f"RRULE:{rule}")
    within = [s for s in read(entry, window=EVER).spans if s.ends > SPRING.since and s.starts < SPRING.until]
    assert list(read(entry).spans) == within


@given(st.binary(max_size=300) | st.text("BEGIN:VCALNDRTUFSY;=\r\n 0129Z/P", max_size=200).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for body in (raw, calendar(event(raw.decode(errors="replace")))):
        with suppress(NotACalendar):
            read_calendar(body, "UTC", SPRING)


EXPECTED = {
    "alarm_google_future.ics": 1, "america_new_york.ics": 1, "example.ics": 0, "issue_1050_all_components.ics": 1,
    "issue_27_multiple_periods_in_freebusy_multiple_freebusies.ics": 8,
    "issue_27_multiple_periods_in_freebusy_one_freebusy.ics": 8, "issue_348_exception_parsing_value.ics": 0,
    "issue_722_missing_timezones.ics": 2, "issue_722_timezone_transition_ambiguity.ics": 0, "multiple_timezones.ics": 0,
    "pacific_fiji.ics": 0, "period_with_timezone.ics": 9, "rfc_7529.ics": 0, "rfc_7953_3.ics": 0, "timezone_rdate.ics": 0,
    "timezoned.ics": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_files_of_others(name: str) -> None:
    if not VECTORS.is_dir():
        pytest.skip("the files of others are not here (shared/data/vectors/ics)")
    got = read_calendar((VECTORS / name).read_bytes(), "Europe/Berlin", EVER)
    assert len(got.spans) == EXPECTED[name]
    assert all(span.starts < span.ends for span in got.spans)
