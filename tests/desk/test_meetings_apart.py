"""Meetings of a lead that was one with another and is two again: each goes back with the lead it was booked for, and neither lead says
that it is scheduled without one."""

from desk.office import Office, office, owner
from desk.test_meetings import OPS, PEOPLE, TEN, TO_POOL, booked, rows
from desk.views import clocks, faults
from firstright.core.meetings import THE_LEAD
from firstright.desk.meetings import CancelMeeting, MeetingHeld, MeetingMissed, MoveMeeting
from firstright.desk.merging import Merge, Unmerge
from routing import HOUR

Told = dict[str, object]


def one(here: Office, child: Told, into: Told) -> None:
    here.desk.act(Merge(str(child["lead"]), str(into["lead"]), OPS, "one person"))


def two(here: Office, child: Told) -> None:
    here.desk.act(Unmerge(str(child["lead"]), OPS, "two after all"))


def stands(here: Office, *told: Told) -> list[tuple[str, list[str]]]:
    """The status of each, and what became of its meetings."""
    return [(here.lead(each).status, [row.state for row in rows(here, each)]) for each in told]


def test_a_meeting_goes_back_with_the_lead_it_was_booked_for_and_its_reminders_too(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        booked(here, other)
        one(here, other, mara)
        two(here, other)
        assert stands(here, mara, other) == [("routed", []), ("scheduled", ["booked"])]
        [row] = rows(here, other)
        assert (row.rep_id, row.starts_at, here.lead(other).holder_id) == (owner(other), TEN, owner(other))
        reminding = "SELECT DISTINCT lead_id FROM job WHERE kind = 'remind' AND state = 'ready'"
        assert [str(lead) for (lead,) in here.rows(reminding)] == [other["lead"]]
        assert {each[2] for each in clocks(here, other) if each[0] == "owner"} == {"cancelled", "paused"}
        assert not faults(here)


def test_one_that_was_booked_while_they_were_one_stays_with_the_lead_that_stood_for_both(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        one(here, other, mara)
        booked(here, other)
        two(here, other)
        assert stands(here, mara, other) == [("scheduled", ["booked"]), ("routed", [])]
        assert not faults(here)


def test_a_meeting_that_was_called_off_or_missed_meanwhile_leaves_neither_scheduled(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other, nils, niels = (here.send(name) for name in ("mara", "marah", "nils", "niels"))
        booked(here, other)
        booked(here, niels)
        one(here, other, mara)
        one(here, niels, nils)
        here.desk.act(CancelMeeting(str(mara["lead"]), THE_LEAD))
        here.at = TEN + HOUR
        here.desk.act(MeetingMissed(str(nils["lead"]), owner(niels)))
        two(here, other)
        two(here, niels)
        assert stands(here, mara, other) == [("routed", []), ("routed", ["cancelled"])]
        assert stands(here, nils, niels) == [("routed", []), ("routed", ["no-show"])]
        assert not faults(here)


def test_one_that_was_held_meanwhile_was_the_childs(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        booked(here, other)
        one(here, other, mara)
        here.at = TEN + HOUR
        here.desk.act(MeetingHeld(str(mara["lead"]), owner(other)))
        two(here, other)
        assert stands(here, other) == [("scheduled", ["held"])]
        assert rows(here, mara) == []
        assert not faults(here)


def test_a_lead_that_moved_the_others_meeting_is_not_scheduled_without_it_and_its_clocks_go_on(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        booked(here, other)
        one(here, other, mara)
        here.desk.act(MoveMeeting(str(mara["lead"]), THE_LEAD, TEN + 2 * HOUR))
        assert here.lead(mara).status == "scheduled"
        two(here, other)
        assert stands(here, mara, other) == [("routed", []), ("scheduled", ["booked"])]
        assert [each[2] for each in clocks(here, mara) if each[0] == "owner"] == ["running"]
        assert [row.starts_at for row in rows(here, other)] == [TEN + 2 * HOUR]
        assert not faults(here)


def test_of_three_that_were_one_each_has_its_own_again(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other, third = here.send("mara"), here.send("marah"), here.send("maria")
        booked(here, third)
        one(here, third, other)
        one(here, other, mara)
        assert [row.state for row in rows(here, mara)] == ["booked"]
        two(here, other)  # it still stands for the third
        assert stands(here, mara, other) == [("routed", []), ("scheduled", ["booked"])]
        two(here, third)
        assert stands(here, mara, other, third) == [("routed", []), ("routed", []), ("scheduled", ["booked"])]
        assert not faults(here)
