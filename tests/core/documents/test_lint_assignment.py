"""What the linter says about methods, limits, requirements, people, rotas and holdovers, each on its line."""

from datetime import UTC, datetime

import pytest

from firstright.core.documents.lint import load
from marked import HEAD, expected, placed

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEAM = """
[[rep]]
id = "ada"
pools = { p = 1, q = 2 }
[[rep]]
id = "bob"
pools = { p = 2, q = 1 }
"""
END = '\n[queues.desk]\n[[rule]]\nid = "end"\ntier = "all"\nwhen = {}\nsend_to = { queue = "desk" }\n'


def rule(name: str, send_to: str, rest: str = "") -> str:
    return f"""
[[rule]]
id = "{name}"
tier = "all"
when = {{ company = "{name}" }}
send_to = {{ {send_to} }}
{rest}
"""


def judged(policy: str, roster: str = TEAM) -> None:
    """Exactly what is marked in the two is found in them."""
    policy = HEAD + policy + END
    findings = load(policy, roster, as_of=NOW)[2]
    assert placed(findings, "policy.toml") == expected(policy), findings
    assert placed(findings, "roster.toml") == expected(roster), findings


TO_P, TO_Q = rule("p", 'pool = "p"'), rule("q", 'pool = "q"')


def test_a_key_of_another_method_is_said_to_have_no_effect() -> None:
    judged(
        """
[pools.p]
on_skip = "lose"  #! key.no_effect
period = "day"  #! key.no_effect
load = "leads"  #! key.no_effect
field = "employees"  #! key.no_effect
band = 3  #! key.no_effect
within = "2h"  #! key.no_effect
performance = { explore = 0 }  #! key.no_effect
preview = true  #! key.no_effect

[pools.q]
method = "load-balanced"
load = "cost"
"""
        + TO_P
        + TO_Q
    )


def test_weights_that_the_method_does_not_share_by_are_named() -> None:
    judged(
        """
[pools.p]
method = "sequence"  #! weight.no_effect
on_skip = "lose"
[pools.q]
method = "equal-count"
period = "day"
"""
        + TO_P
        + TO_Q
    )


def test_a_field_that_is_summed_must_be_a_number() -> None:
    judged(
        """
[pools.p]
method = "load-balanced"
load = "field"  #! pool.no_field
[pools.q]
method = "load-balanced"
load = "field"
field = "company"  #! pool.field_type
[pools.r]
method = "load-balanced"
load = "field"
field = "employes"  #! field.unknown
"""
        + TO_P
        + TO_Q
        + rule("r", 'pool = "r"'),
        TEAM.replace("q = 1", "q = 1, r = 1"),
    )


def test_best_fit_needs_something_to_prefer() -> None:
    preferring = rule("q", 'pool = "q"', "needs = { preferred = { saas = 2 } }")
    judged(
        """
[pools.p]
method = "best-fit"  #! pool.nothing_preferred
[pools.q]
method = "best-fit"
"""
        + TO_P
        + preferring,
        TEAM.replace('id = "bob"', 'id = "bob"\nskills = { saas = 1 }'),
    )


def test_preferences_and_costs_that_nothing_reads_are_named() -> None:
    judged(
        """
[pools.p]
method = "least-recent"
[pools.q]
"""
        + rule("p", 'pool = "p"', "cost = 2  #! key.no_effect")
        + rule("q", 'pool = "q"', "needs = { preferred = { saas = 2 } }  #! key.no_effect"),
        '[[rep]]\nid = "ada"\nskills = { saas = 1 }\npools = { p = 1, q = 1 }\n',
    )


def test_a_pull_pool_is_never_full_and_needs_members() -> None:
    judged(
        """
[pools.p]
method = "pull"  #! weight.no_effect
[pools.q]
[pools.empty]  #! pool.empty
method = "pull"
"""
        + rule("p", 'pool = "p"', 'when_full = { overflow = "q" }  #! key.no_effect')
        + rule("e", 'pool = "empty"')
    )


