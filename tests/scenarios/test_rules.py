"""Which rule speaks: order, stopping, dry runs, mistakes, days of the week, and what changes afterwards. Our list of scenarios, C."""

from datetime import timedelta

import msgspec
import pytest

from chaos.scene import broken, replayed
from desk.office import CATCH_ALL, HEAD, TO_SDR, Office, office, owner
from firstright.core.apply import after
from firstright.core.decision import Held
from firstright.core.documents.lint import lint
from firstright.core.documents.policyfile import read_policy
from firstright.core.lead import Cause
from firstright.core.replay import Verdict
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.whatif import what_if
from firstright.desk.learning import LearnFacts
from firstright.storage import recorded
from routing import DAY, MINUTE, MONDAY, effects, kept_by, lead, policy, roster, routed, verdicts, world


def rule(
    name: str, tier: str, send_to: str, when: str = "{}", more: str = 'when_full = { wait = "none" }'
) -> str:
    return f'\n[[rule]]\nid = "{name}"\ntier = "{tier}"\nwhen = {when}\nsend_to = {{ {send_to} }}\n{more}\n'


def test_41_of_two_rules_that_match_the_one_of_the_earlier_tier_takes_it() -> None:
    """The order in the file says nothing: the tiers do."""
    how = policy(rule("s", "second", 'rep = "omar"'), rule("f", "first", 'rep = "kim"'), CATCH_ALL)
    decision = routed(how)
    assert (kept_by(decision), verdicts(decision)) == ("kim", [("f", "true", "took")])


def test_42_a_lead_never_has_two_owners_however_many_rules_match() -> None:
    """A peer whose first rule does not stop gives the lead to both."""
    how = policy(
        rule("one", "first", 'rep = "kim"'),
        rule("two", "second", 'rep = "omar"', more='watchers = ["ada"]'),
        CATCH_ALL,
    )
    decision = routed(how)
    assert [held.holder.id for held in effects(decision, Held)] == ["kim"]


@pytest.mark.parametrize("pool", ["sun", "sdr"])
def test_43_a_rule_whose_pool_is_empty_passes_the_lead_on_and_it_is_told(pool: str) -> None:
    """Where a rule that stops meets an empty pool, peers end; here nothing ends in nobody."""
    people = roster('\n[[rep]]\nid = "a1"\n')
    how = policy(rule("one", "first", f'pool = "{pool}"'), rule("two", "last", 'rep = "a1"'))
    decision = routed(how, where=world(people))
    assert (kept_by(decision), verdicts(decision)) == (
        "a1",
        [("one", "true", "next"), ("two", "true", "took")],
    )
    assert [(asked.pool, asked.size, asked.winner) for asked in decision.trace.asked] == [
        (pool, 0, ""),
        ("@a1", 1, "a1"),
    ]


EVERYTHING = (
    "lead",
    "decision",
    "assignment",
    "ledger",
    "standing",
    "job",
    "delivery",
    "audit",
    "clock",
    "task",
)


def test_44_a_dry_run_says_who_would_get_it_and_leaves_nothing_behind(database_url: str) -> None:
    america = rule("america", "first", 'pool = "sun"', '{ country = "US" }')
    with office(database_url, published=False) as here:
        here.publish(HEAD + america + TO_SDR + CATCH_ALL)
        told = [here.send(name) for name in ("ann", "ben")]
        before = {table: here.rows(f"SELECT count(*) FROM {table}") for table in EVERYTHING}
        with here.desk.read() as tx:
            (stored,) = recorded.of_lead(tx, str(told[0]["lead"]))
            found = what_if(tx, stored, "country", "United States", Versions())
        assert found.would is not None and found.would.verdict.holder is not None
        assert (found.would.verdict.rule, found.would.verdict.holder.id) == ("america", "zoe")
        assert {table: here.rows(f"SELECT count(*) FROM {table}") for table in EVERYTHING} == before
        assert owner(here.send("cat")) == "omar"  # nobody's turn was moved by asking


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{ shoe_size = 43 }", "condition.unknown_field"),
        ("{ employees = { roughly = 10 } }", "condition.unknown_operator"),
        ('{ employees = { min = "ten" } }', "condition.type"),
    ],
)
def test_45_a_condition_that_means_nothing_is_refused_when_it_is_saved(when: str, code: str) -> None:
    """A peer accepts a bad expression, and its rule never matches."""
    found, findings = read_policy(HEAD + rule("odd", "first", 'pool = "sdr"', when) + CATCH_ALL)
    assert found is None
    assert [(finding.code, finding.severity) for finding in findings] == [(code, "error")]


