"""Olga does not say where she is. The lead waits a little for somebody to find out; what is found out later moves it once, to
whom it should have met, and never again once she has been called.
"""

from desk.office import office, owner
from desk.views import LETTERS, LOUD_HEAD, clocks, deeds, faults, just_before, letters, owners, reasons, tasks
from firstright.core.lead import Fact
from firstright.desk.acting import LogTouch
from firstright.desk.learning import LearnFacts
from routing import ADA, CALENDARS, CATCH_ALL, HOUR, KIM, MINUTE, MONDAY, NOOR, OMAR, ZOE, rep

NORDIC = """
[pools.nordics]
name = "Nordics"
calendar = "berlin"

[[rule]]
id = "nordics"
tier = "first"
when = { country = ["SE", "NO"] }
send_to = { pool = "nordics" }
first_action = "call"
on_unknown = "enrich-then-retry"
enrich_for = "10min"

[[rule]]
id = "others"
tier = "second"
when = {}
send_to = { pool = "sdr" }
first_action = "write"
"""
NOT_WAITING = NORDIC.replace('on_unknown = "enrich-then-retry"\nenrich_for = "10min"\n', "")
ASKING = NORDIC.replace('"enrich-then-retry"\nenrich_for = "10min"', '"review"')
LIV = rep("Liv Berg", 'manager = "ada"', pools="{ nordics = 1 }")
TEAM = CALENDARS + ADA + KIM + NOOR + OMAR + ZOE + LIV


def rules(more: str) -> str:
    return LOUD_HEAD + LETTERS + more + CATCH_ALL


def sweden(told: dict[str, object], **more: Fact) -> LearnFacts:
    return LearnFacts(str(told["lead"]), {"country": "SE", **more}, "clearbit")


def test_olga_waits_ten_minutes_and_goes_to_liv_when_it_is_found_out(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(rules(NORDIC), TEAM)
        olga = here.send("olga", country="")
        assert (olga["outcome"], olga["owner"], olga["reason"]) == ("waiting", None, "rule:nordics")
        here.at = MONDAY + 4 * MINUTE
        learnt = here.desk.act(sweden(olga))
        assert (learnt.owner, learnt.outcome, learnt.epoch) == ("liv", "owner", 2)
        assert owners(here, olga) == [("none:", "arrived", "02T09:00"), ("liv", "enriched", "02T09:04")]
        assert tasks(here, olga) == [("liv", "call", "open", "02T09:09")]
        assert here.decide(MONDAY + 11 * MINUTE) == []  # what she waited for is over with the wait
        assert faults(here) == []


def test_when_nobody_finds_out_the_next_rule_has_her(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(rules(NORDIC), TEAM)
        olga = here.send("olga", country="")
        until = here.lead(olga).waiting_until
        assert until is not None
        assert here.decide(just_before(until)) == []
        assert here.decide(until) == [("Olga", "rep:kim")]
        assert owners(here, olga) == [("none:", "arrived", "02T09:00"), ("kim", "enriched", "02T09:10")]
        assert tasks(here, olga)[0][:3] == ("kim", "write", "open")
        assert faults(here) == []


def test_a_policy_may_ask_a_person_instead(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(rules(ASKING), TEAM)
        olga = here.send("olga", country="")
        assert (olga["outcome"], olga["reason"]) == ("review", "rule:nordics")
        assert clocks(here, olga)[-1] == ("review", 1, "running", "02T13:00")
        here.at = MONDAY + HOUR
        assert here.desk.act(sweden(olga)).owner == "liv"
        assert [c[:3] for c in clocks(here, olga)] == [
            ("speed-to-lead", 1, "running"),
            ("review", 1, "cancelled"),
            ("owner", 2, "running"),
        ]
        assert faults(here) == []


def test_she_is_moved_once_when_the_lock_is_over_and_not_again_once_she_was_called(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(rules(NOT_WAITING), TEAM)
        olga = here.send("olga", country="")
        assert owner(olga) == "kim"
        here.at = MONDAY + 20 * MINUTE
        early = here.desk.act(LearnFacts(str(olga["lead"]), {"employees": 40}, "clearbit"))
        assert (early.owner, reasons(here, olga)[-1]) == ("kim", ("enriched", "locked"))

        here.at = MONDAY + 40 * MINUTE
        moved = here.desk.act(sweden(olga))
        assert (moved.owner, moved.epoch) == ("liv", 2)
        assert owners(here, olga) == [("kim", "arrived", "02T09:00"), ("liv", "enriched", "02T09:40")]
        assert tasks(here, olga)[0] == ("kim", "write", "cancelled", "02T16:00")
        assert tasks(here, olga)[1] == ("liv", "call", "open", "02T09:45")
        assert clocks(here, olga) == [
            ("speed-to-lead", 1, "running", "02T16:00"),  # of the cycle: it goes on
            ("owner", 1, "cancelled", "02T11:00"),
            ("owner", 2, "running", "02T11:40"),
        ]
        assert letters(here, olga) == [
            ("email:kim", "lead.assigned", "cancelled"),
            ("webhook:crm", "lead.assigned", "ready"),
            ("email:liv", "lead.assigned", "ready"),
            ("email:kim", "lead.assigned", "ready"),  # that it has moved
            ("webhook:crm", "lead.assigned", "ready"),
        ]

        here.at = MONDAY + 80 * MINUTE
        here.desk.act(LogTouch(str(olga["lead"]), "liv", "call"))
        again = here.desk.act(LearnFacts(str(olga["lead"]), {"country": "DE"}, "clearbit"))
        assert (again.owner, again.epoch) == ("liv", 2)
        assert reasons(here, olga) == [
            ("arrived", "rule:others"),
            ("enriched", "locked"),
            ("enriched", "rule:nordics"),
            ("touched", "touched"),
            ("enriched", "locked"),
        ]
        assert '"country":"DE"' in here.lead(olga).facts  # what is known is known, whoever has it
        assert deeds(here, olga) == ["owner"] * 5
        assert faults(here) == []
