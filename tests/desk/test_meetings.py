"""Meetings under the turn: booked with an owner or by a turn of the pool, moved, called off, held, nobody came; never two at once."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest

from desk.office import Office, office, owner
from desk.test_stuck import register
from desk.views import faults, tasks
from firstright.core.authority import Actor, Role
from firstright.core.meetings import THE_LEAD, MeetingType, span
from firstright.desk.acting import Acted, Claim, Decline, LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.handover import HandOver
from firstright.desk.meetings import (
    BookMeeting,
    CancelMeeting,
    MeetingHeld,
    MeetingMissed,
    MoveMeeting,
    OnMeeting,
)
from firstright.desk.merging import Merge
from firstright.desk.reminding import Remind
from firstright.desk.staff.calendars import CalendarAsked, feed
from firstright.errors import Conflict, FirstrightError, Refused
from firstright.storage import jobs, meetings, reassigned
from firstright.storage.meetings import MeetingRow
from patience import PATIENCE
from routing import CALENDARS, CATCH_ALL, DAY, HEAD, HOUR, MINUTE, MONDAY, TEAM, TO_SDR

MEETINGS = """
[meetings.demo]
with = "pool:sdr"
length = "30min"
before = "15min"
notice = "2h"
remind = ["24h", "1h"]
title = "Product demo"

