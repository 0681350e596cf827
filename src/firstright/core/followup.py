"""What follows from where a lead landed: both clocks with their frozen ladders, the first task, and the next instant at
which something happens. It decides nothing about who; whom to tell is `telling`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from firstright.core.assignment.stood import sized_by, weighs
from firstright.core.calendar import is_zone
from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, ClockStarted, Effect, Held, ReviewOpened
from firstright.core.firstaction import acknowledged, first, gated
from firstright.core.hours import Hours, NeverOpen
from firstright.core.landing import Landing
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.limits import concerns, counted
from firstright.core.policy import Policy
from firstright.core.roster import Roster, by_the_clock_of
from firstright.core.sequences import Enrolled
from firstright.core.servicelevels import Basis, Service
from firstright.core.telling import told_of
from firstright.core.world import World

SPEED, OWNER, REVIEW, TICKET = "speed-to-lead", "owner", "review", "ticket"
RECEIPT, ACCEPTANCE = "receipt", "acceptance"  # of an offer: seen, taken
HANDED = "handoff:"  # how reasons of a landing begin that somebody handed over
HANDOFF = "handoff"  # from an acceptance to the first touch of who has it now
FOLLOW_UP = "follow-up"  # from one touch of the owner to the next
SILENCE = "no-reply"  # from a message of ours to an answer
AFTER = "after:"  # in the ladder of that one: the channel nobody answered on
TELLING = frozenset({"tell-owner", "tell-manager"})
# What a person of ours may still touch first.
TOUCHABLE = frozenset({Outcome.OWNER, Outcome.OFFERED, Outcome.QUEUED, Outcome.WAITING, Outcome.REVIEW})
NOTHING = timedelta(0)
STUCK = timedelta(days=7)  # a lead whose service level sets no target is looked at again after this
HANDLED_BY_PEOPLE = timedelta(
    days=1
)  # review, ticket and partner hold, where the service level names no target


class _Begun(NamedTuple):
    """The clock that a service level of one policy version began last in a calendar."""

    service: Service
    clock: ClockStarted


# What a clock is held to, by its name. The speed-to-lead clock may end with a day instead: see `_clocks_in`.
TARGETS: dict[str, Callable[[Service], timedelta | None]] = {
    SPEED: lambda service: service.first_touch,
    OWNER: lambda service: service.untouched,
    REVIEW: lambda service: service.review,
    TICKET: lambda service: service.ticket or service.review,
    RECEIPT: lambda service: service.receipt,
    ACCEPTANCE: lambda service: service.acceptance,
    HANDOFF: lambda service: service.handoff,
    FOLLOW_UP: lambda service: service.follow_up,
    SILENCE: lambda service: service.no_reply,
}


def follow(
    landing: Landing, lead: Lead, service: Service, policy: Compiled, world: World, *, fresh: bool
) -> tuple[Effect, ...]:
    """Effects in a fixed order. `service` is the landing's (`service_of`); `fresh` says the cycle begins: the speed-to-lead
    clock starts once, never again."""
    effects: list[Effect] = []
    if fresh or landing.holder != lead.holder or lead.epoch == 0:
        lock = world.as_of + policy.policy.lock if landing.holder.kind is HolderKind.REP else None
        effects += _held(landing, lead, policy, world, lock)
    if lead.pause and not fresh and landing.holder == lead.holder:  # a landing forgets the alarms before it
        effects.append(AlarmSet(Cause.HOURS_OPENED, lead.pause.until))
    if landing.next_at:
        effects.append(AlarmSet(landing.again, landing.next_at))
    if landing.task:
        effects.append(landing.task)
    if landing.outcome in (Outcome.REJECTED, Outcome.CLOSED):
        return (*effects, *told_of(landing, lead, policy.policy))
    clocks = _clocks(landing, lead, service, policy.policy, world, fresh=fresh)
    effects += clocks
    if landing.outcome is Outcome.OWNER:
        effects += first(landing, lead, _touch_due(clocks, lead, world), policy, world)
    effects += _sequence(landing, lead)
    if fresh and policy.policy.acknowledge:
        calendar = _calendar(landing, lead, service, policy.policy, world.roster)
        effects += acknowledged(landing, lead, calendar, policy, world)
    if landing.outcome is Outcome.REVIEW:
        effects.append(ReviewOpened(landing.holder.id, landing.review))
    effects += told_of(landing, lead, policy.policy)
    if not clocks and not landing.next_at and landing.outcome is not Outcome.OFFERED:
        effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
    return tuple(effects)


def _sequence(landing: Landing, lead: Lead) -> list[Effect]:
    """That of its rule, for a new holder, or a new sleep; where the rule wants it qualified first, not before it is."""
    rule = landing.rule
    if rule is None or not rule.sequence or landing.outcome not in (Outcome.OWNER, Outcome.NURTURE):
        return []
    return [] if gated(lead, rule) else [Enrolled(rule.sequence)]


def _held(
    landing: Landing, lead: Lead, policy: Compiled, world: World, lock: datetime | None
) -> list[Effect]:
    """The new holder, what the lead is to their load, and the limits it counts to."""
    rep = world.roster.reps.get(landing.holder.id) if landing.holder.kind is HolderKind.REP else None
    if rep is None:
        return [Held(lead.holder, landing.holder, lock)]
    cost, size = weighs(lead, landing.rule, sized_by(landing.pool, rep, policy))
    held: list[Effect] = [Held(lead.holder, landing.holder, lock, cost, size)]
    for limit in policy.limits_of(landing.pool):
        if concerns(limit, lead):
            held.append(counted(limit, rep, policy.policy.zone, world.as_of))
    return held


def next_instant(effects: tuple[Effect, ...], as_of: datetime) -> datetime | None:
    """The first instant after `as_of` at which something happens; an overdue clock is due now."""
    soonest: datetime | None = None
    for effect in effects:
        if isinstance(effect, ClockStarted):
            at = first_alarm(effect, as_of)
        elif isinstance(effect, AlarmSet):
            at = effect.at
        else:
            continue
        if soonest is None or at < soonest:
            soonest = at
    return soonest


def first_alarm(clock: ClockStarted, as_of: datetime) -> datetime:
    """The first warning still ahead, or the deadline itself, which need not be among them."""
    for _, at in clock.warnings:
        if at > as_of:
            return min(at, clock.due) if clock.due > as_of else at
    return clock.due


def service_of(landing: Landing, policy: Compiled, lead: Lead, as_of: datetime) -> Service:
    """The service level a landing is held to: the handoff's, else the rule's, else that of the queue, else of leads of its
    kind, else the default."""
    name = landing.service or (landing.rule.service if landing.rule else "")
    if not name and landing.holder.kind is HolderKind.QUEUE:
        queue = policy.policy.queues.get(landing.holder.id)  # else the queue of a pull pool
        name = queue.service if queue else ""
    return policy.service_for(name, lead.facts, as_of)


def held_to(lead: Lead, policy: Compiled, as_of: datetime) -> Service:
    """The service level of a lead as it stands."""
    return service_of(Landing(lead.outcome, "", lead.holder, policy.rule(lead.rule)), policy, lead, as_of)


def clock_for(
    name: str,
    service: Service,
    policy: Compiled,
    world: World,
    lead: Lead,
    *,
    holder: Holder | None = None,
    pool: str = "",
    started: datetime | None = None,
    target: timedelta | None = None,
    ladder: tuple[str, ...] | None = None,
) -> ClockStarted | None:
    """A clock of this name as the service level has it; None where it sets no such target and none is given.

    `holder` and `pool` say whose business time counts, where that is not the lead's own holder; `started` is now unless
    given. `ladder` is the telling part of the service's unless given.
    """
    span = target or TARGETS[name](service)
    if not span:
        return None
    held = Landing(lead.outcome, "", holder or lead.holder, pool=pool)
    calendar = _calendar(held, lead, service, policy.policy, world.roster)
    start = started or world.as_of
    steps = _telling(service.on_missed) if ladder is None else ladder
    if name == SILENCE:  # it has one consequence, and that once
        service = msgspec.structs.replace(service, warnings=tuple(w for w in service.warnings if w <= 100))
    try:
        hours = world.roster.hours(calendar)
        return _clock_of(name, service, calendar, hours, start, span, steps)
    except NeverOpen:  # plain time, because a deadline there must be
        hours = world.roster.hours("")
        return clock_in(name, service, "", hours, start, start + span, steps)


def owner_clock(
    landing: Landing, lead: Lead, service: Service, policy: Policy, world: World
) -> list[ClockStarted]:
    """The owner clock of an assignment or an acceptance as of now; none where the service level has no such target."""
    if landing.outcome is not Outcome.OWNER or not service.untouched:
        return []
    calendar = _calendar(landing, lead, service, policy, world.roster)
    try:
        return [_owner(calendar, service, service.untouched, world)]
    except NeverOpen:
        return [_owner("", service, service.untouched, world)]


def _owner(calendar: str, service: Service, target: timedelta, world: World) -> ClockStarted:
    """The same for every lead of a batch that is held to it: they are all decided as of one instant."""
    memo, key = world.roster.memo, (OWNER, calendar, service.id)
    before = memo.get(key)
    if isinstance(before, _Begun) and before.service is service and before.clock.started == world.as_of:
        return before.clock
    hours = world.roster.hours(calendar)
    clock = _clock_of(OWNER, service, calendar, hours, world.as_of, target, service.on_missed)
    memo[key] = _Begun(service, clock)
    return clock


def _clocks(
    landing: Landing, lead: Lead, service: Service, policy: Policy, world: World, *, fresh: bool
) -> list[ClockStarted]:
    calendar = _calendar(landing, lead, service, policy, world.roster)
    try:
        return _clocks_in(calendar, landing, lead, service, world, fresh=fresh)
    except NeverOpen:  # the calendar has run out of open days: plain time, because a deadline there must be
        return _clocks_in("", landing, lead, service, world, fresh=fresh)


def _clocks_in(
    calendar: str, landing: Landing, lead: Lead, service: Service, world: World, *, fresh: bool
) -> list[ClockStarted]:
    hours = world.roster.hours(calendar)
    clocks = []
    if fresh and landing.outcome in TOUCHABLE:
        telling = _telling(service.on_missed)
        if service.first_touch:
            target = service.first_touch
            clocks.append(_clock_of(SPEED, service, calendar, hours, lead.arrived_at, target, telling))
        elif service.same_day:
            due = hours.close_of_business(lead.arrived_at)
            clocks.append(clock_in(SPEED, service, calendar, hours, lead.arrived_at, due, telling))
    if landing.outcome is Outcome.OWNER and service.untouched:
        clocks.append(_owner(calendar, service, service.untouched, world))
    if landing.outcome is Outcome.OWNER and service.handoff and landing.reason.startswith(HANDED):
        telling = _telling(service.on_missed)
        clocks.append(_clock_of(HANDOFF, service, calendar, hours, world.as_of, service.handoff, telling))
    if landing.outcome in (Outcome.REVIEW, Outcome.SUPPORT, Outcome.PARTNER):
        name = REVIEW if landing.outcome is Outcome.REVIEW else TICKET
        target = (name == TICKET and service.ticket) or service.review or HANDLED_BY_PEOPLE
        clocks.append(_clock_of(name, service, calendar, hours, world.as_of, target, ("tell-manager",)))
    return clocks


def _clock_of(
    name: str,
    service: Service,
    calendar: str,
    hours: Hours,
    started: datetime,
    target: timedelta,
    ladder: tuple[str, ...],
) -> ClockStarted:
    """A clock of which begin and target are known: its end and all its warnings in one look at the calendar."""
    *instants, due = hours.add_each(started, _parts(target, (*service.warnings, 100)))
    warnings = tuple(zip(service.warnings, instants, strict=True))
    return ClockStarted(name, service.basis, calendar, started, due, warnings, ladder)


def clock_in(
    name: str,
    service: Service,
    calendar: str,
    hours: Hours,
    started: datetime,
    due: datetime,
    ladder: tuple[str, ...],
) -> ClockStarted:
    """A clock of which begin and end are known, with its warnings in between and after."""
    length = hours.elapsed(started, due)
    if length > NOTHING:
        instants = hours.add_each(started, _parts(length, service.warnings))
    else:  # the business day had ended when it began
        instants = [due] * len(service.warnings)
    warnings = tuple(zip(service.warnings, instants, strict=True))
    return ClockStarted(name, service.basis, calendar, started, due, warnings, ladder)


@lru_cache(256)  # a handful of targets, asked for with every lead
def _parts(length: timedelta, percents: tuple[int, ...]) -> tuple[timedelta, ...]:
    return tuple([length * percent / 100 for percent in percents])


@lru_cache(256)
def _telling(ladder: tuple[str, ...]) -> tuple[str, ...]:
    """The steps of a ladder that only tell: a late first touch takes nobody's lead away."""
    return tuple([step for step in ladder if step in TELLING])


