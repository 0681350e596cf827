"""What a submission is cleaned to on its way in: facts, problems, and values that wait for a mapping."""

from firstright.desk.arrival import Clean, Source, cleaned
from routing import CATCH_ALL, TO_SDR, policy

WEB = Source("web", country="DE")
OWN = """
[fields.product]
type = "choice"
values = ["arm", "rover"]

[fields.budget]
type = "choice"
values = ["low", "high"]

[synonyms.product]
"robot arm" = "arm"
"""


def test_values_beside_a_list_of_the_policys_own_wait_for_a_mapping_and_stay_facts() -> None:
    rules = policy(OWN, TO_SDR, CATCH_ALL)
    clean = cleaned(
        {"product": ["Robot arm", "Rover", "Drill"], "budget": "Some", "country": "Germny"}, WEB, rules
    )
    assert clean.facts == {"product": ("arm", "Rover", "Drill"), "source": "web"}
    assert [(problem.pointer, problem.code) for problem in clean.problems] == [
        ("/country", "country.unknown"),
        ("/budget", "value.unmapped"),
    ]
    assert clean.unmapped == (
        ("country", "Germny"),
        ("budget", "Some"),
        ("product", "Drill"),
    )


OF_BEFORE = """
[fields.timeline]
type = "text"

[fields.authority]
values = ["board", "plant manager"]

[fields.need]
type = "number"
"""


def test_a_policys_own_field_stays_its_own_where_one_of_that_name_is_shipped_by_now() -> None:
    rules = policy(OF_BEFORE, TO_SDR, CATCH_ALL)
    clean = cleaned(
        {"timeline": "Q3", "authority": "Board", "need": "5", "budget": "10k"}, WEB, rules, texts=True
    )
    assert clean == Clean(
        {"timeline": "Q3", "authority": "board", "need": 5, "budget": 10_000, "source": "web"}
    )
    assert [(f.name, f.custom) for f in rules.policy.catalogue.values()][-3:] == [
        ("timeline", True),
        ("authority", True),
        ("need", True),
    ]


def test_a_mapped_value_waits_for_nothing() -> None:
    rules = policy(OWN, TO_SDR, CATCH_ALL)
    assert cleaned({"product": "Robot Arm", "budget": "LOW"}, WEB, rules) == Clean(
        {"product": "arm", "budget": "low", "source": "web"}, meant=(("product", "robot arm"),)
    )


def test_without_a_policy_only_our_own_tables_speak() -> None:
    assert cleaned({"product": "Drill", "title": "Ninja"}, WEB, None).unmapped == (("seniority", "Ninja"),)
