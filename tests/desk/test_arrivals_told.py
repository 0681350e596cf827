"""Every arrival of a lead tells how it came and what it wanted then, also those of a lead that was merged into it."""

from datetime import timedelta

from desk.office import RULES, Office, office
from firstright.core.attribution import Came
from firstright.desk.attribution import arrivals_of
from routing import MONDAY

TABLES = """
[[intent]]
id = "pricing-page"
is = "pricing"
when = { landing_page = { contains = "/pricing" } }

[[intent]]
id = "asks-for-a-demo"
is = "demo"
words = ["demo"]
"""
HOUR = timedelta(hours=1)


def came(here: Office, lead: object) -> list[Came]:
    with here.desk.read() as tx:
        return arrivals_of(tx, str(lead))


def told(found: list[Came]) -> list[tuple[str, str, str, str, str, str]]:
    return [(c.label, c.campaign, c.landing, c.offer, c.intent, c.intent_by) for c in found]


def test_first_and_last_and_all_between_tell_what_each_wanted(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES + TABLES)
        first = here.send("anna", landing_page="https://ours.example/pricing", campaign="spring")
        here.at = MONDAY + HOUR
        here.send("anna", landing_page="https://ours.example/blog/x", campaign="guide", message="a demo?")
        here.at = MONDAY + 2 * HOUR
        again = here.send("anna", intent="support")
        assert again["lead"] == first["lead"]
        found = came(here, first["lead"])
        assert told(found) == [
            ("created", "spring", "pricing", "", "pricing", "pricing-page"),
            ("merged", "guide", "content", "", "demo", "asks-for-a-demo"),
            ("merged", "", "", "", "support", ""),
        ]
        assert [c.at.replace(microsecond=0) for c in found] == [MONDAY, MONDAY + HOUR, MONDAY + 2 * HOUR]


def test_a_lead_that_never_came_in_has_no_arrivals(database_url: str) -> None:
    with office(database_url) as here:
        assert came(here, "018f0000-0000-7000-8000-000000000000") == []