def test_nothing_behind_a_pull_pool_is_reached() -> None:
    policy = HEAD.replace('"all"', '"early", "all"') + '[pools.p]\nmethod = "METHOD"\n' + END
    policy += rule("always", 'pool = "p"').replace('"all"', '"early"').replace('company = "always"', "")
    roster = '[[rep]]\nid = "ada"\npools = { p = 1 }\n'
    found = {
        method: [f.code for f in load(policy.replace("METHOD", method), roster, as_of=NOW)[2]]
        for method in ("pull", "credit")
    }
    assert found == {"pull": ["rule.unreachable"], "credit": []}


def test_limits_that_are_never_reached_are_named() -> None:
    judged(
        """
[limits.hard]
most = 5
period = "day"

[limits.soft]
most = 5  #! limit.never_reached
period = "day"
pools = ["p"]
hard = false

[limits.tight]
most = 4
period = "day"
pools = ["p", "qq"]  #! pool.unknown

[limits.hour]
most = 9  #! limit.never_reached
within = "1h"
sources = ["web"]
score = [80, 90]

[limits.day]
most = 9
within = "24h"
score = [70, 100]

[pools.p]
cooldown = "5min"
burst = { most = 3, within = "15min" }  #! burst.never_reached
[pools.q]
cooldown = "5min"
burst = { most = 3, within = "16min" }
"""
        + TO_P
        + TO_Q
    )


def test_a_limit_that_somebody_has_for_themselves_is_not_called_idle() -> None:
    limits = (
        '[limits.hard]\nmost = 5\nperiod = "day"\n[limits.soft]\nmost = 5\nperiod = "day"\nhard = false\n'
    )
    judged(
        limits + "[pools.p]\n[pools.q]\n" + TO_P + TO_Q,
        TEAM.replace('id = "bob"', 'id = "bob"\nlimits = { soft = 2 }'),
    )


RELAX = """
needs = { language = "de", skills = { saas = 2 } }
relax = [
  { after = "10min", needs = { skills = { saas = 3 } } },  #! relax.more
  { after = "31min", needs = {} },  #! relax.too_late
]
"""


def test_a_step_that_asks_for_more_or_comes_too_late_is_named() -> None:
    german = 'languages = ["de"]\nskills = { saas = 3 }\n'
    judged(
        "[pools.p]\n[pools.q]\n" + rule("p", 'pool = "p"', RELAX) + TO_Q,
        TEAM.replace('id = "ada"', 'id = "ada"\n' + german),
    )


def test_a_longer_wait_lets_a_late_step_come() -> None:
    longer = RELAX.replace("  #! relax.too_late", "") + 'when_full = { wait = "31min" }\n'
    german = 'languages = ["de"]\nskills = { saas = 3 }\n'
    judged(
        "[pools.p]\n[pools.q]\n" + rule("p", 'pool = "p"', longer) + TO_Q,
        TEAM.replace('id = "ada"', 'id = "ada"\n' + german),
    )


NEEDY = """
[[territory]]
id = "north"
plan = "field"
countries = ["SE"]
send_to = { pool = "p" }

[pools.p]
[pools.q]
"""


def test_what_nobody_of_the_pool_meets_is_said_with_names() -> None:
    needs = 'needs = { skills = { saas = 3 }, licence = "state", territory = "field" }'
    every = "  #! licence.nobody skill.nobody territory.nobody"
    roster = TEAM.replace(
        'id = "ada"', 'id = "ada"\nskills = { saas = 2 }\nlicences = ["DE", { name = "US-CA", until = 2026-01-01 }]  #! licence.expired'
    )  # fmt: skip
    policy = HEAD + NEEDY + rule("p", 'pool = "p"', needs + every) + TO_Q + END
    findings = load(policy, roster, as_of=NOW)[2]
    assert sorted(placed(findings, "policy.toml")) == expected(policy)
    assert placed(findings, "roster.toml") == expected(roster)
    assert [f.text for f in findings if f.severity == "warning" and f.code != "licence.expired"] == [
        'Nobody in pool "p" has the skill "saas" at 3; the highest is 2 (ada).',
        'Nobody in pool "p" has a licence for any state.',
        'Nobody in pool "p" covers a territory of plan "field".',
    ]


