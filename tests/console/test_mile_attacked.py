"""The last mile in the console as somebody uses it who means no good, on both databases: what is offered to them is not theirs,
what others do is not theirs to end, names that are none, and what must not run.
"""

from collections.abc import Iterator

import pytest

from console.crew import ADA, KIM, UMA, came, staffed
from console.visiting import stored, visitor
from firstright.core.authority import Role
from firstright.desk.handover import HandOver
from routing import CATCH_ALL, HEAD
from web.houses import House

OWN = """
[pools.ae]

[handoffs.to-ae]
to = { pool = "ae" }
accept = "30min"

[meetings.demo]
with = "pool:sdr"
length = "30min"

[playbooks.first-call]
opening = ["Why now?"]
"""


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    yield from staffed(shared_url, ADA + KIM + UMA, OWN)


def slot(page: str) -> str:
    return "demo|" + page.split('<option value="demo|', 1)[1].split('"', 1)[0]


def test_who_is_asked_does_nothing_to_the_meetings_and_tasks_of_who_has_it(house: House) -> None:
    lead = came(house)
    with visitor(house, Role.REP, "kim") as kim, visitor(house, Role.REP, "uma") as uma:
        kim.post(f"/leads/{lead}/book", {"slot": slot(kim.page(f"/leads/{lead}"))})
        other = slot(kim.page(f"/leads/{lead}"))
        house.desk.act(HandOver(lead, "kim", "to-ae"))
        assert uma.see(f"/leads/{lead}").status_code == 200
        before = stored(
            house, "SELECT rep_id, starts_at, state, sequence FROM meeting WHERE lead_id = ?", lead
        )
        for path, form in (
            ("meeting-cancel", {"why": "mine"}),
            ("meeting-move", {"slot": other}),
            ("meeting-held", {}),
            ("meeting-no-show", {}),
            ("task", {"epoch": "1", "said": "Leave it alone", "channel": "call", "later": "8h"}),
            ("tick", {"epoch": "1", "item": "open:0", "answer": "y"}),
            ("status", {"epoch": "1", "to": "contacted"}),
            ("lost", {"epoch": "1", "reason": "mine"}),
            ("convert", {"epoch": "1"}),
            ("pause-clocks", {"epoch": "1", "why": "waiting-on-customer", "until": "2099-01-01T00:00:00Z"}),
        ):
            answer = uma.post(f"/leads/{lead}/{path}", form)
            assert answer.status_code in (303, 404, 422), path
            assert answer.status_code != 303 or uma.told(answer).startswith("Too late"), path
        assert before == stored(
            house, "SELECT rep_id, starts_at, state, sequence FROM meeting WHERE lead_id = ?", lead
        )
        assert stored(house, "SELECT count(*) FROM task WHERE lead_id = ?", lead) == [
            (1,)
        ]  # that of its rule


def test_names_that_are_none_are_told_so(house: House) -> None:
    lead = came(house)
    with visitor(house, Role.REP, "kim") as kim:
        for path, form in (
            ("meeting-cancel", {"meeting": "nonsense"}),
            ("meeting-held", {"meeting": "nonsense"}),
            ("draft", {"epoch": "1", "draft": "nonsense", "text": "x"}),
            ("draft-copied", {"epoch": "1", "draft": "nonsense"}),
            ("offer-accept", {"epoch": "1", "offer": "nonsense"}),
            ("task-end", {"epoch": "1", "task": "nonsense"}),
            ("sequence-start", {"epoch": "1", "sequence": "nonsense"}),
            ("book", {"slot": "nonsense|x"}),
            ("book", {"slot": "demo|0001-01-01T00:00+23:59"}),
            ("handoff", {"epoch": "1", "type": "nonsense"}),
            ("role", {"epoch": "1", "role": "ae", "rep": "nonsense"}),
        ):
            answer = kim.post(f"/leads/{lead}/{path}", form)
            assert answer.status_code in (404, 409, 422, 303), (path, answer.status_code)
            assert answer.status_code < 500
    with visitor(house, Role.OPERATIONS) as ops:
        answer = ops.post(f"/leads/{lead}/excuse", {"epoch": "1", "clock": "x", "why": "outage", "note": "y"})
        assert answer.status_code == 422


def test_who_sees_a_queue_hands_on_nothing_of_it_before_it_is_theirs(house: House) -> None:
    queued = (
        HEAD.replace('calendar = "berlin"\n', "").replace('tell = ["ada"]', 'tell = ["kim"]')
        + CATCH_ALL
        + OWN
    )
    house.desk.publish_policy(queued, file="policy.toml", by="mara", reason="test")
    lead = came(house)
    with visitor(house, Role.REP, "kim") as kim:
        assert kim.see(f"/leads/{lead}").status_code == 200
        answer = kim.post(f"/leads/{lead}/handoff", {"epoch": "1", "type": "to-ae"})
        assert kim.told(answer).startswith("Too late")
    assert stored(house, "SELECT holder_kind, holder_id, outcome FROM lead WHERE id = ?", lead) == [
        ("queue", "desk", "queued")
    ]
