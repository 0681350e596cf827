"""`firstright bench rules`: a whole request without HTTP and database, with many rules against few. Beside the command because
it drives the desk's own steps, which the room of the other benches may not know.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from firstright.core.apply import after, apply
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.lead import Cause, Lead
from firstright.core.matching import candidates
from firstright.core.record import record_bytes
from firstright.core.world import World
from firstright.desk.arrival import Source, cleaned, fingerprint
from firstright.desk.reply import body
from firstright.intake.jsonbody import parse_lead
from firstright.intake.refused import Refused
from firstright.intake.shape import Shape
from firstright.simulate.benches import workspace
from firstright.simulate.benches.measure import (
    Figures,
    Method,
    Side,
    compared,
    cpu_micros,
    figures,
    point,
)

NAME = "rules"
TARGET = 1.3
SOURCE = Source("web", country="DE")
AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Requests:
    """Requests against one policy. No two bodies of a run are alike, so that no cache knows an address or a phone."""

    def __init__(self, policy: Compiled, bodies: Iterator[bytes], count: int) -> None:
        self.policy = policy
        self.shape = Shape.of(policy.policy.catalogue)
        self.roster = workspace.roster(20)
        self.bodies = bodies
        self.count = count

    def __call__(self) -> float:
        """µs of CPU for one request."""
        mine = [next(self.bodies) for _ in range(self.count)]
        return cpu_micros(lambda: self._all(mine), self.count)

    def _all(self, mine: list[bytes]) -> None:
        world = World(AS_OF, 1, self.roster)
        for number, raw in enumerate(mine):
            world = self._one(raw, f"lead-{number}", world)

    def _one(self, raw: bytes, name: str, world: World) -> World:
        parsed = parse_lead(raw, self.shape)
        if isinstance(parsed, Refused):
            raise ValueError(f"the bench's own lead is refused: {parsed.errors[0].reason}")
        clean = cleaned(parsed.raw, SOURCE, self.policy)
        fingerprint("POST", "/v1/leads", raw)
        lead = Lead(clean.facts, SOURCE.name, AS_OF, name, person=name)
        found = candidates(lead, world)
        decision = decide_knowing(lead, Cause.ARRIVED, self.policy, world, found)
        record_bytes(
            lead,
            Cause.ARRIVED,
            decision,
            policy=self.policy.policy.hash,
            roster=self.roster.hash,
            turn=1,
            as_of=AS_OF,
            candidates=found,
            unread=self.policy.unread,
        )
        body(after(lead, decision).id, "decision", decision, self.roster, clean.problems)
        changed = apply(world, lead, decision)
        return World(AS_OF, 1, self.roster, changed.standing)


def run(method: Method) -> Figures:
    count = method.of(400, 5)
    sizes = (100, 1_000, 10_000) if method.scale == 1.0 else (100,)
    bodies = iter(workspace.bodies(count * 2 * (method.rounds + 1) * len(sizes)))
    points = []
    for size in sizes:
        many = Requests(workspace.policy(size, sent=True), bodies, count)
        few = Requests(workspace.policy(10, sent=True), bodies, count)
        a, b = compared(many, few, method.rounds)
        points.append(point(f"{size:,} rules", a, b, a / b, TARGET if size == sizes[-1] else None, "at most"))
    last = points[-1]
    return figures(
        NAME,
        Side(f"a request from body to reply, in memory, {sizes[-1]:,} rules", "us of CPU", last.a),
        Side("the same with 10 rules", "us of CPU", last.b or 0.0),
        last.ratio or 0.0,
        TARGET,
        "at most",
        points,
        method.rounds,
    )
