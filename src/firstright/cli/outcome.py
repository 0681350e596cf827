"""What `firstright route` prints: where the lead goes, why, and what happens next."""

from datetime import datetime

import msgspec
from rich.console import Console

from firstright.cli.screen import MARKS, console, line, pairs
from firstright.cli.trial import Trial, explained
from firstright.core.clean.problem import Problem
from firstright.core.decision import result_bytes
from firstright.core.lead import Cause, HolderKind, Outcome
from firstright.core.why.explanation import Explanation
from firstright.core.why.moments import Moments
from firstright.core.why.sentences import follow_ups
from firstright.core.why.verdicts import verdict_sentence

HELD = frozenset({Outcome.WAITING, Outcome.REVIEW, Outcome.QUEUED, Outcome.PENDING, Outcome.QUARANTINED})


def show(trial: Trial, to: Console | None = None) -> None:
    to = to or console()
    explanation = explained(trial)
    decision = trial.decision
    style = (
        "held" if decision.outcome in HELD else "plain" if decision.outcome is Outcome.REJECTED else "good"
    )
    line(to, f"{decision.outcome.upper()}{_holder(explanation)}", style=MARKS[style])
    line(to, verdict_sentence(explanation))
    rows = [("decided", Moments(explanation.zone, explanation.as_of).with_year(explanation.as_of))]
    rows += [("reason", f"{decision.reason} ({trial.cause})"), *follow_ups(explanation)]
    rows += [("problem", f"{p.pointer}: {p.reason} (got {p.got})") for p in trial.problems]
    to.print()
    pairs(to, rows)


def _holder(explanation: Explanation) -> str:
    verdict = explanation.verdict
    if verdict.holder is None:
        return f" {verdict.target}" if verdict.target and verdict.outcome is not Outcome.WAITING else ""
    if verdict.kind is HolderKind.REP:
        return f" {verdict.holder.name} ({verdict.holder.id})"
    return f" {verdict.holder.name}"


class Names(msgspec.Struct, frozen=True):
    """What the ids of a decision stand for."""

    reps: dict[str, str]
    pools: dict[str, str]
    rules: dict[str, str]


class Answer(msgspec.Struct, frozen=True):
    """The decision in its canonical form, with the names its ids stand for."""

    as_of: datetime
    cause: Cause
    decision: msgspec.Raw
    names: Names
    problems: tuple[Problem, ...]


def print_json(trial: Trial) -> None:
    print(as_json(trial).decode())


def as_json(trial: Trial) -> bytes:
    decision = msgspec.Raw(result_bytes(trial.decision))
    answer = Answer(trial.world.as_of, trial.cause, decision, _names(trial), trial.problems)
    return msgspec.json.format(msgspec.json.encode(answer))


def _names(trial: Trial) -> Names:
    explanation = explained(trial)
    people = [m.rep for pool in explanation.pools for m in pool.members]
    people += [t.to for t in explanation.told] + [owner for s in explanation.steps for owner in s.owners]
    if explanation.verdict.holder and explanation.verdict.kind is HolderKind.REP:
        people.append(explanation.verdict.holder)
    rules = [r for r in explanation.rules if r.verdict in ("true", "unknown")]
    return Names(
        reps={p.id: p.name for p in sorted(people, key=lambda p: p.id) if "@" not in p.id},
        pools={p.pool: p.name for p in explanation.pools if not p.direct},
        rules={r.id: r.name or r.id for r in rules},
    )
