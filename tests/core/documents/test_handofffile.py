"""[handoffs.NAME]: what each says, one mistake a line, and what is wrong with it together with pools, services and roles."""

from datetime import timedelta

import pytest

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.handoff import HandoffType
from routing import CALENDARS, CATCH_ALL, HEAD, KIM, TO_SDR

POLICY = HEAD + TO_SDR + CATCH_ALL
ROSTER = CALENDARS + KIM + '\n[[rep]]\nid = "zoe"\nname = "Zoe"\ncalendar = "24x7"\npools = { sun = 1 }\n'
FULL = """
[handoffs.to-sun]
kind = "sales"
name = "To the sun"
to = { pool = "sun" }
accept = "30min"
service = "urgent"
notes = ["next_step", "asked"]
on = "qualified"
when = { country = "DE" }
giver = "sdr"
taker = "ae"
declined = "back"
hops = 2

[handoffs.rest]
kind = "nurture"
wait = "30d"
back = "tiers"

[handoffs.robotix]
kind = "partner"
to = { partner = "robotix" }
accept = "2d"
share = ["company"]
"""


def test_every_key_is_read_and_what_is_left_out_is_as_shipped() -> None:
    policy, findings = read_policy(POLICY + FULL)
    assert policy is not None and findings == ()
    sun = policy.handoffs["to-sun"]
    assert sun.when is not None
    assert sun == HandoffType(
        id="to-sun",
        kind="sales",
        name="To the sun",
        receiver="pool",
        to="sun",
        accept=timedelta(minutes=30),
        service="urgent",
        needs=("asked", "next_step"),
        on="qualified",
        when=sun.when,
        giver="sdr",
        taker="ae",
        declined="back",
        hops=2,
    )
    assert policy.handoffs["rest"] == HandoffType(
        id="rest", kind="nurture", wait=timedelta(days=30), back="tiers"
    )
    assert policy.handoffs["robotix"] == HandoffType(
        id="robotix",
        kind="partner",
        receiver="partner",
        to="robotix",
        accept=timedelta(days=2),
        share=("company",),
    )
    _, _, found = load(POLICY + FULL, ROSTER)
    assert [finding.code for finding in found if "handoff" in finding.where] == []


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ('[handoffs.x]\nkind = "gift"\nto = { pool = "sun" }', "value.unknown"),
        ('[handoffs.x]\nkind = "sales"', "key.missing"),
        ('[handoffs.x]\nto = { partner = "robotix" }', "handoff.receiver"),
        ('[handoffs.x]\nto = { pool = "sun", rep = "kim" }', "handoff.receiver"),
        ('[handoffs.x]\nto = { pool = "sun" }\nnotes = ["mood"]', "handoff.unknown_note"),
        ('[handoffs.x]\nto = { pool = "sun" }\ntaker = "The Boss"', "handoff.role"),
        ('[handoffs.x]\nkind = "nurture"', "key.missing"),
        ('[handoffs.first]\nto = { pool = "sun" }', "handoff.reserved"),
        ('[handoffs.x]\nto = { pool = "sun" }\nhops = 2', "key.no_effect"),
        ('[handoffs.x]\nkind = "support"\naccept = "1h"', "key.no_effect"),
        ('[handoffs.x]\nto = { pool = "sun" }\nwait = "1d"', "key.no_effect"),
        ('[handoffs.x]\nto = { pool = "nowhere" }', "pool.unknown"),
        ('[handoffs.x]\nto = { rep = "nobody" }', "rep.unknown"),
        ('[handoffs.x]\nto = { queue = "nowhere" }', "queue.unknown"),
        ('[handoffs.x]\nto = { pool = "sun" }\nservice = "fast"', "service.unknown"),
        ('[handoffs.x]\nto = { pool = "sun" }\non = "glad"', "status.unknown"),
        ('[handoffs.x]\nto = { pool = "sun" }\naccept = "5h"', "handoff.slow"),
        ('[handoffs.x]\nto = { queue = "desk" }\naccept = "5min"', "handoff.unasked"),
        (
            '[handoffs.x]\nkind = "partner"\nto = { partner = "robotix" }\nshare = ["shoe_size"]',
            "field.unknown",
        ),
    ],
)
def test_each_mistake_is_found_at_its_place(table: str, code: str) -> None:
    _, _, found = load(f"{POLICY}\n{table}\n", ROSTER)
    assert [finding.code for finding in found if "handoff" in finding.where] == [code]
