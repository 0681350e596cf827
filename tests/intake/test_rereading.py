"""Raw bytes are read once more as they were read the first time, whatever way they came, and what cannot be read says why."""

from datetime import UTC, datetime

import pytest

from firstright.core.rules.fields import CATALOGUE
from firstright.intake.fieldmap import Column, FieldMap
from firstright.intake.formsettings import FormSettings
from firstright.intake.rereading import Reread, reread_form, reread_json, reread_row

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAP = FieldMap("fair", (Column("email", ("mail",)), Column("message", ("note",))))
FORM = FormSettings()
MULTIPART = (
    b'--xYz\r\nContent-Disposition: form-data; name="mail"\r\n\r\nrosa@acme.example\r\n'
    b'--xYz\r\nContent-Disposition: form-data; name="note"\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n'
    b'--xYz\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nno field\r\n--xYz--\r\n'
)
ROSA = {"email": "rosa@acme.example", "message": "Grüße"}


def form(body: bytes, content_type: str) -> Reread:
    return reread_form(body, content_type, MAP, "fair", FORM, CATALOGUE, AT)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"mail=rosa%40acme.example&note=Gr%C3%BC%C3%9Fe", "application/x-www-form-urlencoded"),
        ('{"mail": "rosa@acme.example", "note": "Grüße"}'.encode(), "application/json; charset=utf-8"),
        (MULTIPART, "multipart/form-data; boundary=xYz"),
    ],
)
def test_a_form_is_read_whatever_way_a_browser_sent_it(body: bytes, content_type: str) -> None:
    found = form(body, content_type)
    assert (found.raw, found.unread, found.suspect, found.texts) == (ROSA, (), None, True)


def test_what_a_machine_filled_in_is_told_beside_what_it_says() -> None:
    found = form(
        b"mail=rosa%40acme.example&" + FORM.honeypot.encode() + b"=x", "application/x-www-form-urlencoded"
    )
    assert found.suspect is not None
    assert (found.suspect.code, found.raw) == ("junk.honeypot", {"email": "rosa@acme.example"})


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"mail=Jos%E9", "application/x-www-form-urlencoded", "encoding.utf8"),
        (b"{", "application/json", "json.syntax"),
        (b"not a multipart body", "multipart/form-data", "form.invalid"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, content_type: str, code: str) -> None:
    assert [problem.code for problem in form(body, content_type).unread] == [code]


def test_json_keeps_its_types_and_strangers_go_as_the_source_says() -> None:
    body = b'{"email": "rosa@acme.example", "employees": 5, "shoe": 42, "event_id": "e1"}'
    found = reread_json(body, CATALOGUE, allow_extra=True)
    assert (found.raw, found.texts) == ({"email": "rosa@acme.example", "employees": 5}, False)
    strict = reread_json(body, CATALOGUE, allow_extra=False)
    assert [(p.pointer, p.code) for p in strict.unread] == [("/shoe", "field.unknown")]


def test_a_row_is_read_under_the_header_of_its_file() -> None:
    found = reread_row('rosa@acme.example;"Grü""ße; alle"\n', ("Mail", "Note; more"), ";", MAP)
    assert found.raw == {"email": "rosa@acme.example"}
    whole = reread_row('rosa@acme.example;"Grü""ße; alle"', ("Mail", "Note"), ";", MAP)
    assert whole.raw == {"email": "rosa@acme.example", "message": 'Grü"ße; alle'}


def test_a_row_that_does_not_fit_its_header_says_so() -> None:
    assert [p.code for p in reread_row("a,b,c", ("Mail", "Note"), ",", MAP).unread] == ["csv.column_count"]
    assert [p.code for p in reread_row("", ("Mail", "Note"), ",", MAP).unread] == ["csv.empty_row"]
