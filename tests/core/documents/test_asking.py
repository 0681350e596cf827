"""A policy that waits for facts nobody could say is told so."""

from firstright.core.documents.lint import load
from routing import CATCH_ALL, HEAD, TO_SDR

WAITS = """
[[rule]]
id = "nordics"
tier = "first"
when = { country = ["SE", "NO"] }
send_to = { queue = "desk" }
on_unknown = "enrich-then-retry"
enrich_for = "10min"
"""
ASKS = """
[enrich.clearfield]
ask = "domain"
fields = { "where" = "FIELD" }
when = WHEN
"""


def found(field: str = "", when: str = "{}") -> list[tuple[str, str]]:
    asks = ASKS.replace("FIELD", field).replace("WHEN", when) if field else ""
    _, _, findings = load(HEAD + WAITS + TO_SDR + CATCH_ALL + asks, None)
    return [(f.code, f.where) for f in findings if f.code in ("rule.nobody_asked", "provider.never")]


def test_a_rule_that_waits_for_what_nobody_says_gets_a_warning() -> None:
    assert found() == []  # facts may come by the API
    assert found("country") == []
    assert found("employees") == [("rule.nobody_asked", 'rule "nordics" on_unknown')]


def test_a_provider_that_is_asked_about_no_lead_gets_one_too() -> None:
    never = "{ all = [{ employees = { min = 5 } }, { employees = { below = 3 } }] }"
    assert found("country", never) == [("provider.never", 'provider "clearfield"')]
