"""What to do next with a lead after something has happened: a touch, an unanswered message, a qualification. Which row of the
policy's table speaks is `actions.chosen`; who has the lead does not change here, and nothing is worded.

A call outcome is the result of a touch, and nothing else: what a dialler reports later is one logged then.
"""

import msgspec

from firstright.core.actions import (
    ONE_SIDED,
    QUALIFIED,
    SENT,
    SILENT,
    TOUCHED,
    FirstAction,
    NextAction,
    Situation,
    TodoEnded,
    TodoGiven,
    chosen,
    is_meant,
)
from firstright.core.causes.acting import touched
from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, ClockStarted, Decision, Effect
from firstright.core.firstaction import gated, given, in_business
from firstright.core.followup import SILENCE, STUCK
from firstright.core.lead import Act, Cause, Facts, HolderKind, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.policy import Rule
from firstright.core.routing import kept
from firstright.core.sequences import Enrolled
from firstright.core.telling import holders, subscribers, tell
from firstright.core.world import World

__all__ = ("called", "gated", "next_action", "silent", "tasked", "with_next")


def next_action(
    now: Situation, facts: Facts, policy: Compiled, world: World
) -> tuple[NextAction, FirstAction] | None:
    """The row that speaks and the action it names; None where nothing is to do. The one place that asks the table."""
    rows, known = policy.policy.next_actions.rows, policy.policy.actions
    fit = tuple(
        [row for row in rows if row.action in known and is_meant(known[row.action], facts, world.as_of)]
    )
    row = chosen(fit, now, facts, world.as_of)
    return (row, known[row.action]) if row else None


def with_next(decision: Decision, lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """A touch, or a move to another status, with what is to be done after it. Without a table nothing is added."""
    if not decision.kept or lead.holder.kind is not HolderKind.REP or lead.outcome is not Outcome.OWNER:
        return decision
    cause = QUALIFIED if act.moved else TOUCHED
    now_so = decision.status == "qualified" != lead.status if act.moved else decision.reason == "touched"
    if not now_so:
        return decision
    now = Situation(cause, lead.rule, "", decision.status, act.channel, act.result, act.tries)
    more = _done(now, lead, policy, world)
    if cause == QUALIFIED:
        more = [*_let_go(lead, decision.status, policy), *more]
    elif act.channel in ONE_SIDED and act.result in ("", SENT):
        more += _awaited(decision, lead, policy, world)
    return _with(decision, more)


def silent(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """We wrote and nothing came back in time: another channel, by the table; else who has it is told."""
    again = AlarmSet(Cause.NO_REPLY, world.as_of + STUCK)
    if lead.holder.kind is not HolderKind.REP or lead.outcome is not Outcome.OWNER:
        return kept(lead, "silent", again)
    now = Situation(SILENT, lead.rule, "", lead.status, act.channel, act.result, act.tries)
    more = _done(now, lead, policy, world)
    told = tell(holders(lead, policy.policy), policy.policy.tell_warning, "lead.warned", policy.policy)
    return kept(lead, "silent", *more, again, *told, *subscribers("lead.warned", policy.policy))


def called(lead: Lead, act: Act, known: Match, policy: Compiled, world: World) -> Decision:
    """What a call came to, said by whoever dialled: a touch with its result."""
    return touched(lead, act, policy, world)


def tasked(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """Somebody puts a task down, or ends one."""
    todo = act.todo
    assert todo is not None
    if todo.task:
        return kept(lead, "task-ended", TodoEnded(todo.task, todo.rep, todo.channel, todo.state))
    assert todo.due is not None
    return kept(lead, "task-added", TodoGiven(todo.said, todo.channel, todo.rep, todo.due))


def _done(now: Situation, lead: Lead, policy: Compiled, world: World) -> list[Effect]:
    found = next_action(now, policy.with_derived(lead.facts, (), world.as_of), policy, world)
    if found is None:
        return []
    rule = rule_of(lead, policy)
    return given(found[1], lead, lead.holder.id, rule, None, policy, world, status=now.status)


def _let_go(lead: Lead, status: str, policy: Compiled) -> list[Effect]:
    """What a rule kept back until the lead is qualified: its own sequence, else that of its first action."""
    rule = rule_of(lead, policy)
    if rule is None or not gated(lead, rule) or gated(lead, rule, status):
        return []
    action = policy.policy.actions.get(rule.first_action)
    name = rule.sequence or (action.sequence if action else "")
    return [Enrolled(name)] if name in policy.policy.sequences else []


def _awaited(decision: Decision, lead: Lead, policy: Compiled, world: World) -> list[Effect]:
    """An alarm for when nothing came back, unless a clock of the service level waits for that already."""
    if any(isinstance(effect, ClockStarted) and effect.clock == SILENCE for effect in decision.effects):
        return []
    at = in_business(lead.holder.id, world, policy.policy.next_actions.silent)
    return [AlarmSet(Cause.NO_REPLY, at)]


def _with(decision: Decision, more: list[Effect]) -> Decision:
    """Of alarms that nothing happens, the earlier one counts: each forgets the ones before it."""
    if not more:
        return decision
    alarms = [e for e in more if isinstance(e, AlarmSet)]
    before = [
        e for e in decision.effects if not (alarms and isinstance(e, AlarmSet) and e.cause == Cause.NO_REPLY)
    ]
    effects = (*before, *more)
    return msgspec.structs.replace(decision, effects=effects)


def rule_of(lead: Lead, policy: Compiled) -> Rule | None:
    """The rule a lead is held by."""
    return policy.rule(lead.rule)