def _calendar(landing: Landing, lead: Lead, service: Service, policy: Policy, roster: Roster) -> str:
    """The calendar a service level is counted in. By the lead's own clock where that is known; else as for a pool."""
    if service.basis is Basis.ALWAYS:
        return ""
    if service.basis is not Basis.LEAD:
        return _ours(landing, service, policy, roster)
    calendar = service.calendar or _ours(landing, service, policy, roster)
    zone = lead.facts.get("zone") or lead.facts.get("phone_zone")
    return by_the_clock_of(calendar, zone) if isinstance(zone, str) and is_zone(zone) else calendar


def _ours(landing: Landing, service: Service, policy: Policy, roster: Roster) -> str:
    """A queue's own; an owner's where no pool was asked."""
    if landing.holder.kind is HolderKind.QUEUE:
        known = policy.queues.get(landing.holder.id) or policy.pools[landing.holder.id]  # of a pull pool
        return known.calendar
    if landing.pool and service.basis is not Basis.OWNER:
        return policy.pools[landing.pool].calendar
    rep = roster.reps.get(landing.holder.id) if landing.holder.kind is HolderKind.REP else None
    return rep.calendar if rep else ""


def _touch_due(clocks: list[ClockStarted], lead: Lead, world: World) -> datetime:
    """By when the first touch is due, whose clock may have been running while the lead waited."""
    speed = next((clock.due for clock in clocks if clock.clock == SPEED), lead.expected_at)
    return speed if speed and speed > world.as_of else clocks[-1].due if clocks else world.as_of
