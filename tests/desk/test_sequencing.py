"""Sequences: three steps arrive, and end with an answer, another owner, or a bounce. On both databases."""

import json

import msgspec
import pytest

from desk.outreachroom import BOUNCED, MAIL, OPEN, RULES, Outreach, outreach
from firstright.core.authority import Actor, Role
from firstright.desk.acting import LogEngagement, LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.delivering import ClaimDeliveries
from firstright.desk.learning import LearnFacts
from firstright.desk.letter import Letter
from firstright.desk.links import token
from firstright.desk.optingout import Evidence, OptOut, Release, Said, SayConsent, Suppress
from firstright.desk.reachingout import StartSequence, StopSequence
from firstright.errors import Refused
from firstright.outbound.channel import Result, Verdict
from firstright.storage import hooks, instants, meetings
from firstright.storage.hooks import HookRow, HookSettings
from stories.team import reported

SMS = 'channel = "sms"\nwait = "1d"\ntemplate = "hello"'
json_letter = msgspec.json.Decoder(Letter).decode
MARA = Actor("0190a000-0000-7000-8000-0000000000aa", "Mara Diaz", Role.OPERATIONS)
WHOLE = [("started", ""), ("sent", ""), ("asked", ""), ("sent", ""), ("finished", "")]
BEGUN = [("started", ""), ("sent", "")]
MOVING = '\n[reassignment]\nsequence = "move"\n'
ALONE = RULES[: RULES.index('[[sequences.welcome.step]]\nchannel = "call"')]
BERLIN = RULES.replace('basis = "24x7"', 'basis = "lead"')


def anna(here: Outreach) -> str:
    return here.arrive("anna", phone="+49 30 901820")


