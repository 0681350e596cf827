"""The last mile as somebody uses it who means no good, or does not look: names that are none, people who have gone, addresses of
others, nothing where a time is asked for. On both databases.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from desk.nextroom import WRITING, drafted
from desk.office import Office
from desk.views import day, faults, tasks
from firstright.core.causes.correcting import Selection
from firstright.core.meetings import THE_LEAD
from firstright.desk.acting import LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.marks import Marks
from firstright.desk.meetings import BookMeeting, CancelMeeting, MoveMeeting
from firstright.desk.merging import Merge
from firstright.desk.moving import MoveStatus, SetRole
from firstright.desk.repairing import StartRepair, StopRepair
from firstright.desk.tasking import AddTask
from firstright.errors import NotFound, Refused
from routing import CATCH_ALL, HOUR, MONDAY, TO_SDR
from stories.team import AT, CALLED, OPS, TEAM, WRITTEN, sequence, team


def kims(here: Office, name: str = "mara") -> str:
    return str(here.send(name)["lead"])


def test_an_address_of_somebody_else_who_is_worked_makes_no_two_leads_of_one_person(
    database_url: str,
) -> None:
    with team(database_url) as here:
        lead, _ = kims(here), kims(here, "nils")
        here.desk.act(LogTouch(lead, "kim", "call", result="connected"))
        said = {"email": "nils@nils.example"}
        here.desk.act(MoveStatus(lead, OPS, "contacted", facts=said))
        assert faults(here) == []


def test_nobody_who_has_gone_is_given_a_role(database_url: str) -> None:
    with team(database_url) as here:
        lead = kims(here)
        here.publish(CALLED, TEAM.replace('id = "vic"', 'id = "vic"\nleft = "2026-01-01"'))
        with pytest.raises(Refused, match="Vic Stone is here no more"):
            here.desk.act(SetRole(lead, OPS, "ae", "vic"))


def test_a_task_in_no_time_is_due_now(database_url: str) -> None:
    with team(database_url) as here:
        lead = kims(here)
        here.desk.act(AddTask(lead, "kim", "Call them back", timedelta()))
        assert ("kim", "", "open", day(here.at)) in tasks(here, {"lead": lead})
        assert faults(here) == []


def test_names_that_are_none_are_told_so(database_url: str) -> None:
    with team(database_url) as here:
        lead = kims(here)
        for work in (
            CancelMeeting(lead, "mara", meeting="nonsense"),
            MoveMeeting(lead, "mara", MONDAY, meeting="nonsense"),
        ):
            with pytest.raises(Refused, match="there is none of this lead"):
                here.desk.act(work)
        for nothing in (CancelMeeting("", "mara", meeting="nonsense"), StopRepair("nonsense", OPS)):
            with pytest.raises(NotFound):
                here.desk.act(nothing)


def test_what_an_older_policy_began_ends_with_its_owner_although_the_new_one_has_no_such_thing(
    database_url: str,
) -> None:
    with team(database_url, rules=WRITTEN) as here:
        lead = here.send("mara")
        assert sequence(here, lead) == [("running", "", 0)]
        here.publish(AT + TO_SDR + CATCH_ALL, TEAM)
        here.desk.act(Reassign(str(lead["lead"]), OPS, "noor", "they know each other"))
        assert sequence(here, lead) == [("stopped", "owner-changed", 0)]
        assert faults(here) == []


def test_what_an_older_policy_wrote_for_an_earlier_owner_can_not_be_sent(database_url: str) -> None:
    with team(database_url, rules=WRITING) as here:
        lead = here.send("mara")
        here.publish(AT + TO_SDR + CATCH_ALL, TEAM)
        here.desk.act(Reassign(str(lead["lead"]), OPS, "noor", "they know each other"))
        assert drafted(here, lead) == [(1, "kim", "hello", "withdrawn")]
        assert faults(here) == []


def test_a_link_to_opt_out_by_is_spelled_in_one_way_only() -> None:
    marks, person = Marks(b"s" * 32), "0190a000-0000-7000-8000-0000000000aa"
    link = marks.link(person)
    assert marks.person(link) == person
    others = [link[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    for other in (
        *[each for each in others if each != link],
        link + "=",
        "!" + link,
        link[:9] + "." + link[9:],
    ):
        assert marks.person(other) is None


def test_a_meeting_of_a_lead_that_is_lost_is_called_off_although_no_policy_knows_its_kind_any_more(
    database_url: str,
) -> None:
    with team(database_url) as here:
        lead, other = kims(here), kims(here, "nils")
        for name, hours in ((lead, 4), (other, 5)):
            here.desk.act(BookMeeting(name, THE_LEAD, "demo", MONDAY + hours * HOUR))
        here.publish(AT + TO_SDR + CATCH_ALL, TEAM)
        here.desk.act(Merge(other, lead, OPS, "the same person"))
        assert here.rows("SELECT DISTINCT lead_id, state FROM meeting") == [(lead, "booked")]
        here.desk.act(MoveStatus(lead, OPS, "lost", reason="They bought elsewhere"))
        assert here.rows("SELECT DISTINCT lead_id, state FROM meeting") == [(lead, "cancelled")]
        assert faults(here) == []


@pytest.mark.parametrize(
    "chosen",
    [
        Selection(versions=(2**63,)),
        Selection(versions=(0,)),
        Selection(rules=("a\x00b",)),
        Selection(versions=(1,), sources=("\ud800",)),
        Selection(since=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
        Selection(versions=(1,), until=datetime.max.replace(tzinfo=UTC)),
    ],
    ids=str,
)
def test_what_no_database_could_look_for_begins_no_repair_that_would_never_end(
    database_url: str, chosen: Selection
) -> None:
    with team(database_url) as here:
        with pytest.raises(Refused):
            here.desk.act(StartRepair(chosen, OPS, "a bad publish"))
        assert here.rows("SELECT count(*) FROM repair") == [(0,)]
