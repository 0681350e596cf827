"""Who of a pool can take this lead now, and why the others cannot: one bitset per code over the pool order.

Every filter is asked of every member, without short circuit, so that each "why not me?" has its full answer. It
does not choose among the eligible (`credit`) and renders no sentence (`trace`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.assignment.credit import bits_of
from firstright.core.assignment.requirements import Ruled, mask, unmet
from firstright.core.assignment.stood import NOTHING, Reached, stood
from firstright.core.compiled import Compiled
from firstright.core.decision import Code
from firstright.core.hours import Hours, NeverOpen
from firstright.core.lead import Cause, Lead
from firstright.core.policy import Needs, Rule
from firstright.core.pools import Method, Pool
from firstright.core.roster import Membership, PoolMembers, Rep, Roster
from firstright.core.world import Stood, World

# What no time alone ends, as long as the lead is what it is.
LASTING = frozenset(
    {
        Code.INACTIVE,
        Code.CRM_INACTIVE,
        Code.LEFT,
        Code.SKILL_MISSING,
        Code.LANGUAGE,
        Code.NO_LICENCE,
        Code.TERRITORY,
        Code.CONFLICT,
        Code.DO_NOT_ASSIGN,
        Code.TRIED_BEFORE,
    }
)
AWAY = frozenset({Code.INACTIVE, Code.CRM_INACTIVE, Code.LEFT, Code.PAUSED, Code.ABSENT})
# A machine gives a lead back to nobody who had it in this cycle; a hand back, a correction, a person may.
TRIED_COUNTS = frozenset(Cause) - {
    Cause.ARRIVED,
    Cause.HANDED_OVER,
    Cause.OVERRIDDEN,
    Cause.CLAIMED,
    Cause.CORRECTED,
    Cause.MERGED,
    Cause.UNMERGED,
}
FOREVER = datetime.max.replace(tzinfo=UTC)


class TimeCodes(msgspec.Struct, frozen=True):
    """The codes that only time changes, valid over [since, until)."""

    since: datetime
    until: datetime
    ruled: Ruled


class Opening(msgspec.Struct, frozen=True):
    """When members who are closed open, as long as these time codes hold."""

    codes: TimeCodes
    opens: tuple[tuple[int, datetime], ...]


class Answer(msgspec.Struct, frozen=True):
    """Members ruled out per code; `soft` are those who stand back while somebody else is there. `stood` is what was read."""

    ruled: Ruled
    stood: Stood
    soft: int = 0
    opens: tuple[
        tuple[int, int], ...
    ] = ()  # soonest-available: (member, minutes until they open) of those closed now
    hard: Reached = ()  # limits that rule out whoever has reached them

    @property
    def out(self) -> int:
        bits = 0
        for members in self.ruled.values():
            bits |= members
        return bits


def ask(
    pool: Pool, lead: Lead, cause: Cause, needs: Needs, rule: Rule | None, policy: Compiled, world: World
) -> Answer:
    """Every filter for every member; codes that rule out nobody are left out."""
    roster = world.roster
    members = roster.members(pool.id)
    have = stood(pool, members, lead, rule, policy, world)
    ruled = dict(time_codes(pool, roster, world.as_of).ruled)
    if found := unmet(members, lead, needs, policy, roster, world.as_of):
        ruled |= found
    soft = 0 if have is NOTHING else _in_hand(have, ruled, policy)
    if (past := lead.past) and cause in TRIED_COUNTS:
        tried = mask(members.reps, lambda rep: rep.id in past)
        if tried:
            ruled[Code.TRIED_BEFORE] = tried
    opens = _opening(pool, members, ruled, roster, world.as_of) if pool.method is Method.SOONEST else ()
    hard = tuple([each for each in have.limits if policy.limits[each[0]].hard])
    return Answer(ruled, have, soft, opens, hard)


def _in_hand(have: Stood, ruled: Ruled, policy: Compiled) -> int:
    """Adds the codes of what members have in hand; gives those who only stand back for somebody else."""
    if have.full:
        ruled[Code.LOAD_FULL] = have.full
    if have.pending:
        ruled[Code.OFFER_PENDING] = have.pending
    if have.offline:
        ruled[Code.OFFLINE] = have.offline
    soft = 0
    for name, bits, _ in have.limits:
        limit = policy.limits[name]
        if limit.hard:
            ruled[Code(limit.code)] = ruled.get(Code(limit.code), 0) | bits
        else:
            soft |= bits
    return soft


def _opening(
    pool: Pool, members: PoolMembers, ruled: Ruled, roster: Roster, as_of: datetime
) -> tuple[tuple[int, int], ...]:
    """Closed members who open soon enough, with the minutes until then: for soonest-available closed is no reason."""
    found = [
        (i, -(-(at - as_of) // timedelta(minutes=1)))
        for i, at in _openings(pool, members, roster, as_of)
        if at - as_of <= pool.within
    ]
    for code in (Code.OUT_OF_HOURS, Code.HOLIDAY):
        left = ruled.get(code, 0) & ~sum([1 << i for i, _ in found])
        if left:
            ruled[code] = left
        else:
            ruled.pop(code, None)
    return tuple(found)


def _openings(
    pool: Pool, members: PoolMembers, roster: Roster, as_of: datetime
) -> tuple[tuple[int, datetime], ...]:
    """When each closed member opens; remembered as long as nobody's time codes change, because so long it is the same."""
    codes, key = time_codes(pool, roster, as_of), ("opens", pool.id, pool.hours)
    known = roster.memo.get(key)
    if isinstance(known, Opening) and known.codes is codes:
        return known.opens
    closed = codes.ruled.get(Code.OUT_OF_HOURS, 0) | codes.ruled.get(Code.HOLIDAY, 0)
    found = []
    for i in bits_of(closed):
        at, left = available(members.reps[i], roster, as_of, hours=pool.hours), members.places[i].left
        if at is not None and not (left and left <= at):  # else they open when they are a member no more
            found.append((i, at))
    fresh = Opening(codes, tuple(found))
    roster.memo[key] = fresh
    return fresh.opens


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
    changes = [t for t in (rep.left, rep.paused_until, rep.on_until) if t and t > as_of]
    if not rep.active:
        codes.append(Code.INACTIVE)
    if not rep.crm_active:
        codes.append(Code.CRM_INACTIVE)
    if rep.left and rep.left <= as_of:
        codes.append(Code.LEFT)
    if rep.paused_until and as_of < rep.paused_until:
        codes.append(Code.PAUSED)
    on = is_on(rep, as_of)
    for absence in rep.absences:
        if absence.starts <= as_of < absence.ends and not on:
            codes.append(Code.ABSENT)
        changes += [t for t in (absence.starts, absence.ends) if t > as_of]
    if hours:
        code, change = _hours_code(roster.hours_of(rep), as_of)
        if code and not on:
            codes.append(code)
        if change:
            changes.append(change)
    return codes, changes


