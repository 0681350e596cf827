"""Who answers for a part, whom to tell when it changes, and by when somebody looks at it again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.parts import changed_parts, informed, stewards_of
from firstright.core.policy import Policy
from firstright.core.stewards import Steward, due
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR

STEWARDS = """
[stewards]
accountable = "ada"
responsible = "ops@ours.example"
inform = ["kim"]
every = "90d"

[stewards.rules]
responsible = "noor"

[stewards.rules.to-sdr]
inform = ["omar", "kim"]
review_by = 2026-12-01

[stewards.queues]
inform = []
"""
TEXT = HEAD + TO_SDR + CATCH_ALL
SINCE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def policy(text: str) -> Policy:
    found, findings = read_policy(text)
    assert found is not None, findings
    return found


def found(text: str) -> list[tuple[str, str]]:
    _, _, findings = load(text, CALENDARS + "".join(TEAM))
    return [(f.code, f.text) for f in findings if f.code.startswith("stewards")]


def test_what_a_part_leaves_out_its_kind_says_and_then_all() -> None:
    named = {each.part: each for each in stewards_of(policy(TEXT + STEWARDS))}
    assert named["rule:to-sdr"] == Steward(
        "rule:to-sdr", "noor", "ada", ("omar", "kim"), None, date(2026, 12, 1)
    )
    assert named["rule:rest"] == Steward("rule:rest", "noor", "ada", ("kim",), timedelta(days=90))
    assert named["queue:desk"] == Steward("queue:desk", "ops@ours.example", "ada", (), timedelta(days=90))
    assert {"service:urgent", "template:yours"} < set(named)


def test_a_policy_that_says_nothing_has_no_stewards_and_no_findings() -> None:
    assert stewards_of(policy(TEXT)) == ()
    assert found(TEXT) == []


def test_parts_that_came_went_or_say_something_else_are_named() -> None:
    before = policy(TEXT + STEWARDS)
    after = policy(
        HEAD.replace('"30min"', '"20min"')
        .replace("[templates.look]", "[templates.see]")
        .replace('"look"', '"see"')
        + TO_SDR.replace("when = {}", 'when = { country = "DE" }')
        + "# a comment changes no part\n"
        + CATCH_ALL
        + STEWARDS
    )
    changed = changed_parts(before, after)
    assert changed == ("rule:to-sdr", "service:standard", "template:see", "template:look")
    assert changed_parts(before, before) == ()
    assert informed(changed, before, after) == {
        "omar": ("rule:to-sdr",),
        "kim": ("rule:to-sdr", "service:standard", "template:see", "template:look"),
    }


def test_of_a_part_that_is_gone_those_are_told_who_were_told_before() -> None:
    before = policy(TEXT + STEWARDS)
    after = policy(TEXT + STEWARDS.replace('inform = ["kim"]', "").split("[stewards.rules.to-sdr]")[0])
    gone = changed_parts(
        before,
        policy(
            HEAD.replace("[templates.look]", "[templates.see]").replace('"look"', '"see"')
            + TO_SDR
            + CATCH_ALL
        ),
    )
    assert gone == ("template:see", "template:look")
    assert informed(("template:none",), before, after) == {"kim": ("template:none",)}


@pytest.mark.parametrize(
    ("steward", "reviewed", "by"),
    [
        (Steward("score"), None, None),
        (Steward("score", every=timedelta(days=30)), None, date(2026, 4, 1)),
        (
            Steward("score", every=timedelta(days=30)),
            datetime(2026, 3, 20, 23, 30, tzinfo=UTC),
            date(2026, 4, 19),
        ),
        (Steward("score", review_by=date(2026, 12, 1)), None, date(2026, 12, 1)),
        (Steward("score", review_by=date(2026, 12, 1)), datetime(2026, 10, 1, tzinfo=UTC), date(2026, 12, 1)),
        (Steward("score", review_by=date(2026, 12, 1)), datetime(2026, 11, 20, tzinfo=UTC), None),
        (
            Steward("score", every=timedelta(days=90), review_by=date(2026, 12, 1)),
            datetime(2026, 12, 1, tzinfo=UTC),
            date(2027, 3, 1),
        ),
    ],
)
def test_by_when_somebody_looks_again(steward: Steward, reviewed: datetime | None, by: date | None) -> None:
    assert due(steward, reviewed, SINCE, UTC) == by


def test_names_that_lead_nowhere_and_parts_nobody_answers_for_are_found() -> None:
    wrong = """
[stewards]
responsible = "nobody"

[stewards.queues.dsk]
accountable = "ada"

[stewards.rules]
accountable = "ada@ours.example"
"""
    codes = found(TEXT + wrong)
    assert codes[0] == ("stewards.nobody", codes[0][1])
    assert "Nobody is accountable for queue:desk" in codes[0][1]
    assert ("stewards.unknown_part", 'The queue "dsk" is not known; did you mean "desk"?') in codes
    assert any(code == "stewards.unknown_person" and '"nobody"' in text for code, text in codes)


def test_what_cannot_be_read_is_said_with_its_place() -> None:
    wrong = '[stewards]\nevery = "2h"\nreview_by = "soon"\nwho = "ada"\n[stewards.score]\nreview_by = 2026-01-01T00:00:00Z\n'
    _, findings = read_policy(TEXT + wrong)
    assert sorted((f.code, f.where) for f in findings) == [
        ("key.unknown", "[stewards] who"),
        ("stewards.too_often", "[stewards] every"),
        ("time.invalid", "[stewards.score] review_by"),
        ("time.invalid", "[stewards] review_by"),
    ]
