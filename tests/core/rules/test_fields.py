"""The catalogue a policy is checked against."""

from datetime import UTC, datetime

import pytest

from firstright.core.rules.fields import BUILTIN, CATALOGUE, Field, FieldType, Problem, check

PLAN = Field("plan", FieldType.CHOICE, "plan", ("free", "pro"), "what they pay for")


def test_every_field_stands_under_its_own_name_and_says_what_it_is() -> None:
    assert [name for name, field in BUILTIN.items() if name != field.name or not field.about] == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [("contry", "country"), ("Employees", "employees"), ("acount.type", "account.type"), ("zzz", None)],
)
def test_a_misspelt_field_is_recognised(written: str, meant: str | None) -> None:
    assert CATALOGUE.nearest(written) == meant


def test_a_custom_field_joins_the_catalogue_and_the_old_one_stays_as_it_was() -> None:
    wider = CATALOGUE.with_custom([PLAN])
    assert wider["plan"] == Field(
        "plan", FieldType.CHOICE, "plan", ("free", "pro"), "what they pay for", custom=True
    )
    assert CATALOGUE.lookup("plan") is None
    assert len(wider) == len(CATALOGUE) + 1


def test_all_bad_names_of_custom_fields_are_named_at_once() -> None:
    fields = [Field(name, FieldType.TEXT, name) for name in ("country", "any", "Plan Name", "plan", "plan")]
    with pytest.raises(ValueError) as refused:
        CATALOGUE.with_custom(fields)
    assert str(refused.value) == (
        '"country" is already a field; "any" is a word of the condition language; '
        '"Plan Name" is not a field name: small letters, digits and _, with at most one dot; '
        '"plan" is already a field'
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "de"),
        ("employees", 0),
        ("employees", -5),
        ("consent", False),
        ("occurred_at", datetime(2026, 3, 1, tzinfo=UTC)),
        ("email_kind", "Business"),
        ("time.weekday", 7),
        ("email_domain", "acme.com"),
        ("company", "Ünïcødé GmbH"),
    ],
)
def test_a_fitting_literal_has_no_problem(field: str, value: object) -> None:
    assert check(BUILTIN[field], value) is None


@pytest.mark.parametrize(
    ("field", "value", "code", "reason"),
    [
        ("employees", "big", "value.type", '"big" is not a whole number'),
        ("employees", True, "value.type", "true is not a whole number"),
        ("employees", 1.5, "value.type", "1.5 is not a whole number"),
        ("consent", 1, "value.type", "1 is not true or false"),
        ("company", 7, "value.type", "7 is not text; put it in quotes"),
        ("company", ["a"], "value.type", "a list is not text; put it in quotes"),
        ("country", "Germany", "value.country", '"Germany" is not a two-letter country code such as "DE"'),
        ("country", "UK", "value.country", 'the United Kingdom is "GB"'),
        ("domain", "acme", "value.domain", '"acme" is not a domain such as "acme.com"'),
        ("email", "acme.com", "value.email", '"acme.com" is not an e-mail address; to ask for its domain use email_domain'),
        ("occurred_at", datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None), "value.naive", "2026-03-01T00:00:00 has no zone; end it with Z or an offset such as +01:00"),
        ("occurred_at", "monday", "value.type", '"monday" is not a date with time and zone, as in 2026-03-01T09:00:00Z'),
        ("email_kind", "buisness", "value.not_allowed", '"buisness" is not a value of email_kind; did you mean "business"?'),
        ("urgency", "xx", "value.not_allowed", '"xx" is not a value of urgency; it can be low, standard, urgent'),
        ("time.weekday", 0, "value.not_allowed", "0 is not a value of time.weekday; it can be 1, 2, 3, 4, 5, 6, 7"),
    ],
)  # fmt: skip
def test_a_literal_that_can_never_match_says_why(field: str, value: object, code: str, reason: str) -> None:
    assert check(BUILTIN[field], value) == Problem(code, reason)


def test_an_empty_text_is_refused_because_it_never_matches() -> None:
    problem = check(BUILTIN["company"], " ")
    assert problem is not None
    assert problem.code == "value.empty"
