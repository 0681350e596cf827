"""A policy text becomes exactly one policy, or findings with places; never an exception."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.policy import (
    DEFAULT_PRECEDENCE,
    EVENTS,
    AfterClosed,
    Needs,
    OnUnknown,
    Policy,
    Precedence,
    Rule,
    Step,
    Subscriber,
    Target,
    TargetKind,
    Template,
    Territory,
    WhenFull,
)
from firstright.core.rules.conditions import AllOf, Op, Test
from firstright.core.rules.fields import FieldType
from firstright.core.rules.findings import Finding
from firstright.core.servicelevels import STANDARD, Service

EXAMPLES = Path(__file__).parents[3] / "examples"
POLICY = (EXAMPLES / "policies" / "inbound.toml").read_text(encoding="utf-8")
ROSTER = (EXAMPLES / "rosters" / "inbound.toml").read_text(encoding="utf-8")

SMALL = """\
[policy]
name = "Small"
zone = "Europe/Berlin"
tiers = ["all"]
"""


def read(text: str) -> Policy:
    policy, findings = read_policy(text)
    assert findings == ()
    assert policy is not None
    return policy


def rule_of(rest: str) -> Rule:
    return read(f'{SMALL}[[rule]]\nid = "r"\ntier = "all"\n{rest}').rules[0]


def test_the_example_is_read_as_it_stands() -> None:
    policy = read(POLICY)
    assert policy.hash == sha256(POLICY.encode()).hexdigest()
    assert (policy.name, policy.zone, policy.lock) == (
        "Northwind inbound",
        "Europe/Berlin",
        timedelta(minutes=30),
    )
    assert policy.after_closed is AfterClosed.NEW_CYCLE
    assert [rule.id for rule in policy.rules][:3] == ["junk-students", "nobody-to-sell-to", "support-instead"]
    assert policy.do_not_assign == {"bigbank.example": "ada", "rival.example": "review"}
    assert policy.catalogue["product"].type is FieldType.CHOICE
    assert policy.synonyms["product"]["amr"] == "rover"
    assert policy.regions["dach"] == ("DE", "AT", "CH")
    assert policy.precedence[0] == Precedence(Step.MANUAL_LOCK, when_away="wait", wait=timedelta(hours=8))
    assert policy.territories[1] == Territory(
        id="berlin-city",
        plan="field",
        send_to=Target(TargetKind.POOL, "dach-ae"),
        postcodes=("10*", "12*", "13000-14199"),
        countries=("DE",),
    )


def test_a_rule_with_everything_is_read_whole() -> None:
    rest = """\
name = "Everything"
when = { country = "DE" }
send_to = { pool = "ae" }
exclusive = true
on_unknown = "enrich-then-retry"
enrich_for = "10min"
service = "urgent"
first_action = "call"
when_full = { wait = "none", overflow = "desk" }
needs = { language = "lead", skills = { enterprise = 2 } }
watchers = ["ada", "lena"]
active_from = 2026-03-01
active_until = "2026-04-01T12:00:00Z"
"""
    assert rule_of(rest) == Rule(
        id="r",
        tier="all",
        when=Test("country", Op.IN, ("DE",)),
        send_to=Target(TargetKind.POOL, "ae"),
        name="Everything",
        exclusive=True,
        on_unknown=OnUnknown.ENRICH,
        enrich_for=timedelta(minutes=10),
        service="urgent",
        first_action="call",
        when_full=WhenFull(wait=timedelta(0), overflow="desk"),
        needs=Needs(language="lead", skills=(("enterprise", 2),)),
        watchers=("ada", "lena"),
        active_from=datetime(2026, 2, 28, 23, tzinfo=UTC),
        active_until=datetime(2026, 4, 1, 12, tzinfo=UTC),
    )


def test_an_empty_when_is_the_catch_all() -> None:
    assert rule_of('when = {}\nsend_to = { queue = "desk" }').when == AllOf()


def test_nurture_names_a_pause() -> None:
    target = rule_of('when = {}\nsend_to = { nurture = "30d" }').send_to
    assert target == Target(TargetKind.NURTURE, wait=timedelta(days=30))


def test_services_are_merged_over_the_shipped_ones() -> None:
    policy = read(
        f'{SMALL}[services.standard]\nfirst_touch = "1h"\n[services.vip]\nfirst_touch = "same-business-day"\n'
    )
    assert policy.services["standard"] == Service(
        id="standard",
        routing=STANDARD.routing,
        first_touch=timedelta(hours=1),
        untouched=STANDARD.untouched,
        review=STANDARD.review,
    )
    assert policy.services["vip"] == Service(id="vip", same_day=True)
    assert set(policy.services) == {"urgent", "standard", "vip"}


def test_what_people_and_programs_are_told_is_read_whole() -> None:
    policy = read(f"""{SMALL}
