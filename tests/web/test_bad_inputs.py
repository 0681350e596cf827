"""The catalogue of bad leads, row by row: what a tolerant source and a strict one answer, on both databases."""

import json

import pytest

from web.houses import House, codes

LEAD = {"email": "ada@contoso.example"}
WHOLE = ""


def lead(**fields: object) -> bytes:
    return json.dumps({**LEAD, **fields}).encode()


def with_text(fields: str) -> bytes:
    return b'{"email": "ada@contoso.example", ' + fields.encode() + b"}"


# Broken structure: refused whatever the source.
STRUCTURE = [
    ("1 empty", b"", 400, [(WHOLE, "body.empty")]),
    ("1 blank", b" \r\n ", 400, [(WHOLE, "body.empty")]),
    ("2 broken", b'{"email": ', 400, [(WHOLE, "json.syntax")]),
    ("3 trailing", b"{} {}", 400, [(WHOLE, "json.trailing")]),
    ("4 array", b"[]", 400, [(WHOLE, "body.not_object")]),
    ("4 string", b'"lead"', 400, [(WHOLE, "body.not_object")]),
    ("4 null", b"null", 400, [(WHOLE, "body.not_object")]),
    ("5 duplicate key", with_text('"name": "A", "name": "B"'), 400, [("/name", "key.duplicate")]),
    ("6 NaN", with_text('"score": NaN'), 400, [("/score", "number.not_finite")]),
    ("6 infinite", with_text('"score": 1e999'), 400, [("/score", "number.not_finite")]),
    ("7 deep", b'{"a":' * 30 + b"1" + b"}" * 30, 400, [(WHOLE, "json.too_deep")]),
    ("7 very deep", b"[" * 100_000, 400, [(WHOLE, "json.too_deep")]),
    ("8 5,000 digits", with_text('"score": ' + "9" * 5_000), 400, [("/score", "number.range")]),
    ("8 2^63", with_text('"score": 9223372036854775808'), 400, [("/score", "number.range")]),
    ("9 half a pair", with_text('"name": "a\\ud800"'), 400, [("/name", "text.surrogate")]),
    ("10 NUL", with_text('"name": "a\\u0000b"'), 400, [("/name", "text.control_char")]),
    ("11 Latin-1", b'{"name": "Jos\xe9"}', 400, [(WHOLE, "encoding.utf8")]),
    ("13 UTF-16", '{"email": "a@b.example"}'.encode("utf-16"), 415, [(WHOLE, "encoding.unsupported")]),
    ("19 unknown", lead(emial="x@y.example"), 400, [("/emial", "field.unknown")]),
    ("20 id", lead(id="7"), 400, [("/id", "field.read_only")]),
    ("20 owner", lead(owner_id="kim"), 400, [("/owner_id", "field.read_only")]),
    ("20 epoch", lead(epoch=3), 400, [("/epoch", "field.read_only")]),
    ("20 score", lead(score_final=3), 400, [("/score_final", "field.read_only")]),
    ("20 role", lead(role="admin"), 400, [("/role", "field.read_only")]),
    ("21 no contact", b'{"first_name": "Ada"}', 422, [(WHOLE, "lead.no_contact")]),
    ("21 null contact", b'{"email": null, "phone": "  "}', 422, [(WHOLE, "lead.no_contact")]),
    ("31 phone as number", lead(phone=15551234567), 422, [("/phone", "type.expected_string")]),
    ("35 yes", lead(consent="yes"), 422, [("/consent", "type.expected_boolean")]),
    ("35 one", lead(consent=1), 422, [("/consent", "type.expected_boolean")]),
    ("35 true as number", lead(employees=True), 422, [("/employees", "type.expected_number")]),
    ("46 300 fields", lead(**{f"f{n}": 1 for n in range(300)}), 400, None),
    ("46 long key", lead(**{"k" * 10_000: 1}), 422, [("/" + "k" * 64, "key.invalid")]),
    ("46 __proto__", lead(__proto__=1), 422, [("/__proto__", "key.invalid")]),
    ("46 constructor", lead(constructor=1), 422, [("/constructor", "key.invalid")]),
    ("46 dotted", lead(**{"a.b": 1}), 422, [("/a.b", "key.invalid")]),
    ("46 $where", lead(**{"$where": 1}), 422, [("/$where", "key.invalid")]),
    ("48 event id empty", lead(event_id=""), 422, [("/event_id", "length.max")]),
    ("48 event id long", lead(event_id="e" * 256), 422, [("/event_id", "length.max")]),
    (
        "several at once",
        b'{"phone": 1, "id": "7", "emial": "x", "name": "a\\u0000"}',
        400,
        [
            ("/name", "text.control_char"),
            ("/phone", "type.expected_string"),
            ("/id", "field.read_only"),
            ("/emial", "field.unknown"),
            (WHOLE, "lead.no_contact"),
        ],
    ),
]

