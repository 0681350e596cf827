"""`decide` and `reps`: one whole decision in memory up to the bytes of its stored record. Nothing is stored.

Each decision is made in the world the one before it left, so that rotations move; making that world is not timed.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from firstright.core.apply import apply
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.lead import Cause, Lead
from firstright.core.matching import candidates
from firstright.core.record import record_bytes
from firstright.core.roster import Roster
from firstright.core.world import World
from firstright.simulate import workload
from firstright.simulate.benches import workspace
from firstright.simulate.benches.foreign import asked, matcher
from firstright.simulate.benches.measure import (
    Disagreement,
    Extra,
    Figures,
    Method,
    Point,
    Side,
    compared,
    cpu_micros,
    figure,
    figures,
    point,
)

AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)
BATCH = 64  # leads that know of each other, as in the writer's batches
DECIDE, REPS = "decide", "reps"
AGAINST_FOREIGN, AGAINST_ONE_POOL = 2.5, 1.5

Story = list[tuple[Lead, World]]


def decide_one(lead: Lead, policy: Compiled, world: World) -> bytes:
    """What is timed: candidates among the known, decision, record."""
    found = candidates(lead, world)
    decision = decide_knowing(lead, Cause.ARRIVED, policy, world, found)
    return record_bytes(
        lead,
        Cause.ARRIVED,
        decision,
        policy=policy.policy.hash,
        roster=world.roster.hash,
        turn=world.turn,
        as_of=world.as_of,
        candidates=found,
        unread=policy.unread,
    )


def leads(count: int) -> list[Lead]:
    return [
        Lead(dict(facts), "web", AS_OF, f"lead-{number:08d}", person=f"person-{number:08d}")
        for number, facts in enumerate(workload.leads(count))
    ]


def story(subjects: Sequence[Lead], policy: Compiled, roster: Roster) -> Story:
    """Every lead with the world it is decided in."""
    world = World(AS_OF, 1, roster)
    told: Story = []
    for number, lead in enumerate(subjects):
        if number % BATCH == 0:
            world = msgspec.structs.replace(world, known={}, places=None)
        told.append((lead, world))
        found = candidates(lead, world)
        world = apply(world, lead, decide_knowing(lead, Cause.ARRIVED, policy, world, found))
    return told


def run_decide(method: Method) -> Figures:
    sizes = ((1_000, 20), (1_000, 100), (1_000, 1_000), (100, 20), (10_000, 20))
    chosen = sizes if method.scale == 1.0 else sizes[:2]
    points = [_against_foreign(rules, pool, method) for rules, pool in chosen]
    headline = points[0]
    assert headline.b is not None
    assert headline.ratio is not None
    told = story(leads(method.of(1_000, 10)), workspace.policy(1_000), workspace.roster(20))
    sizes_of_records = sorted(len(decide_one(lead, workspace.policy(1_000), world)) for lead, world in told)
    record = Extra("decision record, median", "bytes", sizes_of_records[len(told) // 2], 4096, None)
    return figures(
        DECIDE,
        Side("one decision up to the bytes of its record, 1,000 rules, pool of 20", "us of CPU", headline.a),
        Side("zen-engine doing the rule match alone", "us of CPU", headline.b),
        headline.ratio,
        AGAINST_FOREIGN,
        "at most",
        points,
        method.rounds,
        [msgspec.structs.replace(record, met=record.value < 4096)],
    )


def _against_foreign(rules: int, pool: int, method: Method) -> Point:
    policy, documents = workspace.policy(rules), workspace.documents(rules)
    subjects = leads(method.of(1_000, 10))
    told = story(subjects, policy, workspace.roster(pool))
    fields = asked([lead.facts for lead in subjects])  # type: ignore[misc]  # workload facts are texts and numbers
    foreign = matcher(documents)
    _check(told, policy, fields, foreign)

    def theirs() -> None:
        for each in fields:
            foreign(each)

    a, b = compared(
        lambda: cpu_micros(lambda: _decide_all(told, policy), len(told)),
        lambda: cpu_micros(theirs, len(fields)),
        method.rounds,
    )
    target = AGAINST_FOREIGN if (rules, pool) == (1_000, 20) else None
    return point(f"{rules:,} rules, pool of {pool:,}", a, b, a / b, target, "at most")


def _check(
    told: Story,
    policy: Compiled,
    fields: list[dict[str, object]],
    foreign: Callable[[dict[str, object]], int],
) -> None:
    for (lead, world), each in list(zip(told, fields, strict=True))[:100]:
        decision = decide_knowing(lead, Cause.ARRIVED, policy, world, ())
        if decision.rule != f"r{foreign(each)}":
            raise Disagreement(f"a lead is routed by {decision.rule}, and zen-engine names another rule")


def _decide_all(told: Story, policy: Compiled) -> None:
    for lead, world in told:
        decide_one(lead, policy, world)


def run_reps(method: Method) -> Figures:
    """Many reps cost nothing as long as they sit in pools: only the pool that is asked is looked at."""
    subjects = leads(method.of(2_000, 10))
    rules = 1_000 if method.scale == 1.0 else 100
    few = _side(subjects, rules, 20, 1)
    points = []
    for size, pools in ((1_000, 50), (10_000, 500), (100, 1), (1_000, 1)):
        reps = method.of(size, pools)
        many = _side(subjects, rules, reps, pools)
        a, b = compared(many, few, method.rounds)
        target = AGAINST_ONE_POOL if pools > 1 else None
        plural = "s" if pools > 1 else ""
        points.append(point(f"{reps:,} reps in {pools:,} pool{plural}", a, b, a / b, target, "at most"))
    headline = points[1]
    assert headline.b is not None
    assert headline.ratio is not None
    return figures(
        REPS,
        Side("one decision, 10,000 reps in 500 pools of 20", "us of CPU", headline.a),
        Side("one decision, one pool of 20", "us of CPU", headline.b),
        headline.ratio,
        AGAINST_ONE_POOL,
        "at most",
        points,
        method.rounds,
        [Extra("one decision, one pool of 1,000", "us of CPU", figure(points[3].a))],
    )


def _side(subjects: list[Lead], rules: int, reps: int, pools: int) -> Callable[[], float]:
    policy = workspace.policy(rules, pools)
    told = story(subjects, policy, workspace.roster(reps, pools))
    return lambda: cpu_micros(lambda: _decide_all(told, policy), len(told))
