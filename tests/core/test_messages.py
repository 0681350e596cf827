"""What people and programs are told: templates filled, shipped sentences where there is none, JSON for webhooks."""

import json
import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.mergefields import EXTRA, known_fields, problems
from firstright.core.documents.policyfile import read_policy
from firstright.core.handoff import HandoffType
from firstright.core.lead import Facts
from firstright.core.messages import PARTNERS, About, Rendered, rendered
from firstright.core.policy import EVENTS, Medium, Policy, Template
from routing import CATCH_ALL, HEAD, TO_SDR, policy, rep, roster

MONDAY = datetime(2026, 3, 9, 7, 55, tzinfo=UTC)
POLICY = policy(
    """
[actions.ask]
task = "Call {first_name} about {product}"

[fields.fair]
type = "instant"

[fields.by]
type = "text"
label = "brought by"
""",
    TO_SDR,
    CATCH_ALL,
    head=HEAD,
).policy
TEAM = roster(
    rep("Kim Larsen", 'email = "kim@ours.example"'), rep("Noor Haddad", 'email = "noor@ours.example"')
)
FACTS: Facts = {
    "name": "Grace Hopper",
    "first_name": "Grace",
    "company": "Navy",
    "employees": 500,
    "consent": True,
    "message": "Please\r\ncall me",
    "fair": "2026-10-25T00:30:00Z",
}
ASSIGNED = About(
    event="lead.assigned",
    at=MONDAY,
    cause="sla-missed",
    outcome="owner",
    reason="rule:to-sdr",
    rule="to-sdr",
    holder_kind="rep",
    holder="kim",
    previous="noor",
    epoch=2,
    cycle=1,
    priority=10,
    due=MONDAY + timedelta(minutes=10),
    action="ask",
)
WARNED = msgspec.structs.replace(
    ASSIGNED, event="lead.warned", clock="speed-to-lead", percent=80, previous="", action=""
)
QUEUED = About(
    "lead.queued", MONDAY, "arrived", "queued", "rule:end", "end", "queue", "desk", epoch=1, cycle=1
)


def say(
    template: Template | None,
    about: About = ASSIGNED,
    facts: Facts = FACTS,
    medium: str = Medium.EMAIL,
    rules: Policy = POLICY,
    link: str = "https://leads.example/l1",
) -> Rendered:
    return rendered(
        template, about, facts, medium=medium, delivery="d1", lead="l1", policy=rules, roster=TEAM, link=link
    )


def text_of(text: str, about: About = ASSIGNED, facts: Facts = FACTS) -> str:
    return say(Template("t", "email", text), about, facts).text


def test_a_template_is_filled_with_what_the_lead_said_and_what_was_decided() -> None:
    template = Template("t", "email", "{name} of {company}: {task}, by {due}. {lead_url}", "New: {company}")
    assert say(template) == Rendered(
        "New: Navy",
        "Grace Hopper of Navy: Call Grace, by Mon 9 Mar 09:05 CET. https://leads.example/l1",
    )


def test_whoever_gave_their_name_in_two_fields_is_named_by_it() -> None:
    """Every template with {name} greeted a dash: most forms ask for first and last name."""
    assert text_of("{name}", facts={"first_name": "Grace", "last_name": "Hopper"}) == "Grace Hopper"
    assert text_of("{name}", facts={"last_name": "Hopper"}) == "Hopper"
    assert text_of("{name}", facts={"email": "grace@navy.example"}) == "—"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("owner_name", "Kim Larsen"),
        ("owner_email", "kim@ours.example"),
        ("previous_owner_name", "Noor Haddad"),
        ("rule", "to-sdr"),
        ("rule_name", "Everybody to sales development"),
        ("reason", "rule “Everybody to sales development” matched"),
        ("due", "Mon 9 Mar 09:05 CET"),
        ("event", "lead.assigned"),
        ("clock", "—"),
        ("percent", "—"),
        ("employees", "500"),
        ("consent", "yes"),
        ("phone", "—"),
        ("message", "Please\ncall me"),
        ("fair", "Sun 25 Oct 02:30 CEST"),
    ],
)
def test_each_field_reads_as_a_person_would_write_it(field: str, text: str) -> None:
    assert text_of(f"{{{field}}}") == text


def test_a_warning_names_its_clock() -> None:
    assert text_of("{percent} % of the {clock}", WARNED) == "80 % of the first touch"


def test_a_queue_stands_where_the_owner_would() -> None:
    assert text_of("{owner_name} {owner_email}", QUEUED) == "Front desk —"


