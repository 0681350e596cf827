"""What a rule asks of a rep, what it asks once a lead has waited, and what its leads cost."""

from datetime import timedelta

from firstright.core.policy import Needs, Relaxed
from firstright.core.pools import LEAD
from marked import policy_findings, sound_policy

RULE = '\n[pools.p]\n[[rule]]\nid = "r"\ntier = "all"\nwhen = {}\nsend_to = { pool = "p" }\n'

ASKING = (
    RULE
    + """
cost = 0.5
needs = { language = "lead", skills = { saas = 3 }, licence = "state", territory = "sales", preferred = { fintech = 2 } }
relax = [{ after = "30min", needs = { skills = { saas = 1 } } }, { after = "2h", needs = {} }]
"""
)

WRONG = (
    RULE
    + """
cost = 0  #! value.range
needs = { preferred = { fintech = 0 }, licences = "x" }  #! value.range key.unknown
relax = [
  { needs = {} },  #! key.missing
  { after = "2h" },  #! key.missing
  { after = "2h", needs = { language = "German" } },  #! relax.order language.invalid
]
"""
)


def test_needs_relaxations_and_costs_are_read() -> None:
    rule = sound_policy(ASKING).rules[0]
    assert rule.needs == Needs("lead", (("saas", 3),), "state", "sales", (("fintech", 2),))
    assert rule.relax == (
        Relaxed(timedelta(minutes=30), Needs(skills=(("saas", 1),))),
        Relaxed(timedelta(hours=2), Needs()),
    )
    assert rule.cost == LEAD // 2


def test_a_cost_is_exact_however_it_is_written() -> None:
    costs = {"2": 2 * LEAD, "0.1": LEAD // 10, "1e-9": 1, "999.999999999": 1000 * LEAD - 1}
    assert {text: sound_policy(f"{RULE}cost = {text}\n").rules[0].cost for text in costs} == costs


def test_mistakes_are_named_on_their_lines() -> None:
    found, wanted = policy_findings(WRONG)
    assert found == wanted