def test_requirements_that_nobody_meets_together_are_told_one_by_one() -> None:
    roster = TEAM.replace('id = "ada"', 'id = "ada"\nskills = { saas = 3 }')
    roster = roster.replace('id = "bob"', 'id = "bob"\nlanguages = ["sv"]\nlicences = ["SE"]')
    needs = 'needs = { language = "sv", skills = { saas = 1 }, licence = "country" }'
    findings = load(
        HEAD + "[pools.p]\n[pools.q]\n" + rule("p", 'pool = "p"', needs) + TO_Q + END, roster, as_of=NOW
    )[2]
    assert [(f.code, f.text) for f in findings] == [
        (
            "needs.nobody",
            'Nobody in pool "p" meets all of it at once: ada lacks language "sv" and a licence for any country, '
            'bob lacks "saas" at 1.',
        )
    ]


def test_requirements_of_a_rule_that_asks_no_pool_have_no_effect() -> None:
    judged(
        "[pools.p]\n[pools.q]\n"
        + TO_P
        + TO_Q
        + rule("one", 'rep = "ada"', "needs = { skills = { saass = 1 } }  #! key.no_effect skill.unknown"),
        TEAM.replace('id = "bob"', 'id = "bob"\nskills = { saas = 1 }'),
    )


PEOPLE = """
[[rep]]
id = "ada"
manager = "bob"  #! rep.manager_circle
backup = "ada"  #! rep.own_backup
capacities = { tasks = 5, cost = 3 }  #! capacity.unused
limits = { dayly = 3 }  #! limit.unknown
territories = ["nort"]  #! territory.unknown
pools = { p = { weight = 4, left = 2027-01-01, ramp = [{ from = 2026-01-01, weight = 1 }, { from = 2026-02-01, weight = 2 }] }, q = 2 }  #! ramp.ends_below

[[rep]]
id = "bob"
manager = "cleo"
backup = "dave"  #! backup.gone
pools = { p = { weight = 2, left = 2026-12-01, ramp = [{ from = 2026-12-01, weight = 2 }] }, q = 1 }  #! ramp.after_leaving

[[rep]]
id = "cleo"
manager = "ada"
backup = "adda"  #! rep.unknown

[[rep]]
id = "dave"
left = 2026-06-01
manager = "gone"

[[rep]]
id = "eve"
manager = "dave"  #! manager.gone

[[rep]]
id = "gone"
active = false

[performance.p]
ada = 120
zoe = 80  #! rep.unknown

[performance.pp]  #! pool.unknown
ada = 1
"""


def test_people_who_point_nowhere_or_in_circles_are_named() -> None:
    judged(
        """
[limits.daily]
most = 3
period = "day"
[[territory]]
id = "north"
plan = "field"
countries = ["SE"]
send_to = { pool = "p" }
[pools.p]
method = "performance"
[pools.q]
method = "load-balanced"
load = "cost"
"""
        + TO_P
        + TO_Q,
        PEOPLE,
    )


def test_weights_from_conversion_for_a_pool_of_another_method_have_no_effect() -> None:
    judged(
        "[pools.p]\n[pools.q]\n" + TO_P + TO_Q,
        TEAM + "[performance.p]  #! performance.no_effect\nada = 2\n",
    )


