"""Leads that lie: what makes one stuck, since when, and who is to look at it. It looks nowhere and tells nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.lead import Outcome
from firstright.core.roster import Rep, Roster

NO_ACTION, NO_TOUCH, AWAY = "no-next-action", "no-touch", "owner-away"
UNTOUCHED, TOO_LONG = "accepted-untouched", "status-too-long"
UNCLAIMED, PAUSE_OVER = "review-unclaimed", "pause-over"
CAUSES = (NO_ACTION, NO_TOUCH, AWAY, UNTOUCHED, TOO_LONG, UNCLAIMED, PAUSE_OVER)
WORKED = frozenset(
    {Outcome.OWNER, Outcome.OFFERED, Outcome.QUEUED, Outcome.WAITING, Outcome.REVIEW}
)  # what can lie at all
LATE = timedelta(minutes=5)  # a pause's own alarm may be so late
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Sweep(msgspec.Struct, frozen=True):
    """Plain time each. None: this never makes a lead stuck. `quiet` is how long one somebody decided to keep is not listed."""

    on: bool = False  # a policy has a table for it
    every: timedelta = HOUR
    no_action: timedelta | None = DAY
    no_touch: timedelta | None = 7 * DAY
    away: timedelta | None = 2 * DAY
    untouched: timedelta | None = DAY
    review: timedelta | None = 2 * DAY
    statuses: dict[str, timedelta] = {}  # how long a lead may be in each
    quiet: timedelta = 7 * DAY


SWEEP = Sweep()


class Lying(msgspec.Struct, frozen=True):
    """A lead as a sweep looks at it. Instants are None where the thing is not so."""

    id: str
    outcome: str
    holder_kind: str
    holder: str
    status: str
    since: datetime  # with whom it is
    moved_at: datetime | None = None  # to the status it is in, where that was kept
    touched_at: datetime | None = None  # by us, the last time
    accepted_at: datetime | None = None
    review_at: datetime | None = None  # opened, and nobody has claimed it
    paused_until: datetime | None = None
    planned: bool = False  # a task, a clock, a sequence, a meeting or an offer is open
    quiet_until: datetime | None = None


class Cause(NamedTuple):
    """Why it is stuck, and the instant from which on it is."""

    cause: str
    since: datetime


def causes(lead: Lying, sweep: Sweep, roster: Roster, as_of: datetime) -> tuple[Cause, ...]:
    """All that make it stuck now; none while somebody's decision to keep it lasts."""
    if lead.quiet_until and as_of < lead.quiet_until:
        return ()
    return tuple(
        Cause(cause, since)
        for cause, since, after in _suspects(lead, sweep, roster, as_of)
        if since is not None and after is not None and as_of - since >= after
    )


def _suspects(
    lead: Lying, sweep: Sweep, roster: Roster, as_of: datetime
) -> Iterator[tuple[str, datetime | None, timedelta | None]]:
    """(cause, since when, and after how long that counts)."""
    if lead.outcome == Outcome.OWNER:
        last = max(lead.since, lead.touched_at or lead.since)
        if not lead.planned and lead.paused_until is None:
            yield NO_ACTION, last, sweep.no_action
        if lead.paused_until is None:
            yield NO_TOUCH, last, sweep.no_touch
        yield AWAY, away_since(roster.reps.get(lead.holder), lead.since, as_of), sweep.away
        if lead.touched_at is None or lead.touched_at < lead.since:
            yield UNTOUCHED, lead.accepted_at, sweep.untouched
    yield TOO_LONG, lead.moved_at or lead.since, sweep.statuses.get(lead.status)
    yield UNCLAIMED, lead.review_at, sweep.review
    yield PAUSE_OVER, lead.paused_until, LATE


def away_since(rep: Rep | None, otherwise: datetime, as_of: datetime) -> datetime | None:
    """Since when somebody is not there, which may be long before they got the lead; None for who is. `otherwise` is told of
    who is known to be gone, and nobody knows since when."""
    if rep is None or not rep.active or not rep.crm_active:
        return otherwise
    if rep.left and rep.left <= as_of:
        return rep.left
    if rep.on_until and as_of < rep.on_until:
        return None
    begun = [absence.starts for absence in rep.absences if absence.starts <= as_of < absence.ends]
    return min(begun, default=None)
