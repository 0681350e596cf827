"""From a policy's `when` table to a condition, and every mistake on the way."""

import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from firstright.core.rules.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Leaf,
    Not,
    Op,
    Test,
    Truth,
    describe,
    explain,
    parse,
)
from firstright.core.rules.fields import CATALOGUE, Field, FieldType
from firstright.core.rules.findings import Finding

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHERE = 'rule "dach" when'


def read(toml: str) -> tuple[Condition, tuple[Finding, ...]]:
    return parse(tomllib.loads(toml), CATALOGUE, WHERE)


@pytest.mark.parametrize(
    ("toml", "condition", "phrase"),
    [
        ("", AllOf(), "always"),
        ('country = "DE"', Test("country", Op.IN, ("DE",)), "country is DE"),
        (
            'country = ["DE", "AT", "CH"]\nemployees = { min = 500 }',
            AllOf((Test("country", Op.IN, ("DE", "AT", "CH")), Test("employees", Op.MIN, (500,)))),
            "country is DE, AT or CH and employees is at least 500",
        ),
        (
            "employees = { min = 50, max = 200 }",
            AllOf((Test("employees", Op.MIN, (50,)), Test("employees", Op.MAX, (200,)))),
            "employees is at least 50 and employees is at most 200",
        ),
        ('account.type = "customer"', Test("account.type", Op.IN, ("customer",)), "account type is customer"),
        ('"account.type" = "customer"', Test("account.type", Op.IN, ("customer",)), "account type is customer"),
        ('source.kind = "paid"', Test("source.kind", Op.IN, ("paid",)), "source kind is paid"),
        ("title = { missing = true }", Test("title", Op.MISSING), "title is missing"),
        ("title = { missing = false }", Test("title", Op.PRESENT), "title is present"),
        ("consent = true", Test("consent", Op.IN, (True,)), "consent is yes"),
        ('occurred_at = { older_than = "30d" }', Test("occurred_at", Op.OLDER_THAN, (2_592_000,)), "occurred is older than 30d"),
        (
            "occurred_at = { min = 2026-03-01T09:00:00+01:00 }",
            Test("occurred_at", Op.MIN, (datetime(2026, 3, 1, 8, tzinfo=UTC),)),
            "occurred is not before 2026-03-01T08:00:00+00:00",
        ),
        ('postcode = { between = ["80", "81"] }', Test("postcode", Op.BETWEEN, ("80", "81")), "postcode is between 80 and 81"),
        ('email_domain = { domain = "acme.com" }', Test("email_domain", Op.DOMAIN, ("acme.com",)), "e-mail domain is at acme.com"),
        ('not = { country = "US" }', Not(Test("country", Op.IN, ("US",))), "country is not US"),
        (
            'not = { country = "US", state = "CA" }',
            Not(AllOf((Test("country", Op.IN, ("US",)), Test("state", Op.IN, ("CA",))))),
            "not (country is US and state is CA)",
        ),
        (
            'score = { above = 5 }\nany = [{ title = { contains = ["vp", "head"] } }, { intent = "demo" }]',
            AllOf(
                (
                    Test("score", Op.ABOVE, (5,)),
                    AnyOf((Test("title", Op.CONTAINS, ("vp", "head")), Test("intent", Op.IN, ("demo",)))),
                )
            ),
            "score is more than 5 and (title contains vp or head or intent is demo)",
        ),
        (
            'all = [{ city = "Bonn" }, { city = { not_in = ["Ulm"] } }]',
            AllOf((Test("city", Op.IN, ("Bonn",)), Test("city", Op.NOT_IN, ("Ulm",)))),
            "city is Bonn and city is not Ulm",
        ),
    ],
)  # fmt: skip
def test_a_when_table_becomes_a_condition_and_an_english_phrase(
    toml: str, condition: Condition, phrase: str
) -> None:
    read_, findings = read(toml)
    assert (read_, findings) == (condition, ())
    assert describe(read_) == phrase


