"""Leads moved by hand: from wherever they are, by whom it is theirs to move, once, and with everything that follows."""

from collections.abc import Callable

import pytest

from desk.office import PEOPLE, Office, office, owner
from desk.test_acting import act, untouched
from desk.views import LOUD, clocks, faults, letters, owners, reasons, tasks
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept, Decline, LogTouch, OnLead
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.learning import LearnFacts
from firstright.errors import FirstrightError, NotFound, Refused, Superseded
from routing import HOUR, MINUTE, MONDAY, TO_SDR, rep

MARA = Actor("0190a000-0000-7000-8000-0000000000aa", "Mara Diaz", Role.OPERATIONS)
ADA = Actor("u-ada", "Ada Krüger", Role.MANAGER, "ada", frozenset({"ada", "kim", "noor"}))
KIM = Actor("u-kim", "Kim Larsen", Role.REP, "kim", frozenset({"kim"}))
ELSEWHERE = """
[[rule]]
id = "junk"
tier = "first"
when = { company = "test" }
send_to = { reject = "test" }

[[rule]]
id = "partner"
tier = "first"
when = { company = "partner" }
send_to = { partner = "Robotix" }

[[rule]]
id = "help"
tier = "first"
when = { company = "support" }
send_to = { support = "helpdesk" }

[[rule]]
id = "later"
tier = "first"
when = { company = "later" }
send_to = { nurture = "30d" }

[[rule]]
id = "odd"
tier = "first"
when = { company = "odd" }
send_to = { review = "unclear-fit" }

[[rule]]
id = "queue"
tier = "first"
when = { company = "queue" }
send_to = { queue = "desk" }
"""
EVERYWHERE = LOUD.replace(TO_SDR, ELSEWHERE + TO_SDR)
WHY = "they know each other"


def moved(here: Office, told: dict[str, object], to: str, by: Actor = MARA, **more: object) -> object:
    return act(here, Reassign(str(told["lead"]), by, to, WHY, **more))  # type: ignore[arg-type]  # epoch or key


