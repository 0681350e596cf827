"""A roster text becomes reps and calendars exactly as written, or findings with places."""

from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from firstright.core.calendar import Calendar, DatedHours, Shift
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Absence, Document, Membership, Rep

TEXT = """\
[roster]
zone = "Europe/Berlin"

[calendars.night]
hours = { fri-mon = "18:00-02:00+1", wed = ["08:00-12:00", "13:00-24:00"], tue = [] }
closed = ["2026-12-25", 2026-12-24, "2026-12-25"]
exceptions = [{ date = "2026-12-31", hours = "12:00-16:00" }, { date = 2027-01-01, hours = [] }]

[calendars.new-york]
zone = "America/New_York"
hours = { mon = "09:00-17:00" }

[[rep]]
id = "ada"
name = "Ada Krüger"
email = "ada@northwind.example"
calendar = "new-york"
manager = "bob"
capacity = 0
languages = ["de", "pt-BR"]
skills = { enterprise = 3 }
left = "2027-01-01"
paused_until = 2026-06-01T08:00:00Z
absences = [{ type = "vacation", from = "2026-12-21", until = "2026-12-24", backup = "bob" }]
pools = { ae = 2, sdr = { weight = 3, joined = 2026-06-01, left = "2026-07-01T09:00" } }

[[rep]]
id = "bob"
active = false
"""


def test_a_roster_is_read_as_it_stands() -> None:
    night = [Shift(d, 1080, 1560) for d in (4, 5, 6, 0)]
    assert read_roster(TEXT) == (
        Document(
            hash=sha256(TEXT.encode()).hexdigest(),
            reps=(
                Rep(
                    id="ada",
                    name="Ada Krüger",
                    email="ada@northwind.example",
                    calendar="new-york",
                    manager="bob",
                    capacity=0,
                    languages=("de", "pt-BR"),
                    skills={"enterprise": 3},
                    left=datetime(2027, 1, 1, 5, tzinfo=UTC),  # midnight in New York
                    paused_until=datetime(2026, 6, 1, 8, tzinfo=UTC),
                    absences=(
                        Absence(
                            "vacation",
                            datetime(2026, 12, 21, 5, tzinfo=UTC),
                            datetime(2026, 12, 24, 5, tzinfo=UTC),
                            "bob",
                        ),
                    ),
                    memberships=(
                        Membership("ae", 2),
                        Membership(
                            "sdr",
                            3,
                            datetime(2026, 6, 1, 4, tzinfo=UTC),
                            datetime(2026, 7, 1, 13, tzinfo=UTC),
                        ),
                    ),
                ),
                Rep(id="bob", active=False),
            ),
            calendars=(
                Calendar(
                    id="night",
                    zone="Europe/Berlin",
                    shifts=(*night, Shift(2, 480, 720), Shift(2, 780, 1440)),
                    holidays=(date(2026, 12, 24), date(2026, 12, 25)),
                    exceptions=(DatedHours(date(2026, 12, 31), ((720, 960),)), DatedHours(date(2027, 1, 1))),
                ),
                Calendar(id="new-york", zone="America/New_York", shifts=(Shift(0, 540, 1020),)),
            ),
            zone="Europe/Berlin",
        ),
        (),
    )


def test_public_holidays_come_with_the_country() -> None:
    text = '[calendars.b]\nzone = "Europe/Berlin"\nhours = { mon = "09:00-17:00" }\nholidays = { country = "DE" }\n'
    document, findings = read_roster(text)
    assert findings == ()
    assert document is not None
    unity = [day for day in document.calendars[0].holidays if (day.month, day.day) == (10, 3)]
    assert unity == [date(year, 10, 3) for year in range(2016, 2036)]


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ('{ mon = "09:00-09:00" }', "hours.empty"),
        ('{ mon = "25:00-26:00" }', "hours.range"),
        ('{ mon = "09:60-10:00" }', "hours.range"),
        ('{ mon = "18:00-09:00" }', "hours.reversed"),
        ('{ mon = "09:00-17:00+1" }', "hours.range"),
        ('{ mon = "9-17" }', "hours.invalid"),
        ("{ mon = 9 }", "value.type"),
        ('{ monday = "09:00-17:00" }', "hours.day"),
        ('{ mon = ["09:00-12:00", "11:00-13:00"] }', "calendar.overlap"),
        ('{ sun = "18:00-02:00+1", mon = "01:00-05:00" }', "calendar.overlap"),
        ("{ mon-sun = [] }", "calendar.never_opens"),
        ("{}", "calendar.never_opens"),
    ],
)
def test_hours_nobody_could_keep_are_refused(hours: str, code: str) -> None:
    document, findings = read_roster(f"[calendars.x]\nhours = {hours}\n")
    assert (document, [(f.code, f.line) for f in findings]) == (None, [(code, 2)])


@pytest.mark.parametrize(
    ("weight", "code"),
    [
        ("0", "weight.zero"),
        ("-1", "value.range"),
        ("1_000_001", "value.range"),
        ("nan", "value.type"),
        ("1.5", "value.type"),
        ("true", "value.type"),
        ("{ weight = 0 }", "weight.zero"),
        ("{ wait = 1 }", "key.unknown"),
    ],
)
def test_a_weight_is_a_whole_number_above_zero(weight: str, code: str) -> None:
    findings = read_roster(f'[[rep]]\nid = "ada"\npools = {{ ae = {weight} }}\n')[1]
    assert [(f.code, f.line) for f in findings] == [(code, 3)]


def test_a_rep_and_an_address_are_taken_once_and_both_places_are_named() -> None:
    text = '[[rep]]\nid = "ada"\nemail = "a@x.example"\n\n[[rep]]\nid = "ada"\nemail = "A@x.example"\n'
    assert [(f.code, f.line, f.text) for f in read_roster(text)[1]] == [
        ("rep.duplicate", 6, 'The id "ada" on line 6 is taken on line 2.'),
        ("email.duplicate", 7, '"A@x.example" on line 7 is taken on line 3.'),
    ]


def test_a_pool_given_twice_names_both_lines() -> None:
    text = '[[rep]]\nid = "ada"\n[rep.pools]\nae = 1\nae = 2\n'
    assert [(f.code, f.line, f.text) for f in read_roster(text)[1]] == [
        (
            "key.duplicate",
            5,
            '"rep.0.pools.ae" is given again; it stands on line 4 already. Keep one of the two.',
        )
    ]
