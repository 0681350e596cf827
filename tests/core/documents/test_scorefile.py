"""A points table: rows that say who and what, stages that ascend, and what nobody could ever reach."""

from datetime import timedelta

from firstright.core.documents.lint import load
from firstright.core.rules.predicates import AllOf, Op, Test
from firstright.core.scoring import Each, Points, Scorecard
from marked import HEAD, expected, placed, policy_findings, sound_policy

SCORE = f"""
[score]
mql = 40
sql = 80
fit_most = 60
model = "bank"
model_hash = "{"ab" * 32}"
model_points = 30

[[score.points]]
id = "big"
points = 30
when = {{ employees = {{ min = 200 }} }}

[[score.points]]
id = "demo"
kind = "urgency"
points = 40
when = {{ intent = "demo" }}
half_life = "7d"
since = "occurred_at"

[[score.points]]
id = "prices"
points = 20
half_life = "7d"
each = {{ kind = "visit", what = "/pricing", most = 3 }}
"""

WRONG = """
[score]
mql = 50
sal = 40  #! score.not_ascending
lead = 1  #! key.unknown
model_points = 10  #! score.no_model

[[score.points]]
id = "a"
points = 10
when = { emploees = { min = 200 } }  #! condition.unknown_field

[[score.points]]
id = "b"
points = 10
when = { score = { min = 5 } }  #! score.circle

[[score.points]]
id = "c"
points = 10
when = { intent = "demo" }
half_life = "7d"  #! score.fit_fades

[[score.points]]
id = "c"  #! points.duplicate
points = 5000  #! value.range
kind = "speed"  #! value.unknown
when = {}

[[score.points]]
id = "d"
kind = "urgency"
points = 10
when = {}
half_life = "7d"
since = "company"  #! score.since

[[score.points]]  #! key.missing
id = "e"
kind = "fit"
each = { kind = "visit", page = "x" }  #! score.fit_of_deeds key.unknown
"""


def test_a_points_table_is_read_as_it_stands() -> None:
    assert sound_policy(SCORE).score == Scorecard(
        points=(
            Points("big", 30, when=Test("employees", Op.MIN, (200,))),
            Points(
                "demo",
                40,
                "urgency",
                Test("intent", Op.IN, ("demo",)),
                timedelta(days=7),
                since="occurred_at",
            ),
            Points("prices", 20, "urgency", AllOf(), timedelta(days=7), each=Each("visit", "/pricing", 3)),
        ),
        stages=(("mql", 40), ("sql", 80)),
        fit_most=60,
        model="bank",
        model_hash="ab" * 32,
        model_points=30,
    )


def test_a_policy_without_a_table_scores_nothing() -> None:
    assert sound_policy("").score is None


def test_a_table_that_cannot_be_counted_is_refused() -> None:
    found, wanted = policy_findings(WRONG)
    assert found == wanted


def judged(score: str) -> None:
    policy = (
        HEAD
        + score
        + '\n[queues.desk]\n[[rule]]\nid = "end"\ntier = "all"\nwhen = {}\nsend_to = { queue = "desk" }\n'
    )
    findings = load(policy)[2]
    assert placed(findings, "policy.toml") == expected(policy), findings


def test_what_no_lead_can_reach_is_said() -> None:
    judged(
        """
[score]
mql = 40
sal = 50
sql = 61  #! score.out_of_reach
fit_most = 30  #! score.idle_limit
urgency_most = 30

[[score.points]]
id = "big"
points = 30
when = { employees = { min = 200 } }

[[score.points]]
id = "neither"
points = 90
when = { all = [{ employees = { min = 10 } }, { employees = { max = 5 } }] }  #! score.never_counts

[[score.points]]
id = "prices"
points = 20
kind = "urgency"
half_life = "7d"
each = { kind = "visit" }

[[score.points]]  #! score.never_fades
id = "asked"
points = 20
kind = "urgency"
when = { intent = "demo" }
"""
    )


def test_a_stage_every_lead_is_in_and_an_empty_table_are_said() -> None:
    judged(
        """
[score]
mql = -10  #! score.always

[[score.points]]
id = "student"
points = -10
when = { seniority = "student" }
"""
    )
    judged("[score]  #! score.empty\n")
