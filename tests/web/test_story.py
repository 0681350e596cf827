"""What happened to a lead as a rep reads it: colleagues have no names, wherever a row holds one."""

from datetime import datetime, timedelta

import msgspec
import pytest

from firstright.core.authority import Actor, Role
from firstright.storage.timeline import Happened
from firstright.web.console.story import Line, told
from firstright.web.console.visit import Visit
from routing import MONDAY


def line_of(to: str, role: Role, state: str = "cancelled", at: datetime = MONDAY) -> Line:
    """The line about a message as this role reads it on Monday; the rep is lena."""
    data = {"state": state, "event": "lead.assigned", "template": "", "destination": to}
    row = Happened(at, "delivery", "d1", msgspec.json.encode(data).decode())
    visit = Visit(Actor("u1", "Lena", role, "lena"), "lena@ours.example", "", "UTC", MONDAY, 1)
    [line] = told(visit, [row])
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
