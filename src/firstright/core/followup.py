"""What follows from where a lead landed: both clocks with their frozen ladders, the first task, and the next instant at
which something happens. It decides nothing about who; whom to tell is `telling`.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, ClockStarted, Effect, Held, ReviewOpened, TaskGiven
from firstright.core.hours import Hours, NeverOpen
from firstright.core.landing import Landing
from firstright.core.lead import Cause, HolderKind, Lead, Outcome
from firstright.core.limits import concerns, counted
from firstright.core.policy import Basis, Policy, Service
from firstright.core.roster import Roster
from firstright.core.stood import sized_by, weighs
from firstright.core.telling import told_of
from firstright.core.world import World

SPEED, OWNER, REVIEW, TICKET = "speed-to-lead", "owner", "review", "ticket"
TELLING = frozenset({"tell-owner", "tell-manager"})
NOTHING = timedelta(0)
STUCK = timedelta(days=7)  # a lead whose service level sets no target is looked at again after this
HANDLED_BY_PEOPLE = timedelta(
    days=1
)  # review, ticket and partner hold, where the service level names no target


def follow(
    landing: Landing, lead: Lead, policy: Compiled, world: World, *, fresh: bool
) -> tuple[Effect, ...]:
    """Effects in a fixed order. `fresh` says the cycle begins: the speed-to-lead clock starts once, never again."""
    effects: list[Effect] = []
    if fresh or landing.holder != lead.holder or lead.epoch == 0:
        lock = world.as_of + policy.policy.lock if landing.holder.kind is HolderKind.REP else None
        effects += _held(landing, lead, policy, world, lock)
    if landing.next_at:
        effects.append(AlarmSet(landing.again, landing.next_at))
    if landing.outcome in (Outcome.REJECTED, Outcome.CLOSED):
        return (*effects, *told_of(landing, lead, policy.policy))
    service = service_of(landing, policy)
    clocks = _clocks(landing, lead, service, policy.policy, world, fresh=fresh)
    effects += clocks
    if landing.outcome is Outcome.OWNER:
        effects += _first_task(landing, lead, clocks, policy.policy, world)
    if landing.outcome is Outcome.REVIEW:
        effects.append(ReviewOpened(landing.holder.id, landing.review))
    effects += told_of(landing, lead, policy.policy)
    if not clocks and not landing.next_at:
        effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
    return tuple(effects)


def _held(
    landing: Landing, lead: Lead, policy: Compiled, world: World, lock: datetime | None
) -> list[Effect]:
    """The new holder, what the lead is to their load, and the limits it counts to."""
    rep = world.roster.reps.get(landing.holder.id) if landing.holder.kind is HolderKind.REP else None
    if rep is None:
        return [Held(lead.holder, landing.holder, lock)]
    cost, size = weighs(lead, landing.rule, sized_by(landing.pool, rep, policy.policy.pools))
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


def service_of(landing: Landing, policy: Compiled) -> Service:
    """The service level a landing is held to: the rule's, else that of the queue, else the policy's default."""
    if landing.rule and landing.rule.service:
        return policy.service(landing.rule.service)
    if landing.holder.kind is HolderKind.QUEUE:
        queue = policy.policy.queues.get(landing.holder.id)  # else the queue of a pull pool
        return policy.service(queue.service if queue else "")
    return policy.service("")


def owner_clock(landing: Landing, service: Service, policy: Policy, world: World) -> list[ClockStarted]:
    """The owner clock of an assignment or an acceptance as of now; none where the service level has no such target."""
    if landing.outcome is not Outcome.OWNER or not service.untouched:
        return []
    calendar = _calendar(landing, service, policy, world.roster)
    try:
        return [_owner(calendar, service, service.untouched, world)]
    except NeverOpen:
        return [_owner("", service, service.untouched, world)]


def _owner(calendar: str, service: Service, target: timedelta, world: World) -> ClockStarted:
    hours = world.roster.hours(calendar)
    due = hours.add(world.as_of, target)
    return _clock(OWNER, service, calendar, hours, world.as_of, due, service.on_missed)


def _clocks(
    landing: Landing, lead: Lead, service: Service, policy: Policy, world: World, *, fresh: bool
) -> list[ClockStarted]:
    calendar = _calendar(landing, service, policy, world.roster)
    try:
        return _clocks_in(calendar, landing, lead, service, world, fresh=fresh)
    except NeverOpen:  # the calendar has run out of open days: plain time, because a deadline there must be
        return _clocks_in("", landing, lead, service, world, fresh=fresh)


def _clocks_in(
    calendar: str, landing: Landing, lead: Lead, service: Service, world: World, *, fresh: bool
) -> list[ClockStarted]:
    hours = world.roster.hours(calendar)
    clocks = []
    if fresh and landing.outcome in (Outcome.OWNER, Outcome.QUEUED, Outcome.WAITING, Outcome.REVIEW):
        telling = _telling(service.on_missed)
        if service.first_touch:
            due = hours.add(lead.arrived_at, service.first_touch)
            clocks.append(_clock(SPEED, service, calendar, hours, lead.arrived_at, due, telling))
        elif service.same_day:
            due = hours.close_of_business(lead.arrived_at)
            clocks.append(_clock(SPEED, service, calendar, hours, lead.arrived_at, due, telling))
    if landing.outcome is Outcome.OWNER and service.untouched:
        clocks.append(_owner(calendar, service, service.untouched, world))
    if landing.outcome in (Outcome.REVIEW, Outcome.SUPPORT, Outcome.PARTNER):
        due = hours.add(world.as_of, service.review or HANDLED_BY_PEOPLE)
        name = REVIEW if landing.outcome is Outcome.REVIEW else TICKET
        clocks.append(_clock(name, service, calendar, hours, world.as_of, due, ("tell-manager",)))
    return clocks


def _clock(
    name: str,
    service: Service,
    calendar: str,
    hours: Hours,
    started: datetime,
    due: datetime,
    ladder: tuple[str, ...],
) -> ClockStarted:
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


def _calendar(landing: Landing, service: Service, policy: Policy, roster: Roster) -> str:
    """The calendar a service level is counted in. A queue's own; an owner's where no pool was asked."""
    if service.basis is Basis.ALWAYS:
        return ""
    if landing.holder.kind is HolderKind.QUEUE:
        known = policy.queues.get(landing.holder.id) or policy.pools[landing.holder.id]  # of a pull pool
        return known.calendar
    if landing.pool and service.basis is Basis.POOL:
        return policy.pools[landing.pool].calendar
    rep = roster.reps.get(landing.holder.id) if landing.holder.kind is HolderKind.REP else None
    return rep.calendar if rep else ""


def _first_task(
    landing: Landing, lead: Lead, clocks: list[ClockStarted], policy: Policy, world: World
) -> list[TaskGiven]:
    name = landing.rule.first_action if landing.rule else ""
    action = policy.actions.get(name)
    if action is None:
        return []
    rep = landing.holder.id
    hours = world.roster.hours(world.roster.reps[rep].calendar)
    if action.within:
        due = _added(hours, world.as_of, action.within)
    else:  # by the first touch, whose clock may have been running while the lead waited
        speed = next((clock.due for clock in clocks if clock.clock == SPEED), lead.expected_at)
        due = speed if speed and speed > world.as_of else clocks[-1].due if clocks else world.as_of
    return [TaskGiven(action.id, action.channel, rep, due)]


def _added(hours: Hours, start: datetime, target: timedelta) -> datetime:
    """In business time, or in plain time once a calendar will not open any more: a deadline there must be."""
    try:
        return hours.add(start, target)
    except NeverOpen:
        return start + target