def test_three_steps_go_out_by_themselves_and_the_call_is_asked_of_the_owner(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        assert here.days(4) == ["Hello Anna", "Still there?"]
        assert here.story(lead) == WHOLE
        assert here.office.rows("SELECT said FROM todo") == [("Call Anna",)]


def test_a_letter_is_from_its_owner_and_says_how_to_end_it_in_text_and_head(database_url: str) -> None:
    with outreach(database_url) as here:
        anna(here)
        here.days(4)
        first, second = here.mail
        assert (first.to, first.author, first.reply_to) == (
            "anna@anna.example",
            "Kim Larsen",
            "kim@ours.example",
        )
        assert (
            first.text == f"You asked us. Kim Larsen\n\n--\nNo more messages like this: {first.unsubscribe}"
        )
        assert second.text == f"Here is more. {first.unsubscribe}"
        assert first.unsubscribe.startswith("https://ours.example/o/")


def test_a_letter_says_where_they_can_book_once_there_is_a_meeting_to_book(database_url: str) -> None:
    asking = RULES.replace("You asked us. {owner_name}", "Choose a time: {booking_link}")
    meeting = '\n[meetings.demo]\nwith = "owner"\ntitle = "Demo"\n'
    with outreach(database_url, asking + OPEN + meeting) as here:
        lead = anna(here)
        here.work()
        with here.office.desk.read() as tx:
            page = f"https://ours.example/b/{token(meetings.secret(tx), lead)}"
        assert here.mail[0].text.splitlines()[0] == f"Choose a time: {page}"
        here.office.publish(asking + OPEN, MAIL)
        here.arrive("bela")
        here.work()
        assert here.mail[1].text.splitlines()[0] == "Choose a time: —"


def test_nothing_is_sent_where_nobody_could_opt_out(database_url: str) -> None:
    with outreach(database_url) as here:
        anna(here)
        here.due()
        sent = here.office.desk.writer.submit(ClaimDeliveries(64, "claim")).result()
        assert [each.message.to for each in sent] == ["kim@ours.example"]
        [(state, why)] = here.office.rows("SELECT state, last_error FROM delivery WHERE event = 'lead.step'")
        assert (state, str(why).startswith("nobody could opt out of it")) == ("dead", True)


def test_what_is_sent_by_itself_is_no_touch_and_stops_no_clock(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.days(4)
        assert here.office.rows("SELECT count(*) FROM touch") == [(0,)]
        states = here.office.rows("SELECT clock, state FROM clock WHERE lead_id = ? ORDER BY clock", lead)
        assert ("owner", "running") in states
        assert ("speed-to-lead", "missed") in states


def test_one_that_begins_and_changes_hands_in_one_batch_ends_with_its_owner(database_url: str) -> None:
    without = RULES.replace('sequence = "welcome"\n', "")
    assert without != RULES
    with outreach(database_url, without) as here:
        lead, office = anna(here), here.office
        with office.held():  # the first move finds nothing begun, and the last must not go by that
            waits = [
                office.desk.writer.submit(work)
                for work in (
                    Reassign(lead, MARA, "noor", "in one breath"),
                    StartSequence(lead, "welcome", "noor"),
                    Reassign(lead, MARA, "omar", "in one breath"),
                )
            ]
        for wait in waits:
            assert not isinstance(wait.result(), Exception)
        assert office.rows("SELECT state, reason FROM enrolment") == [("stopped", "owner-changed")]


@pytest.mark.parametrize("kind", ["reply", "enquiry"])
def test_an_answer_ends_it(database_url: str, kind: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.work()
        here.office.desk.act(LogEngagement(lead, "crm", kind))
        assert here.days(4) == []
        assert here.story(lead) == [*BEGUN, ("stopped", kind)]
        assert here.sequence(lead).reason == kind


def test_a_talk_on_the_telephone_is_an_answer(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.work()
        here.office.desk.act(LogTouch(lead, "kim", "call", result="no-answer"))
        assert here.story(lead) == BEGUN
        here.office.desk.act(LogTouch(lead, "kim", "call", result="connected"))
        assert here.story(lead) == [*BEGUN, ("stopped", "reply")]


def test_it_ends_with_another_owner(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.work()
        here.office.desk.act(Reassign(lead, MARA, "noor", "away"))
        assert here.days(4) == []
        assert here.story(lead) == [*BEGUN, ("stopped", "owner-changed")]


def test_it_goes_along_to_another_owner_where_the_policy_says_so(database_url: str) -> None:
    with outreach(database_url, RULES + OPEN + MOVING) as here:
        lead = anna(here)
        here.work()
        here.office.desk.act(Reassign(lead, MARA, "noor", "away"))
        assert here.days(4) == ["Still there?"]
        assert here.mail[-1].author == "Noor Haddad"
        assert here.story(lead) == [*BEGUN, ("moved", ""), *WHOLE[2:]]


def test_a_step_its_last_owner_had_not_sent_is_sent_by_the_next_one_once(database_url: str) -> None:
    with outreach(database_url, RULES + OPEN + MOVING) as here:
        lead = anna(here)
        here.due()  # into the outbox, and no further
        here.office.desk.act(Reassign(lead, MARA, "noor", "away"))
        assert here.days(4) == ["Hello Anna", "Still there?"]
        assert {message.author for message in here.mail} == {"Noor Haddad"}
        assert here.story(lead) == [("started", ""), ("withdrawn", ""), ("moved", ""), *WHOLE[1:]]


def test_a_letter_that_comes_back_ends_it_and_the_address_is_known_to_be_wrong(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.work(BOUNCED)
        assert here.story(lead) == [("started", ""), ("failed", ""), ("stopped", "bounce")]
        with here.office.desk.read():
            assert '"email_bounced":true' in here.office.lead({"lead": lead}).facts.replace(" ", "")


@pytest.mark.parametrize(
    ("kind", "why", "more"),
    [("bounce", "bounce", True), ("opt-out", "opted-out", False), ("complaint", "opted-out", False)],
)
def test_a_mail_system_tells_by_a_hook_that_a_letter_came_back_or_that_they_want_no_more(
    database_url: str, kind: str, why: str, more: bool
) -> None:
    with outreach(database_url) as here:
        with here.office.desk.database.write() as tx:
            hooks.add(tx, HookRow("dialler", b"", HookSettings(), True, here.office.at))
        lead = anna(here)
        here.work()
        said = {"kind": kind, "lead": lead, "what": "550 no such user", "auto-submitted": "auto-generated"}
        assert reported(here.office, "m-1", **said).state == "taken"
        assert reported(here.office, "m-1", **said).repeat
        assert (here.sequence(lead).state, here.sequence(lead).reason) == ("stopped", why)
        facts = here.office.lead({"lead": lead}).facts.replace(" ", "")
        assert ('"email_bounced":true' in facts) is more
        said_no = here.office.rows("SELECT channel, state FROM consent ORDER BY channel")
        assert said_no == ([] if more else [("email", "withdrawn"), ("sms", "withdrawn")])
        assert here.days(4) == []
        assert not here.office.rows("SELECT 1 FROM touch WHERE result = 'bounced'")


def test_a_letter_to_another_address_of_theirs_that_came_back_stops_nothing(database_url: str) -> None:
    with outreach(database_url) as here:
        with here.office.desk.database.write() as tx:
            hooks.add(tx, HookRow("dialler", b"", HookSettings(), True, here.office.at))
        lead = anna(here)
        here.work()
        taken = reported(here.office, "m-1", kind="bounce", lead=lead, email="old@elsewhere.example")
        assert (taken.state, [p.code for p in taken.problems]) == ("quarantined", ["activity.other_address"])
        assert here.sequence(lead).state == "running"


def test_who_opts_out_gets_nothing_more_also_of_what_is_in_the_outbox(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.due()
        person = here.office.lead({"lead": lead}).person_id
        assert here.office.desk.act(OptOut(person, "link")) == Said(1)
        assert here.office.desk.act(OptOut(person, "link")) == Said(0, repeat=True)
        assert here.days(4) == []
        assert here.story(lead) == [
            ("started", ""), ("withdrawn", ""), ("stopped", "opted-out"), ("opted-out", ""),
        ]  # fmt: skip
        with pytest.raises(
            Refused, match="sequence: nothing of it would be sent; e-mail: they are on the list"
        ):
            here.office.desk.act(StartSequence(lead, "welcome", "mara"))
        assert here.days(4) == []
        assert here.story(lead)[-1] == ("opted-out", "")


def test_who_opts_out_between_claim_and_attempt_is_not_written_to(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.due()
        found = [each for each in here.claim() if each.message.unsubscribe]
        here.office.desk.act(OptOut(here.office.lead({"lead": lead}).person_id, "link"))
        assert here.end(found) == [False]  # the postman asks before the attempt, and is told it lost it
        assert here.office.rows("SELECT state FROM delivery WHERE event = 'lead.step'") == [("cancelled",)]


def test_the_same_address_is_left_alone_under_another_name_too(database_url: str) -> None:
    with outreach(database_url) as here:
        here.office.desk.act(Suppress([("email", "Anna@anna.example")], "asked by telephone", by="mara"))
        lead = anna(here)
        assert here.days(2) == []
        assert here.story(lead) == [("started", ""), ("stopped", "suppressed")]
        assert here.office.desk.act(Release("email", "anna@anna.example", by="mara")) is True
        here.office.desk.act(StartSequence(lead, "welcome", "mara"))
        assert here.work() == ["Hello Anna"]


def test_a_dead_letter_that_is_raised_again_is_judged_again(database_url: str) -> None:
    with outreach(database_url, RULES.replace("stop_on", "stop_on") + OPEN) as here:
        lead = anna(here)
        here.due()
        here.office.change("UPDATE delivery SET state = 'dead' WHERE event = 'lead.step'")
        here.office.desk.act(OptOut(here.office.lead({"lead": lead}).person_id, "link"))
        here.office.change("UPDATE delivery SET state = 'ready' WHERE event = 'lead.step'")
        assert here.work() == []
        found = here.office.rows("SELECT state, last_error FROM delivery WHERE event = 'lead.step'")
        assert found == [("dead", "not sent: suppressed (email: opted-out)")]


def test_consent_that_is_taken_back_ends_it(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.work()
        said = SayConsent(lead, "email", "", "withdrawn", Evidence("console", "mara"), by="mara")
        assert here.office.desk.act(said) == Said(1)
        assert here.days(4) == []
        assert here.story(lead) == [*BEGUN, ("stopped", "consent-withdrawn")]


def test_quiet_hours_put_a_step_off_until_they_are_over_on_the_clock_of_the_lead(database_url: str) -> None:
    with outreach(database_url, RULES) as here:
        here.office.at = here.office.at.replace(hour=13)
        lead = here.arrive("anna", country="JP", email="anna@anna.example")  # ten at night in Tokyo
        assert here.work() == []
        assert here.story(lead) == [("started", ""), ("waits", "quiet-hours")]
        found = here.sequence(lead)
        assert (found.code, found.datum) == ("quiet-hours", "Asia/Tokyo")
        assert found.due_at == here.office.at.replace(hour=23, minute=0, second=0, microsecond=0)
        here.office.at = found.due_at
        assert here.work() == ["Hello Anna"]


def test_who_was_written_to_often_enough_this_week_waits(database_url: str) -> None:
    with outreach(database_url, RULES + OPEN.replace("most_a_week = 0", "most_a_week = 1")) as here:
        lead = anna(here)
        first = here.office.at
        assert here.days(4) == ["Hello Anna"]
        assert here.sequence(lead).code == "weekly-cap"
        assert here.days(4) == ["Still there?"]
        assert 7 <= (here.office.at - first).days <= 8


def test_where_a_colleague_is_at_it_the_owner_is_asked_once_and_the_step_waits(database_url: str) -> None:
    apart = RULES + OPEN.replace('apart = "none"', 'apart = "5h"')
    with outreach(database_url, apart) as here:
        lead = anna(here)
        here.office.desk.act(LogTouch(lead, "noor", "call", result="no-answer"))
        asked_at = here.office.at
        assert here.work() == []
        assert here.story(lead) == [("started", ""), ("waits", "double-contact")]
        for _ in range(4):
            here.wait(hours=1)
            assert here.work() == []
        asked = here.office.rows("SELECT said FROM todo")
        assert asked == [
            ("Ask Noor Haddad first: they were in touch with this person or company lately, "
             "and a message of yours waits",)
        ]  # fmt: skip
        (due,) = here.office.rows("SELECT due_at FROM task JOIN todo ON task_id = task.id")
        assert instants.read(due[0]) > asked_at
        here.wait(hours=1)
        assert here.work() == ["Hello Anna"]


def test_it_is_begun_and_ended_by_hand_and_what_cannot_be_is_said(database_url: str) -> None:
    with outreach(database_url, RULES.replace('\nsequence = "welcome"\n', "\n") + OPEN) as here:
        lead = anna(here)
        with pytest.raises(Refused, match='sequence: "welcom" is not known; did you mean welcome'):
            here.office.desk.act(StartSequence(lead, "welcom", "mara"))
        with pytest.raises(Refused, match="lead: it is in no sequence"):
            here.office.desk.act(StopSequence(lead, "mara"))
        here.office.desk.act(StartSequence(lead, "welcome", "mara"))
        assert here.work() == ["Hello Anna"]
        here.office.desk.act(StopSequence(lead, "mara", reason="they asked me to wait"))
        assert here.days(4) == []
        assert here.story(lead) == [*BEGUN, ("stopped", "by-hand")]


def test_the_next_owner_does_not_say_hello_once_more_by_itself(database_url: str) -> None:
    taken = RULES.replace('untouched = "30d"', 'untouched = "2h"')
    with outreach(database_url, taken + OPEN) as here:
        lead = anna(here)
        assert here.days(2) == ["Hello Anna"]
        assert here.story(lead)[:3] == [*BEGUN, ("stopped", "owner-changed")]
        assert len(here.office.rows("SELECT id FROM enrolment")) == 1


def test_a_step_is_asked_only_what_its_condition_says(database_url: str) -> None:
    asked = RULES.replace('wait = "2d"', 'wait = "2d"\nwhen = { "so_far.clicked" = true }')
    with outreach(database_url, asked + OPEN) as here:
        lead, other = anna(here), here.arrive("bela", phone="+49 30 901821")
        here.work()
        here.office.desk.act(LogEngagement(lead, "crm", "click"))
        here.mail.clear()
        assert here.days(4) == ["Still there?"]
        assert here.mail[0].to == "anna@anna.example"
        assert here.story(other)[-2:] == [("skipped", "when"), ("finished", "")]


def test_who_said_no_in_the_form_is_not_written_to(database_url: str) -> None:
    with outreach(database_url) as here:
        lead = anna(here)
        here.office.desk.act(LearnFacts(lead, {"consent": False}, "web"))
        assert here.days(2) == []
        assert here.story(lead) == [("started", ""), ("stopped", "consent-withdrawn")]


def test_a_text_message_goes_to_a_program_once_they_have_agreed(database_url: str) -> None:
    texted = RULES.replace('channel = "call"\nwait = "1d"\ntask = "Call {first_name}"', SMS)
    with outreach(database_url, texted + OPEN) as here:
        here.room.register("webhook:sms")
        lead, other = anna(here), here.arrive("bela", phone="+49 30 901821")
        yes = Evidence("form", form="demo", text="Text me.")
        here.office.desk.act(SayConsent(lead, "sms", "sales", "given", yes))
        here.days(4)
        sent = "SELECT body FROM delivery WHERE destination = 'webhook:sms' AND state = 'sent'"
        [(stored,)] = here.office.rows(sent)
        said = json.loads(json_letter(bytes(stored)).body)
        assert (said["to"], said["text"], said["lead"]) == ("+4930901820", "You asked us. Kim Larsen", lead)
        assert said["opt_out"].startswith("https://ours.example/o/")
        assert [step for step in here.story(other) if step[1]] == [("skipped", "no-consent")]


def test_somebody_who_sleeps_may_be_written_to_and_nobody_is_asked_to_call(database_url: str) -> None:
    asleep = RULES.replace(
        'send_to = { pool = "sdr" }\nfirst_action = "call"', 'send_to = { nurture = "30d" }'
    )
    with outreach(database_url, asleep + OPEN) as here:
        lead = anna(here)
        assert here.days(4) == ["Hello Anna", "Still there?"]
        assert here.story(lead) == [
            ("started", ""), ("sent", ""), ("skipped", "no-owner"), ("sent", ""), ("finished", ""),
        ]  # fmt: skip
        assert (here.mail[0].author, here.mail[0].reply_to) == ("", "")


def test_a_step_in_a_workers_hand_as_its_owner_changes_is_sent_by_the_next_one_once(
    database_url: str,
) -> None:
    with outreach(database_url, RULES + OPEN + MOVING) as here:
        lead = anna(here)
        here.due()
        held = [each for each in here.claim() if each.message.unsubscribe]
        here.office.desk.act(Reassign(lead, MARA, "noor", "away"))
        assert here.not_made(held) == [True]  # the postman asks before the attempt
        assert here.days(4) == ["Hello Anna", "Still there?"]
        assert {message.author for message in here.mail} == {"Noor Haddad"}


@pytest.mark.parametrize("claimed", [False, True])
def test_the_last_step_goes_along_too(database_url: str, claimed: bool) -> None:
    with outreach(database_url, ALONE + OPEN + MOVING) as here:
        lead = anna(here)
        here.due()
        assert here.sequence(lead).state == "finished"
        held = [each for each in here.claim() if each.message.unsubscribe] if claimed else []
        here.office.desk.act(Reassign(lead, MARA, "noor", "away"))
        here.not_made(held)
        assert here.days(4) == ["Hello Anna"]
        assert {message.author for message in here.mail} == {"Noor Haddad"}
        assert (here.sequence(lead).state, here.sequence(lead).epoch) == ("finished", 2)


def test_a_try_that_fails_as_its_owner_changes_is_the_next_ones(database_url: str) -> None:
    with outreach(database_url, RULES + OPEN + MOVING) as here:
        lead = anna(here)
        here.due()
        held = [each for each in here.claim() if each.message.unsubscribe]
        here.office.desk.act(Reassign(lead, MARA, "noor", "away"))
        assert here.end(held, Result(Verdict.AGAIN, 451, "busy")) == [True]
        assert here.days(4) == ["Hello Anna", "Still there?"]
        assert {message.author for message in here.mail} == {"Noor Haddad"}


@pytest.mark.parametrize("rules", [RULES + OPEN, RULES + OPEN + MOVING])
def test_of_a_step_whose_worker_died_as_its_owner_changed_nobody_claims_to_know(
    database_url: str, rules: str
) -> None:
    with outreach(database_url, rules) as here:
        lead = anna(here)
        here.due()
        assert [each.message.subject for each in here.claim() if each.message.unsubscribe] == ["Hello Anna"]
        here.office.desk.act(
            Reassign(lead, MARA, "noor", "away")
        )  # and who had it in hand is never heard of again
        here.wait(minutes=1)
        assert "Hello Anna" not in here.work()
        assert ("sent", "unsure") in here.story(lead)
        (asked,) = here.office.rows(
            "SELECT t.rep_id, t.epoch, t.state, substr(o.said, 1, 26) FROM todo AS o JOIN task AS t ON t.id = o.task_id"
        )
        assert asked == ("noor", 2, "open", "Look whether the e-mail of")
        assert "Hello Anna" not in here.days(4)
        assert here.story(lead).count(("sent", "unsure")) == 1


def test_what_became_of_a_step_in_a_workers_hand_is_known_where_the_worker_lives(database_url: str) -> None:
    with outreach(database_url) as here:
        sent, kept = anna(here), here.arrive("ben", phone="+49 30 901821")
        here.due()
        held = {each.row.lead_id: each for each in here.claim() if each.message.unsubscribe}
        for lead in (sent, kept):
            here.office.desk.act(Reassign(lead, MARA, "omar", "away"))
        assert here.end([held[sent]]) == [True]  # it had asked before its owner changed
        assert here.not_made([held[kept]]) == [True]
        here.days(1)
        assert here.story(sent) == [*BEGUN, ("stopped", "owner-changed")]
        assert here.story(kept) == [("started", ""), ("withdrawn", ""), ("stopped", "owner-changed")]
        assert here.office.rows("SELECT count(*) FROM todo") == [(0,)]
