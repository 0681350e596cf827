"""What can be booked: the free slots of a lead's owner, or of anybody in the pool, as they are offered. It books nothing."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.clean.tables import ONLY_ZONE
from firstright.core.lead import Facts
from firstright.core.meetings import MeetingType
from firstright.core.policy import Policy
from firstright.core.roster import Rep, Roster
from firstright.core.slots import Days, free_slots, is_here, pool_reps
from firstright.storage import meetings
from firstright.storage.transactions import Tx

AROUND = timedelta(days=2)  # so that a whole local day is seen


class Offer(msgspec.Struct, frozen=True):
    """What can be booked of one type with whom: the slots, ascending, and the zone they are shown in."""

    type: MeetingType
    rep: str  # empty: somebody of the pool
    slots: tuple[datetime, ...]
    zone: str


def offer(
    tx: Tx,
    policy: Policy,
    roster: Roster,
    type: MeetingType,
    owner: str,
    facts: Facts,
    now: datetime,
    *,
    most: int = 0,
    moving: str = "",
) -> Offer:
    """Free slots: the owner's where there is one to meet, else of anybody in the pool. `most` 0: all of them; `moving` is the
    meeting that makes room for itself."""
    rep = met_with(owner, roster, now)
    reps = [rep] if rep else pool_reps(type.pool, roster, now) if type.pool else []
    days = meetings.days(
        tx, [each.id for each in reps], now - AROUND, now + type.horizon + AROUND, but=moving
    )
    slots = _first(type, reps, roster, days, now, most)
    return Offer(type, rep.id if rep else "", slots, zone_of_lead(facts, policy))


def _first(
    type: MeetingType, reps: list[Rep], roster: Roster, days: Days, now: datetime, most: int
) -> tuple[datetime, ...]:
    """The first `most`, 0 for all: looked for in a few days at first, so that thirty of a large pool are soon found."""
    ahead = type.notice + AROUND if most else type.horizon
    while True:
        found: set[datetime] = set()
        for each in reps:
            found.update(free_slots(type, each, roster, days[each.id], now, until=now + ahead))
        if ahead >= type.horizon or (most and len(found) >= most):
            slots = sorted(found)
            return tuple(slots[:most] if most else slots)
        ahead *= 2


def met_with(owner: str, roster: Roster, now: datetime) -> Rep | None:
    """The owner, unless they have gone."""
    rep = roster.reps.get(owner)
    return rep if rep is not None and is_here(rep, roster, now) else None


def zone_of_lead(facts: Facts, policy: Policy) -> str:
    """Where they are, as far as their data says; else where the policy is."""
    for name in ("zone", "phone_zone"):
        if isinstance(found := facts.get(name), str) and found:
            return found
    return ONLY_ZONE.get(str(facts.get("country") or ""), policy.zone)
