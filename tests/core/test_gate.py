"""The gate: tiers that are tried before anybody's claim to a lead is looked at, so that junk spends nobody's turn."""

import msgspec
import pytest

from firstright.core.documents.lint import load
from firstright.core.lead import Cause, Outcome
from firstright.core.why.explanation import RuleSaid
from firstright.core.world import Candidate
from routing import CATCH_ALL, HEAD, TO_SDR, explained, kept_by, lead, owned, policy, routed, verdicts, world

JUNK = """
[[rule]]
id = "rivals"
tier = "first"
when = { domain = "rival.example" }
send_to = { reject = "competitor" }
"""
REST = TO_SDR.replace('tier = "first"', 'tier = "second"')
GATED = HEAD.replace(
    'tiers = ["first", "second", "last"]', 'tiers = ["first", "second", "last"]\ngate = ["first"]'
)
RIVAL = lead(email="eve@rival.example", domain="rival.example")
THEIRS = Candidate("account", "acc-1", "domain", "noor")


def test_a_rule_of_the_gate_speaks_before_the_owner_of_the_account() -> None:
    where = world(known=[THEIRS], about=RIVAL)
    assert kept_by(routed(policy(JUNK, REST, CATCH_ALL, head=HEAD), RIVAL, where)) == "noor"
    gated = routed(policy(JUNK, REST, CATCH_ALL, head=GATED), RIVAL, where)
    assert (gated.outcome, gated.reason, gated.credits) == (Outcome.REJECTED, "rule:rivals", ())
    assert verdicts(gated) == [("rivals", "true", "took")]


def test_who_passes_the_gate_goes_on_to_precedence_and_the_other_tiers() -> None:
    rules = policy(JUNK, REST, CATCH_ALL, head=GATED)
    assert kept_by(routed(rules, lead(), world(known=[THEIRS]))) == "noor"
    assert kept_by(routed(rules)) == "kim"


def _said(found: tuple[RuleSaid, ...]) -> list[tuple[str, str]]:
    return [(rule.id, rule.verdict) for rule in found]


def test_the_explanation_names_the_gate_first_and_never_what_was_not_reached_as_asked() -> None:
    rules = policy(JUNK, REST, CATCH_ALL, head=GATED)
    stopped = explained(rules, RIVAL, world(known=[THEIRS], about=RIVAL))
    assert _said(stopped.rules) == [("rivals", "true"), ("to-sdr", "not-reached"), ("rest", "not-reached")]
    claimed = explained(rules, lead(), world(known=[THEIRS]))
    assert _said(claimed.rules) == [("rivals", "false"), ("to-sdr", "not-reached"), ("rest", "not-reached")]
    passed = explained(rules, lead(), world())
    assert _said(passed.rules) == [("rivals", "false"), ("to-sdr", "true"), ("rest", "not-reached")]


def test_an_owned_lead_that_turns_out_to_be_junk_leaves_its_owner() -> None:
    rules = policy(JUNK, REST, CATCH_ALL, head=GATED)
    found = routed(rules, msgspec.structs.replace(RIVAL, **owned("kim", rule="to-sdr")), cause=Cause.ENRICHED)
    assert (found.outcome, found.reason) == (Outcome.REJECTED, "rule:rivals")


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ('["nowhere"]', "gate.unknown_tier"),
        ('["second"]', "gate.not_first"),
        ('["first", "second", "last"]', "gate.everything"),
    ],
)
def test_a_gate_that_cannot_be_is_refused(gate: str, code: str) -> None:
    head = HEAD.replace('"last"]', f'"last"]\ngate = {gate}', 1)
    *_, findings = load(head + JUNK + REST + CATCH_ALL)
    assert code in {finding.code for finding in findings}
