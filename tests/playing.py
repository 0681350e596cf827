"""One pool to play with: reps of given weights, one rule that sends every lead to it, and leads one after the other.

Who is able changes from lead to lead the way it does in life: by another version of the roster.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from firstright.core.apply import after, apply, shared_by
from firstright.core.assignment.credit import bits_of
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import CreditChange, Decision, MadeUp, Returned, Spread, Turned
from firstright.core.lead import Act, Cause, Chosen, Fact, Lead, Outcome
from firstright.core.policy import Policy
from firstright.core.pools import LEAD, Limit, Method, Pool
from firstright.core.record import read_record, record_bytes
from firstright.core.replay import Difference, Entry, moved_in_order, replay
from firstright.core.roster import Document, Membership, Rep, Roster
from firstright.core.world import PoolStanding, Seen, Standing, World
from routing import MONDAY, policy

NAMES = "abcdefghijklmnop"
BASE = policy(
    """
[[rule]]
id = "all"
tier = "only"
when = {}
send_to = { pool = "p" }
when_full = { wait = "none" }
""",
    head='[policy]\nname = "Play"\nzone = "Europe/Berlin"\ntiers = ["only"]\n[pools.p]\n[pools.q]\n',
).policy


def rules(
    pool: Pool | None = None,
    *,
    limits: Iterable[Limit] = (),
    rule: Mapping[str, object] | None = None,
    **more: object,
) -> Compiled:
    """The policy with this pool, these limits, and changes to its one rule."""
    pool = pool or Pool("p")
    changed = msgspec.structs.replace(BASE.rules[0], **(rule or {}))
    pools = {**BASE.pools, "p": pool}
    made: Policy = msgspec.structs.replace(BASE, pools=pools, limits=tuple(limits), rules=(changed,), **more)
    return Compiled(made)


def reps(weights: Sequence[int] | Mapping[str, int], **of_all: object) -> list[Rep]:
    """Reps a, b, c... of the pool p with these weights."""
    named = weights if isinstance(weights, Mapping) else dict(zip(NAMES, weights, strict=False))
    return [
        msgspec.structs.replace(Rep(name, memberships=(Membership("p", weight),)), **of_all)
        for name, weight in named.items()
    ]


class Play:
    """Decides lead after lead and remembers everything: winners, decisions, and the standing they leave."""

    def __init__(
        self,
        how: Compiled,
        team: Sequence[Rep],
        *,
        at: datetime = MONDAY,
        seen: Mapping[str, Seen] | None = None,
    ) -> None:
        self.how = how
        self.team = list(team)
        self.at = at
        self.standing = Standing(seen=seen or {})
        self.decisions: list[Decision] = []
        self.won: list[str] = []
        self.changes: list[tuple[CreditChange, Roster, datetime]] = []
        self.held: dict[str, Lead] = {}
        self.broken: list[tuple[Difference, ...]] = []
        self._rosters: dict[tuple[str, ...], Roster] = {}
        self.sink: Callable[[Decision], None] | None = None

    def staffed(self, team: Sequence[Rep]) -> None:
        """Another version of the roster from now on."""
        self.team = list(team)
        self._rosters.clear()

    def roster(self, able: Collection[str] | None = None) -> Roster:
        """The team as it is, with only these active."""
        out = tuple(rep.id for rep in self.team if able is not None and rep.id not in able)
        if out not in self._rosters:
            team = tuple(
                [msgspec.structs.replace(rep, active=rep.active and rep.id not in out) for rep in self.team]
            )
            self._rosters[out] = Roster(Document("r" * 64, team))
        return self._rosters[out]

    def world(self, able: Collection[str] | None = None) -> World:
        return World(self.at, 1, self.roster(able), self.standing)

    def lead(
        self,
        able: Collection[str] | None = None,
        *,
        id: str = "",
        source: str = "web",
        lane: str = "main",
        **facts: Fact,
    ) -> str:
        """One more lead; who got it, or "" for nobody."""
        subject = Lead(dict(facts), source, self.at, id=id or f"lead{len(self.won)}", lane=lane)
        where = self.world(able)
        decision = decide(subject, Cause.ARRIVED, self.how, where)
        self._took(subject, Cause.ARRIVED, decision, where)
        self.won.append(decision.holder.id if decision.outcome is Outcome.OWNER else "")
        return self.won[-1]

    def leads(self, n: int, able: Collection[str] | None = None) -> str:
        return "".join([self.lead(able) for _ in range(n)])

    def close(self, id: str) -> None:
        """Somebody closes it: it is no load to anybody any more."""
        self.act(id, Cause.OVERRIDDEN, Act(by="x", reason="x", chosen=Chosen(Outcome.CLOSED, why="no-need")))

    def act(self, id: str, cause: Cause, act: Act) -> Decision:
        """Somebody does something to a lead that is there."""
        subject, where = msgspec.structs.replace(self.held[id], act=act), self.world()
        decision = decide(subject, cause, self.how, where)
        self._took(subject, cause, decision, where)
        return decision

    def _took(self, subject: Lead, cause: Cause, decision: Decision, where: World) -> None:
        self.broken += [told] if (told := replayed(subject, cause, decision, self.how, where)) else []
        self.decisions.append(decision)
        self.changes += [(change, where.roster, self.at) for change in decision.credits]
        self.standing = apply(where, subject, decision).standing
        self.held[subject.id] = after(subject, decision)

    def pool(self, lane: str = "main") -> PoolStanding:
        return self.standing.pool("p", lane)

    def credit(self, lane: str = "main") -> dict[str, int]:
        return dict(zip(self.pool(lane).members, self.pool(lane).credit, strict=True))

    def counts(self) -> dict[str, int]:
        return {rep.id: self.won.count(rep.id) for rep in self.team}

    def folded(self, lane: str = "main") -> PoolStanding:
        """The ledger's rows, as they are stored, folded from the first."""
        standing = PoolStanding()
        for change, people, at in self.changes:
            if change.lane == lane:
                entry = row(change, people, at)
                standing = moved_in_order(standing, entry, people.members("p"))
        return standing


