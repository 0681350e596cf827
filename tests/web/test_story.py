"""What happened to a lead as a rep reads it: colleagues have no names, wherever a row holds one."""

import msgspec
import pytest

from firstright.core.authority import Actor, Role
from firstright.storage.timeline import Happened
from firstright.web.console.story import told
from firstright.web.console.visit import Visit
from routing import MONDAY


def sent(to: str, role: Role) -> str:
    """The line about a message as this role reads it; the rep is lena."""
    data = {"state": "cancelled", "event": "lead.assigned", "template": "", "destination": to}
    row = Happened(MONDAY, "delivery", "d1", msgspec.json.encode(data).decode())
    visit = Visit(Actor("u1", "Lena", role, "lena"), "lena@ours.example", "", "UTC", MONDAY, 1)
    [line] = told(visit, [row])
    return line.note


@pytest.mark.parametrize(
    ("to", "rep", "manager"),
    [
        ("email:lena", "to email of lena", "to email:lena"),
        ("email:astrid", "to email of another rep", "to email:astrid"),
        ("slack:astrid", "to slack of another rep", "to slack:astrid"),
        ("webhook:crm", "to webhook:crm", "to webhook:crm"),
    ],
)
def test_where_a_message_went_names_no_colleague_to_a_rep(to: str, rep: str, manager: str) -> None:
    assert (sent(to, Role.REP), sent(to, Role.MANAGER)) == (rep, manager)
