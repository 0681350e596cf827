"""[enrich] and [enrich.NAME]: what is read, and every mistake with its place."""

from datetime import timedelta

from firstright.core.documents.providerfile import read_filling, read_providers
from firstright.core.documents.reading import Reading
from firstright.core.providers import Filling, Provider
from firstright.core.rules.conditions import parse
from firstright.core.rules.fields import BUILTIN, Catalogue

CATALOGUE = Catalogue(BUILTIN)


def read(text: str) -> tuple[dict[str, Provider], Filling, list[tuple[str, str]]]:
    reading = Reading(text, "p.toml", "policy")
    root = reading.root
    found = read_providers(root, CATALOGUE), read_filling(root)
    root.close()
    return *found, [(f.code, f.where) for f in reading.findings]


def test_a_provider_is_read_with_its_condition_and_settings_beside_it() -> None:
    text = """
    [enrich]
    from_phone = ["country"]
    collect = "10s"

    [enrich.clearfield]
    name = "Clearfield"
    ask = "domain"
    when = { country = ["US"] }
    when_missing = ["employees"]
    fields = { "company.size" = "employees", "company.tags.0" = "industry" }
    overwrite = ["industry"]
    same = "company.domain"
    budget = 500
    most_per_minute = 60
    timeout = "5s"
    fresh_for = "30d"
    give_up_after = "1h"
    """
    providers, filling, findings = read(text)
    condition, _ = parse({"country": ["US"]}, CATALOGUE, "")
    assert findings == []
    assert filling == Filling(from_phone=("country",), collect=timedelta(seconds=10))
    assert providers == {
        "clearfield": Provider(
            "clearfield",
            "domain",
            {"company.size": "employees", "company.tags.0": "industry"},
            condition,
            ("employees",),
            ("industry",),
            "company.domain",
            500,
            60,
            timedelta(seconds=5),
            timedelta(days=30),
            timedelta(hours=1),
            "Clearfield",
        )
    }


def test_without_a_table_nobody_is_asked_and_postcodes_are_read() -> None:
    assert read("[policy]\n")[:2] == ({}, Filling())


def test_every_mistake_is_found() -> None:
    text = """
    [enrich]
    from_postcode = ["street"]
    collect = "2d"

    [enrich.a]
    ask = "name"
    fields = { "x" = "segment", "y." = "employees", "z" = "consent" }
    overwrite = ["country"]
    timeout = "5min"
    when = { contry = "US" }

    [enrich.b]
    budgets = 5
    """
    providers, _, findings = read(text)
    assert [*providers] == ["a", "b"]
    assert sorted(findings) == [
        ("condition.unknown_field", 'provider "a" when.contry'),
        ("field.unknown", "enrich from_postcode"),
        ("field.unknown", 'provider "a" overwrite'),
        ("key.missing", 'provider "b" ask'),
        ("key.missing", 'provider "b" fields'),
        ("key.unknown", 'provider "b" budgets'),
        ("provider.ask", 'provider "a" ask'),
        ("provider.field", 'provider "a" fields x'),
        ("provider.field", 'provider "a" fields z'),
        ("provider.path", 'provider "a" fields y.'),
        ("value.range", "enrich collect"),
        ("value.range", 'provider "a" timeout'),
    ]
