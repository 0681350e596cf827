"""The made-up workload is the same for everybody, and a foreign engine reads it as we do."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from firstright.core.rules.conditions import evaluate, parse
from firstright.core.rules.fields import CATALOGUE
from firstright.core.rules.index import RuleIndex
from firstright.core.rules.predicates import Condition, Truth
from firstright.simulate import workload

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def conditions(count: int) -> list[Condition]:
    read = [
        parse(document, CATALOGUE, f"rule {place}") for place, document in enumerate(workload.rules(count))
    ]
    assert [findings for _, findings in read if findings] == []
    return [condition for condition, _ in read]


def test_the_same_numbers_give_the_same_leads_and_a_longer_list_begins_with_the_shorter() -> None:
    assert workload.leads(30)[:10] == workload.leads(10)
    assert workload.rules(50) == workload.rules(50)


def test_every_lead_has_its_own_address_and_phone_and_companies_are_skewed() -> None:
    leads = workload.leads(2_000)
    assert len({lead["email"] for lead in leads}) == len({lead["phone"] for lead in leads}) == 2_000
    companies = Counter(lead["company"] for lead in leads)
    assert len(companies) > 1_000
    assert companies.most_common(1)[0][1] > 50


def test_the_last_rule_catches_everything_and_the_others_something() -> None:
    rules = workload.rules(300)
    assert rules[-1] == {}
    assert {} not in rules[:-1]
    index = RuleIndex(conditions(300))
    firsts = {index.first(lead, NOW) for lead in workload.leads(500)}
    assert len(firsts) > 40
    assert -1 not in firsts


def test_fewer_fields_use_the_first_ones_only() -> None:
    assert {field for rule in workload.rules(40, fields=3) for field in rule} == set(workload.FIELDS[:3])


def test_the_index_agrees_with_evaluating_the_workload_rule_by_rule() -> None:
    rules = conditions(120)
    index = RuleIndex(rules)
    for lead in workload.leads(60):
        truths = [evaluate(rule, lead, NOW) for rule in rules]
        assert index.first(lead, NOW) == truths.index(Truth.TRUE)


def test_the_foreign_engine_finds_the_same_first_rule() -> None:
    zen = pytest.importorskip("zen", reason="the bench extra is not installed")
    documents = workload.rules(1_000)
    content = zen.ZenDecisionContent(json.dumps(workload.zen_content(documents)))
    engine = zen.ZenEngine({"loader": lambda _key: content})
    index = RuleIndex(conditions(1_000))
    leads = workload.leads(500)
    theirs = [int(engine.evaluate("policy", lead)["result"]["rule"]) for lead in leads]
    assert [index.first(lead, NOW) for lead in leads] == theirs