def is_on(rep: Rep, as_of: datetime) -> bool:
    """Whether they have said that they take leads now, whatever absences, holidays and hours say."""
    return rep.on_until is not None and as_of < rep.on_until


def is_away(rep: Rep | None, roster: Roster, as_of: datetime) -> bool:
    """Whether an owner found by precedence cannot take a lead at all: gone, inactive, paused or absent."""
    return rep is None or not AWAY.isdisjoint(person_codes(rep, roster, as_of, hours=False)[0])


def away_until(rep: Rep, as_of: datetime) -> datetime | None:
    """When an away rep is back, also where one absence leads into the next; None when no end is known."""
    back = as_of
    while rep.active and rep.crm_active and not (rep.left and rep.left <= back):
        ends = [a.ends for a in rep.absences if a.starts <= back < a.ends and not is_on(rep, back)]
        if rep.paused_until and rep.paused_until > back:
            ends.append(rep.paused_until)
        if not ends:
            return back
        back = max(ends)
    return None


def next_available(
    pool: Pool, answer: Answer, roster: Roster, as_of: datetime, since: datetime | None = None
) -> datetime | None:
    """The earliest instant from `since` (else `as_of`, when it was asked) at which time alone makes somebody eligible; None
    when it cannot.

    Who is full, not at their desk or has not answered a lead may change at any moment, so that this counts as at once. Limits
    free when they free.
    """
    first = [
        _first(pool, member, roster, max(member[2], since or as_of))
        for member in _apt(pool, answer, roster, as_of)
    ]
    return min([at for at in first if at is not None], default=None)


def next_opening(pool: Pool, answer: Answer, roster: Roster, as_of: datetime) -> datetime | None:
    """The earliest instant after `as_of` at which time makes somebody available who was not: a closed day, a pause or a
    limit ends. Also of somebody who is there now and full: by tomorrow they may not be."""
    opens = []
    for member in _apt(pool, answer, roster, as_of):
        at = _first(pool, member, roster, max(member[2], as_of))
        if at is not None and at <= as_of:
            closes = _closes(member[0], roster, as_of, hours=pool.hours)
            at = _first(pool, member, roster, closes) if closes else None
        if at is not None and at > as_of:
            opens.append(at)
    return min(opens, default=None)


_Apt = tuple[Rep, Membership, datetime]  # with the instant from which no limit holds them


def _apt(pool: Pool, answer: Answer, roster: Roster, as_of: datetime) -> Iterator[_Apt]:
    """Members whom nothing lasting rules out."""
    members = roster.members(pool.id)
    lasting = 0
    for code in LASTING:
        lasting |= answer.ruled.get(code, 0)
    free = _freed(answer.hard, as_of)
    for i, (rep, place) in enumerate(zip(members.reps, members.places, strict=True)):
        since = free.get(i, as_of)
        if not lasting >> i & 1 and since is not None:
            yield rep, place, max(since, place.joined or since)


def _first(pool: Pool, member: _Apt, roster: Roster, since: datetime) -> datetime | None:
    """When they are available from an instant on, while they are a member; where soonest is what counts, when near enough."""
    rep, place, _ = member
    at = available(rep, roster, since, hours=pool.hours)
    if at is not None and pool.method is Method.SOONEST:
        at = max(since, at - pool.within, away_until(rep, since) or since)
    return None if at is None or (place.left and place.left <= at) else at


def _closes(rep: Rep, roster: Roster, as_of: datetime, *, hours: bool) -> datetime | None:
    """When somebody who is there now first is not; None when nothing says so."""
    at = as_of
    for _ in range(64):
        codes, changes = person_codes(rep, roster, at, hours=hours)
        if codes or not changes:
            return at if codes else None
        at = min(changes)
    return at


def _freed(reached: Reached, as_of: datetime) -> dict[int, datetime | None]:
    """When the last limit that a member has reached is free again; None when nobody can say."""
    found: dict[int, datetime | None] = {}
    for _, bits, until in reached:
        for i, seconds in zip(bits_of(bits), until, strict=True):
            at = None if seconds < 0 else as_of + timedelta(seconds=seconds)
            before = found.get(i, as_of)
            found[i] = None if at is None or before is None else max(at, before)
    return found


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
            at = back if back > at else roster.hours_of(rep).next_open(at)
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
