"""Anna answers an invitation in her calendar: it is kept, its rep hears of it, and a decline is a task. Nothing is called off by it."""

import json

import pytest

from desk.office import Office, office
from desk.test_hooking import codes, register, told
from desk.test_meetings import PEOPLE, TEN, TO_POOL, booked, mails, refused, rows
from desk.test_stuck import register as by_mail
from desk.views import faults
from firstright.desk.acting import Acted
from firstright.desk.hooks import HookAdd
from firstright.desk.invited import AnswerInvitation
from firstright.desk.meetings import CancelMeeting, MoveMeeting
from firstright.errors import NotFound
from firstright.intake.invitationreply import Reply, read_reply
from intake.replies import GOOGLE, OUTLOOK, written
from routing import DAY, HOUR, MINUTE

SAID = "SELECT kind, what, reported_by FROM engagement WHERE kind = 'invitation' ORDER BY id"
TASKS = "SELECT t.rep_id, t.state, o.said FROM todo AS o JOIN task AS t ON t.id = o.task_id"
TOLD = "SELECT destination FROM delivery WHERE event = 'invitation.answered' ORDER BY id"


def answers(here: Office, raw: bytes, by: str = "mail") -> Acted:
    read = read_reply(raw)
    assert isinstance(read, Reply)
    return here.desk.act(AnswerInvitation(read, by))


def test_a_decline_is_kept_told_and_a_task_and_the_meeting_stands(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        anna = here.send("anna")
        booked(here, anna)
        (meeting,) = rows(here, anna)
        by_mail(here)
        here.at += MINUTE
        raw = written(OUTLOOK, "DECLINED", meeting.id, email="anna@anna.example")
        done = answers(here, raw)
        assert (done.repeat, done.status) == (False, "scheduled")
        assert here.rows(SAID) == [
            ("invitation", "declined Product demo of 2026-03-03 09:00 UTC: Da bin ich leider weg, wie w\u00e4re es danach?", "mail")
        ]  # fmt: skip
        assert here.rows(TASKS) == [
            ("kim", "open", "They declined Product demo of 2026-03-03 09:00 UTC: offer another time, or call it off")
        ]  # fmt: skip
        assert here.rows(TOLD) == [("email:kim",)]
        assert [(row.state, row.starts_at, row.answer) for row in rows(here, anna)] == [
            ("booked", TEN, "declined")
        ]
        assert answers(here, raw).repeat
        assert len(here.rows(SAID)) == len(here.rows(TASKS)) == len(here.rows(TOLD)) == 1
        assert faults(here) == []


@pytest.mark.parametrize(
    ("answer", "said", "letters"), [("ACCEPTED", "accepted", 0), ("TENTATIVE", "accepted for now", 1)]
)
def test_who_comes_or_may_come_asks_nothing_of_anybody(
    database_url: str, answer: str, said: str, letters: int
) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        anna = here.send("anna")
        booked(here, anna)
        by_mail(here)
        here.at += MINUTE
        answers(here, written(GOOGLE, answer, rows(here, anna)[0].id, email="boss@anna.example"))
        assert here.rows(SAID) == [
            ("invitation", f"{said} Product demo of 2026-03-03 09:00 UTC (boss@anna.example): see you there", "mail")
        ]  # fmt: skip
        assert (here.rows(TASKS), len(here.rows(TOLD))) == ([], letters)


def test_an_answer_to_an_earlier_time_or_to_what_is_over_is_refused(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        anna = here.send("anna")
        booked(here, anna)
        (meeting,) = rows(here, anna)

        def said(sequence: int) -> tuple[str, ...]:
            return refused(here, AnswerInvitation(Reply(meeting.id, sequence, "declined"), "mail"))

        assert said(1) == ("sequence: is of no invitation of ours",)
        here.desk.act(MoveMeeting(str(anna["lead"]), "kim", TEN + 2 * HOUR))
        assert said(0) == ("sequence: answers an earlier time of this meeting, which was moved since",)
        answers(here, written(GOOGLE, "ACCEPTED", meeting.id, sequence=1))
        here.desk.act(CancelMeeting(str(anna["lead"]), "kim"))
        assert said(1) == ("meeting: is cancelled already",)
        unknown = AnswerInvitation(Reply("0190a000-0000-7000-8000-00000000ffff", 0, "declined"), "mail")
        with pytest.raises(NotFound):
            here.desk.act(unknown)
        assert len(mails(here, anna)) == 6  # booked, moved, called off: to both, and nothing of the answers


def test_a_hook_hands_a_reply_on_once_and_what_is_none_stands_aside(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        register(here).change(HookAdd("mail"), "mara")
        anna = here.send("anna")
        booked(here, anna)
        (meeting,) = rows(here, anna)
        here.at += MINUTE
        body = {
            "calendar": written(OUTLOOK, "DECLINED", meeting.id).decode(),
            "auto-submitted": "auto-replied",
        }
        taken = told(here, body, "evt-1", "mail")
        assert (taken.state, taken.lead) == ("taken", anna["lead"])
        assert told(here, body, "evt-1", "mail").repeat
        assert told(here, json.dumps(body).encode(), "evt-2", "mail").state == "taken"
        assert [(kind, by) for kind, _, by in here.rows(SAID)] == [("invitation", "hook:mail")]
        assert codes(told(here, {"calendar": "hello"}, "evt-3", "mail")) == (
            "quarantined", [("/calendar", "reply.not_a_calendar")],
        )  # fmt: skip
        here.at += 2 * DAY
        late = {"calendar": written(GOOGLE, "ACCEPTED", meeting.id).decode()}
        assert codes(told(here, late, "evt-4", "mail")) == ("quarantined", [("", "activity.refused")])
        assert faults(here) == []


def test_the_answer_stands_on_the_meeting_until_it_is_moved_and_the_latest_counts(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        anna = here.send("anna")
        booked(here, anna)
        (meeting,) = rows(here, anna)
        here.at += HOUR
        for answer, minutes in (("accepted", 20), ("tentative", 40), ("declined", 30)):
            at = here.at - HOUR + minutes * MINUTE
            here.desk.act(AnswerInvitation(Reply(meeting.id, 0, answer, at=at), "mail"))
        latest = here.at - HOUR + 40 * MINUTE
        assert [(row.answer, row.answered_at) for row in rows(here, anna)] == [("tentative", latest)]
        here.desk.act(MoveMeeting(str(anna["lead"]), "lead", TEN + HOUR))
        assert [(row.answer, row.answered_at) for row in rows(here, anna)] == [("", None)]
        assert faults(here) == []
