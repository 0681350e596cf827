"""Who of a pool can take this lead now, and why the others cannot: one bitset per code over the pool order.

Every filter is asked of every member, without short circuit, so that each "why not me?" has its full answer. It
does not choose among the eligible (`credit`) and renders no sentence (`trace`).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.decision import Code
from firstright.core.hours import Hours, NeverOpen
from firstright.core.lead import Cause, Lead
from firstright.core.policy import Needs
from firstright.core.pools import Pool
from firstright.core.roster import PoolMembers, Rep, Roster
from firstright.core.world import World

LASTING = frozenset({Code.INACTIVE, Code.LEFT, Code.SKILL_MISSING, Code.LANGUAGE, Code.TRIED_BEFORE})
AWAY = frozenset({Code.INACTIVE, Code.LEFT, Code.PAUSED, Code.ABSENT})
TRIED_COUNTS = frozenset({Cause.SLA_MISSED, Cause.NO_REPLY, Cause.DECLINED, Cause.RETURNED})
FOREVER = datetime.max.replace(tzinfo=UTC)
T = TypeVar("T")

Ruled = dict[Code, int]


class TimeCodes(msgspec.Struct, frozen=True):
    """The codes that only time changes, valid over [since, until)."""

    since: datetime
    until: datetime
    ruled: Ruled


def ask(pool: Pool, lead: Lead, cause: Cause, needs: Needs, world: World) -> Ruled:
    """Members ruled out per code; codes that rule out nobody are left out."""
    roster = world.roster
    members = roster.members(pool.id)
    ruled = dict(time_codes(pool, roster, world.as_of).ruled)
    full = _full(members, roster, world)
    if full:
        ruled[Code.LOAD_FULL] = full
    if needs.language:
        language = lead.facts.get("language") if needs.language == "lead" else needs.language
        mute = _without_language(members, roster, language) if isinstance(language, str) else 0
        if mute:
            ruled[Code.LANGUAGE] = mute
    if needs.skills:
        unskilled = _without_skills(members, roster, needs.skills)
        if unskilled:
            ruled[Code.SKILL_MISSING] = unskilled
    if lead.tried and cause in TRIED_COUNTS:
        tried = _mask(members.reps, lambda rep: rep.id in lead.tried)
        if tried:
            ruled[Code.TRIED_BEFORE] = tried
    return ruled


def time_codes(pool: Pool, roster: Roster, as_of: datetime) -> TimeCodes:
    """Codes that depend on people and the time only; remembered until the first of them changes."""
    key = ("time", pool.id, pool.hours)
    known = roster.memo.get(key)
    if isinstance(known, TimeCodes) and known.since <= as_of < known.until:
        return known
    ruled: Ruled = {}
    until = FOREVER
    members = roster.members(pool.id)
    for i, (rep, place) in enumerate(zip(members.reps, members.places, strict=True)):
        codes, changes = person_codes(rep, roster, as_of, hours=pool.hours)
        if place.joined and as_of < place.joined:
            codes.append(Code.NOT_IN_POOL)
        if place.left and place.left <= as_of:
            codes.append(Code.LEFT)
        changes += [t for t in (place.joined, place.left) if t and t > as_of]
        for code in codes:
            ruled[code] = ruled.get(code, 0) | 1 << i
        until = min(until, *changes) if changes else until
    fresh = TimeCodes(as_of, until, ruled)
    roster.memo[key] = fresh
    return fresh


def person_codes(
    rep: Rep, roster: Roster, as_of: datetime, *, hours: bool
) -> tuple[list[Code], list[datetime]]:
    """A rep's own codes at an instant, and the later instants at which one of them may change."""
    codes: list[Code] = []
    changes = [t for t in (rep.left, rep.paused_until) if t and t > as_of]
    if not rep.active:
        codes.append(Code.INACTIVE)
    if rep.left and rep.left <= as_of:
        codes.append(Code.LEFT)
    if rep.paused_until and as_of < rep.paused_until:
        codes.append(Code.PAUSED)
    for absence in rep.absences:
        if absence.starts <= as_of < absence.ends:
            codes.append(Code.ABSENT)
        changes += [t for t in (absence.starts, absence.ends) if t > as_of]
    if hours:
        code, change = _hours_code(roster.hours(rep.calendar), as_of)
        if code:
            codes.append(code)
        if change:
            changes.append(change)
    return codes, changes


