"""Those who answer for a part of the policy: late reviews ring once, a review ends them, and a new version is told to those it
concerns, once."""

from datetime import date, timedelta

import msgspec
import pytest

from desk.office import RULES, Office, office
from firstright.core.authority import Actor, Role
from firstright.desk.letter import Letter
from firstright.desk.watch.stewards import Noted, ReviewPart, answering, look_overdue
from firstright.errors import Refused
from firstright.storage import alarms, destinations, stewards
from firstright.storage.destinations import DestinationRow
from routing import MONDAY

MARA = Actor("u-mara", "Mara Diaz", Role.OPERATIONS)
KIM = Actor("u-kim", "Kim Larsen", Role.REP, "kim", frozenset({"kim"}))
NOOR = Actor("u-noor", "Noor Haddad", Role.REP, "noor", frozenset({"noor"}))
DAY = timedelta(days=1)
ANSWERED = (
    RULES
    + """
[stewards]
accountable = "ada"

[stewards.rules]
responsible = "kim"
every = "30d"
inform = ["omar", "ops@ours.example"]

[stewards.queues.desk]
review_by = 2026-04-10
"""
)


def with_mail(here: Office) -> None:
    with here.desk.database.write() as tx:
        place = DestinationRow(
            here.desk.new_id(), "email", "email", "smtp://mail.test", "{}", None, True, None, MONDAY
        )
        destinations.add(tx, place)


def ringing(here: Office) -> list[str]:
    with here.desk.read() as tx:
        return sorted(each.subject for each in alarms.open_alarms(tx) if each.kind == "review-overdue")


def told(here: Office, event: str) -> list[tuple[str, str]]:
    rows = here.rows("SELECT destination, body FROM delivery WHERE event = ? ORDER BY destination, id", event)
    return [(where, msgspec.json.decode(bytes(body), type=Letter).text) for where, body in rows]


def look(here: Office, days: float) -> int | None:
    here.at = MONDAY + days * DAY
    return look_overdue(here.desk, here.at)


def test_a_late_review_rings_once_is_told_to_who_is_responsible_and_ends_with_the_review(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        with_mail(here)
        here.publish(ANSWERED)
        assert look(here, 1) == 0
        assert look(here, 31) == 2
        assert look(here, 32) == 2
        assert ringing(here) == ["rule:rest", "rule:to-sdr"]
        said = "Rule rest was to be looked at by 2026-04-01; kim answers for it.\n\nfirstright alarms"
        assert told(here, "alarm.raised")[1] == ("email:kim", said)
        assert len(told(here, "alarm.raised")) == 2
        done = here.desk.act(ReviewPart("rule:rest", KIM, "still right"))
        assert done == Noted("rule:rest", done.at, "u-kim", date(2026, 5, 3))
        assert ringing(here) == ["rule:to-sdr"]
        assert look(here, 41) == 2  # the queue, by its date
        assert ringing(here) == ["queue:desk", "rule:to-sdr"]
        with here.desk.read() as tx:
            assert [
                (each.part, each.by, each.note, each.version) for each in stewards.of(tx, "rule:rest")
            ] == [("rule:rest", "u-kim", "still right", 1)]


def test_parts_are_told_with_what_is_overdue_first(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ANSWERED)
        assert here.desk.policy is not None
        with here.desk.read() as tx:
            found = answering(tx, here.desk.policy.policy, MONDAY + 50 * DAY)
        heads = [(each.steward.part, each.due, each.overdue) for each in found[:4]]
        assert heads == [
            ("rule:to-sdr", date(2026, 4, 1), True),
            ("rule:rest", date(2026, 4, 1), True),
            ("queue:desk", date(2026, 4, 10), True),
            ("service:urgent", None, False),
        ]
        assert {each.steward.accountable for each in found} == {"ada"}


def test_a_part_that_is_gone_rings_no_more(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ANSWERED)
        look(here, 31)
        here.publish(RULES)
        here.desk.warm()
        assert look(here, 32) is None  # nobody answers for anything
        here.publish(RULES + '[stewards]\naccountable = "ada"\n')
        assert look(here, 33) == 0
        assert ringing(here) == []


def test_who_may_note_a_review_and_with_which_words(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ANSWERED)
        with pytest.raises(Refused) as refused:
            here.desk.act(ReviewPart("rule:to-sdr", NOOR, "fine"))
        assert refused.value.reasons == ("part: Noor Haddad does not answer for rule:to-sdr",)
        with pytest.raises(Refused) as refused:
            here.desk.act(ReviewPart("rule:to-sdd", MARA, "fine"))
        assert "rule:to-sdr" in refused.value.reasons[0]
        with pytest.raises(Refused) as refused:
            here.desk.act(ReviewPart("rule:to-sdr", MARA, " "))
        assert refused.value.reasons == ("note: is needed, in a few words of your own",)
        assert here.desk.act(ReviewPart("rule:to-sdr", MARA, "looked")).part == "rule:to-sdr"
        assert here.rows("SELECT actor FROM audit WHERE action = 'review-part'") == [("u-mara",)]


def test_a_new_version_is_told_to_those_it_concerns_and_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        with_mail(here)
        here.publish(ANSWERED)
        assert told(here, "policy.changed") == []  # the first version changed nothing
        here.publish(ANSWERED.replace("when = {}", 'when = { country = "DE" }', 1))
        here.publish(ANSWERED.replace("when = {}", 'when = { country = "DE" }', 1))
        letters = told(here, "policy.changed")
        assert [where for where, _ in letters] == ["email:omar", "email:ops@ours.example"]
        assert letters[0][1] == (
            "Version 2 of the policy is in force; mara published it: test\n\n"
            "What you hear of has changed:\n- rule “Everybody to sales development” (to-sdr): changed\n\n"
            "The lines that differ are in the console, under Policy, Versions."
        )
        here.publish(ANSWERED.replace("Front desk", "Reception"))
        assert len(told(here, "policy.changed")) == 4  # the rule went back; nobody is informed of queues
