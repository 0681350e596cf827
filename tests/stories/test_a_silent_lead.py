"""Sven is written to and says nothing. After a day of business he is called instead; who reports the calls is the dialler. He calls back in
the end, and what was planned for silence does not come.
"""

from desk.nextroom import open_tasks
from desk.views import faults
from firstright.desk.acting import LogTouch
from routing import DAY, HOUR, MONDAY
from stories.team import lead, reported, stands, team


def test_sven_is_called_when_he_does_not_answer_his_mail(database_url: str) -> None:
    with team(database_url) as here:
        sven = here.send("sven", last_name="Berg", phone="+4930999888777")
        here.at = MONDAY + HOUR
        here.desk.act(LogTouch(lead(sven), "kim", "email", result="sent"))
        here.rings(MONDAY + DAY)
        assert "call-instead" not in [action for _, action, _, _ in open_tasks(here, sven)]
        here.rings(MONDAY + DAY + 2 * HOUR)
        assert ("kim", "call-instead", "call") in [each[:3] for each in open_tasks(here, sven)]
        assert stands(here, sven)[:2] == ("owner", "kim")  # silence takes a lead from nobody

        here.at = MONDAY + DAY + 3 * HOUR
        call = {"channel": "call", "phone": "+4930999888777", "rep": "kim"}
        assert reported(here, "call-1", **call, result="left-message").state == "taken"
        here.at += HOUR
        assert (
            reported(here, "call-2", channel="call", phone="+4930999888777", direction="in").state == "taken"
        )
        before = open_tasks(here, sven)
        here.rings(MONDAY + DAY + 6 * HOUR)
        assert open_tasks(here, sven) == before
        assert faults(here) == []
