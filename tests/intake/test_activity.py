"""What foreign systems report, in our words: by our names, by a map, and what a machine did by itself told apart."""

import json
from datetime import UTC, datetime

import pytest

from firstright.core.clean.problem import Problem
from firstright.intake.activity import Activity, map_faults, read_activity

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIALLER = """
[source]
name = "dialler"

[columns]
"payload.contact.number" = "phone"
"payload.agent" = "rep"
"payload.summary" = "note"

[fields.direction]
column = "payload.way"
values = { outbound = "out", inbound = "in" }

[fields.result]
column = "payload.disposition"
values = { ANSWERED = "connected", NO_ANSWER = "no-answer" }

[fields.at]
column = "payload.started"
date = "%Y-%m-%d %H:%M:%S"
zone = "Europe/Berlin"

[constants]
channel = "call"
"""


def read(body: object, text: str = "") -> Activity | tuple[Problem, ...]:
    return read_activity(json.dumps(body).encode(), text)


def test_our_own_names_need_no_map_at_the_top_or_under_data() -> None:
    said = {"email": "mara@mara.example", "kind": "click", "what": "/pricing", "at": "2026-03-02T09:00:00Z"}
    wanted = Activity("in", kind="click", email="mara@mara.example", what="/pricing", at=NINE)
    assert read(said) == wanted
    assert read({"type": "mail.clicked", "timestamp": "x", "data": said}) == wanted


def test_a_dialler_is_read_by_its_map() -> None:
    body = {
        "payload": {
            "contact": {"number": "+4930123456"},
            "agent": "kim@ours.example",
            "way": "outbound",
            "disposition": "NO_ANSWER",
            "summary": "rang out",
            "started": "2026-03-02 10:00:00",
        }
    }
    assert map_faults(DIALLER) == []
    assert read(body, DIALLER) == Activity(
        "out",
        "call",
        phone="+4930123456",
        rep="kim@ours.example",
        result="no-answer",
        note="rang out",
        at=NINE,
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"headers": {"Auto-Submitted": "auto-replied"}}, "auto-submitted: auto-replied"),
        ({"headers": {"auto-submitted": "auto-generated; x=1"}}, "auto-submitted: auto-generated"),
        ({"headers": {"Precedence": "bulk"}}, "precedence: bulk"),
        ({"headers": [{"name": "X-Autoreply", "value": "yes"}]}, "x-autoreply: yes"),
        ({"result": "auto"}, "it says so itself"),
        ({"auto": True}, "it says so itself"),
        ({"headers": {"Auto-Submitted": "no"}}, ""),
        ({"headers": {"Precedence": "first-class"}}, ""),
        ({"auto": False, "result": "connected"}, ""),
    ],
)
def test_an_autoresponder_is_told_by_what_it_says_of_itself(more: dict[str, object], why: str) -> None:
    found = read({"email": "mara@mara.example", "channel": "email", **more})
    assert isinstance(found, Activity)
    assert found.auto == why


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = read({"direction": "sideways", "at": "yesterday", "channel": "call"})
    assert isinstance(found, tuple)
    assert [(p.pointer, p.code) for p in found] == [
        ("/direction", "activity.direction"),
        ("/at", "time.invalid"),
        ("", "activity.nobody"),
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff\xfe", b"x" * 70_000])
def test_bytes_that_are_no_object_are_problems_and_never_an_error(body: bytes) -> None:
    found = read_activity(body, "")
    assert isinstance(found, tuple)
    assert found


def test_a_map_that_names_no_field_of_ours_is_refused_with_its_line() -> None:
    wrong = DIALLER.replace('= "phone"', '= "telephone"')
    assert len(said := map_faults(wrong)) == 1
    assert said[0].startswith("map: line 6:")