# Wrong values: taken with a problem by a tolerant source, refused by a strict one.
VALUES = [
    ("23 no host", {"email": "a@", "phone": "+49 30 901820"}, [("/email", "email.invalid")]),
    ("23 no name", {"email": "@x.example", "phone": "+49 30 901820"}, [("/email", "email.invalid")]),
    ("23 blank", {"email": "a b@x.example", "phone": "+49 30 901820"}, [("/email", "email.invalid")]),
    ("23 no dot", {"email": "a@x", "phone": "+49 30 901820"}, [("/email", "email.invalid")]),
    ("23 two ats", {"email": "a@b@c.example", "phone": "+49 30 901820"}, [("/email", "email.invalid")]),
    ("24 long", {"email": "a" * 65 + "@x.example", "external_id": "c-1"}, [("/email", "email.length")]),
    (
        "24 very long",
        {"email": "a@" + "b" * 300 + ".example", "external_id": "c-2"},
        [("/email", "email.length")],
    ),
    ("30 short", {**LEAD, "phone": "12345"}, [("/phone", "phone.needs_country")]),
    ("30 words", {**LEAD, "phone": "call me"}, [("/phone", "phone.unparseable")]),
    ("30 40 digits", {**LEAD, "phone": "1" * 40}, [("/phone", "phone.needs_country")]),
    ("32 ZZ", {**LEAD, "country": "ZZ"}, [("/country", "country.unknown")]),
    ("32 null island", {**LEAD, "country": "null island"}, [("/country", "country.unknown")]),
    ("34 negative", {**LEAD, "employees": -5}, [("/employees", "number.format")]),
    ("34 too many", {**LEAD, "employees": 1_000_000_000}, [("/employees", "number.format")]),
    ("34 words", {**LEAD, "employees": "a few"}, [("/employees", "number.format")]),
    ("36 30 Feb", {**LEAD, "occurred_at": "2026-02-30T10:00:00Z"}, [("/occurred_at", "time.invalid")]),
    ("36 no zone", {**LEAD, "occurred_at": "2026-02-03T10:00:00"}, [("/occurred_at", "time.zone_missing")]),
    ("36 year 1", {**LEAD, "occurred_at": "0001-01-01T00:00:00Z"}, [("/occurred_at", "time.range")]),
    ("39 language", {**LEAD, "language": "xx-YY"}, [("/language", "language.unknown")]),
    ("46 long message", {**LEAD, "message": "m" * 30_000}, [("/message", "length.max")]),
    (
        "several at once",
        {**LEAD, "phone": "call me", "country": "ZZ", "employees": "a few"},
        [("/country", "country.unknown"), ("/phone", "phone.unparseable"), ("/employees", "number.format")],
    ),
]

# Odd and harmless: taken as it is, by everybody.
GOOD = [
    ("12 BOM", b'\xef\xbb\xbf{"email": "bom@contoso.example"}'),
    ("27 homoglyph", lead(email="kim@аpple.com")),
    ("29 role mailbox", lead(email="info@contoso.example")),
    ("29 test mailbox", lead(email="test@test.com")),
    ("30 country given", lead(phone="030 901820", country="Germany")),
    ("30 letters", lead(phone="1-800-FLOWERS", country="US")),
    ("32 UK", lead(country="UK")),
    ("32 NO", lead(country="NO")),
    ("33 NYC", lead(city="NYC")),
    ("34 range", lead(employees="50-100")),
    ("34 thousand", lead(employees="1,000")),
    ("34 about", lead(employees="ca. 20")),
    ("36 leap second", lead(occurred_at="2016-12-31T23:59:60Z")),
    ("37 future", lead(occurred_at="2030-01-01T00:00:00Z")),
    ("39 language", lead(language="en_US")),
    ("41 markup", lead(first_name='"><img src=x onerror=alert(1)>', message="'; DROP TABLE lead; --")),
    ("41 templates", lead(first_name="{{7*7}}", last_name="${jndi:ldap://x}")),
    ("42 formula", lead(company='=HYPERLINK("http://evil.example")')),
    ("43 ping", lead(message="<!channel> <@U1> <http://evil.example|Reset>")),
    ("44 bidi and zalgo", lead(first_name="a\u202eb" + "\u0301" * 10_000)),
]


def ids(table: list[tuple[object, ...]]) -> list[str]:
    return [str(row[0]) for row in table]


@pytest.mark.parametrize(("row", "body", "status", "expected"), STRUCTURE, ids=ids(STRUCTURE))
def test_a_broken_structure_is_refused(
    house: House, row: str, body: bytes, status: int, expected: list[tuple[str, str]] | None
) -> None:
    answer = house.send(body)
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told["status"], sorted(told)) == (
        status,
        status,
        ["errors", "request_id", "status", "title", "type"],
    )
    assert expected is None or codes(answer) == expected
    assert len(told["errors"]) <= 100 and all(len(e["got"]) < 500 for e in told["errors"])


@pytest.mark.parametrize(("row", "fields", "expected"), VALUES, ids=ids(VALUES))
def test_wrong_values_are_problems_here_and_refusals_at_a_strict_source(
    house: House, strict_key: str, row: str, fields: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    kept = house.send(fields)
    assert kept.status_code in (200, 201)
    assert [(p["pointer"], p["code"]) for p in kept.json()["problems"]] == expected
    refused = house.send(fields, key=strict_key)
    assert (refused.status_code, codes(refused)) == (422, expected)


@pytest.mark.parametrize(("row", "body"), GOOD, ids=ids(GOOD))
def test_what_is_only_odd_is_taken(house: House, strict_key: str, row: str, body: bytes) -> None:
    answer = house.send(body, key=strict_key)
    assert (answer.status_code, answer.json().get("problems")) in ((200, []), (201, []))


def test_an_unknown_field_names_the_nearest_one(house: House) -> None:
    error = house.send(lead(emial="x@y.example")).json()["errors"][0]
    assert error["reason"] == 'is no field of this service; did you mean "email"?'


def test_a_source_may_keep_what_we_do_not_know(house: House) -> None:
    key = house.new_key("loose", allow_extra=True)
    assert house.send(lead(foo=1), key=key).status_code in (200, 201)
    assert codes(house.send(lead(owner_id="kim"), key=key)) == [("/owner_id", "field.read_only")]


@pytest.fixture(scope="module")
def strict_key(house: House) -> str:
    return house.new_key("strict", strict=True)
