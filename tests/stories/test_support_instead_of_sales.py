"""Paul has a robot that does not move: that is support, and no sales clock runs for it. Months later he asks for a price, and a
sales cycle begins.
"""

from desk.office import office, owner
from desk.views import LOUD, clocks, faults, just_before, letters, owners, reasons, tasks
from routing import DAY, HOUR, MINUTE, MONDAY, TO_SDR

SUPPORT = """
[[rule]]
id = "help"
tier = "first"
when = { intent = "support" }
send_to = { support = "helpdesk" }
"""
RULES = LOUD.replace(TO_SDR, SUPPORT + TO_SDR)


def test_paul_gets_a_ticket_and_no_sales_clock(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        paul = here.send("paul", intent="support")
        assert (paul["outcome"], paul["owner"], paul["reason"]) == ("support", None, "rule:help")
        assert clocks(here, paul) == [("ticket", 1, "running", "02T13:00")]
        assert tasks(here, paul) == []
        assert letters(here, paul) == [
            ("webhook:crm", "lead.support", "ready")
        ]  # the ticket system hears of it
        assert here.lead(paul).status == "support"
        assert here.rows("SELECT count(*) FROM ledger") == [(0,)]  # it is nobody's turn
        assert faults(here) == []


def test_a_ticket_nobody_takes_is_told_to_whoever_is_responsible_and_stays_a_ticket(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        paul = here.send("paul", intent="support")
        due = MONDAY + 4 * HOUR
        assert here.rings(just_before(due)) == []
        assert here.rings(due + MINUTE) == [("Paul", "escalated", "support")]
        assert letters(here, paul, 1) == [
            ("email:ops@ours.example", "lead.warned", "ready"),
            ("webhook:crm", "lead.missed", "ready"),
            ("email:ops@ours.example", "lead.missed", "ready"),
        ]
        assert here.rings(due + 3 * HOUR) == [("Paul", "escalated", "support")]
        before = len(clocks(here, paul))
        here.rings(MONDAY + 5 * DAY)
        assert len(clocks(here, paul)) == before  # no clock of it begins anew by itself
        assert owners(here, paul) == [("none:", "arrived", "02T09:00")]
        assert faults(here) == []


def test_when_paul_asks_for_a_price_a_sales_cycle_begins(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES)
        paul = here.send("paul", intent="support")
        here.at = MONDAY + DAY
        again = here.send("paul", intent="pricing")
        assert (again["lead"], owner(again)) == (paul["lead"], "kim")
        lead = here.lead(paul)
        assert (lead.cycle, lead.status, lead.touched) == (2, "routed", False)
        assert clocks(here, paul) == [
            ("ticket", 1, "cancelled", "02T13:00"),
            ("speed-to-lead", 2, "running", "03T16:00"),
            ("owner", 2, "running", "03T11:00"),
        ]
        assert owners(here, paul) == [("none:", "arrived", "02T09:00"), ("kim", "arrived", "03T09:00")]
        assert tasks(here, paul) == [("kim", "call", "open", "03T09:05")]
        assert reasons(here, paul) == [("arrived", "rule:help"), ("arrived", "rule:to-sdr")]
        assert letters(here, paul, 1) == [
            ("email:kim", "lead.assigned", "ready"),
            ("webhook:crm", "lead.assigned", "ready"),
        ]
        assert faults(here) == []
