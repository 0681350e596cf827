"""Whatever order workers claim, die, record and are paused in, and leads move: nothing overtakes, nothing is stuck, and
nobody records what is another's.
"""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from desk.postroom import EMAILS, TEMPLATES, UNSEALED, alert
from firstright.desk.batch import Batch
from firstright.desk.delivered import Ended, RecordDeliveries
from firstright.desk.delivering import ClaimDeliveries, Outgoing
from firstright.desk.memory import Memory
from firstright.outbound.channel import Result, Verdict
from firstright.storage import decisions, deliveries, destinations, endings
from firstright.storage.destinations import DestinationRow
from firstright.storage.migrate import pending
from firstright.storage.rows import Rows
from firstright.storage.sqlite import SqliteTx, _statements
from firstright.storage.statement import Statement
from firstright.storage.turns import Turn
from routing import CATCH_ALL, TO_SDR, policy, roster
from storage.inbound import NOON, assignment, lead, uid
from storage.outbox import CRM, delivery

LEADS = (1, 2)
POLICY = policy(TO_SDR, CATCH_ALL, TEMPLATES)
ROSTER = roster(EMAILS, calendars="")
ENDED = ("sent", "dead", "cancelled")
VERDICTS = st.sampled_from([None, *Verdict])


class Deliveries(RuleBasedStateMachine):
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.line = sqlite3.connect(":memory:", isolation_level=None)
        self.tx = SqliteTx(self.line)
        for migration in pending(self.tx):
            for statement in _statements(migration.text):
                self.tx.run(Statement(statement))
        self.now, self.turn = NOON, 0
        self.epochs = dict.fromkeys(LEADS, 1)
        self.numbers, self.ids, self.tokens = count(1), count(100_000), count(1)
        self.leases: dict[str, str] = {}  # token by delivery, as this model has them
        rows = Rows()
        rows.leads += [lead(n, epoch=1) for n in LEADS]
        rows.assignments += [assignment(n, 1) for n in LEADS]
        decisions.write(self.tx, rows)
        for name, secret in ((CRM, UNSEALED), ("slack", None), ("email", None)):
            kind = name.partition(":")[0]
            place = DestinationRow(
                self.name(), name, kind, "https://there.example", "{}", secret, True, None, NOON
            )
            destinations.add(self.tx, place)

    def teardown(self) -> None:
        """Left to itself with one worker that is well, everything ends."""
        for _ in range(200):
            self.now += timedelta(minutes=11)
            for each in self.claimed(64):
                self.recorded(each, Result(Verdict.SENT, 200))
            if all(state in ENDED for state in self.column("state")):
                break
        assert set(self.column("state")) <= set(ENDED)
        self.line.close()

    def name(self) -> str:
        return uid("other", next(self.ids))

    def under_a_turn(self, perform: Callable[[Batch], object]) -> object:
        self.turn += 1
        self.now += timedelta(microseconds=1)
        memory = Memory()
        memory.policy, memory.roster = POLICY, ROSTER
        batch = Batch(self.tx, Turn(self.turn, "ada", self.now, 0, 0), memory, self.name)
        done = perform(batch)
        batch.write()
        return done

    def column(self, name: str) -> list[str]:
        return [value for (value,) in self.tx.all(Statement(f"SELECT {name} FROM delivery ORDER BY id"))]

    def claimed(self, room: int) -> list[Outgoing]:
        token = f"t{next(self.tokens)}"
        before = set(self.tx.all(_LEASED))
        taken: list[Outgoing] = []
        self.under_a_turn(lambda batch: taken.extend(ClaimDeliveries(room, token).perform(batch)))
        after = dict(self.tx.all(_LEASED))
        assert {name for name, held in after.items() if held == token} == {each.row.id for each in taken}
        assert {(n, t) for n, t in after.items() if t != token} <= before
        self.leases = after
        for each in taken:
            assert self.tx.all(_EARLIER, (each.row.id,)) == []
            if each.row.epoch is not None:
                assert each.row.epoch == self.tx.all(_EPOCH, (each.row.lead_id,))[0][0]
        return taken

    def recorded(self, each: Outgoing, result: Result | None) -> None:
        mine = self.leases.get(each.row.id) == each.row.lease_token
        answers: list[bool] = []
        ended = Ended(each, result)
        self.under_a_turn(lambda batch: answers.extend(RecordDeliveries([ended]).perform(batch)))
        assert answers == [mine]
        if mine:
            del self.leases[each.row.id]

    @rule(about=st.sampled_from(LEADS), person=st.booleans())
    def tell(self, about: int, person: bool) -> None:
        n, rows = next(self.numbers), Rows()
        given = {"created_at": self.now, "due_at": self.now}
        row = alert(n, about, epoch=self.epochs[about], **given) if person else delivery(n, about, **given)
        rows.deliveries.append(row)
        decisions.write(self.tx, rows)

    @rule(about=st.sampled_from(LEADS))
    def move(self, about: int) -> None:
        self.epochs[about] += 1
        epoch, name = self.epochs[about], uid("lead", about)
        self.tx.run(Statement("UPDATE lead SET epoch = ? WHERE id = ?"), (epoch, name))
        endings.supersede(self.tx, [(name, epoch)])
        deliveries.wake(self.tx, [name])

    @rule(target=claims, room=st.integers(1, 4))
    def claim(self, room: int) -> object:
        return multiple(*self.claimed(room))

    @rule(target=claims)
    def sleep_while_another_takes_over(self) -> object:
        self.now += timedelta(seconds=21)
        return multiple(*self.claimed(64))

    @rule(target=claims, each=consumes(claims))
    def replay_beside_the_next(self, each: Outgoing) -> object:
        self.recorded(each, Result(Verdict.REFUSED, 400))
        taken = self.claimed(64)
        self.replay()
        return multiple(*taken, *self.claimed(64))

    @rule(each=consumes(claims), verdict=VERDICTS)
    def end(self, each: Outgoing, verdict: Verdict | None) -> None:
        self.recorded(each, None if verdict is None else Result(verdict, 400))

    @rule(each=claims, verdict=VERDICTS)
    def end_and_say_so_again_later(self, each: Outgoing, verdict: Verdict | None) -> None:
        self.recorded(each, None if verdict is None else Result(verdict, 400))

    @rule(each=consumes(claims))
    def die(self, each: Outgoing) -> None: ...

    @rule(seconds=st.sampled_from([1, 6, 21, 40, 700]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def replay(self) -> None:
        dead = [row.id for row in deliveries.listed(self.tx, "dead")]
        deliveries.replay(self.tx, dead, self.now)

    @precondition(lambda self: self.tx.all(_OFF) != [])
    @rule()
    def switch_on(self) -> None:
        for (name,) in self.tx.all(_OFF):
            destinations.switch(self.tx, name, True)

    @invariant()
    def whoever_stands_behind_stands_behind_somebody(self) -> None:
        assert self.tx.all(_STUCK) == []

    @invariant()
    def one_of_a_chain_is_on_the_way(self) -> None:
        assert self.tx.all(_TWO) == []


_LEASED = Statement("SELECT id, lease_token FROM delivery WHERE state = 'leased'")
_EPOCH = Statement("SELECT epoch FROM lead WHERE id = ?")
_OFF = Statement("SELECT name FROM destination WHERE NOT enabled")
_BEFORE = """p.lead_id = d.lead_id AND p.destination = d.destination AND p.state IN ('behind', 'ready', 'leased')
             AND (p.order_key, p.id) < (d.order_key, d.id)"""
_EARLIER = Statement(f"SELECT p.id FROM delivery AS d JOIN delivery AS p ON {_BEFORE} WHERE d.id = ?")
_STUCK = Statement(
    f"SELECT d.id FROM delivery AS d WHERE d.state = 'behind' AND NOT EXISTS (SELECT 1 FROM delivery AS p WHERE {_BEFORE})"
)
_TWO = Statement(  # alerts, of no lead, wait for nobody
    """SELECT lead_id, destination FROM delivery WHERE state = 'leased' AND lead_id IS NOT NULL
       GROUP BY lead_id, destination HAVING count(*) > 1"""
)

TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