def test_a_field_of_the_policy_goes_before_one_of_the_decision() -> None:
    about = msgspec.structs.replace(ASSIGNED, by="noor")
    assert text_of("{by}", about, {"by": "Robotix"}) == "Robotix"
    assert text_of("{by}", about) == "—"


def test_what_a_lead_wrote_is_never_a_field_again() -> None:
    assert text_of("{company}", facts={"company": "{owner_email} {"}) == "{owner_email} {"


def test_a_task_that_asks_for_itself_ends() -> None:
    rules = policy('[actions.again]\ntask = "{task} {company}"\n', TO_SDR, CATCH_ALL, head=HEAD).policy
    about = msgspec.structs.replace(ASSIGNED, action="again")
    assert say(Template("t", "email", "{task}"), about, rules=rules).text == "— Navy"


def test_a_subject_is_one_line_of_bounded_length() -> None:
    template = Template("t", "email", "x", "For {company}")
    facts: Facts = {"company": "Navy\r\nBcc: all@ours.example\u2028\x00!"}
    assert say(template, facts=facts).subject == "For Navy Bcc: all@ours.example !"
    assert len(say(template, facts={"company": "x" * 20_000}).subject) == 200


def test_without_a_template_plain_sentences_are_told_and_empty_ones_left_out() -> None:
    assert say(None) == Rendered(
        "New lead: Grace Hopper of Navy",
        "Grace Hopper of Navy is now with Kim Larsen.\n"
        "The reason: rule “Everybody to sales development” matched.\n"
        "First: Call Grace, by Mon 9 Mar 09:05 CET.\n"
        "Until now it was with Noor Haddad.\n"
        "https://leads.example/l1",
    )
    assert say(None, WARNED, {"email": "grace@navy.example"}, Medium.SLACK, link="") == Rendered(
        "",
        "grace@navy.example is waiting.\n"
        "It is with Kim Larsen.\n"
        "80 % of the time for the first touch have passed.\n"
        "It is due Mon 9 Mar 09:05 CET.",
    )
    assert say(None, QUEUED, {}, link="").text.splitlines()[0] == "lead l1 is in queue Front desk."


def test_a_mail_without_a_subject_of_its_own_gets_the_shipped_one() -> None:
    slack = Template("t", "slack", "Hurry: {company}")
    assert say(slack) == Rendered("New lead: Grace Hopper of Navy", "Hurry: Navy")
    assert say(slack, medium=Medium.SLACK) == Rendered("", "Hurry: Navy")


@pytest.mark.parametrize("event", [*(each for each in EVENTS if each not in PARTNERS), "lead.future"])
def test_every_event_has_words(event: str) -> None:
    said = say(None, msgspec.structs.replace(WARNED, event=event, by="noor"))
    assert "Grace Hopper of Navy" in said.subject
    assert "Grace Hopper of Navy" in said.text
    assert "—" not in said.subject


@pytest.mark.parametrize("event", sorted(PARTNERS))
def test_a_partner_is_told_what_is_shared_and_nothing_else(event: str) -> None:
    kind = HandoffType("robotix", "partner", receiver="partner", to="robotix", share=("company",))
    rules = msgspec.structs.replace(POLICY, handoffs={"robotix": kind})
    about = msgspec.structs.replace(ASSIGNED, event=event, reason="handoff:robotix")
    sent = say(None, about, medium=Medium.WEBHOOK, rules=rules)
    assert json.loads(sent.body)["data"]["lead"]["facts"] == {"company": "Navy"}
    other = msgspec.structs.replace(about, reason="rule:all")
    assert (
        json.loads(say(None, other, medium=Medium.WEBHOOK, rules=rules).body)["data"]["lead"]["facts"] == {}
    )
    assert "Grace" not in say(None, about, rules=rules).text


def test_a_webhook_is_sent_everything_in_a_stable_shape() -> None:
    sent = say(None, ASSIGNED, {"employees": 5, "company": "Navy"}, Medium.WEBHOOK)
    assert (sent.subject, sent.text) == ("", "")
    assert json.loads(sent.body) == {
        "type": "lead.assigned",
        "timestamp": "2026-03-09T07:55:00Z",
        "data": {
            "delivery": "d1",
            "cause": "sla-missed",
            "clock": None,
            "percent": None,
            "due": "2026-03-09T08:05:00Z",
            "by": None,
            "lead": {
                "id": "l1",
                "outcome": "owner",
                "reason": "rule:to-sdr",
                "rule": "to-sdr",
                "priority": 10,
                "epoch": 2,
                "cycle": 1,
                "holder": {"kind": "rep", "id": "kim"},
                "owner": {"id": "kim", "name": "Kim Larsen", "email": "kim@ours.example"},
                "previous_owner": {"id": "noor", "name": "Noor Haddad", "email": "noor@ours.example"},
                "facts": {"company": "Navy", "employees": 5},
            },
        },
    }
    assert sent == say(None, ASSIGNED, {"company": "Navy", "employees": 5}, Medium.WEBHOOK)


