"""What happened to a lead as a rep reads it: colleagues have no names, wherever a row holds one, and what is to come says so."""

from datetime import datetime, timedelta

import msgspec
import pytest

from firstright.core.authority import Actor, Role
from firstright.core.why.skips import Skip
from firstright.storage.timeline import Happened
from firstright.web.console.story import Line, told
from firstright.web.console.turnseen import skip
from firstright.web.console.visit import Visit
from routing import MONDAY


def visit_of(role: Role) -> Visit:
    return Visit(Actor("u1", "Lena", role, "lena"), "lena@ours.example", "", "UTC", MONDAY, 1)


def line_of(to: str, role: Role, state: str = "cancelled", at: datetime = MONDAY) -> Line:
    """The line about a message as this role reads it on Monday; the rep is lena."""
    data = {"state": state, "event": "lead.assigned", "template": "", "destination": to}
    row = Happened(at, "delivery", "d1", msgspec.json.encode(data).decode())
    [line] = told(visit_of(role), [row], {})
    return line


def sent(to: str, role: Role) -> str:
    return line_of(to, role).note


@pytest.mark.parametrize(
    ("to", "rep", "manager"),
    [
        ("email:lena", "to lena by e-mail", "to lena by e-mail"),
        ("email:astrid", "to another rep by e-mail", "to astrid by e-mail"),
        ("slack:astrid", "to another rep by slack", "to astrid by slack"),
        ("webhook:crm", "to webhook:crm", "to webhook:crm"),
    ],
)
def test_where_a_message_went_names_no_colleague_to_a_rep(to: str, rep: str, manager: str) -> None:
    assert (sent(to, Role.REP), sent(to, Role.MANAGER)) == (rep, manager)


def test_a_message_is_told_by_what_it_is_about_and_whether_its_time_has_come() -> None:
    later = MONDAY + timedelta(minutes=5)
    said = [line_of("email:lena", Role.REP, *each).text for each in (("pending", MONDAY), ("pending", later))]
    assert said == ["Message on its way: a new owner", "Message still to come: a new owner"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("open", "To do: Ask about the crane"),
        ("done", "Done: Ask about the crane"),
        ("cancelled", "Not to do any more: Ask about the crane"),
    ],
)
def test_a_task_is_told_in_its_words_and_by_when_it_was_due(state: str, said: str) -> None:
    data = {"state": state, "rep_id": "lena", "action": "", "channel": "call", "said": "Ask about the crane"}
    row = Happened(MONDAY + timedelta(hours=1), "task", "t1", msgspec.json.encode(data).decode())
    [line] = told(visit_of(Role.REP), [row], {})
    assert (line.text, line.note) == (said, "lena, due 10:00")


def test_who_stood_level_is_not_shown_one_number_against_the_same() -> None:
    third = 1_000_000_000 // 3
    lost = Skip("d", MONDAY, "sdr", "SDRs", "r", "", "eligible", credit=third, of_winner=third + 1)
    more = msgspec.structs.replace(lost, of_winner=2 * third)
    assert [skip(visit_of(Role.REP), each, me=True).why for each in (lost, more)] == [
        "It was the turn of somebody, and you were level with them, at credit +0.33.",
        "It was the turn of somebody: credit +0.67 against your +0.33.",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("running", "An answer is awaited by 10:00"),
        ("met", "They answered before 10:00"),
        ("missed", "No answer by 10:00"),
        ("cancelled", "No answer is awaited any more"),
    ],
)
def test_that_nobody_answered_us_is_told_as_that_and_no_deadline_of_ours(state: str, said: str) -> None:
    due = (MONDAY + timedelta(hours=1)).isoformat()
    data = {"state": state, "clock": "no-reply", "due_at": due}
    row = Happened(MONDAY, "clock", "c1", msgspec.json.encode(data).decode())
    [line] = told(visit_of(Role.REP), [row], {})
    assert line.text == said
