"""`match-rules`: the first matching rule of a lead, our index against zen-engine. No decision is made."""

from datetime import UTC, datetime
from statistics import median

from firstright.core.rules.conditions import parse
from firstright.core.rules.fields import CATALOGUE
from firstright.core.rules.index import RuleIndex
from firstright.core.rules.predicates import Condition
from firstright.simulate import workload
from firstright.simulate.benches.foreign import Fields, asked, matcher
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

NAME = "match-rules"
AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)
TARGETS = {10: 15.0, 100: 15.0, 1_000: 15.0, 10_000: 8.0}
HEADLINE = 1_000


def run(method: Method) -> Figures:
    points = [_measured(size, method) for size in TARGETS if method.scale == 1.0 or size <= HEADLINE]
    headline = next(p for p in points if p.at == f"{HEADLINE:,} rules")
    assert headline.b is not None
    assert headline.ratio is not None
    return figures(
        NAME,
        Side("first matching rule of a lead, RuleIndex.first", "us of CPU", headline.a),
        Side("zen-engine, loader and precompiled content", "us of CPU", headline.b),
        headline.ratio,
        TARGETS[HEADLINE],
        "at least",
        points,
        method.rounds,
        [_given_whole_leads(headline.a, method)],
    )


def _given_whole_leads(ours: float, method: Method) -> Extra:
    """What the engine takes when it is handed the lead as we are, not only the fields its rules ask for."""
    foreign = matcher(workload.rules(HEADLINE))
    leads: list[Fields] = [{**lead} for lead in workload.leads(method.of(1_000, 10))]

    def theirs_all() -> None:
        for lead in leads:
            foreign(lead)

    times = [cpu_micros(theirs_all, len(leads)) for _ in range(method.rounds)]
    return Extra("times as fast when the engine is given whole leads", "times", figure(median(times) / ours))


def _measured(size: int, method: Method) -> Point:
    documents = workload.rules(size)
    index = RuleIndex([_condition(document) for document in documents])
    leads = workload.leads(method.of(2_000, 20))
    theirs = asked(leads[: method.of(1_000, 10)])
    foreign = matcher(documents)

    def ours_all() -> None:
        for lead in leads:
            index.first(lead, AS_OF)

    def theirs_all() -> None:
        for lead in theirs:
            foreign(lead)

    for lead, fields in zip(leads, theirs[:100], strict=False):
        if index.first(lead, AS_OF) != foreign(fields):
            raise Disagreement(f"of {size} rules, the engines name different ones for a lead")
    a, b = compared(
        lambda: cpu_micros(ours_all, len(leads)), lambda: cpu_micros(theirs_all, len(theirs)), method.rounds
    )
    return point(f"{size:,} rules", a, b, b / a, TARGETS[size], "at least")


def _condition(document: dict[str, object]) -> Condition:
    condition, findings = parse(document, CATALOGUE, "rule")
    if findings:
        raise ValueError(findings[0].text)
    return condition
