"""An office with a post room: destinations registered, deliveries by number written, and attempts that end as a test says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from desk.office import PEOPLE, RULES, Office, office
from firstright.desk.delivered import Ended, RecordDeliveries
from firstright.desk.delivering import ClaimDeliveries, Outgoing
from firstright.outbound.channel import Result, Verdict
from firstright.storage import deliveries, destinations
from firstright.storage.destinations import DestinationRow
from firstright.storage.rows import DeliveryRow
from outbound.sink import SECRET
from storage.inbound import NOON, uid
from storage.outbox import CRM, delivery, states, told

TEMPLATES = """
[templates.ping]
channel = "slack"
text = "{company} is waiting"
fallback = "mail"

[templates.mail]
text = "{company} is still waiting"
subject = "About {email}"
"""
EMAILS = PEOPLE.replace('id = "kim"', 'id = "kim"\nemail = "kim@ours.example"')
UNSEALED = json.dumps({"secrets": [SECRET]}).encode()
SENT = Result(Verdict.SENT, 200)
FAILED = Result(Verdict.AGAIN, 500, "HTTP 500")


class PostRoom:
    def __init__(self, here: Office) -> None:
        self.office = here
        self.database = here.desk.database
        self._claims = 0

    @property
    def now(self) -> datetime:
        return self.office.at

    def wait(self, **time: float) -> None:
        self.office.at += timedelta(**time)

    def register(self, *names: str, url: str = "https://there.example/hook") -> None:
        with self.database.write() as tx:
            for name in names:
                kind = name.partition(":")[0]
                secret = UNSEALED if kind == "webhook" else None
                row = DestinationRow(
                    self.office.desk.new_id(), name, kind, url, "{}", secret, True, None, self.now
                )
                destinations.add(tx, row)

    def told(self, *rows: DeliveryRow, epoch: int = 1, leads: tuple[int, ...] = (1, 2, 3)) -> None:
        """Writes deliveries, and these leads, with their holder of this epoch."""
        told(self.database, *rows, epoch=epoch, leads=leads)

    def claim(self, room: int = 64) -> list[Outgoing]:
        self._claims += 1
        return self.office.desk.writer.submit(
            ClaimDeliveries(room, f"claim-{self._claims}", "https://ours/leads/")
        ).result()

    def claimed(self, room: int = 64) -> list[int]:
        return [int(each.row.id[-12:], 16) for each in self.claim(room)]

    def record(self, *ended: Ended) -> list[bool]:
        return self.office.desk.writer.submit(RecordDeliveries(ended)).result()

    def attempt(self, *results: Result) -> list[int]:
        """Claims, and ends what was claimed with these results in turn, the last for all the rest; their numbers."""
        out = self.claim()
        ends = [*results, *[results[-1]] * len(out)]
        self.record(*[Ended(each, result) for each, result in zip(out, ends, strict=False)])
        return [int(each.row.id[-12:], 16) for each in out]

    def states(self) -> dict[int, str]:
        return states(self.database)

    def row(self, n: int) -> DeliveryRow:
        with self.database.read() as tx:
            return next(row for row in deliveries.of_lead(tx, uid("lead", 1)) if row.id == uid("other", n))

    def others(self) -> list[DeliveryRow]:
        """Of the first lead, those that no test wrote."""
        with self.database.read() as tx:
            return [row for row in deliveries.of_lead(tx, uid("lead", 1)) if not row.id.startswith("0190")]

    def place(self, name: str = CRM) -> DestinationRow:
        with self.database.read() as tx:
            found = destinations.one(tx, name)
        assert found is not None
        return found

    def audited(self) -> list[tuple[str, str, str]]:
        """What ended badly: (action, kind, id)."""
        found = self.office.rows(
            """SELECT action, subject_kind, subject_id FROM audit
               WHERE subject_kind IN ('delivery', 'destination') ORDER BY id"""
        )
        return [(row[0], row[1], row[2]) for row in found]


def alert(n: int, about: int = 1, **changes: object) -> DeliveryRow:
    """To Kim, who holds the lead in its first epoch, by Slack."""
    given = {
        "epoch": 1, "destination": "slack:kim", "channel": "slack", "template": "ping", "rep_id": "kim",
        "decision_id": uid("decision", n), **changes,
    }  # fmt: skip
    return delivery(n, about, **given)


@contextmanager
def post_room(url: str) -> Iterator[PostRoom]:
    """At the noon of `storage.inbound`."""
    with office(url, at=NOON, published=False) as here:
        here.publish(RULES + TEMPLATES, EMAILS)
        yield PostRoom(here)