@pytest.mark.parametrize(
    ("toml", "code", "place", "text"),
    [
        ('contry = "DE"', "unknown_field", ".contry", 'there is no field "contry"; did you mean "country"?'),
        ('account.tipe = "x"', "unknown_field", ".account.tipe", 'there is no field "account.tipe"; did you mean "account.type"?'),
        ("zzzz = { min = 5 }", "unknown_field", ".zzzz", 'there is no field "zzzz"'),
        ('title = { contians = "x" }', "unknown_operator", ".title", 'there is no operator "contians"; did you mean "contains"?'),
        ("employees = { gte = 5 }", "unknown_operator", ".employees", 'there is no operator "gte"; did you mean "min"?'),
        (
            'title = { regex = "(a+)+$" }',
            "unknown_operator",
            ".title",
            'there is no operator "regex"; there are in, not_in, min, max, above, below, contains, starts_with, domain, '
            "between, older_than, newer_than, missing, present",
        ),
        ('employees = { min = "big" }', "type", ".employees", 'min: "big" is not a whole number'),
        ('employees = "50-100"', "type", ".employees", '"50-100" is not a whole number'),
        ("employees = { min = [5, 6] }", "type", ".employees", '"min" takes one value, not a list'),
        ("employees = { min = nan }", "type", ".employees", "min: nan is not a whole number"),
        ("title = { min = 5 }", "wrong_operator", ".title", '"min" does not fit a text field; these do: in, not_in, contains, starts_with, domain, between, missing, present'),
        ("employees = { min = 200, max = 50 }", "contradiction", ".employees", "never matches: min 200 and max 50 exclude each other"),
        ("employees = { above = 5, below = 6 }", "contradiction", ".employees", "never matches: above 5 and below 6 exclude each other"),
        ('title = { missing = true, contains = "x" }', "contradiction", ".title", 'never matches: a missing value fails "contains"'),
        ('postcode = { between = ["9", "1"] }', "contradiction", ".postcode", 'between never matches: "9" sorts behind "1"; swap them'),
        ('postcode = { between = ["9"] }', "type", ".postcode", 'between takes two texts, as in ["80000", "81999"]'),
        ("country = []", "empty_list", ".country", 'the list of "in" is empty, so it never matches anything'),
        ("country = {}", "empty_table", ".country", "the table is empty; write for example { min = 50 } or { missing = true }"),
        ("any = []", "empty_list", ".any", "the list is empty, so it says nothing; remove it or fill it"),
        ("any = [{}]", "type", ".any[1]", "is not a table with conditions: { field = ... }"),
        ('any = "x"', "type", ".any", '"x" is not a list of tables: [{ ... }, { ... }]'),
        ("not = [{}]", "type", ".not", "a list is not a table with conditions: not = { field = ... }"),
        ('email_kind = "buisness"', "not_allowed", ".email_kind", '"buisness" is not a value of email_kind; did you mean "business"?'),
        ("title = { missing = 1 }", "type", ".title", '"missing" is true or false, not 1'),
        ('occurred_at = { older_than = "5m" }', "duration", ".occurred_at", 'older_than: "5m" could mean minutes or months; write 5min or a number of days such as 30d'),
        ("occurred_at = { older_than = 5 }", "duration", ".occurred_at", 'older_than: 5 is not a duration; write it in quotes as in "30d"'),
        ('any = [{ city = "a" }, { not = { contry = "x" } }]', "unknown_field", ".any[2].not.contry", 'there is no field "contry"; did you mean "country"?'),
    ],
)  # fmt: skip
def test_each_mistake_is_found_at_its_place_with_what_was_meant(
    toml: str, code: str, place: str, text: str
) -> None:
    assert read(toml)[1] == (Finding(f"condition.{code}", WHERE + place, text),)


def test_all_mistakes_are_found_at_once_and_the_rest_is_still_read() -> None:
    condition, findings = read(
        'contry = "DE"\nemployees = { min = "big", mx = 5 }\nany = [{ urgency = "x" }]\ncity = "Bonn"'
    )
    assert [(finding.code, finding.where.removeprefix(WHERE)) for finding in findings] == [
        ("condition.unknown_field", ".contry"),
        ("condition.type", ".employees"),
        ("condition.unknown_operator", ".employees"),
        ("condition.not_allowed", ".any[1].urgency"),
    ]
    assert condition == AllOf((AnyOf((AllOf(),)), Test("city", Op.IN, ("Bonn",))))


def test_endless_nesting_is_refused_without_running_out_of_stack() -> None:
    document: dict[str, object] = {"city": "Bonn"}
    for _ in range(200):
        document = {"not": document}
    assert [finding.code for finding in parse(document, CATALOGUE, WHERE)[1]] == ["condition.too_deep"]


def test_a_registered_custom_field_is_checked_like_any_other() -> None:
    catalogue = CATALOGUE.with_custom([Field("plan", FieldType.CHOICE, "plan", ("free", "pro"))])
    assert parse({"plan": "pro"}, catalogue, WHERE) == (Test("plan", Op.IN, ("pro",)), ())
    assert [f.code for f in parse({"plan": "gold"}, catalogue, WHERE)[1]] == ["condition.not_allowed"]


def test_why_shows_every_test_with_its_answer_and_the_value_it_saw() -> None:
    condition, _ = read(
        'country = ["DE", "AT"]\nemployees = { min = 500 }\nnot = { occurred_at = { older_than = "1d" } }\n'
        'any = [{ title = { contains = "vp" } }, { score = { below = 9 } }]'
    )
    facts = {"country": "DE", "score": 9, "occurred_at": NOW - timedelta(hours=1)}
    assert explain(condition, facts, NOW) == (
        Leaf("country", "country is DE or AT", Truth.TRUE, "DE"),
        Leaf("employees", "employees is at least 500", Truth.UNKNOWN, None),
        Leaf("occurred_at", "occurred is not older than 1d", Truth.TRUE, NOW - timedelta(hours=1)),
        Leaf("title", "title contains vp", Truth.UNKNOWN, None),
        Leaf("score", "score is less than 9", Truth.FALSE, 9),
    )