def is_away(rep: Rep | None, roster: Roster, as_of: datetime) -> bool:
    """Whether an owner found by precedence cannot take a lead at all: gone, inactive, paused or absent."""
    return rep is None or not AWAY.isdisjoint(person_codes(rep, roster, as_of, hours=False)[0])


def away_until(rep: Rep, as_of: datetime) -> datetime | None:
    """When an away rep is back; None when no end is known."""
    if not rep.active or (rep.left and rep.left <= as_of):
        return None
    ends = [a.ends for a in rep.absences if a.starts <= as_of < a.ends]
    if rep.paused_until and rep.paused_until > as_of:
        ends.append(rep.paused_until)
    return max(ends, default=as_of)


def next_available(pool: Pool, ruled: Ruled, roster: Roster, as_of: datetime) -> datetime | None:
    """The earliest instant after `as_of` at which time alone makes somebody eligible; None when it cannot.

    LOAD_FULL is ignored: capacity may free up at any moment, by other means than time.
    """
    members = roster.members(pool.id)
    lasting = 0
    for code in LASTING:
        lasting |= ruled.get(code, 0)
    opens = [
        at
        for i, (rep, place) in enumerate(zip(members.reps, members.places, strict=True))
        if not lasting >> i & 1
        if (at := available(rep, roster, max(as_of, place.joined or as_of), hours=pool.hours))
        if not (place.left and place.left <= at)
    ]
    return min(opens, default=None)


def available(rep: Rep, roster: Roster, as_of: datetime, *, hours: bool) -> datetime | None:
    """The earliest instant from `as_of` at which time alone leaves them without a code; None when it cannot be told."""
    at = as_of
    for _ in range(64):  # absences and closed days in a row; more than that is not worth a promise
        codes, _changes = person_codes(rep, roster, at, hours=hours)
        if not codes:
            return at
        back = away_until(rep, at)
        if back is None:
            return None
        try:
            at = back if back > at else roster.hours(rep.calendar).next_open(at)
        except NeverOpen:
            return None
    return None


def _hours_code(hours: Hours, as_of: datetime) -> tuple[Code | None, datetime | None]:
    change = hours.next_change(as_of)
    if hours.is_open(as_of):
        return None, change
    local = as_of.astimezone(ZoneInfo(hours.calendar.zone))
    if local.date() not in hours.calendar.holidays:
        return Code.OUT_OF_HOURS, change
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight = midnight.astimezone(UTC)
    return Code.HOLIDAY, min(midnight, change) if change else midnight


def _full(members: PoolMembers, roster: Roster, world: World) -> int:
    limited = _remembered(
        roster,
        ("limited", members.pool),
        lambda: tuple(
            (1 << i, r.id, r.capacity) for i, r in enumerate(members.reps) if r.capacity is not None
        ),
    )
    changed, loads = world.standing.changed_loads, world.standing.loads
    full = 0
    for bit, rep, capacity in limited:
        load = changed.get(rep)
        if (loads.get(rep, 0) if load is None else load) >= capacity:
            full |= bit
    return full


def _without_language(members: PoolMembers, roster: Roster, language: str) -> int:
    primary = language.partition("-")[0].lower()

    def mute(rep: Rep) -> bool:
        return not any(own.partition("-")[0].lower() == primary for own in rep.languages)

    return _remembered(roster, ("language", members.pool, primary), lambda: _mask(members.reps, mute))


def _without_skills(members: PoolMembers, roster: Roster, skills: tuple[tuple[str, int], ...]) -> int:
    def lacks(rep: Rep) -> bool:
        return any(rep.skills.get(skill, 0) < level for skill, level in skills)

    return _remembered(roster, ("skills", members.pool, skills), lambda: _mask(members.reps, lacks))


def _mask(reps: Iterable[Rep], test: Callable[[Rep], bool]) -> int:
    bits = 0
    for i, rep in enumerate(reps):
        if test(rep):
            bits |= 1 << i
    return bits


def _remembered(roster: Roster, key: object, make: Callable[[], T]) -> T:
    known = roster.memo.get(key)
    if known is None:
        known = roster.memo[key] = make()
    return cast("T", known)
