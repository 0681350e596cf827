"""Mara asks for a demo at ten on a Monday. Kim has her at once, calls, reaches her at the second try, books the demo, holds it, and
wins her; the dialler tells of the calls, and nobody types anything twice.
"""

from desk.views import clocks, faults, owners
from firstright.core.meetings import THE_LEAD
from firstright.desk.acting import Accept
from firstright.desk.meetings import BookMeeting, MeetingHeld
from firstright.desk.moving import MoveStatus
from firstright.desk.tasking import AddTask
from routing import DAY, HOUR, MINUTE, MONDAY
from stories.team import KIM, WORDS, activities, lead, reported, stands, team


def test_mara_is_called_booked_met_and_won(database_url: str) -> None:
    with team(database_url) as here:
        mara = here.send("mara", last_name="Wolf", phone="+493012345678", intent="demo", company="Wolf GmbH")
        assert stands(here, mara) == ("owner", "kim", "routed")

        here.at = MONDAY + 2 * MINUTE
        here.desk.act(Accept(lead(mara), "kim"))
        here.at = MONDAY + 4 * MINUTE
        call = {"channel": "call", "phone": "+49 30 12345678", "rep": "kim@ours.example"}
        assert reported(here, "call-1", **call, result="no-answer").lead == lead(mara)
        assert stands(here, mara) == ("owner", "kim", "attempted-contact")
        assert ("speed-to-lead", 1, "met", "02T16:00") in clocks(here, mara)

        here.at = MONDAY + HOUR
        assert reported(here, "call-2", **call, result="connected").state == "taken"
        assert reported(here, "call-2", **call, result="connected").repeat
        assert stands(here, mara)[2] == "contacted"

        here.at = MONDAY + HOUR + 5 * MINUTE
        tomorrow = MONDAY + DAY
        booked = here.desk.act(BookMeeting(lead(mara), THE_LEAD, "demo", tomorrow))
        assert (booked.owner, booked.status) == ("kim", "scheduled")

        here.at = tomorrow + HOUR
        here.desk.act(MeetingHeld(lead(mara), "kim"))
        here.desk.act(AddTask(lead(mara), "kim", "Send the contract", HOUR))
        here.desk.act(MoveStatus(lead(mara), KIM, "qualified", met=WORDS, note="buys ten arms in May"))
        here.desk.act(MoveStatus(lead(mara), KIM, "won"))
        assert stands(here, mara)[::2] == ("closed", "won")
        assert [who for who, *_ in owners(here, mara) if who == "kim"] == ["kim"]
        assert [each for each in activities(here, mara) if each[0] == "kim"] == [
            ("kim", "call"),
            ("kim", "call"),
            ("kim", "meeting"),
        ]
        assert here.rows("SELECT count(*) FROM task WHERE state = 'open'") == [(0,)]
        assert [c for c in clocks(here, mara) if c[2] == "running"] == []
        assert faults(here) == []
