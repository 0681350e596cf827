"""[statuses], [disqualified] and [roles] refine the shipped pipeline, one mistake a line; what is left out is as shipped."""

import msgspec
import pytest

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.pipeline import PIPELINE, QUALIFIED, Status
from routing import CALENDARS, CATCH_ALL, HEAD, KIM, TO_SDR

POLICY = HEAD + CATCH_ALL
OWN = """
[fields.budget_aed]
type = "number"

[statuses.qualified]
role = "sdr"
required = ["employees"]
criteria = ["need", "budget", "next-step", "security"]
vouch = ["need", "security"]
known_by = { budget = "budget_aed", security = ["industry"] }

[statuses.contacted]
enter_on = ["connected", "reply"]

[disqualified]
reasons = ["no-visa", "no-budget"]

[roles]
sdr = ["sdr"]
"""


def test_without_a_table_the_pipeline_is_the_shipped_one() -> None:
    bare, findings = read_policy(POLICY)
    assert bare is not None and findings == ()
    assert bare.pipeline == PIPELINE
    assert bare.types == {}


def test_a_status_is_refined_and_the_others_are_as_shipped() -> None:
    policy, findings = read_policy(POLICY + OWN)
    assert policy is not None and findings == ()
    own = {
        "qualified": Status(
            "qualified",
            "sdr",
            ("employees",),
            (),
            ("need", "budget", "next-step", "security"),
            ("need", "security"),
        ),
        "contacted": msgspec.structs.replace(PIPELINE.of("contacted"), enter_on=("connected", "reply")),
    }
    assert policy.pipeline == msgspec.structs.replace(
        PIPELINE,
        statuses=tuple([own.get(each.id, each) for each in PIPELINE.statuses]),
        disqualified=("no-visa", "no-budget"),
        known_by={"budget": ("budget_aed",), "security": ("industry",)},
        roles={"sdr": ("sdr",)},
        own=True,
    )
    assert policy.pipeline.of("scheduled") == PIPELINE.of("scheduled")
    assert PIPELINE.of("qualified").criteria == QUALIFIED


def test_what_a_status_requires_and_what_a_type_requires_is_one_table() -> None:
    types = '\n[types.partner]\nrequired = { new = ["product"], qualified = ["country", "employees"] }\n'
    policy, findings = read_policy(POLICY + OWN + types)
    assert policy is not None and findings == ()
    assert {name: kind.required for name, kind in policy.types.items()} == {
        "": {"qualified": ("employees",)},
        "partner": {"new": ("product",), "qualified": ("employees", "country")},
    }


@pytest.mark.parametrize(
    ("table", "code", "text"),
    [
        ("[statuses.qualifed]", "status.unknown", 'did you mean "qualified"?'),
        ('[statuses.qualified]\ncriteria = ["bugdet"]', "criterion.unknown", 'did you mean "budget"?'),
        ('[statuses.qualified]\nrole = "closer"', "role.unknown", '"closer" is not known'),
        ('[statuses.qualified]\nenter_on = ["calls"]', "event.unknown", 'did you mean "call"?'),
        ('[statuses.nurture]\nenter_on = ["reply"]', "key.no_effect", "no event enters it"),
        ('[statuses.qualified]\nvouch = ["next-step"]', "vouch.seen", "seen by looking"),
        ('[statuses.contacted]\nvouch = ["need"]', "vouch.not_asked", 'does not ask for "need"'),
        ('[statuses.qualified]\nknown_by = { need = "neeed" }', "field.unknown", "neeed"),
        ('[statuses.qualified]\nknown_by = { meeting = "title" }', "criterion.seen", "seen by looking"),
        ('[statuses.qualified]\nrequired = ["score"]', "type.not_theirs", "nobody can be asked"),
        ('[statuses.qualified]\nfields = ["need"]', "key.unknown", "fields"),
        ('[disqualified]\nreasons = ["no-need", "not a fit"]', "reason.says_nothing", "what does not fit?"),
        ("[disqualified]\nreasons = []", "reason.none", "ever be disqualified"),
        ('[roles]\ncloser = ["sdr"]', "role.unknown", '"closer" is not known'),
    ],
)
def test_what_is_wrong_is_said(table: str, code: str, text: str) -> None:
    [(said, why)] = [(each.code, each.text) for each in read_policy(f"{POLICY}\n{table}\n")[1]]
    assert said == code
    assert text in why


def linted(table: str) -> list[tuple[str, str]]:
    found = load(HEAD + TO_SDR + CATCH_ALL + table, CALENDARS + KIM)[2]
    return [(each.code, each.text) for each in found if each.where.startswith(("status", "[roles]"))]


def test_statuses_no_lead_comes_to_and_roles_nobody_has_are_warned_of() -> None:
    assert linted('\n[statuses.qualified]\nrole = "ae"\n[statuses.partner]\nrequired = ["country"]\n') == [
        ("role.nobody", '[roles] does not say who has it: ae = ["POOL"].'),
        ("status.unreachable", "No rule and no handoff sends a lead to partner, so no lead is ever in it."),
    ]
    assert linted('\n[statuses.qualified]\nrole = "ae"\n[roles]\nae = ["sun"]\n') == [
        ("role.nobody", "Nobody is a member of sun.")
    ]
    assert linted('\n[statuses.qualified]\nrole = "ae"\n[roles]\nae = ["sdr"]\n') == []
    assert linted('\n[roles]\nae = ["sdrs"]\n') == [
        ("pool.unknown", 'The pool "sdrs" is not known; did you mean "sdr"?')
    ]
    assert linted('\n[statuses.needs-enrichment]\nrole = "sdr"\n[roles]\nsdr = ["sdr"]\n') == [
        (
            "status.unreachable",
            'No type of lead is held for what it must say by "new", so no lead is ever in it.',
        )
    ]
