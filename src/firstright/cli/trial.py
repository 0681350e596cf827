"""A trial: one decision from files alone. The same core as the service, no database, nothing written."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from firstright.cli.exits import Stop
from firstright.cli.files import STDIN, read_bytes
from firstright.cli.linting import load_or_stop
from firstright.cli.modelfile import model_for
from firstright.cli.namedlists import lists_for
from firstright.cli.worldfile import placed, read_world, world_of
from firstright.core.clean.problem import Problem, Refusal
from firstright.core.clean.timestamp import instant
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import Decision
from firstright.core.knowing import knowing
from firstright.core.lead import Cause, Fact, Lead
from firstright.core.matching import candidates, match
from firstright.core.roster import Roster
from firstright.core.why.explanation import Explanation, redacted
from firstright.core.why.trace import explain
from firstright.core.world import Candidate, World
from firstright.desk.arrival import Source, cleaned
from firstright.intake.jsonbody import parse_lead
from firstright.intake.refused import Refused
from firstright.intake.shape import Shape

LATEST = 2150  # of what follows from a decision some comes years later, and calendars end with 2199
SOURCE = "file"  # of a lead that names none


class Trial(msgspec.Struct, frozen=True):
    """A decision with everything it was made of. `problems` are values of the lead that could not be used."""

    decision: Decision
    lead: Lead
    cause: Cause
    policy: Compiled
    world: World
    candidates: tuple[Candidate, ...]
    problems: tuple[Problem, ...]


def decided(
    policy_file: str,
    roster_file: str,
    lead_file: str,
    world_file: str,
    at: str,
    cause: str,
    lists: Sequence[str] = (),
    model: str = "",
) -> Trial:
    """Reads the files, decides, and gives back all of it. Every mistake in the files ends the command with its reason."""
    as_of = _instant(at)
    why = _cause(cause)
    policy, document = load_or_stop(policy_file, roster_file)
    compiled = Compiled(policy, lists=lists_for(policy, lists), model=model_for(policy, model))
    roster = Roster(document)
    facts, problems = _lead(lead_file, compiled)
    file = read_world(world_file)
    lead = placed(facts, str(facts.get("source", SOURCE)), as_of, file)
    world = world_of(file, world_file, lead, policy, roster, as_of)
    found = candidates(lead, world, policy.matching)
    lead = knowing(lead, why, match(found), compiled, as_of, world.accounts)
    decision = decide_knowing(lead, why, compiled, world, found)
    return Trial(decision, lead, why, compiled, world, found, problems)


def explained(trial: Trial, rep: str = "") -> Explanation:
    """The explanation of a trial; with `rep`, what that rep may see of it."""
    if rep and rep not in trial.world.roster.reps:
        raise Stop(f'--rep: the roster has no rep "{rep}"')
    whole = explain(
        trial.decision,
        trial.lead,
        trial.cause,
        trial.policy,
        trial.world.roster,
        trial.world.as_of,
        trial.candidates,
        trial.world.standing,
    )
    return redacted(whole, rep) if rep else whole


def _instant(text: str) -> datetime:
    found = instant(text)
    if isinstance(found, datetime) and found.year <= LATEST:
        return found
    reason = f"the year is at most {LATEST}" if isinstance(found, datetime) else "is empty"
    if isinstance(found, Refusal):
        reason = found.reason
    raise Stop(f'--at "{text}": {reason}')


def _cause(text: str) -> Cause:
    try:
        return Cause(text)
    except ValueError:
        raise Stop(f'--cause "{text}": it is one of {", ".join(Cause)}') from None


def _lead(path: str, policy: Compiled) -> tuple[dict[str, Fact], tuple[Problem, ...]]:
    parsed = parse_lead(read_bytes(path, "lead"), Shape.of(policy.policy.catalogue))
    if isinstance(parsed, Refused):
        place = "standard input" if path == STDIN else path
        raise Stop(*[f"{place}{f' {p.pointer}' if p.pointer else ''}: {_reason(p)}" for p in parsed.errors])
    clean = cleaned(parsed.raw, Source(SOURCE), policy)
    return clean.facts, clean.problems


def _reason(problem: Problem) -> str:
    return f"{problem.reason} (got {problem.got})" if problem.got else problem.reason
