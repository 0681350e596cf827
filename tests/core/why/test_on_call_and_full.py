"""What explanations say of a rota and of who is full: who was on call, and which of two capacities was reached."""

import msgspec
import pytest

from firstright.core.why.explanation import RotaSaid, redacted
from firstright.core.why.sentences import sentences
from firstright.core.world import Load
from routing import (
    ADA,
    CALENDARS,
    CATCH_ALL,
    HEAD,
    NOOR,
    TO_SDR,
    ZOE,
    explained,
    lead,
    policy,
    rep,
    roster,
    world,
)  # fmt: skip

NIGHTS = (
    CALENDARS
    + """
[rotas.night]
members = ["kim", "noor"]
starts = {starts}T09:00:00
zone = "Europe/Berlin"
"""
)
ON_CALL = """
[[rule]]
id = "late"
tier = "first"
when = {}
send_to = { on-call = "night" }
when_full = { overflow = "sun" }
"""


@pytest.mark.parametrize(
    ("starts", "row", "first", "rule"),
    [
        ("2026-03-02", "", "Kim Larsen owns this lead because rule “late” matched and they are on call in night.",
         "[first] “late” matches (on call in night: Kim Larsen) and takes the lead."),
        ("2026-03-02", "active = false",
         "Zoe Park owns this lead because rule “late” matched, Kim Larsen could not take it and only they could take it in sun.",
         "[first] “late” matches (on call in night: Kim Larsen) and takes the lead."),
        ("2026-03-02", 'active = false\nbackup = "noor"',
         "Noor Haddad owns this lead because rule “late” matched and they are on call in night.",
         "[first] “late” matches (on call in night: Noor Haddad) and takes the lead."),
        ("2026-03-09", "",
         "Zoe Park owns this lead because rule “late” matched and only they could take it in sun.",
         "[first] “late” matches (on call in night: nobody) and takes the lead."),
    ],
)  # fmt: skip
def test_who_is_on_call_is_said(starts: str, row: str, first: str, rule: str) -> None:
    people = roster(ADA, rep("Kim Larsen", row), NOOR, ZOE, calendars=NIGHTS.replace("{starts}", starts))
    said = sentences(explained(policy(ON_CALL, CATCH_ALL), lead(), world(people)))
    assert (said[0], [line for line in said if "“late” matches" in line]) == (first, [rule])


def test_a_colleague_who_is_on_call_is_not_named_to_a_third() -> None:
    people = roster(ADA, rep("Kim Larsen"), NOOR, ZOE, calendars=NIGHTS.replace("{starts}", "2026-03-02"))
    explanation = explained(policy(ON_CALL, CATCH_ALL), lead(), world(people))
    late = [rule.rota for rule in redacted(explanation, "noor").rules if rule.rota]
    assert [rota.rep and rota.rep.name for rota in late] == ["another rep"]
    assert not [line for line in sentences(redacted(explanation, "noor")) if "Kim" in line]
    assert isinstance(late[0], RotaSaid)


BY_COST = HEAD.replace("[pools.sdr]", '[pools.sdr]\nmethod = "load-balanced"\nload = "cost"')


@pytest.mark.parametrize(
    ("row", "leads", "why"),
    [
        ("capacity = 20\ncapacities = { cost = 3 }", 3, "full, this lead would pass 3 in cost"),
        ("capacity = 3\ncapacities = { cost = 30 }", 3, "full, 3 of 3 open leads"),
        ("capacities = { cost = 3 }", 3, "full, this lead would pass 3 in cost"),
    ],
)
def test_which_of_two_capacities_was_reached_is_said(row: str, leads: int, why: str) -> None:
    people = roster(ADA, rep("Kim Larsen", row))
    rules = policy(TO_SDR, CATCH_ALL, head=BY_COST)
    said = sentences(explained(rules, lead(), world(people, loads={"kim": leads})))
    assert [line for line in said if line.startswith("sdr: Kim")] == [f"sdr: Kim Larsen cannot: {why}."]


def test_where_the_record_does_not_say_which_it_was_both_are_named() -> None:
    """Of a stored decision only credit is known again, and what is open now is another matter."""
    people = roster(ADA, rep("Kim Larsen", "capacity = 20\ncapacities = { cost = 0 }"))
    rules, where = policy(TO_SDR, CATCH_ALL, head=BY_COST), world(people)
    assert where.standing.load("kim") == Load()
    said = sentences(explained(rules, lead(), msgspec.structs.replace(where)))
    assert "sdr: Kim Larsen cannot: full, by 20 open leads or 0 in cost." in said
