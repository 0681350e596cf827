"""Clocks of a lead that stand still, and misses of it, as its page shows them: words made from rows. It changes nothing."""

from datetime import datetime

import msgspec

from firstright.core.authority import Right
from firstright.core.causes.pausing import PAUSABLE
from firstright.core.clockwork import EXCUSES
from firstright.core.lead import HolderKind
from firstright.core.why.reasons import CLOCKS
from firstright.desk.clockacts import states_of
from firstright.storage import clocks, excuses, leads
from firstright.storage.leadview import Seen
from firstright.storage.transactions import Tx
from firstright.web.console.visit import Visit


class ExcuseSeen(msgspec.Struct, frozen=True):
    """`due` is when it was due rightly, where that was worked out anew."""

    clock: str
    state: str
    reason: str
    note: str
    at: datetime
    due: datetime | None


class ClocksSeen(msgspec.Struct, frozen=True):
    """`states` are for what they may stand still; `missed` what may be excused: (id, name)."""

    pause: str
    since: datetime | None
    until: datetime | None
    can_pause: bool
    can_excuse: bool
    states: list[tuple[str, str]]
    reasons: list[tuple[str, str]]
    missed: list[tuple[str, str]]
    excused: list[ExcuseSeen]
    calendars: list[tuple[str, str]]


def clocks_seen(tx: Tx, visit: Visit, seen: Seen) -> ClocksSeen | None:
    """None where nothing stands still, nothing was missed, and nothing could be done."""
    row, actor = seen.row, visit.actor
    pause = leads.as_lead(row).pause
    mine = seen.holder.kind is HolderKind.REP and seen.holder.id == actor.rep != ""
    leads_here = actor.may(Right.ASSIGN)
    rows = clocks.of_lead(tx, row.id)
    can_pause = (mine or leads_here) and row.outcome in PAUSABLE and visit.policy is not None
    can_excuse = actor.sees_all or (leads_here and not mine)
    missed = [(each.id, clock_name(each.clock)) for each in rows if each.state == "missed"]
    excused = [_excuse(each) for each in excuses.of_lead(tx, row.id)]
    if not (pause or can_pause or missed or excused):
        return None
    found = visit.roster.document.calendars if visit.roster else ()
    return ClocksSeen(
        words(pause.why) if pause else "",
        pause.since if pause else None,
        pause.until if pause else None,
        can_pause,
        can_excuse and bool(missed),
        [(state, words(state).capitalize()) for state in states_of(visit.policy)] if visit.policy else [],
        [(reason, words(reason).capitalize()) for reason in EXCUSES],
        missed,
        excused,
        [(each.id, each.id) for each in found],
    )


def clock_name(clock: str) -> str:
    return CLOCKS.get(clock, clock).capitalize()


def words(code: str) -> str:
    return code.replace("-", " ")


def _excuse(excuse: excuses.Excuse) -> ExcuseSeen:
    state = "excused" if excuse.due is None else f"put right: {excuse.state}"
    return ExcuseSeen(
        clock_name(excuse.clock), state, words(excuse.reason), excuse.note, excuse.at, excuse.due
    )
