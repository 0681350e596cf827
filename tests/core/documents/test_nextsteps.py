"""What the linter says of actions, next actions, drafts, acknowledgements and playbooks."""

import pytest

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from routing import CALENDARS, CATCH_ALL, HEAD, KIM, TEAM, TO_SDR

PEOPLE = CALENDARS + "".join(TEAM)


def found(more: str, head: str = HEAD) -> list[tuple[str, str]]:
    """(code, where) of what is wrong, without what the team alone is warned of."""
    _, _, findings = load(head + TO_SDR + CATCH_ALL + more, PEOPLE)
    return [
        (f.code, f.where)
        for f in findings
        if any(
            word in f.where
            for word in ("next_action", "actions", "action", "template", "acknowledge", "playbook")
        )
    ]


SOUND = '[[next_action]]\nid = "again"\naction = "call"\nresults = ["no-answer"]\n'


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        (SOUND, []),
        (SOUND.replace('"call"', '"calll"'), ["next_action.unknown_action"]),
        (
            SOUND + 'rules = ["nowhere"]\nqueues = ["none"]\n',
            ["next_action.unknown_rule", "next_action.unknown_queue"],
        ),
        (SOUND + 'causes = ["because"]\n', ["next_action.unknown_cause"]),
        (SOUND + 'channels = ["fax"]\n', ["channel.unknown"]),
        (SOUND + 'statuses = ["lukewarm"]\n', ["status.unknown"]),
        (SOUND + SOUND.replace('"again"', '"hidden"') + "tries = 2\n", ["next_action.unreachable"]),
        (SOUND + SOUND, ["next_action.duplicate", "next_action.unreachable"]),
        ("[next_actions]\n", []),
        ("[next_actions]\nshiped = true\n", ["key.unknown"]),
    ],
)
def test_a_row_that_leads_nowhere_or_is_never_reached_is_named(more: str, codes: list[str]) -> None:
    assert [code for code, _ in found(more)] == codes


def test_an_acknowledgement_names_nobody() -> None:
    head = HEAD.replace('responsible = "ops', 'acknowledge = "thanks"\nresponsible = "ops')
    thanks = '[templates.thanks]\nsubject = "{owner_name} has it"\ntext = "You hear by {expected_response}: {asked}"\n'
    assert found(thanks, head) == [("acknowledge.names_somebody", 'template "thanks" text')]
    assert found(thanks.replace("{owner_name} has it", "We have it"), head) == []
    assert [code for code, _ in found("", head)] == ["template.unknown"]
    drafted = thanks.replace("{owner_name} has it", "We have it") + 'drafts = "email"\n'
    assert [code for code, _ in found(drafted, head)] == ["acknowledge.medium"]


def test_a_pool_that_counts_as_open_while_nobody_of_it_is_there_is_named() -> None:
    head = HEAD.replace('responsible = "ops', 'acknowledge = "thanks"\nresponsible = "ops')
    thanks = '[templates.thanks]\nsubject = "We have it"\ntext = "You hear by {expected_response}"\n'

    def open_at_night(head: str, people: str = PEOPLE) -> list[str]:
        _, _, findings = load(head + TO_SDR + CATCH_ALL + thanks, people)
        return [f.where for f in findings if f.code == "acknowledge.always_open"]

    always = head.replace('name = "Sales development"\ncalendar = "berlin"', "")
    assert open_at_night(always) == ['pool "sdr" calendar']
    assert open_at_night(always.replace('acknowledge = "thanks"', "")) == []  # nobody is told anything
    assert open_at_night(head) == []
    assert open_at_night(always, PEOPLE.replace(KIM, KIM.replace('"berlin"', '"24x7"'))) == []


def test_a_draft_nobody_would_see_is_named() -> None:
    letter = '[templates.hello]\ndrafts = "email"\ntext = "Hello {first_name}"\n'
    head = HEAD.replace('within = "5min"', 'within = "5min"\ntemplate = "hello"')
    assert [code for code, _ in found(letter, head)] == ["draft.other_channel"]
    assert found(letter) == []  # any action of that channel may draft it
    assert [code for code, _ in found(letter.replace("first_name", "frist_name"))] == [
        "template.unknown_field"
    ]


def test_a_gate_is_one_of_those_there_are() -> None:
    gated = TO_SDR.replace('first_action = "call"', 'outreach = "after-qualified"')
    policy, findings = read_policy(HEAD + gated + CATCH_ALL)
    assert findings == () and policy is not None
    assert policy.rules[0].outreach == "after-qualified"
    _, findings = read_policy(HEAD + gated.replace("after-qualified", "never") + CATCH_ALL)
    assert [each.code for each in findings] == ["value.unknown"]


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ('opening = ["Why now?"]\n', []),
        ('ask = ["budgett"]\n', ["playbook.unknown_field"]),
        (f'verify = ["{"x" * 301}"]\n', ["playbook.too_long"]),
        ('statuses = ["warm"]\n', ["status.unknown"]),
        ("objections = { dear = 3 }\n", ["value.type"]),
    ],
)
def test_a_playbook_says_what_can_be_read(more: str, codes: list[str]) -> None:
    _, findings = read_policy(HEAD + TO_SDR + CATCH_ALL + "\n[playbooks.first]\n" + more)
    assert [each.code for each in findings] == codes
