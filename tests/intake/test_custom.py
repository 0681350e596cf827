from datetime import UTC, datetime

import pytest

from firstright.core.clean.normalize import Cleaned
from firstright.core.lead import Value
from firstright.core.rules.fields import CATALOGUE, Field, FieldType
from firstright.intake.custom import clean_custom

CUSTOM = CATALOGUE.with_custom(
    [
        Field("budget", FieldType.NUMBER, "budget"),
        Field("plan", FieldType.CHOICE, "plan", ("Basic", "Pro")),
        Field("likes", FieldType.TEXTS, "likes"),
        Field("member", FieldType.BOOLEAN, "member"),
        Field("since", FieldType.INSTANT, "since"),
        Field("shop", FieldType.TEXT, "shop"),
    ]
)


@pytest.mark.parametrize(
    ("name", "given", "fact"),
    [
        ("budget", "755000.0", 755_000),
        ("plan", " pro ", "Pro"),
        ("likes", ["a ", "b", "a"], ("a", "b")),
        ("member", True, True),
        ("since", "2026-03-01T10:00:00+01:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("shop", " Old  Town ", "Old Town"),
    ],
)
def test_a_custom_field_is_cleaned_by_its_type(name: str, given: object, fact: Value) -> None:
    assert clean_custom({name: given, "email": "x"}, CUSTOM, synonyms={}) == Cleaned({name: fact}, ())


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("budget", "much", "number.format"),
        ("plan", "Prp", "value.unmapped"),
        ("likes", [1], "type.expected_string"),
        ("member", "yes", "type.expected_boolean"),
        ("since", "soon", "time.invalid"),
        ("shop", "x" * 501, "length.max"),
    ],
)
def test_a_wrong_value_is_a_problem_and_no_fact(name: str, given: object, code: str) -> None:
    found = clean_custom({name: given}, CUSTOM, synonyms={})
    assert (found.facts, [(p.pointer, p.code) for p in found.problems]) == ({}, [(f"/{name}", code)])


@pytest.mark.parametrize("name", ["budget", "plan", "likes", "member", "since", "shop"])
def test_a_blank_is_not_given(name: str) -> None:
    assert clean_custom({name: " "}, CUSTOM, synonyms={}, texts=True) == Cleaned({}, ())


def test_synonyms_and_words_of_files_are_read() -> None:
    found = clean_custom(
        {"plan": "PREMIUM", "member": "No"}, CUSTOM, synonyms={"plan": {"premium": "Pro"}}, texts=True
    )
    assert found == Cleaned({"plan": "Pro", "member": False}, ())


def test_what_is_none_of_the_values_waits_for_a_mapping() -> None:
    found = clean_custom({"plan": " Gold  plus ", "budget": "much", "since": "soon"}, CUSTOM, synonyms={})
    assert found.unmapped == (("plan", "Gold plus"), ("budget", "much"))