def test_a_lead_goes_to_whom_somebody_chose_and_everything_of_the_one_before_ends(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara")
        assert owner(mara) == "kim"
        before = here.rows("SELECT count(*) FROM ledger")
        here.at = MONDAY + 30 * MINUTE
        done = here.desk.act(Reassign(str(mara["lead"]), MARA, "zoe", WHY, epoch=1))
        assert (done.owner, done.epoch, done.outcome, done.status, done.repeat) == (
            "zoe",
            2,
            "owner",
            "routed",
            False,
        )
        assert owners(here, mara) == [("kim", "arrived", "02T09:00"), ("zoe", "overridden", "02T09:30")]
        assert clocks(here, mara) == [
            ("speed-to-lead", 1, "running", "02T16:00"),
            ("owner", 1, "cancelled", "02T11:00"),
            ("owner", 2, "running", "02T11:30"),
        ]
        assert tasks(here, mara) == [
            ("kim", "call", "cancelled", "02T09:05"),
            ("zoe", "call", "open", "02T09:35"),
        ]
        assert letters(here, mara) == [
            ("email:kim", "lead.assigned", "cancelled"),
            ("webhook:crm", "lead.assigned", "ready"),
            ("email:zoe", "lead.assigned", "ready"),
            ("email:kim", "lead.assigned", "ready"),
            ("webhook:crm", "lead.assigned", "ready"),
        ]
        lead = here.lead(mara)
        assert (lead.locked_to, lead.reason, here.rows("SELECT count(*) FROM ledger")) == (
            "zoe",
            "overridden",
            before,
        )
        assert here.rows("SELECT origin FROM assignment ORDER BY epoch") == [("rule",), ("person",)]
        assert here.rows("SELECT actor, action, data FROM audit WHERE turn = ?", lead.turn) == [
            (
                MARA.user,
                "owner",
                "{}",
            )  # the reason may name people: it stands in the record, which can be erased
        ]
        assert faults(here) == []


@pytest.mark.parametrize("company", ["test", "partner", "support", "later", "odd", "queue"])
def test_it_may_be_anywhere(database_url: str, company: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara", company=company)
        here.at = MONDAY + HOUR
        done = here.desk.act(Reassign(str(mara["lead"]), MARA, "noor", WHY))
        lead = here.lead(mara)
        over = company in ("test", "partner", "support", "later")
        assert (done.owner, lead.cycle, lead.arrived_at > MONDAY + 59 * MINUTE) == ("noor", 1 + over, over)
        running = [(name, day) for name, _, state, day in clocks(here, mara) if state == "running"]
        first = "03T00:00" if company == "odd" else "02T16:00"  # review is open round the clock
        assert running == [("speed-to-lead", first), ("owner", "02T12:00")]
        assert here.rows("SELECT state, resolution, resolved_by, note FROM review_item") == [
            ("resolved", "assigned", MARA.user, WHY)
        ] * (company == "odd")
        assert faults(here) == []


def test_who_waits_for_hours_to_open_does_so_no_more(database_url: str) -> None:
    with office(database_url, published=False, at=MONDAY + 6 * HOUR + 50 * MINUTE) as here:
        here.publish(EVERYWHERE)
        here.at = MONDAY + 7 * HOUR + 30 * MINUTE  # 17:30 in Berlin
        mara = here.send("mara")
        assert owner(mara) in ("waiting", "queued")
        assert here.desk.act(Reassign(str(mara["lead"]), MARA, "zoe", WHY)).owner == "zoe"
        assert faults(here) == []


def test_the_lock_holds_until_the_chosen_one_gives_it_up(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara", company="queue")
        here.desk.act(Reassign(str(mara["lead"]), MARA, "noor", WHY))
        here.at = MONDAY + HOUR + 30 * MINUTE  # the policy's own lock has run out
        here.desk.act(LearnFacts(str(mara["lead"]), {"company": "Acme"}, "clearbit"))
        assert (here.lead(mara).holder_id, reasons(here, mara)[-1]) == ("noor", ("enriched", "locked"))
        done = here.desk.act(Decline(str(mara["lead"]), "noor", "busy"))
        assert (done.owner, here.lead(mara).locked_to) == ("kim", "")
        assert faults(here) == []


def test_rules_that_have_it_wait_end_the_lock_too(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        here.at = MONDAY + 14 * HOUR  # nobody works then
        mara = here.send("mara")
        here.desk.act(Reassign(str(mara["lead"]), MARA, "omar", WHY))
        asked = here.desk.act(Reroute(str(mara["lead"]), MARA, "let them decide"))
        assert (asked.outcome, here.lead(mara).locked_to) == ("waiting", "")
        here.desk.act(LearnFacts(str(mara["lead"]), {"employees": 900}, "clearbit"))
        assert (here.lead(mara).outcome, here.lead(mara).holder_id) == ("waiting", "")
        assert faults(here) == []


def test_to_whom_has_it_nothing_changes(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara")
        before = (owners(here, mara), clocks(here, mara), tasks(here, mara), letters(here, mara))
        done = here.desk.act(Reassign(str(mara["lead"]), MARA, "kim", WHY))
        assert (done.owner, done.epoch) == ("kim", 1)
        assert (owners(here, mara), clocks(here, mara), tasks(here, mara), letters(here, mara)) == before
        assert reasons(here, mara)[-1] == ("overridden", "theirs-already")
        assert faults(here) == []


def test_the_rules_may_decide_once_more(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara", company="odd")
        stays = here.desk.act(Reroute(str(mara["lead"]), ADA, "look again"))
        assert (stays.outcome, stays.epoch) == ("review", 1)
        assert here.rows("SELECT state FROM review_item") == [("open",)]
        here.publish(LOUD)
        done = here.desk.act(Reroute(str(mara["lead"]), ADA, "it is no test"))
        assert (done.outcome, done.owner, done.epoch) == ("owner", "kim", 2)
        assert here.rows("SELECT state, resolution FROM review_item") == [("resolved", "rules")]
        assert here.rows("SELECT origin FROM assignment ORDER BY epoch") == [("rule",), ("rule",)]
        assert faults(here) == []


def test_who_asked_again_meanwhile_is_not_made_two(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE.replace('name = "Test"', 'name = "Test"\nafter_closed = "new-lead"'))
        junk = here.send("mara", company="test")
        here.at = MONDAY + HOUR
        again = here.send("mara", company="Acme")
        assert again["lead"] != junk["lead"]
        got = moved(here, junk, "noor")
        assert isinstance(got, Refused)
        assert got.reasons == (f"lead: the same person is being worked as lead {again['lead']}",)
        assert faults(here) == []


REFUSED: list[tuple[Callable[[str], OnLead], FirstrightError]] = [
    (lambda lead: Reassign(lead, MARA, "nor", WHY), Refused(['rep: "nor" is not known; did you mean noor?'])),
    (lambda lead: Reassign(lead, MARA, "noor", " \n"), Refused(["reason: is needed, in a few words of your own"])),
    (lambda lead: Reassign(lead, MARA, "noor", "x" * 501), Refused(["reason: has at most 500 characters"])),
    (lambda lead: Reassign(lead, MARA, "noor", "a\0b"), Refused(["reason: has characters that cannot be seen"])),
    (lambda lead: Reassign(lead, MARA, "gone", WHY), Refused(["rep: Gone Away is here no more"])),
    (lambda lead: Reassign(lead, MARA, "noor", WHY, epoch=2), Superseded("kim", 1)),
    (lambda lead: Reassign(lead, KIM, "noor", WHY), Refused(["lead: Kim Larsen may not assign leads"])),
    (
        lambda lead: Reassign(lead, ADA, "zoe", WHY, epoch=7),
        Refused(["rep: Ada Krüger may give leads only to the people of their own team"]),
    ),
    (
        lambda lead: Reassign(lead, Actor("u-zoe", "Zoe", Role.MANAGER, "zoe", frozenset({"zoe"})), "zoe", WHY),
        NotFound("lead"),  # it is not even there for somebody of another team
    ),
    (lambda lead: Reroute(lead, KIM, WHY), Refused(["lead: Kim Larsen may not assign leads"])),
]  # fmt: skip


def test_every_refusal_says_why_and_changes_nothing(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE, PEOPLE + rep("Gone Away", 'left = "2026-01-01"'))
        mara = here.send("mara")
        before = untouched(here)
        for work, wanted in REFUSED:
            got = act(here, work(str(mara["lead"])))
            if isinstance(wanted, NotFound):
                wanted = NotFound(f"lead {mara['lead']}")
            assert (type(got), vars(got)) == (type(wanted), vars(wanted))
        assert untouched(here) == before


def test_the_same_key_moves_it_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara")
        with here.held():
            tries = [
                here.desk.writer.submit(Reassign(str(mara["lead"]), MARA, "noor", WHY, key="k"))
                for _ in range(3)
            ]
        done = [each.result() for each in tries]
        assert [(d.epoch, d.repeat) for d in done if not isinstance(d, FirstrightError)] == [
            (2, False),
            (2, True),
            (2, True),
        ]
        assert faults(here) == []


def test_of_two_who_move_it_at_once_one_does(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara")
        lead = str(mara["lead"])
        with here.held():
            first = here.desk.writer.submit(Reassign(lead, MARA, "noor", WHY, epoch=1))
            second = here.desk.writer.submit(Reassign(lead, ADA, "kim", WHY, epoch=1))
            late = here.desk.writer.submit(Accept(lead, "kim"))
        assert [getattr(each.result(), "owner", "") for each in (first, second, late)] == [
            "noor",
            "noor",
            "noor",
        ]
        assert isinstance(second.result(), Superseded)
        assert faults(here) == []


def test_a_new_cycle_owes_a_first_touch_of_its_own(database_url: str) -> None:
    """What was touched before it was rejected is untouched again."""
    with office(database_url, published=False) as here:
        here.publish(EVERYWHERE)
        mara = here.send("mara", company="test")
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "call"))
        assert here.lead(mara).touched is True
        here.at = MONDAY + HOUR
        here.desk.act(Reassign(str(mara["lead"]), MARA, "noor", WHY))
        lead = here.lead(mara)
        assert (lead.touched, lead.cycle) == (False, 2)
        here.desk.act(LogTouch(str(mara["lead"]), "noor", "call"))
        assert [c[2] for c in clocks(here, mara)] == ["met", "met"]
        assert faults(here) == []
