"""A policy with a table of next actions, drafts and acknowledgements, for the tests that act by it."""

from desk.office import Office
from desk.views import Told, day
from routing import CATCH_ALL, HEAD, TO_SDR

NEXT_HEAD = HEAD.replace('tell_owner = "yours"', 'tell_owner = "yours"\nacknowledge = "thanks"')
LETTERS = """
[next_actions]
silent = "8h"

[templates.hello]
drafts = "email"
subject = "Your question, {first_name}"
text = "Hello {first_name},\\n\\nyou asked: {asked} You hear more by {expected_response}.\\n\\n{owner_name}"

[templates.hello-demo]
drafts = "email"
intents = ["demo"]
subject = "A demo for {company}"
text = "Hello {first_name}, shall we look at it together?"

[templates.thanks]
subject = "We have your message"
text = "You hear from us by {expected_response}. You wrote: {asked}"
"""
WRITE_FIRST = TO_SDR.replace('first_action = "call"', 'first_action = "write"')
NEXT = NEXT_HEAD + LETTERS + TO_SDR + CATCH_ALL
WRITING = NEXT_HEAD + LETTERS + WRITE_FIRST + CATCH_ALL
GATED = WRITING.replace('first_action = "write"', 'first_action = "write"\noutreach = "after-qualified"')


def open_tasks(here: Office, told: Told) -> list[tuple[str, str, str, str]]:
    """Rep, action, channel, when it is due."""
    rows = here.rows(
        "SELECT rep_id, action, channel, due_at FROM task WHERE lead_id = ? AND state = 'open' ORDER BY id",
        str(told["lead"]),
    )
    return [(rep, action, channel, day(due)) for rep, action, channel, due in rows]


def drafted(here: Office, told: Told) -> list[tuple[int, str, str, str]]:
    """Epoch, rep, template, state."""
    return [
        (int(epoch), rep, template, state)
        for epoch, rep, template, state in here.rows(
            "SELECT epoch, rep_id, template, state FROM draft WHERE lead_id = ? ORDER BY id",
            str(told["lead"]),
        )
    ]


def acknowledgements(here: Office) -> list[tuple[str, str]]:
    return [
        (where, state)
        for where, state in here.rows(
            "SELECT destination, state FROM delivery WHERE event = 'lead.acknowledged' ORDER BY id"
        )
    ]