tell_warning = "soon"
tell_missed = "late"
tell_moved = "gone"
priority_queue = "now"
max_hops = 0
max_improvements = 100
improve_within = "none"
backdate = "2h"

[templates.soon]
subject = "{{company}}"
text = "Hurry"
fallback = "late"

[templates.late]
channel = "slack"
text = "Late"

[subscribers.crm]
channel = "webhook"
events = ["*"]

[subscribers.floor]
channel = "slack"
events = ["lead.missed", "lead.assigned"]
template = "late"
""")
    assert (policy.tell_warning, policy.tell_missed, policy.tell_moved) == ("soon", "late", "gone")
    assert (policy.priority_queue, policy.max_hops, policy.max_improvements) == ("now", 0, 100)
    assert (policy.improve_within, policy.backdate) == (timedelta(0), timedelta(hours=2))
    assert policy.templates == {
        "soon": Template("soon", "email", "Hurry", "{company}", "late"),
        "late": Template("late", "slack", "Late"),
    }
    assert policy.subscribers == {
        "crm": Subscriber("crm", "webhook", EVENTS),
        "floor": Subscriber("floor", "slack", ("lead.assigned", "lead.missed"), "late"),
    }


def test_a_policy_that_says_nothing_of_it_tells_nobody_and_keeps_the_shipped_limits() -> None:
    policy = read(SMALL)
    assert (policy.tell_warning, policy.tell_missed, policy.tell_moved, policy.subscribers) == (
        "",
        "",
        "",
        {},
    )
    assert (policy.max_hops, policy.max_improvements) == (3, 2)
    assert (policy.improve_within, policy.backdate) == (timedelta(hours=24), timedelta(hours=24))


def test_precedence_is_the_shipped_order_unless_the_file_has_its_own() -> None:
    assert read(SMALL).precedence == DEFAULT_PRECEDENCE
    assert read(f'{SMALL}[[precedence]]\nstep = "account-owner"\n').precedence == (
        Precedence(Step.ACCOUNT_OWNER),
    )


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "[policy]\nname = Small\n",
            Finding("toml.syntax", "line 2, column 8", "Not TOML: Invalid value.", "error", "p.toml", 2, 8),
        ),
        (
            '[policy]\nname = "a"\n\nname = "b"\n',
            Finding(
                "key.duplicate",
                "policy.name",
                '"policy.name" is given again; it stands on line 2 already. Keep one of the two.',
                "error",
                "p.toml",
                4,
                11,
            ),
        ),
        (
            "[pools.x]\n[pools.y]\n[pools.x]\n",
            Finding(
                "key.duplicate",
                "pools.x",
                '"pools.x" is given again; it stands on line 1 already. Keep one of the two.',
                "error",
                "p.toml",
                3,
                9,
            ),
        ),
        (
            "x = [",
            Finding("toml.syntax", "line 1, column 6", "Not TOML: Invalid value.", "error", "p.toml", 1, 6),
        ),
        (
            "",
            Finding(
                "policy.empty",
                "",
                "The file says nothing; a policy is written in TOML tables.",
                "error",
                "p.toml",
                1,
                1,
            ),
        ),
    ],
)
def test_a_text_that_is_no_toml_says_where(text: str, finding: Finding) -> None:
    assert read_policy(text, file="p.toml") == (None, (finding,))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#" * (16 * 1024 * 1024 + 1), "policy.too_large"),
        ("[[rule]]\n" * 200_000, "policy.too_large"),
        ("a = " + "[" * 200 + "]" * 200, "policy.too_deep"),
        ("a = " + "[" * 100_000, "policy.too_deep"),
        (".".join(["a"] * 100_000) + " = 1", "policy.too_deep"),
        ("a = " + "9" * 5_000, "toml.syntax"),
    ],
)
def test_a_text_that_is_too_much_is_refused_by_name(text: str, code: str) -> None:
    policy, findings = read_policy(text)
    assert (policy, [finding.code for finding in findings]) == (None, [code])


def test_a_null_character_is_refused_where_it_stands_as_one_database_cannot_keep_it() -> None:
    escape = "\\u0000"
    text = f'{SMALL}[services."a{escape}b"]\nrouting = "5min"\n[actions.x]\ntask = "Call{escape}"\n'
    policy, findings = read_policy(text)
    assert policy is None
    found = [(f.line, f.where) for f in findings if f.code == "text.control_char"]
    assert sorted(found) == [(5, "services.a\0b"), (8, "actions.x.task")]
    assert read_policy(text.replace(escape, "\\u0001").replace('"a\\u0001b"', "ab"))[0] is not None


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read("\ufeff" + SMALL).name == "Small"


def test_a_warning_alone_still_gives_a_policy() -> None:
    text = f'{SMALL}[[rule]]\nid = "r"\ntier = "all"\nwhen = {{}}\nsend_to = {{ queue = "q" }}\nenrich_for = "5min"\n'
    policy, findings = read_policy(text)
    assert policy is not None
    assert [(f.code, f.severity, f.line) for f in findings] == [("key.no_effect", "warning", 10)]


@pytest.mark.parametrize("value", ["0min", "-5min", "11y", "5", "5m", "3651d"])
def test_a_target_without_a_sound_duration_is_refused(value: str) -> None:
    findings = read_policy(f'{SMALL}[services.x]\nrouting = "{value}"\n')[1]
    assert [(f.code, f.line) for f in findings] == [("duration.invalid", 6)]


lines = st.sampled_from([*POLICY.splitlines(), *ROSTER.splitlines(), "[", "x = 1", "", "]]", '"""'])


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """The text with lines removed, repeated, swapped in or cut."""
    rows = text.splitlines()
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(rows) - 1))
        match draw(st.sampled_from(["drop", "repeat", "insert", "cut", "value"])):
            case "drop":
                del rows[at]
            case "repeat":
                rows.insert(at, rows[draw(st.integers(0, len(rows) - 1))])
            case "insert":
                rows.insert(at, draw(lines))
            case "cut":
                rows[at] = rows[at][: draw(st.integers(0, 30))]
            case _:
                key = rows[at].partition("=")[0]
                rows[at] = f"{key}= " + draw(
                    st.sampled_from(['"x"', "1", "-1.5", "nan", "[]", "{}", "[1]", "true", "[{}]"])
                )
    return "\n".join(rows)


@settings(max_examples=60, deadline=None)
@given(mutated(POLICY), mutated(ROSTER))
def test_whatever_happens_to_the_text_there_are_findings_or_a_policy(
    policy_text: str, roster_text: str
) -> None:
    policy, findings = read_policy(policy_text)
    assert (policy is None) == any(f.severity == "error" for f in findings)
    roster, others = read_roster(roster_text)
    assert (roster is None) == any(f.severity == "error" for f in others)
    both = load(policy_text, roster_text)[2]
    assert {*findings, *others} <= {*both}
    assert all(finding.file and finding.line and finding.text for finding in both)


@pytest.mark.parametrize("value", ["[1]", "{ a = 1 }", "5", "true"])
def test_a_span_of_time_that_is_no_text_is_named(value: str) -> None:
    """A list fell over where "none" may stand: it cannot be looked up in a set."""
    _, findings = read_policy(f'[policy]\nname = "Spans"\ntiers = ["only"]\nlock = {value}\n')
    assert [(finding.code, finding.where) for finding in findings if finding.line == 4] == [
        ("value.type", "[policy] lock")
    ]