[meetings.call]
length = "15min"
"""
TO_RECEPTION = """
[handoffs.to-reception]
kind = "sales"
to = { queue = "desk" }
"""
TO_DESK = HEAD + MEETINGS + CATCH_ALL
TO_POOL = HEAD + MEETINGS + TO_SDR + CATCH_ALL
PEOPLE = CALENDARS + "".join(TEAM).replace('id = "kim"', 'id = "kim"\nemail = "kim@ours.example"')
OPS = Actor("0190a000-0000-7000-8000-0000000000aa", "Mara Diaz", Role.OPERATIONS)
TEN = MONDAY + DAY  # Tuesday, ten o'clock in Berlin


def booked(here: Office, told: dict[str, object], starts: datetime = TEN, type: str = "demo") -> Acted:
    return here.desk.act(BookMeeting(str(told["lead"]), THE_LEAD, type, starts))


def refused(here: Office, work: BookMeeting | OnMeeting) -> tuple[str, ...]:
    with pytest.raises(Refused) as why:
        here.desk.act(work)
    return tuple(why.value.reasons)


def rows(here: Office, told: dict[str, object]) -> list[MeetingRow]:
    with here.desk.read() as tx:
        return meetings.of_lead(tx, str(told["lead"]))


def turns(here: Office) -> int:
    return int(here.rows("SELECT count(*) FROM ledger WHERE pool = 'sdr'")[0][0])


def mails(here: Office, told: dict[str, object]) -> list[tuple[str, str]]:
    found = here.rows(
        "SELECT destination, event FROM delivery WHERE lead_id = ? AND event LIKE 'invitation.%' ORDER BY order_key, id",
        str(told["lead"]),
    )
    return [(str(to), str(event).removeprefix("invitation.")) for to, event in found]


def test_a_lead_with_an_owner_meets_them_and_no_turn_is_spent(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        before = turns(here)
        done = booked(here, mara)
        assert (done.owner, done.status, turns(here)) == (owner(mara), "scheduled", before)
        (row,) = rows(here, mara)
        assert (row.rep_id, row.starts_at, row.ends_at - row.starts_at, row.state, row.pool) == (
            owner(mara),
            TEN,
            30 * MINUTE,
            "booked",
            "",
        )
        assert row.since_at == TEN - 15 * MINUTE
        assert here.rows("SELECT kind FROM engagement") == [("booking",)]
        assert not faults(here)


def test_a_lead_of_nobody_gets_who_has_the_turn_and_is_free_and_is_theirs(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, PEOPLE)
        found = [here.send(name) for name in ("mara", "nils", "olga", "pia")]
        owners = [booked(here, told).owner for told in found[:3]]
        assert (sorted(owners), turns(here)) == (["kim", "noor", "omar"], 3)
        assert refused(here, BookMeeting(str(found[3]["lead"]), THE_LEAD, "demo", TEN)) == (
            "starts: is taken by now; choose another time",
        )
        assert turns(here) == 3
        late = booked(here, found[3], TEN + HOUR)
        assert (late.outcome, late.status, turns(here)) == ("owner", "scheduled", 4)
        assert not faults(here)


def test_what_cannot_be_booked_is_refused_by_the_name_of_its_field(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, PEOPLE)
        mara, lead = (told := here.send("mara")), str(told["lead"])
        taken = ("starts: is taken by now; choose another time",)
        assert refused(here, BookMeeting(lead, THE_LEAD, "dmeo", TEN)) == (
            'type: "dmeo" is not known; did you mean demo?',
        )
        assert refused(here, BookMeeting(lead, THE_LEAD, "call", TEN)) == (
            "type: is with the owner, and the lead has none",
        )
        assert (
            refused(here, BookMeeting(lead, THE_LEAD, "demo", TEN + 7 * MINUTE)) == taken
        )  # not on the grid
        assert refused(here, BookMeeting(lead, THE_LEAD, "demo", TEN + 9 * HOUR)) == taken  # closed
        assert refused(here, BookMeeting(lead, THE_LEAD, "demo", MONDAY + HOUR)) == taken  # too soon
        assert here.desk.act(BookMeeting(lead, "ada", "demo", MONDAY + HOUR)).owner  # not for a colleague
        assert refused(here, BookMeeting(lead, THE_LEAD, "demo", TEN)) == (
            "lead: has a meeting already; move that one",
        )
        assert len(rows(here, mara)) == 1


def test_the_same_request_twice_books_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, PEOPLE)
        mara = here.send("mara")
        first, again = (
            here.desk.act(BookMeeting(str(mara["lead"]), THE_LEAD, "demo", TEN, key="k")) for _ in range(2)
        )
        assert (first.repeat, again.repeat, len(rows(here, mara)), turns(here)) == (False, True, 1, 1)


def test_a_meeting_moves_and_is_told_and_is_called_off_and_told(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(
            TO_POOL, PEOPLE.replace("{ sdr = 1 }", "{}").replace("pools = {}", "pools = { sdr = 1 }", 2)
        )
        told = here.send("mara")
        while owner(told) != "kim":
            told = here.send(f"mara{here.desk.new_id()[-6:]}")
        lead = str(told["lead"])
        booked(here, told)
        other = here.send("nils")
        if owner(other) == "kim":
            booked(here, other, TEN + HOUR)
            assert refused(here, MoveMeeting(lead, THE_LEAD, TEN + HOUR)) == (
                "starts: is taken by now; choose another time",
            )
        here.desk.act(MoveMeeting(lead, THE_LEAD, TEN + 3 * HOUR))
        (row,) = rows(here, told)
        assert (row.starts_at, row.sequence, row.state) == (TEN + 3 * HOUR, 1, "booked")
        done = here.desk.act(CancelMeeting(lead, "kim", reason="ill"))
        (row,) = rows(here, told)
        assert (row.state, row.sequence, row.reason, done.status) == ("cancelled", 2, "ill", "routed")
        address = str(here.lead(told).facts).split('"email":"')[1].split('"')[0]
        assert mails(here, told) == [
            (f"email:{address}", "booked"),
            ("email:kim", "booked"),
            (f"email:{address}", "moved"),
            ("email:kim", "moved"),
            (f"email:{address}", "cancelled"),
            ("email:kim", "cancelled"),
        ]
        assert refused(here, CancelMeeting(lead, "kim")) == ("meeting: there is none of this lead",)
        booked(here, told, TEN + 5 * HOUR)
        assert not faults(here)


def test_who_forgot_to_say_how_the_last_one_went_moves_and_calls_off_the_next(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        lead = str(mara["lead"])
        booked(here, mara)
        here.at = TEN + DAY
        booked(here, mara, TEN + 2 * DAY)
        here.desk.act(MoveMeeting(lead, THE_LEAD, TEN + 2 * DAY + HOUR))
        assert [row.starts_at for row in rows(here, mara)] == [TEN, TEN + 2 * DAY + HOUR]
        here.desk.act(CancelMeeting(lead, THE_LEAD))
        assert [row.state for row in rows(here, mara)] == ["booked", "cancelled"]
        here.desk.act(MeetingHeld(lead, owner(mara)))
        assert [row.state for row in rows(here, mara)] == ["held", "cancelled"]
        assert not faults(here)


def test_reminders_come_once_in_time_and_not_for_what_was_moved(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        booked(here, mara, TEN + DAY)
        here.desk.act(LogTouch(str(mara["lead"]), owner(mara), "call"))
        here.rings(TEN + 30 * MINUTE)  # a day before: one
        here.desk.act(MoveMeeting(str(mara["lead"]), THE_LEAD, TEN + DAY + 4 * HOUR))
        here.rings(TEN + DAY - 30 * MINUTE)  # an hour before the time it is not at any more
        reminders = [each for each in mails(here, mara) if each[1] == "reminder"]
        assert reminders == [("email:mara@mara.example", "reminder")] * 2  # a day before the new one, too
        here.rings(TEN + DAY + 5 * HOUR)  # the worker was down until it had begun: too late is never
        assert [each for each in mails(here, mara) if each[1] == "reminder"] == reminders


def test_nobody_came_gives_the_turn_back_and_a_task_to_try_again(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, PEOPLE)
        mara = here.send("mara")
        who = booked(here, mara).owner
        lead = str(mara["lead"])
        assert refused(here, MeetingMissed(lead, who)) == ("meeting: has not begun",)
        here.at = TEN + 40 * MINUTE
        done = here.desk.act(MeetingMissed(lead, who))
        assert (done.status, [row.state for row in rows(here, mara)]) == ("routed", ["no-show"])
        assert here.rows("SELECT kind, rep FROM ledger ORDER BY seq") == [("turned", who), ("returned", who)]
        assert [(each[0], each[1]) for each in tasks(here, mara)] == [
            (who, "Offer another time: they did not come")
        ]
        assert refused(here, MeetingHeld(lead, who)) == ("meeting: there is none of this lead",)
        assert not faults(here)


def test_a_meeting_that_was_held_is_a_touch(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        booked(here, mara)
        here.at = TEN + HOUR
        here.desk.act(MeetingHeld(str(mara["lead"]), owner(mara)))
        assert [row.state for row in rows(here, mara)] == ["held"]
        assert here.rows("SELECT channel, result FROM touch") == [("meeting", "met")]


def test_a_meeting_goes_with_the_lead_to_another_owner_who_is_free(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        booked(here, mara)
        other = next(each for each in ("kim", "noor", "omar") if each != owner(mara))
        here.desk.act(Reassign(str(mara["lead"]), OPS, other, "knows them"))
        assert [row.rep_id for row in rows(here, mara)] == [other]


def test_a_leavers_meeting_goes_to_who_has_the_lead_next_or_is_called_off(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        found = [here.send(name) for name in ("mara", "nils", "olga")]
        for told in found:
            booked(here, told)  # all three of the pool are taken then
        gone = owner(found[0])
        left = PEOPLE.replace(f'id = "{gone}"', f'id = "{gone}"\nleft = 2026-03-02T10:00:00Z')
        here.publish(TO_POOL, left)
        here.at = MONDAY + 61 * MINUTE
        while here.desk.work_due(here.at)[0]:
            here.at += MINUTE / 60
        [row] = rows(here, found[0])
        assert (row.state, row.reason) == (
            "cancelled",
            "who it was with is here no more",
        )  # both others have one then
        assert ("email:mara@mara.example", "cancelled") in mails(here, found[0])
        assert [row.state for told in found[1:] for row in rows(here, told)] == ["booked", "booked"]
        again = booked(here, found[0], TEN + HOUR)
        assert again.owner not in ("", gone)
        assert not faults(here)


def test_a_meeting_of_a_lead_that_was_two_stays_with_whom_it_was_booked(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, other = here.send("mara"), here.send("marah")
        booked(here, other)
        here.desk.act(Merge(str(other["lead"]), str(mara["lead"]), OPS, "one person"))
        [row] = rows(here, mara)
        assert (row.state, row.rep_id, row.starts_at, rows(here, other)) == ("booked", owner(other), TEN, [])
        assert not [each for each in mails(here, other) if each[1] == "cancelled"]
        here.desk.act(LogTouch(str(mara["lead"]), owner(mara), "call"))
        here.rings(TEN - 30 * MINUTE)
        assert [each[1] for each in mails(here, mara)] == ["reminder"]


def race(here: Office, leads: list[str], book: Callable[[str], object]) -> list[object]:
    """Everybody wants the same slot at once: what came of it for each."""
    found: list[object] = []
    gate = threading.Barrier(len(leads))

    def one(lead: str) -> None:
        gate.wait(PATIENCE)
        try:
            found.append(book(lead))
        except FirstrightError as why:
            found.append(why)

    threads = [threading.Thread(target=one, args=(lead,)) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return found


ALONE = CALENDARS + "".join(each for each in TEAM if '"noor"' not in each and '"omar"' not in each)


def test_of_many_who_book_one_slot_at_once_one_gets_it_and_one_turn_is_spent(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, ALONE)  # Kim alone is in the pool
        leads = [
            str(here.send(name)["lead"])
            for name in ("mara", "nils", "olga", "pia", "quinn", "rosa", "sven", "tora")
        ]
        found = race(here, leads, lambda lead: here.desk.act(BookMeeting(lead, THE_LEAD, "demo", TEN)))
        won = [each for each in found if isinstance(each, Acted)]
        assert (len(won), len(found), turns(here)) == (1, 8, 1)
        assert here.rows("SELECT count(*) FROM meeting") == [(1,)]
        assert {type(each) for each in found} == {Acted, Refused}


def test_the_control_that_looks_first_and_writes_later_books_twice(database_url: str) -> None:
    """The same race past the desk: a look, and a transaction of its own to write. The unique net below it sees only meetings
    that begin together, and these two overlap."""
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, ALONE)
        found = {str(here.send("mara")["lead"]): TEN, str(here.send("nils")["lead"]): TEN + 20 * MINUTE}
        looked = threading.Barrier(2)

        def naive(lead: str) -> bool:
            at = found[lead]
            with here.desk.read() as tx:
                free = not any(
                    each.clashes(span(DEMO, at))
                    for each in meetings.days(tx, ("kim",), at - DAY, at + DAY)["kim"]
                )
            looked.wait(PATIENCE)
            if free:
                with here.desk.database.write() as tx:
                    meetings.add(tx, _row(here, lead, at))
            return free

        assert race(here, list(found), naive) == [True, True]
        assert here.rows("SELECT count(*) FROM meeting WHERE rep_id = 'kim'") == [(2,)]


def test_the_net_below_the_turn_lets_nobody_begin_two_meetings_at_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_DESK, ALONE)
        leads = [str(here.send(name)["lead"]) for name in ("mara", "nils")]
        with here.desk.database.write() as tx:
            meetings.add(tx, _row(here, leads[0], TEN))
        with pytest.raises(Conflict), here.desk.database.write() as tx:
            meetings.add(tx, _row(here, leads[1], TEN))


DEMO = MeetingType("demo", "sdr", 30 * MINUTE, 15 * MINUTE)


def _row(here: Office, lead: str, at: datetime) -> MeetingRow:
    slot = span(DEMO, at)
    return MeetingRow(
        here.desk.new_id(), lead, None, "demo", "kim", slot.starts, slot.ends, slot.since, slot.until, "booked", 0, "sdr",
        "UTC", "new", 1, here.at, "test", here.at, "test",
    )  # fmt: skip


def calendar(*entries: tuple[str, datetime, datetime]) -> str:
    events = [
        f"BEGIN:VEVENT\nUID:{uid}\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\nDTEND:{ends:%Y%m%dT%H%M%SZ}\nEND:VEVENT\n"
        for uid, starts, ends in entries
    ]
    return "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(events) + "END:VCALENDAR\n"


def test_an_appointment_however_short_closes_the_slot_and_nothing_else(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL.replace("[meetings.demo]", "[meetings.demo]\nmost = 1"), PEOPLE)
        kim = next(told for told in map(here.send, ("mara", "nils", "olga")) if owner(told) == "kim")
        lead, then = str(kim["lead"]), TEN + 15 * MINUTE
        read = CalendarAsked(
            "kim", calendar(("dentist", then, TEN + 20 * MINUTE), ("own", TEN + HOUR, TEN + 2 * HOUR))
        )
        assert not feed(here.desk, read, OPS).changed
        taken = ("starts: is taken by now; choose another time",)
        assert refused(here, BookMeeting(lead, THE_LEAD, "demo", TEN)) == taken
        assert refused(here, BookMeeting(lead, THE_LEAD, "demo", TEN + 90 * MINUTE)) == taken
        feed(here.desk, CalendarAsked("kim", calendar(("meeting-1@firstright", TEN, TEN + HOUR))), OPS)
        assert here.rows("SELECT rep_id FROM busy") == []
        booked(here, kim)
        feed(here.desk, CalendarAsked("kim", calendar(("long-ago", MONDAY - DAY, MONDAY - HOUR))), OPS)
        assert here.rows("SELECT rep_id FROM busy") == []
        assert not faults(here)


def test_an_enquiry_of_somebody_who_rests_goes_to_who_meets_them(database_url: str) -> None:
    rest = '\n[handoffs.rest]\nkind = "nurture"\nwait = "30d"\nback = "tiers"\n\n[reassignment]\nmeetings = "keep"\n'
    with office(database_url, published=False) as here:
        here.publish(HEAD + MEETINGS + rest + TO_SDR + CATCH_ALL, PEOPLE)
        mara = here.send("mara")
        first = owner(mara)
        booked(here, mara)
        here.desk.act(HandOver(str(mara["lead"]), first, "rest"))
        here.at = MONDAY + HOUR
        for name in ("nils", "olga", "paul"):  # the turn is somebody else's by now
            here.send(name)
        again = here.send("mara")
        assert (again["lead"], owner(again)) == (mara["lead"], first)
        assert here.rows("SELECT reason FROM lead WHERE id = ?", str(mara["lead"])) == [
            ("step:active-handoff",)
        ]
        assert faults(here) == []


def owner_clocks(here: Office, told: dict[str, object]) -> list[tuple[str, str]]:
    found = here.rows(
        "SELECT state, paused_at FROM clock WHERE lead_id = ? AND clock = 'owner' ORDER BY epoch",
        str(told["lead"]),
    )
    return [(str(state), "since" if at else "") for state, at in found]


def test_clocks_of_the_owner_stand_still_until_they_meet(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, nils = here.send("mara"), here.send("nils")
        booked(here, mara)
        booked(here, nils)
        assert {why for _, why, _ in here.rings(MONDAY + 6 * HOUR)} <= {"escalated"}
        assert (owner_clocks(here, mara), owner_clocks(here, nils)) == ([("paused", "since")],) * 2
        here.desk.act(CancelMeeting(str(nils["lead"]), THE_LEAD))
        assert owner_clocks(here, nils) == [("running", "")]
        other = next(each for each in ("kim", "noor", "omar") if each not in (owner(mara), owner(nils)))
        here.desk.act(Reassign(str(mara["lead"]), OPS, other, "knows them"))
        assert owner_clocks(here, mara) == [("cancelled", "since"), ("paused", "since")]
        here.rings(TEN + MINUTE)
        assert owner_clocks(here, mara)[1] == ("running", "")
        assert not faults(here)


def sagas(here: Office, told: dict[str, object]) -> list[tuple[tuple[str, str, int], ...]]:
    """What became of meetings, by each new holder."""
    with here.desk.read() as tx:
        found = reassigned.of_lead(tx, str(told["lead"]))
    return [tuple(did for did in each.did if did[0] == "meetings") for each in found]


def test_a_meeting_stays_while_nobody_has_its_lead_and_goes_with_who_takes_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        register(here)
        mara = here.send("mara")
        booked(here, mara)
        was, lead = owner(mara), str(mara["lead"])
        here.desk.act(Decline(lead, was, "duplicate"))
        assert here.rows("SELECT outcome FROM lead WHERE id = ?", lead) == [("review",)]
        [row] = rows(here, mara)
        assert (row.state, row.rep_id) == ("booked", was)
        assert sagas(here, mara)[-1] == (("meetings", "kept", 1),)
        told = here.rows("SELECT destination FROM delivery WHERE event = 'meeting.unowned'")
        assert told == [("email:ops@ours.example",)]
        other = next(each for each in ("kim", "noor", "omar") if each != was)
        here.desk.act(Reassign(lead, OPS, other, "takes it"))
        assert [row.rep_id for row in rows(here, mara)] == [other]
        assert sagas(here, mara)[-1] == (("meetings", "moved", 1),)


@pytest.mark.parametrize("way", ["queue", "review"])
def test_clocks_of_who_takes_a_lead_that_nobody_had_stand_still_until_the_meeting(
    database_url: str, way: str
) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL + TO_RECEPTION, PEOPLE)
        mara = here.send("mara")
        booked(here, mara)
        was, lead = owner(mara), str(mara["lead"])
        if way == "queue":
            here.desk.act(HandOver(lead, was, "to-reception"))
            here.desk.act(Claim(lead, "ada"))
        else:
            here.desk.act(Decline(lead, was, "duplicate"))
            here.desk.act(Reassign(lead, OPS, "ada", "takes it"))
        assert owner_clocks(here, mara) == [("cancelled", "since"), ("paused", "since")]
        here.rings(TEN + MINUTE)
        assert owner_clocks(here, mara)[1] == ("running", "")
        assert not faults(here)


def test_a_meeting_that_was_called_off_while_nobody_had_its_lead_holds_no_clock(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL + TO_RECEPTION, PEOPLE)
        mara = here.send("mara")
        booked(here, mara)
        lead = str(mara["lead"])
        here.desk.act(HandOver(lead, owner(mara), "to-reception"))
        here.desk.act(CancelMeeting(lead, THE_LEAD))
        here.desk.act(Claim(lead, "ada"))
        assert owner_clocks(here, mara)[1] == ("running", "")
        assert not faults(here)


def test_who_is_not_free_then_leaves_the_meeting_where_it_is_and_the_entry_says_so(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara, nils = here.send("mara"), here.send("nils")
        booked(here, mara)
        booked(here, nils)
        here.desk.act(Reassign(str(mara["lead"]), OPS, owner(nils), "knows them"))
        assert [row.rep_id for row in rows(here, mara)] == [owner(mara)]
        assert sagas(here, mara) == [(("meetings", "kept", 1),)]


def test_a_reminder_that_is_due_as_its_lead_moves_is_told_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_POOL, PEOPLE)
        mara = here.send("mara")
        booked(here, mara, TEN + DAY)
        here.at = TEN + 30 * MINUTE  # a day before has come, and nobody has looked
        other = next(each for each in ("kim", "noor", "omar") if each != owner(mara))
        with here.desk.database.write() as tx:
            [due] = jobs.claim_due(tx, here.at, 9, here.desk.new_id(), 60, kinds=("remind",))
        here.desk.act(Reassign(str(mara["lead"]), OPS, other, "knows them"))
        here.desk.writer.submit(Remind(due)).result()
        here.rings(here.at)
        assert [row.rep_id for row in rows(here, mara)] == [other]
        assert [each[1] for each in mails(here, mara) if each[1] == "reminder"] == ["reminder"]
