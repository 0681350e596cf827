"""A meeting that is called off because of what becomes of its lead takes the lead's status back as any cancellation does, and a lead
that takes one along by merging is scheduled: no lead says that it is scheduled without a meeting, nor the other way round."""

from desk.office import office, owner
from desk.test_meetings import OPS, PEOPLE, TEN, TO_POOL, booked, mails, rows
from desk.test_meetings_apart import one, stands, two
from desk.views import clocks, faults, reasons
from firstright.desk.acting import LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.meetings import CancelMeeting
from firstright.desk.moving import MoveStatus
from routing import HOUR, MINUTE, MONDAY

CANCELS = TO_POOL.replace("[meetings.demo]", '[reassignment]\nmeetings = "cancel"\n\n[meetings.demo]')


def somebody_else(told: dict[str, object]) -> str:
    return next(each for each in ("kim", "noor", "omar") if each != owner(told))


def test_called_off_by_the_rule_of_a_reassignment(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(CANCELS, PEOPLE)
        mara = here.send("mara")
        booked(here, mara)
        done = here.desk.act(Reassign(str(mara["lead"]), OPS, somebody_else(mara), "knows them"))
        assert (done.status, stands(here, mara)) == ("routed", [("routed", ["cancelled"])])
        assert reasons(here, mara)[-1] == ("booked", "meeting-cancelled")
        assert [each[2] for each in clocks(here, mara) if each[0] == "owner"][-1] == "running"
        assert [each for each in mails(here, mara) if each[1] == "cancelled"]
        assert not faults(here)


def test_called_off_with_its_leaver_where_nobody_is_free(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        found = [here.send(name) for name in ("mara", "nils", "olga")]
        for told in found:
            booked(here, told)
        gone = owner(found[0])
        here.publish(TO_POOL, PEOPLE.replace(f'id = "{gone}"', f'id = "{gone}"\nleft = 2026-03-02T10:00:00Z'))
        here.at = MONDAY + 61 * MINUTE
        while here.desk.work_due(here.at)[0]:
            here.at += MINUTE / 60
        assert stands(here, *found) == [
            ("routed", ["cancelled"]),
            ("scheduled", ["booked"]),
            ("scheduled", ["booked"]),
        ]
        assert [each[2] for each in clocks(here, found[0]) if each[0] == "owner"][-1] == "running"
        assert not faults(here)


def test_called_off_with_a_lead_that_is_closed_leaves_it_closed(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        booked(here, mara)
        here.desk.act(MoveStatus(str(mara["lead"]), OPS, "lost", reason="chose another"))
        assert stands(here, mara) == [("lost", ["cancelled"])]
        assert reasons(here, mara)[-1] == ("booked", "meeting-cancelled")
        assert not faults(here)


def test_one_that_goes_along_by_merging_makes_its_lead_scheduled_and_takes_it_back(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        booked(here, other)
        one(here, other, mara)
        assert stands(here, mara) == [("scheduled", ["booked"])]
        assert [each[2] for each in clocks(here, mara) if each[0] == "owner"] == ["paused"]
        here.desk.act(CancelMeeting(str(mara["lead"]), OPS.name))
        assert stands(here, mara) == [("routed", ["cancelled"])]
        assert [each[2] for each in clocks(here, mara) if each[0] == "owner"] == ["running"]
        assert not faults(here)


def test_each_of_two_again_has_the_status_it_had_before(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        here.desk.act(LogTouch(str(mara["lead"]), owner(mara), "call"))
        assert here.lead(mara).status == "attempted-contact"
        booked(here, other)
        one(here, other, mara)
        assert here.lead(mara).status == "scheduled"
        two(here, other)
        assert stands(here, mara, other) == [("attempted-contact", []), ("scheduled", ["booked"])]
        here.desk.act(CancelMeeting(str(other["lead"]), OPS.name))
        assert stands(here, other) == [("routed", ["cancelled"])]
        assert not faults(here)


def test_of_two_meetings_the_other_one_keeps_the_lead_scheduled(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        booked(here, mara)
        booked(here, other, TEN + HOUR)
        one(here, other, mara)
        first, second = rows(here, mara)
        here.desk.act(CancelMeeting(str(mara["lead"]), OPS.name, meeting=first.id))
        assert stands(here, mara) == [("scheduled", ["cancelled", "booked"])]
        here.desk.act(CancelMeeting(str(mara["lead"]), OPS.name, meeting=second.id))
        assert stands(here, mara) == [("routed", ["cancelled", "cancelled"])]
        assert not faults(here)
