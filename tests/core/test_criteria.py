"""What a status asks for is checked over facts, what was logged and what lies ahead, or somebody's word where it takes one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.criteria import CRITERIA, Checked, Evidence, checked
from firstright.core.pipeline import PIPELINE, QUALIFIED, Pipeline
from firstright.core.statuses import STATUSES

KNOWN = {"need": "two robots", "fit": "yes", "timeline": "Q3", "decision_process": "board", "budget": "50k"}
NAMES = st.sets(st.sampled_from(sorted(CRITERIA)))
EVIDENCE = st.builds(
    Evidence,
    facts=st.sets(st.sampled_from(sorted(KNOWN))).map(lambda names: {name: KNOWN[name] for name in names}),
    tried=st.booleans(),
    reached=st.booleans(),
    ahead=st.booleans(),
    meeting=st.booleans(),
    vouched=NAMES.map(frozenset),
)


def met(now: str, to: str, has: Evidence, pipeline: Pipeline = PIPELINE) -> dict[str, bool]:
    return {each.name: each.met for each in checked(pipeline, now, to, has)}


def test_qualified_asks_for_six_things_and_for_what_contacted_asks_on_the_way() -> None:
    assert met("contacted", "qualified", Evidence()) == dict.fromkeys(("reached", *QUALIFIED), False)
    assert met("routed", "qualified", Evidence()) == dict.fromkeys(QUALIFIED, False)
    whole = Evidence(KNOWN, reached=True, ahead=True)
    assert all(met("contacted", "qualified", whole).values())


def test_a_word_counts_where_the_status_takes_one_and_never_for_what_is_seen() -> None:
    said = Evidence(vouched=frozenset(QUALIFIED))
    found = checked(PIPELINE, "routed", "qualified", said)
    assert [(each.name, each.by) for each in found] == [
        *((name, "vouched") for name in QUALIFIED[:-1]),
        ("next-step", ""),
    ]
    assert found[-1] == Checked("next-step", "next step", False, "", "no task or meeting ahead", False)


def test_a_score_of_no_points_is_no_fit_that_is_known_of() -> None:
    assert met("routed", "qualified", Evidence({"score.fit": 40}))["fit"]


def test_a_criterion_of_ones_own_is_told_by_its_field() -> None:
    own = msgspec.structs.replace(
        PIPELINE,
        statuses=(msgspec.structs.replace(PIPELINE.of("qualified"), criteria=("budget", "visa")),),
        known_by={"budget": ("budget_aed",), "visa": ("country",)},
    )
    assert met("routed", "qualified", Evidence({"budget": "50k"}), own) == {"budget": False, "visa": False}
    assert met("routed", "qualified", Evidence({"budget_aed": 9, "country": "AE"}), own) == {
        "budget": True,
        "visa": True,
    }


def test_won_has_happened_and_asks_for_nothing_on_the_way() -> None:
    assert checked(PIPELINE, "qualified", "won", Evidence()) == ()
    assert checked(PIPELINE, "qualified", "contacted", Evidence()) == checked(
        PIPELINE, "scheduled", "contacted", Evidence()
    )


@given(st.sampled_from(STATUSES), st.sampled_from(STATUSES), EVIDENCE, EVIDENCE)
def test_more_that_speaks_for_a_lead_never_makes_less_of_it_so(
    now: str, to: str, one: Evidence, other: Evidence
) -> None:
    both = Evidence(
        {**one.facts, **other.facts},
        one.tried or other.tried,
        one.reached or other.reached,
        one.ahead or other.ahead,
        one.meeting or other.meeting,
        one.vouched | other.vouched,
    )
    for alone in (one, other):
        for name, so in met(now, to, alone).items():
            assert met(now, to, both)[name] >= so


@pytest.mark.parametrize("name", sorted(CRITERIA))
def test_every_criterion_is_told_by_a_field_or_seen(name: str) -> None:
    criterion = CRITERIA[name]
    assert bool(criterion.fields) != (criterion.seen is not None)