def replayed(
    subject: Lead, cause: Cause, decision: Decision, how: Compiled, where: World
) -> tuple[Difference, ...]:
    """What comes out otherwise when the record is decided again; the standing is not at hand then."""
    made = record_bytes(
        subject, cause, decision, policy="p", roster="r", turn=1, as_of=where.as_of, candidates=()
    )  # fmt: skip
    pools = {**where.standing.pools, **where.standing.changed_pools}
    return replay(read_record(made), Compiled(how.policy), Roster(where.roster.document), pools)


def row(change: CreditChange, people: Roster, at: datetime) -> Entry:
    """The change as its ledger row is read back: sets spelled out with the weights of that moment."""
    members = shared_by(change, people, at)

    def spelled(bits: str) -> tuple[tuple[str, int], ...]:
        return tuple([(members.ids[i], members.weights[i]) for i in bits_of(int(bits, 16))]) if bits else ()

    common = (change.pool, change.lane, change.seq)
    match change:
        case Turned():
            return Entry(*common, "turned", change.winner, change.cost, spelled(change.eligible), spelled(change.owing), change.period, "d", 1, at)  # fmt: skip
        case Spread():
            return Entry(*common, "spread", change.leaver, 0, spelled(change.stayers), (), 0, "d", 1, at)
        case MadeUp():
            return Entry(
                *common, "made-up", change.rep, change.amount, spelled(change.payers), (), 0, "d", 1, at
            )
        case Returned():
            return Entry(*common, "returned", change.rep, change.cost, (), (), 0, "d", 1, at)


RANKED = [
    method for method in Method if method is not Method.PULL
]  # what is claimed has no winner of its own
__all__ = ["BASE", "LEAD", "NAMES", "RANKED", "Play", "replayed", "reps", "row", "rules"]
