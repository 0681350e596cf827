import io
from datetime import UTC, datetime
from typing import BinaryIO

import pytest

from firstright.core.clean.normalize import normalize
from firstright.core.clean.problem import Problem
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.mapping import HeaderCheck, Mapped, apply_map, check_header, read_lookups
from firstright.intake.refused import Refused


def a_map(text: str) -> FieldMap:
    found, findings = read_map('[source]\nname = "list"\n' + text)
    assert found is not None, findings
    return found


PLAIN = '[columns]\n"E-Mail" = "email"\n'


def test_a_row_becomes_fields_and_the_rest_is_kept() -> None:
    fieldmap = a_map(PLAIN + '"Company" = "company"\n[constants]\nmedium = "csv"\n')
    row = {"E-MAIL ": " ada@x.example ", "company": "", "Shoe size": "42", "Note": " "}
    assert apply_map(fieldmap, row) == Mapped(
        {"medium": "csv", "email": "ada@x.example"}, None, None, {"Shoe size": "42"}, ()
    )


def test_only_the_columns_asked_for_are_kept_beside() -> None:
    row = {"E-Mail": "ada@x.example", "Hall": "3", "Row": "7"}
    assert apply_map(a_map('extra = ["hall"]\n' + PLAIN), row).extra == {"Hall": "3"}
    assert apply_map(a_map("extra = false\n" + PLAIN), row).extra == {}
    assert apply_map(a_map('ignore = ["Row"]\n' + PLAIN), row).extra == {"Hall": "3"}


def test_values_are_translated_without_regard_to_case() -> None:
    fieldmap = a_map(PLAIN + '[fields.intent]\ncolumn = "Wish"\nvalues = { "Book a demo" = "demo" }\n')
    assert apply_map(fieldmap, {"E-Mail": "a@x.example", "Wish": "book a DEMO "}).raw["intent"] == "demo"
    assert apply_map(fieldmap, {"E-Mail": "a@x.example", "Wish": "a call"}).raw["intent"] == "a call"


def test_a_value_that_is_not_listed_is_a_problem_and_unknown() -> None:
    fieldmap = a_map(PLAIN + '[fields.intent]\ncolumn = "Wish"\nlisted = true\nvalues = { demo = "demo" }\n')
    assert apply_map(fieldmap, {"E-Mail": "a@x.example", "Wish": "party"}) == Mapped(
        {"email": "a@x.example"},
        None,
        None,
        {},
        (Problem("/wish", "value.unmapped", "is no value that the map knows", 'string "party"'),),
    )


def test_columns_are_joined_and_nulls_passed_over() -> None:
    fieldmap = a_map('nulls = ["n/a"]\n' + PLAIN + '[fields.name]\ncolumns = ["First", "Mid", "Last"]\n')
    row = {"E-Mail": "a@x.example", "First": "Ada", "Mid": "N/A", "Last": "Krüger"}
    assert apply_map(fieldmap, row).raw["name"] == "Ada Krüger"


@pytest.mark.parametrize(
    ("options", "text", "instant"),
    [
        ('date = "%m/%d/%Y"\ntime = "10:00"', "3/4/2026", datetime(2026, 3, 4, 9, tzinfo=UTC)),
        ('date = "%d.%m.%Y %H:%M"', "04.07.2026 10:30", datetime(2026, 7, 4, 8, 30, tzinfo=UTC)),
        ('date = "%Y-%m-%d %H:%M:%S %z"', "2026-03-04 10:00:00 -0300", datetime(2026, 3, 4, 13, tzinfo=UTC)),
        ("", "2026-03-04T10:00:00Z", datetime(2026, 3, 4, 10, tzinfo=UTC)),
        ("", "2026-03-04 10:00", datetime(2026, 3, 4, 9, tzinfo=UTC)),
        ('time = "00:30"', "2026-03-04", datetime(2026, 3, 3, 23, 30, tzinfo=UTC)),
        ('date = "%Y-%m-%d"\ntime = "02:30"', "2026-03-29", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_dates_become_instants(options: str, text: str, instant: datetime) -> None:
    fieldmap = a_map(f'zone = "Europe/Berlin"\n{PLAIN}[arrived]\ncolumn = "On"\n{options}\n')
    assert apply_map(fieldmap, {"E-Mail": "a@x.example", "On": text}).arrived_at == instant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "time.invalid"),
        ("31/12/26", "time.invalid"),
        ("2026-03-04", "time.zone_missing"),
        ("2026-03-04 10:00", "time.zone_missing"),
        ("0001-01-01T10:00:00Z", "time.range"),
        ("yesterday", "time.invalid"),
    ],
)
def test_a_date_that_is_none_is_a_problem_of_its_column(text: str, code: str) -> None:
    found = apply_map(a_map(PLAIN + '[arrived]\ncolumn = "On"\n'), {"E-Mail": "a@x.example", "On": text})
    assert found.arrived_at is None
    assert [(p.pointer, p.code, p.got) for p in found.problems] == [("/on", code, f'string "{text}"')]