def test_45_what_a_lead_does_not_say_matches_nothing_and_breaks_nothing() -> None:
    how = policy(rule("large", "first", 'rep = "ada"', "{ employees = { min = 100 } }"), CATCH_ALL)
    assert kept_by(routed(how)) == "queue:desk"


def test_46_what_no_rule_takes_lands_in_review_and_whom_nobody_knows_is_refused_when_it_is_saved() -> None:
    decision = routed(policy(rule("large", "first", 'rep = "ada"', "{ employees = { min = 100 } }")))
    assert (kept_by(decision), decision.reason) == ("review:no-dead-end", "no-dead-end")
    found, _ = read_policy(HEAD + rule("odd", "first", 'rep = "nobody"') + CATCH_ALL)
    assert found is not None
    assert "nobody" in " ".join(
        finding.text for finding in lint(found, roster=roster().document) if finding.severity == "error"
    )


def test_47_a_rule_holds_on_its_days_in_the_zone_of_the_team() -> None:
    """On Saturday evening in New York it is Sunday in Berlin already."""
    early = rule("early", "first", 'rep = "kim"', '{ "time.weekday" = [7, 1, 2] }')
    late = rule("late", "second", 'rep = "noor"', '{ "time.weekday" = [3, 4, 5, 6] }')
    how = policy(early, late, CATCH_ALL)
    assert [kept_by(routed(how, where=world(as_of=MONDAY + n * DAY))) for n in (0, 4)] == ["kim", "noor"]
    night = MONDAY + 6 * DAY - 9 * timedelta(hours=1) - 31 * MINUTE  # 23:29 UTC on Saturday
    assert kept_by(routed(how, where=world(as_of=night))) == "kim"


SMALL = rule("small", "second", 'pool = "sdr"')
LARGE = rule("large", "first", 'rep = "ada"', "{ employees = { min = 500 } }")


def sound(here: Office) -> bool:
    return broken(here.desk.database) == [] and set(replayed(here.desk.database)[0]) == {Verdict.EQUAL}


def test_48_a_lead_that_changes_moves_only_to_a_rule_above_and_not_while_it_is_locked(
    database_url: str,
) -> None:
    """A peer takes the task away whenever a condition holds, and gives it back when it stops to hold."""
    with office(database_url, published=False) as here:
        here.publish(HEAD + LARGE + SMALL + CATCH_ALL)
        told = here.send("ann")
        assert owner(told) == "kim"
        here.at = MONDAY + 5 * MINUTE
        here.desk.act(LearnFacts(str(told["lead"]), {"employees": 900}, "crm"))
        assert here.rows("SELECT cause, reason FROM decision ORDER BY turn") == [
            ("arrived", "rule:small"),
            ("enriched", "locked"),
        ]
        assert here.rows("SELECT holder_id FROM lead") == [("kim",)]
        assert sound(here)


def test_48_back_and_forth_is_refused_by_name() -> None:
    how = policy(LARGE, SMALL, CATCH_ALL)
    free = timedelta(hours=1)
    held = after(lead(), routed(how))
    known = msgspec.structs.replace(held, facts={**held.facts, "employees": 900})
    at = world(as_of=MONDAY + free)
    better = routed(how, known, at, Cause.ENRICHED)
    assert (kept_by(better), better.reason) == ("ada", "rule:large")
    again = msgspec.structs.replace(after(known, better), facts=held.facts, locked_until=None)
    back = routed(how, again, at, Cause.ENRICHED)
    assert (back.kept, back.reason, kept_by(back)) == (True, "no-better", "ada")
    locked = routed(how, known, world(as_of=MONDAY + MINUTE), Cause.ENRICHED)
    assert (locked.kept, locked.reason) == (True, "locked")
