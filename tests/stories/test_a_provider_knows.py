"""Olga does not say where she is, and somebody is asked who knows. What she waits for is over when they have answered; who answers later
does not take her away from whoever has begun to work.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from desk.office import Office, office
from desk.views import LETTERS, LOUD_HEAD, deeds, faults, owners, reasons, tasks
from firstright.desk.acting import LogTouch
from firstright.desk.providers import AddProvider, Providers
from firstright.outbound.http import Client
from firstright.storage import enrichments
from firstright.worker.enricher import Enricher
from firstright.worker.means import Calling
from outbound import certificates
from outbound.outside import LOOPBACK
from outbound.sink import Sink, ok, status
from patience import PATIENCE, until
from routing import CATCH_ALL, MINUTE, MONDAY
from stories.test_a_missing_country import NORDIC, TEAM
from web.houses import OpenBox

ASKED = """
[[rule]]
id = "large"
tier = "first"
when = { employees = { min = 1000 } }
send_to = { pool = "sun" }

[enrich]
collect = "none"

[enrich.geodex]
ask = "email"
fields = { "country" = "country" }

[enrich.clearfield]
name = "Clearfield"
ask = "domain"
fields = { "size" = "employees" }
"""
RULES = LOUD_HEAD + LETTERS + NORDIC.replace("[[rule]]", ASKED + "\n[[rule]]", 1) + CATCH_ALL
OLGA, HER_COMPANY = "/geodex/olga%40olga.example", "/clearfield/olga.example"


@contextmanager
def asking(server: Sink, url: str) -> Iterator[Office]:
    """An office that asks two providers, both on this server."""
    with office(url, published=False) as here:
        here.publish(RULES, TEAM)
        registering = Providers(here.desk, OpenBox(), LOOPBACK)
        registering.change(AddProvider("geodex", server.url("/geodex/{email}")), "mara")
        registering.change(AddProvider("clearfield", server.url("/clearfield/{domain}")), "mara")
        means = Calling(
            client=lambda: Client(LOOPBACK, seconds=PATIENCE, trust=certificates.trusting),
            open_secret=OpenBox().open,
            now=lambda: here.at,
            dice=lambda: 0.5,
            clock=lambda: here.at + timedelta(seconds=1),
        )
        with Enricher(here.desk, means):
            yield here


def answered(here: Office, told: dict[str, object], n: int) -> None:
    """Waits until so many of her questions are done, and none is under way: a clock that is moved then would end its lease."""

    def rest() -> bool:
        with here.desk.read() as tx:
            rows = enrichments.of_lead(tx, str(told["lead"]))
        done = sum(row.state == "done" for row in rows)
        return done >= n and all(row.attempts and row.state != "asked" for row in rows)

    until(rest)


def test_olga_is_with_liv_as_soon_as_somebody_knows_where_she_is(database_url: str) -> None:
    with Sink() as server:
        server.script(ok(b'{"country": "Sverige"}'), path=OLGA)
        server.script(status(503), ok(json.dumps({"size": 1200}).encode()), path=HER_COMPANY)
        with asking(server, database_url) as here:
            olga = here.send("olga", country="")
            assert (olga["outcome"], olga["reason"]) == ("waiting", "rule:nordics")
            answered(here, olga, 1)
            assert [o[:2] for o in owners(here, olga)] == [("none:", "arrived"), ("liv", "enriched")]
            assert tasks(here, olga)[0][:3] == ("liv", "call", "open")
            here.at = MONDAY + MINUTE
            here.desk.act(LogTouch(str(olga["lead"]), "liv", "call"))
            here.at = (
                MONDAY + 2 * MINUTE
            )  # Clearfield was down for a while, and knows more than she needs by now
            answered(here, olga, 2)
            assert [o[0] for o in owners(here, olga)] == ["none:", "liv"]
            assert reasons(here, olga)[-1] == ("enriched", "locked")
            assert '"employees":1200' in here.lead(olga).facts
            assert here.decide(MONDAY + 11 * MINUTE) == []
            assert deeds(here, olga)[:2] == ["waiting", "owner"]
            assert faults(here) == []


def test_olga_does_not_wait_for_who_does_not_know_her(database_url: str) -> None:
    with Sink() as server:
        server.otherwise = status(404)
        with asking(server, database_url) as here:
            olga = here.send("olga", country="")
            answered(here, olga, 2)
            assert [o[:2] for o in owners(here, olga)] == [("none:", "arrived"), ("kim", "enriched")]
            assert here.decide(MONDAY + 11 * MINUTE) == []
            assert faults(here) == []