ROTAS = (
    TEAM
    + """
[[rep]]
id = "gone"
active = false

[rotas.night]
starts = 2026-01-05T18:00:00
members = ["ada", "gone", "addda"]  #! rep.unknown rota.gone
calendar = "nigths"  #! calendar.unknown
swaps = [
  { from = 2026-02-01, until = 2026-02-05, rep = "bob" },
  { from = 2026-02-04, until = 2026-02-06, rep = "ada" },  #! swap.overlap
  { from = 2026-12-01, until = 2026-12-02, rep = "gone" },  #! rota.gone
  { from = 2026-01-01, until = 2026-01-02, rep = "bob" },  #! swap.outside
  { from = 2026-03-01, until = 2026-03-02, rep = "bo" },  #! rep.unknown
]

[rotas.empty]
starts = 2026-01-05
members = ["gone"]  #! rota.nobody

[rotas.spare]  #! rota.unused
starts = 2026-01-05
members = ["ada", "bob"]
"""
)


def test_rotas_are_judged_with_their_members_and_swaps() -> None:
    judged(
        "[pools.p]\n[pools.q]\n"
        + TO_P
        + TO_Q
        + rule("n", 'on-call = "night"', 'when_full = { wait = "5min" }  #! wait.ignored')
        + rule("e", 'on-call = "empty"')
        + rule("x", 'on-call = "nihgt"').replace('nihgt" }', 'nihgt" }  #! rota.unknown'),
        ROTAS,
    )


HOLDOVERS = """
[[territory]]
id = "north"
plan = "field"
countries = ["SE"]
active_until = 2026-03-01
send_to = { pool = "p" }
accounts_from = ["named-emae"]  #! list.unknown

[lists.named-emea]
hash = "0000000000000000000000000000000000000000000000000000000000000000"

[[holdover]]
territory = "nort"  #! territory.unknown
send_to = { rep = "adda" }  #! rep.unknown
until = 2027-01-01

[[holdover]]
territory = "north"
send_to = { rep = "ada" }
until = 2026-02-01  #! holdover.over

[[holdover]]
territory = "north"  #! holdover.outside
send_to = { pool = "q" }
from = 2026-04-01
until = 2027-01-01
accounts = ["acme.example"]

[[holdover]]
territory = "north"  #! holdover.repeated
send_to = { pool = "p" }  #! holdover.same
until = 2027-02-01
accounts = ["acme.example", "b.example"]

[pools.p]
[pools.q]
"""


def test_holdovers_are_judged_with_their_territory() -> None:
    judged(HOLDOVERS + TO_P + TO_Q)


def test_a_step_of_precedence_may_stand_twice_at_different_times() -> None:
    twice = """
[[precedence]]
step = "same-company"
active_until = 2026-03-01
[[precedence]]
step = "same-company"
active_from = 2026-{}-01
[pools.p]
[pools.q]
"""
    judged(twice.format("03") + TO_P + TO_Q)
    policy = HEAD + twice.format("02") + TO_P + TO_Q + END
    assert [f.code for f in load(policy, TEAM)[2]] == ["precedence.repeated"]


def test_hysteresis_is_of_fields_that_are_numbers() -> None:
    judged(
        """
[hysteresis]
employees = 10
company = 10  #! hysteresis.not_a_number
employes = 10  #! hysteresis.unknown_field
revenue = 0  #! value.range
score = 10  #! hysteresis.no_edge
[pools.p]
[pools.q]
"""
        + TO_P
        + TO_Q.replace('company = "q"', "employees = { min = 50 }")
    )


@pytest.mark.parametrize("kind", ["credit", "sequence", "pull"])
def test_nothing_is_said_about_people_without_a_roster(kind: str) -> None:
    policy = HEAD + f'[pools.p]\nmethod = "{kind}"\n' + TO_P + rule("n", 'on-call = "night"') + END
    assert load(policy)[2] == ()


def test_a_pull_pool_and_a_queue_of_one_name_would_hold_each_others_leads() -> None:
    clash = '[pools.p]  #! pool.also_queue\nmethod = "pull"\n[pools.q]\n[queues.p]\n[queues.q]\n'
    people = '[[rep]]\nid = "ada"\npools = { p = 1, q = 1 }\n'
    judged(clash + TO_P + TO_Q + rule("d", 'queue = "p"') + rule("e", 'queue = "q"'), people)