def test_a_webhook_names_nobody_where_there_is_nobody() -> None:
    left = msgspec.structs.replace(QUEUED, previous="gone", rule="", holder="", holder_kind="")
    told = json.loads(say(None, left, {}, Medium.WEBHOOK).body)["data"]["lead"]
    assert (told["rule"], told["owner"], told["holder"]) == (None, None, {"kind": "none", "id": None})
    assert told["previous_owner"] == {"id": "gone", "name": "gone", "email": ""}


def test_a_custom_field_does_not_change_what_a_message_is_about() -> None:
    text = '[policy]\nname = "x"\ntiers = ["a"]\n[fields.event]\ntype = "text"\n[fields.who]\ntype = "text"\n'
    rules, _ = read_policy(text)
    assert rules is not None
    facts: Facts = {"event": "lead.lost", "who": "nobody", "name": "Grace"}
    assert say(None, WARNED, facts, rules=rules).subject == "Due soon: Grace"


NAMES = tuple(known_fields(POLICY.catalogue))
words = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=12)
templates = st.lists(words | st.sampled_from(NAMES).map("{{{}}}".format), max_size=8).map("".join)
instants = st.datetimes(timezones=st.just(UTC))
values = (
    words | st.integers(-(2**62), 2**62) | st.booleans() | instants | st.lists(words, max_size=3).map(tuple)
)
known = st.dictionaries(st.sampled_from(sorted(POLICY.catalogue)), values, max_size=8)
moments = st.integers(946_684_800, 7_258_032_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
abouts = st.builds(
    About,
    event=st.sampled_from(EVENTS) | words,
    at=moments,
    cause=words,
    outcome=words,
    reason=words,
    rule=st.sampled_from(["", "to-sdr", "gone"]),
    holder_kind=st.sampled_from(["", "rep", "queue", "review", "partner", "none"]),
    holder=st.sampled_from(["", "kim", "desk", "gone"]),
    previous=st.sampled_from(["", "kim", "gone"]),
    due=st.none() | moments,
    clock=words,
    percent=st.integers(0, 1000),
    action=st.sampled_from(["", "ask", "gone"]),
    by=words,
)


@settings(max_examples=150, deadline=None)
@given(templates, templates, abouts, known, st.sampled_from(Medium), st.booleans())
def test_what_lints_clean_is_said_of_any_lead(
    subject: str, text: str, about: About, facts: Facts, medium: Medium, own: bool
) -> None:
    assert [*problems(subject, NAMES), *problems(text, NAMES)] == []
    said = say(Template("t", "email", text, subject) if own else None, about, facts, medium)
    assert said.subject.splitlines() in ([], [said.subject])
    assert re.search(r"[{}]", said.subject + said.text) is None
    if medium is Medium.WEBHOOK:
        assert json.loads(said.body)["type"] == about.event
    elif not own:
        assert said.text


def test_every_field_a_decision_offers_is_known_somewhere() -> None:
    about = msgspec.structs.replace(ASSIGNED, clock="owner", percent=50, by="noor", expected=ASSIGNED.at)
    said = {"by": "x", "message": "Can it lift 40 kg?"}
    filled = {name: text_of(f"{{{name}}}", about, said) for name in EXTRA}
    letters = {
        "opt_out_url",
        "meeting_title",
        "meeting_time",
        "meeting_place",
        "booking_link",
    }  # to leads alone
    unnamed = {"our_company"}  # of a policy that says nothing of it
    assert {name for name, text in filled.items() if text == "—"} == letters | unnamed


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Tokyo", "Mon 9 Mar 17:05 JST"),
        ("Mars/Olympus", "Mon 9 Mar 09:05 CET"),
        ("", "Mon 9 Mar 09:05 CET"),
    ],
)
def test_a_lead_is_told_when_to_expect_us_on_its_own_clock_and_without_seconds(zone: str, said: str) -> None:
    template = Template("thanks", Medium.EMAIL, "You hear by {expected_response}")
    expected = msgspec.structs.replace(ASSIGNED, expected=MONDAY + timedelta(minutes=10, seconds=59))
    facts = FACTS | ({"zone": zone} if zone else {})
    assert say(template, expected, facts).text == f"You hear by {said}"
