"""Omid writes in the chat that his rover stands still. Kim sends him to support; while it is mended he is nobody's sales lead. He wants a
second rover, support says so, and he is Kim's again, in a new cycle, with what support wrote.
"""

from desk.views import clocks, faults, letters, owners
from firstright.desk.acting import LogTouch
from firstright.desk.handover import HandOver
from firstright.desk.ticketing import MoveTicket
from firstright.storage import offers, tickets
from routing import DAY, HOUR, MINUTE, MONDAY
from stories.team import activities, lead, reported, stands, team


def test_omid_goes_to_support_and_comes_back_with_a_wish(database_url: str) -> None:
    with team(database_url) as here:
        omid = here.send("omid", message="My rover stands still", topic="Chat")
        owner = stands(here, omid)[1]
        said = {"channel": "chat", "email": "omid@omid.example"}
        here.at = MONDAY + MINUTE
        assert reported(here, "chat-1", **said, direction="in").lead == lead(omid)
        here.at = MONDAY + 2 * MINUTE
        assert reported(here, "chat-2", **said, direction="out", rep=owner).lead == lead(omid)
        assert activities(here, omid) == [("lead", "chat"), (owner, "chat")]

        here.at = MONDAY + 5 * MINUTE
        here.desk.act(HandOver(lead(omid), owner, "help"))
        assert stands(here, omid)[0] == "support"
        assert ("webhook:desk", "ticket.opened", "ready") in letters(here, omid)
        assert {c[0] for c in clocks(here, omid) if c[2] == "running"} <= {"ticket"}  # no clock of sales runs

        here.at = MONDAY + 3 * HOUR
        assert here.desk.act(MoveTicket(lead(omid), "helpdesk", "waiting", outside="H-7")).state == "waiting"
        here.at = MONDAY + DAY
        back = here.desk.act(
            MoveTicket(lead(omid), "helpdesk", "solved", back=True, note="Wants a second rover")
        )
        assert (back.outcome, back.back) == ("owner", True)
        row = here.lead(omid)
        assert (row.holder_id, row.cycle, row.touched) == (owner, 2, False)
        assert [who for who, *_ in owners(here, omid)] == [owner, "none:", owner]
        with here.desk.read() as tx:
            assert dict(offers.of_lead(tx, lead(omid))[-1].notes)["key_notes"] == "Wants a second rover"
            assert [(t.state, t.outside) for t in tickets.of_lead(tx, lead(omid))] == [("closed", "H-7")]
        assert [c[0] for c in clocks(here, omid) if c[2] == "running"] == ["speed-to-lead", "owner"]
        here.at = MONDAY + DAY + HOUR
        here.desk.act(LogTouch(lead(omid), owner, "call", result="connected"))
        assert faults(here) == []