def test_dates_without_a_time_are_spread_over_the_day_by_key_alone() -> None:
    fieldmap = a_map(f'event = "Id"\n{PLAIN}[arrived]\ncolumn = "On"\nspread = "09:00-18:00"\nzone = "UTC"\n')

    def at(key: str) -> datetime:
        found = apply_map(fieldmap, {"E-Mail": "a@x.example", "Id": key, "On": "2026-03-04"}).arrived_at
        assert found is not None
        return found

    times = [at(f"lead-{n}") for n in range(200)]
    assert times == [at(f"lead-{n}") for n in range(200)]
    assert min(times) >= datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert max(times) < datetime(2026, 3, 4, 18, tzinfo=UTC)
    assert {moment.hour for moment in times} == set(range(9, 18))


def test_a_date_field_reaches_the_core_as_an_instant() -> None:
    fieldmap = a_map(
        PLAIN + '[fields.occurred_at]\ncolumn = "On"\ndate = "%d.%m.%Y"\ntime = "10:00"\nzone = "UTC"\n'
    )
    found = apply_map(fieldmap, {"E-Mail": "a@x.example", "On": "4.3.2026"})
    facts = normalize(found.raw, texts=True).facts
    assert facts["occurred_at"] == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_row_without_a_key_or_a_contact_says_both() -> None:
    found = apply_map(a_map('event = "Id"\n' + PLAIN), {"Id": "", "E-Mail": ""})
    assert [p.code for p in found.problems] == ["event_id.missing", "lead.no_contact"]
    assert not found.is_lead


def test_a_key_longer_than_an_index_holds_is_a_problem_of_the_row_and_no_key() -> None:
    found = apply_map(a_map('event = "Id"\n' + PLAIN), {"Id": "k" * 256, "E-Mail": "a@x.example"})
    assert (found.event_id, [p.code for p in found.problems]) == (None, ["length.max"])
    assert found.is_lead
    kept = apply_map(a_map('event = "Id"\n' + PLAIN), {"Id": "k" * 255, "E-Mail": "a@x.example"})
    assert (kept.event_id, kept.problems) == ("k" * 255, ())


JOINED = (
    'event = "Id"\n'
    + PLAIN
    + '"people.Phone" = "phone"\n[lookups.people]\nfile = "people.csv"\nkey = "Nr"\ncolumn = "Id"\n'
)


def _people(name: str) -> BinaryIO:
    assert name == "people.csv"
    return io.BytesIO(b"Nr,Phone\n7,+49 30 1\n7,+49 30 2\n8,\n")


def test_columns_of_another_file_are_joined_by_key() -> None:
    fieldmap = a_map(JOINED)
    lookups = read_lookups(fieldmap, _people)
    assert not isinstance(lookups, Refused)
    row = {"Id": "7", "E-Mail": "a@x.example"}
    assert apply_map(fieldmap, row, lookups).raw == {"email": "a@x.example", "phone": "+49 30 1"}
    assert [(p.pointer, p.code) for p in apply_map(fieldmap, {**row, "Id": "9"}, lookups).problems] == [
        ("/id", "lookup.missing")
    ]


def test_a_lookup_file_without_its_key_is_refused_by_name() -> None:
    answer = read_lookups(a_map(JOINED), lambda name: io.BytesIO(b"Number,Phone\n7,1\n"))
    assert isinstance(answer, Refused)
    assert [(p.code, p.reason[:10]) for p in answer.errors] == [("csv.column_missing", "people.csv")]


def test_a_header_is_held_against_the_map_before_anything_starts() -> None:
    text = (
        'event = "Id"\nrequired = ["company"]\n'
        + PLAIN
        + '"Phone" = "phone"\n"Firm" = "company"\n[arrived]\ncolumn = "On"\n'
    )
    fieldmap = a_map(text)
    assert check_header(fieldmap, ("id", "E-MAIL", "phone", "Firm ", "on")) == HeaderCheck((), (), ())
    found = check_header(fieldmap, ("E-Mail", "Hall"))
    assert [p.pointer for p in found.blocking] == ["/firm", "/id", "/on"]
    assert (found.absent, found.unmapped) == (("phone",), ("Hall",))
    assert [p.pointer for p in check_header(fieldmap, ("Id", "Firm", "On")).blocking] == ["/e-mail", "/phone"]


def test_a_column_the_map_needs_and_the_file_has_twice_is_asked_about_and_others_are_not() -> None:
    header = ("E-Mail (1)", "E-Mail (2)", "Note (1)", "Note (2)")
    found = check_header(a_map(PLAIN), header)
    assert [(p.pointer, p.code) for p in found.blocking] == [("/e-mail", "csv.header_duplicate")]
    assert check_header(a_map('[columns]\n"E-Mail (2)" = "email"\n'), header) == HeaderCheck(
        (), (), ("E-Mail (1)", "Note (1)", "Note (2)")
    )
