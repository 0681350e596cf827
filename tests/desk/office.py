"""An office whose clock the test sets: a desk on either database, the team of `routing` published, leads by name."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from chaos.scene import arrival
from firstright.core.lead import Cause
from firstright.desk import Desk
from firstright.desk.arrival import Arrival
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import leads
from firstright.storage.database import open_database
from firstright.storage.rows import LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Value
from firstright.wiring import Names
from patience import PATIENCE
from routing import CALENDARS, CATCH_ALL, HEAD, MONDAY, TEAM, TO_SDR

RULES = HEAD + TO_SDR + CATCH_ALL
PEOPLE = CALENDARS + "".join(TEAM)


class Note:
    """Work that does what the test says, and tells in which turn it was done."""

    def __init__(self, lane: str = "intake", does: Callable[[Batch], object] = lambda batch: None) -> None:
        self.lane = lane
        self.does = does

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> int:
        self.does(batch)
        return batch.turn.n

    def rescue(self, batch: Batch, failure: Exception) -> int:
        raise failure


class Office:
    """`at` is the instant of every turn until the test sets another one."""

    def __init__(self, url: str, node: str = "ada", at: datetime = MONDAY) -> None:
        self.at = at
        database = open_database(url, node=node)
        database.migrate()
        self.desk = Desk(database, node=node, now=lambda: self.at, new_id=Names())
        self._events = 0

    def publish(self, rules: str = RULES, people: str = PEOPLE) -> None:
        self.desk.publish_roster(people, file="roster.toml", by="mara", reason="test")
        self.desk.publish_policy(rules, file="policy.toml", by="mara", reason="test")

    def arrival(self, name: str, *, event: str = "", **facts: str) -> Arrival:
        """Somebody of a company that is called like them: anna@anna.example."""
        self._events += 1
        given = {"first_name": name.title(), "email": f"{name}@{name}.example", "country": "DE", **facts}
        return arrival(
            {k: v for k, v in given.items() if v}, event or f"event-{self._events}-{self.desk.node}"
        )

    def send(self, name: str, *, event: str = "", **facts: str) -> dict[str, object]:
        """What the sender is told."""
        told: dict[str, object] = json.loads(
            self.desk.take_in([self.arrival(name, event=event, **facts)])[0].body
        )
        return told

    def decide(self, at: datetime) -> list[tuple[str, str]]:
        """Moves the clock and does what is due: who was decided again (by first name), and where they went. What a missed
        deadline leads to is not told here."""
        self.at = at
        return [
            (str(done.after.facts["first_name"]), kept_by(done))
            for done in self.desk.decide_due(at)
            if done.cause != Cause.SLA_MISSED
        ]

    def rings(self, at: datetime) -> list[tuple[str, str, str]]:
        """Moves the clock until nothing is due: of every missed deadline who, why, and who has the lead then."""
        self.at = at
        found = []
        while (worked := self.desk.work_due(at))[0]:
            found += [
                (str(done.after.facts["first_name"]), done.decision.reason, kept_by(done))
                for done in worked[1]
                if done.cause == Cause.SLA_MISSED
            ]
        return found

    @contextmanager
    def held(self) -> Iterator[None]:
        """The writer is in the middle of a turn while the block runs: what is submitted in it is taken afterwards, together
        however slow the machine is."""
        self.desk.writer.patience = 1000.0
        begun, go = threading.Event(), threading.Event()

        def hold(batch: Batch) -> None:
            begun.set()
            go.wait(PATIENCE)

        self.desk.writer.submit(Note("person", hold))
        assert begun.wait(PATIENCE)
        try:
            yield
        finally:
            go.set()

    def lead(self, told: dict[str, object]) -> LeadRow:
        with self.desk.read() as tx:
            return leads.rows(tx, [str(told["lead"])])[str(told["lead"])]

    def rows(self, select: str, *values: Value) -> list[Row]:
        with self.desk.read() as tx:
            return tx.all(Statement(select), values)

    def change(self, statement: str, *values: Value) -> None:
        """By hand, past the desk: damage, or what no command does yet."""
        with self.desk.database.write() as tx:
            assert tx.run(Statement(statement), values) >= 1


def kept_by(done: Concluded) -> str:
    holder = done.decision.holder
    return f"{holder.kind}:{holder.id}" if holder.id else str(done.decision.outcome)


def owner(told: dict[str, object]) -> str:
    """The rep the sender was told, or the outcome."""
    found = told["owner"]
    return str(found["id"]) if isinstance(found, dict) else str(told["outcome"])


@contextmanager
def office(url: str, node: str = "ada", at: datetime = MONDAY, *, published: bool = True) -> Iterator[Office]:
    found = Office(url, node, at)
    with closing(found.desk):
        if published:
            found.publish()
        yield found
