from datetime import time

import pytest

from firstright.core.rules.fields import CATALOGUE, Field, FieldType
from firstright.intake.dates import When
from firstright.intake.fieldmap import Column, FieldMap, Lookup, read_map

WHOLE = """
[source]
name = "fair"
file = "fair.csv"
country = "DE"
zone = "Europe/Berlin"
encoding = "cp1252"
delimiter = ";"
event = "Badge"
required = ["email"]
extra = ["Hall"]
ignore = ["Row"]
nulls = ["n/a"]

[columns]
"E-Mail " = "email"
"people.Phone" = "phone"

[constants]
medium = "fair"

[fields.name]
columns = ["First", "Last"]

[fields.intent]
column = "Wish"
values = { "Book a demo" = "demo" }
otherwise = "question"

[fields.occurred_at]
column = "Seen"
date = ["%d.%m.%Y", "%d.%m.%Y %H:%M"]
time = "12:00"

[fields.budget]
column = "Money"
listed = true
values = { "a lot" = "1000000" }

[arrived]
column = "Scanned"
date = "%d.%m.%Y"
zone = "UTC"
spread = "09:00-18:00"

[lookups.people]
file = "people.csv"
key = "Id"
column = "Badge"
"""


def test_a_whole_map_is_read() -> None:
    catalogue = CATALOGUE.with_custom([Field("budget", FieldType.NUMBER, "budget")])
    assert read_map(WHOLE, catalogue=catalogue) == (
        FieldMap(
            source="fair",
            fields=(
                Column("email", ("e-mail",)),
                Column("phone", ("people.phone",)),
                Column("name", ("first", "last")),
                Column("intent", ("wish",), values={"book a demo": "demo"}, otherwise="question"),
                Column(
                    "occurred_at",
                    ("seen",),
                    when=When("seen", ("%d.%m.%Y", "%d.%m.%Y %H:%M"), "Europe/Berlin", time(12)),
                ),
                Column("budget", ("money",), values={"a lot": "1000000"}, listed=True),
            ),
            file="fair.csv",
            country="DE",
            encoding="cp1252",
            delimiter=";",
            required=("email",),
            constants={"medium": "fair"},
            arrived=When("scanned", ("%d.%m.%Y",), "UTC", None, (540, 1080)),
            event="badge",
            kept=frozenset({"hall"}),
            ignored=frozenset({"row"}),
            nulls=frozenset({"n/a"}),
            lookups=(Lookup("people", "people.csv", "Id", "badge"),),
        ),
        (),
    )


def test_every_mistake_of_a_map_is_told_with_its_line() -> None:
    text = """[source]
name = ""
zone = "Europe/Atlantis"
delimiter = ";;"
required = ["company"]
colour = "red"

[columns]
"Mail" = "emial"
"Owner" = "account.owner"
"A" = "name"
"B" = "name"
"Nick" = 3

[fields.name]
column = "C"

[fields.city]

[arrived]
column = "Date"
date = ["%d.%m", "%Q", "%H:%M"]
time = "25:00"
spread = "18:00-09:00"
"""
    found, findings = read_map(text)
    assert found is None
    assert [(f.line, f.code) for f in sorted(findings, key=lambda f: f.line)] == [
        (2, "value.type"),
        (3, "zone.unknown"),
        (4, "value.type"),
        (5, "map.required_unmapped"),
        (6, "key.unknown"),
        (8, "map.no_contact"),
        (9, "map.unknown_field"),
        (10, "map.read_only"),
        (12, "map.field_twice"),
        (13, "value.type"),
        (15, "map.field_twice"),
        (18, "key.missing"),
        (22, "map.date_format"),
        (22, "map.date_format"),
        (22, "map.date_format"),
        (23, "map.time"),
        (24, "map.time"),
    ]
    assert [f.text for f in findings if f.code == "map.unknown_field"] == [
        '"emial" is not known; did you mean "email"?'
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "map.empty"),
        ("[source\n", "toml.syntax"),
        (f'[source]\nname = "{"s" * 101}"\n[columns]\nMail = "email"\n', "length.max"),
    ],
)
def test_what_is_no_map_is_said(text: str, code: str) -> None:
    found, findings = read_map(text)
    assert (found, [f.code for f in findings]) == (None, [code])
