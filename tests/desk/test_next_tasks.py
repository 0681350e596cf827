"""What is to be done next, as it is given: after each touch, after silence, by hand; and never to two people."""

from datetime import timedelta

import msgspec
import pytest

from desk.nextroom import NEXT, acknowledgements, open_tasks
from desk.office import Office, office
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Decline, LogTouch
from firstright.desk.tasking import AddTask, EndTask, PutOffTask
from firstright.errors import NotFound, Refused
from firstright.storage import tasks as stored
from firstright.storage.tasks import Task
from routing import DAY, HOUR, MINUTE, MONDAY, SATURDAY

KIM = Actor("u-kim", "Kim Larsen", Role.REP, "kim")
NOOR = Actor("u-noor", "Noor Haddad", Role.REP, "noor")


def touch(here: Office, told: dict[str, object], result: str, channel: str = "call", by: str = "kim") -> None:
    here.desk.act(LogTouch(str(told["lead"]), by, channel, result=result))


def the_task(here: Office, told: dict[str, object]) -> Task:
    with here.desk.read() as tx:
        (task,) = stored.of_lead(tx, str(told["lead"]))
    return task


@pytest.mark.parametrize(
    ("result", "after"),
    [
        ("no-answer", [("kim", "write-instead", "email", "02T11:10")]),
        ("left-message", [("kim", "call-again", "call", "02T13:10")]),
        ("connected", [("kim", "send-recap", "email", "02T13:10")]),
        ("wrong-number", [("kim", "write-instead", "email", "02T11:10")]),
        ("", []),
    ],
)
def test_what_a_call_came_to_says_what_comes_next_in_business_time(
    database_url: str, result: str, after: list[tuple[str, str, str, str]]
) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara", phone="+493012345678")
        assert open_tasks(here, mara) == [("kim", "call", "call", "02T09:05")]
        here.at = MONDAY + 10 * MINUTE
        touch(here, mara, result)
        assert open_tasks(here, mara) == after
        assert faults(here) == []


def test_a_number_that_was_wrong_is_not_called_again(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara", phone="+493012345678")
        touch(here, mara, "wrong-number")
        assert '"wrong_contact":["call","sms"]' in here.lead(mara).facts
        touch(here, mara, "no-answer")  # whoever tries all the same is sent to the other way once more
        assert [action for _, action, _, _ in open_tasks(here, mara)] == ["write-instead", "write-instead"]
        assert faults(here) == []


def test_after_three_calls_that_nobody_answered_another_way_is_tried(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara", phone="+493012345678")
        for minutes in (10, 20, 30):
            here.at = MONDAY + minutes * MINUTE
            touch(here, mara, "left-message")
        assert [action for _, action, _, _ in open_tasks(here, mara)] == ["another-way"]
        assert faults(here) == []


def test_who_is_silent_after_an_e_mail_is_called(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara, omid = here.send("mara", phone="+493012345678"), here.send("omid")
        here.at = MONDAY + HOUR
        touch(here, mara, "sent", "email")
        touch(here, omid, "sent", "email", by="noor")
        here.send("omid")  # they came back
        here.rings(MONDAY + DAY)  # eight hours of business time are over on the next day at ten in Berlin
        assert open_tasks(here, mara) == [("kim", "call", "call", "02T09:05")]
        here.rings(MONDAY + DAY + 2 * HOUR)
        assert [action for _, action, _, _ in open_tasks(here, mara)] == ["call", "call-instead"]
        assert "call-instead" not in [action for _, action, _, _ in open_tasks(here, omid)]
        assert faults(here) == []


def test_a_task_of_ones_own_words_counts_is_put_off_and_is_done(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara")
        touch(here, mara, "")
        lead = str(mara["lead"])
        here.desk.act(AddTask(lead, "kim", "Ask about the crane", timedelta(hours=8)))
        task = the_task(here, mara)
        assert (task.said, task.rep, f"{task.due_at:%dT%H:%M}") == ("Ask about the crane", "kim", "03T09:00")
        with pytest.raises(NotFound):
            here.desk.act(EndTask(task, NOOR))
        with pytest.raises(Refused) as refused:
            here.desk.act(PutOffTask(task, KIM, MONDAY + HOUR))
        assert refused.value.reasons == ("due: is not later than it was",)
        here.desk.act(PutOffTask(task, KIM, MONDAY + 2 * DAY))
        assert (the_task(here, mara).put_off, the_task(here, mara).due_at) == (1, MONDAY + 2 * DAY)
        assert faults(here) == []  # it counts to the load while it is open
        here.desk.act(EndTask(task, KIM))
        assert open_tasks(here, mara) == []
        with pytest.raises(Refused):
            here.desk.act(EndTask(task, KIM))  # it is over
        assert faults(here) == []


def test_a_task_is_refused_with_everything_that_is_wrong_with_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara")
        with pytest.raises(Refused) as refused:
            here.desk.act(AddTask(str(mara["lead"]), "kim", " ", MONDAY - DAY, channel="fax", rep="nobody"))
        assert [reason.split(":")[0] for reason in refused.value.reasons] == ["said", "channel", "due", "rep"]


def test_tasks_of_who_had_it_end_with_them(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara")
        here.desk.act(AddTask(str(mara["lead"]), "kim", "Ask about the crane", timedelta(hours=2)))
        here.desk.act(Decline(str(mara["lead"]), "kim", "busy"))
        assert [rep for rep, *_ in open_tasks(here, mara)] == ["noor"]
        assert faults(here) == []


def test_whoever_writes_when_nobody_is_there_is_told_once(database_url: str) -> None:
    with office(database_url, at=SATURDAY, published=False) as here:
        here.publish(NEXT)
        mara = here.send("mara")
        here.send("mara")  # once more, in the same cycle
        assert acknowledgements(here) == [("email:mara@mara.example", "ready")]
        assert mara["expected_response"] is not None
        here.at = MONDAY + 7 * DAY
        here.send("omid")  # somebody is there
        assert len(acknowledgements(here)) == 1
        assert faults(here) == []


def test_who_wants_to_hear_nothing_is_not_acknowledged_and_the_page_can_say_why(database_url: str) -> None:
    with office(database_url, at=SATURDAY, published=False) as here:
        here.publish(NEXT)
        here.desk.take_in(
            [msgspec.structs.replace(a, facts={**a.facts, "consent": False}) for a in [here.arrival("mara")]]
        )
        assert acknowledgements(here) == []
        assert here.rows("SELECT said FROM acknowledgement") == [("consent-withdrawn",)]
