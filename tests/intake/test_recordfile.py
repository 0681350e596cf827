"""A file of people or companies as it comes: quirks of its quoting, its column names and its dates."""

import io
from datetime import date

import pytest

from firstright.intake.recordfile import birth_date, facts_of, layout, rows
from firstright.intake.refused import Refused

CSV = b"""rec_id, given_name, surname, DOB, e-mail, street_number, address_1, soc_sec_id
'0', "anna", "ek", "3/14/90", Anna Ek <ANNA@web.de>, 12, "Main St", 123
'1', , "unknown", , , , ,
"""


def test_blanks_before_quotes_and_quotes_around_numbers_are_not_part_of_a_value() -> None:
    found = rows(io.BytesIO(CSV))
    assert not isinstance(found, Refused)
    first, second = found
    where = layout(tuple(first), {"rec_id": ""})
    facts = facts_of(first, where)
    assert {
        name: facts[name] for name in ("first_name", "last_name", "email", "street", "birth_date", "ids")
    } == {
        "first_name": "anna",
        "last_name": "ek",
        "email": "anna@web.de",
        "street": "12 Main St",
        "birth_date": "1990-03-14",
        "ids": ("soc sec id:123",),
    }
    assert facts_of(second, where) == {}


def test_a_telephone_number_that_cannot_be_read_is_compared_as_it_was_written() -> None:
    where = layout(("name", "phone"))
    assert facts_of({"name": "Ann Ek", "phone": "702-919-1300"}, where)["phone"] == "702-919-1300"
    assert (
        facts_of({"name": "Ann Ek", "phone": "702-919-1300"}, where, country="US")["phone"] == "+17029191300"
    )


def test_who_states_what_a_column_is_is_believed() -> None:
    where = layout(("name", "city", "number"), {"name": "company", "city": "", "number": "external_id"})
    assert dict(where.columns) == {"company": ("name",), "external_id": ("number",)}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1978-12-11", date(1978, 12, 11)),
        ("19780111", date(1978, 1, 11)),
        ("20/8/1991", date(1991, 8, 20)),
        ("3/1/70", date(1970, 3, 1)),
        ("24-May-11", date(2011, 5, 24)),
        ("Mar 1 1970", date(1970, 3, 1)),
        ("10/27/68", date(1968, 10, 27)),
        ("soon", None),
    ],
)
def test_birth_dates_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert birth_date(text) == day
