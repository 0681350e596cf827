"""Rows of clocks that are put on hold, go on, are stopped or excused. It decides nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from firstright.core.causes.pausing import NEVER_PAUSED
from firstright.core.clockwork import (
    ClockEffect,
    ClockExcused,
    ClocksPaused,
    ClocksResumed,
    ClockStopped,
    Left,
    Moments,
    gone_on,
)
from firstright.core.followup import SPEED
from firstright.core.hours import Hours
from firstright.core.roster import Roster
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import clocks, excuses
from firstright.storage.excuses import Excuse
from firstright.storage.rows import ClockRow, JobRow

_moments = msgspec.json.Decoder(Moments).decode
_json = msgspec.json.Encoder().encode


def written(batch: Batch, done: Concluded, effect: ClockEffect) -> None:
    """Puts down what an effect of this kind makes true."""
    match effect:
        case ClocksPaused():
            _pause(batch, done)
        case ClocksResumed():
            _resume(batch, done, effect.at)
        case ClockStopped():
            _stop(batch, done, effect.clock)
        case ClockExcused():
            _excuse(batch, done, effect)
    batch.endings.retold.append(done.after.id)


def hours_in(roster: Roster, calendar: str) -> Hours:
    """The hours a clock counts in; plain time where its calendar is gone from the roster."""
    try:
        return roster.hours(calendar)
    except KeyError:
        return roster.hours("")


def _pause(batch: Batch, done: Concluded) -> None:
    """What is overdue stays missed: a pause is no way out of it."""
    _forget_limit(batch, done.after.id)
    for row in _counting(batch, done):
        if row.state == "running" and row.clock not in NEVER_PAUSED and row.due_at > done.as_of:
            _change(batch, row, state="paused", paused_at=done.as_of)


def _resume(batch: Batch, done: Concluded, at: datetime) -> None:
    _forget_limit(batch, done.after.id)
    for row in _counting(batch, done):
        if row.state != "paused" or row.paused_at is None:
            continue
        stood = Left(hours_in(batch.roster, row.calendar), row.due_at, _moments(row.warnings))
        due, warnings = gone_on(stood, row.paused_at, at)
        text = _json(warnings).decode()
        _change(batch, row, state="running", paused_at=None, due_at=due, warnings=text)
        _ring(batch, done, row, min([due, *[when for _, when in warnings if when > at]]))


def _stop(batch: Batch, done: Concluded, name: str) -> None:
    for row in _counting(batch, done):
        if row.clock == name and row.state in ("running", "paused"):
            _change(batch, row, state="cancelled")


def _excuse(batch: Batch, done: Concluded, miss: ClockExcused) -> None:
    """A clock of whichever holder, also of one that is over."""
    lead = done.after.id
    row = next((row for row in _of_lead(batch, lead, lambda row: row.id == miss.id)), None)
    if row is None:
        return
    excuse = Excuse(
        row.id, lead, miss.reason, miss.note, miss.by, done.as_of, row.due_at, miss.due, miss.state, done.id
    )
    excuses.add(batch.tx, excuse)
    if miss.due is None:
        _change(batch, row, state=miss.state)
        return
    text = _json(miss.warnings).decode()
    _change(batch, row, state=miss.state, due_at=miss.due, warnings=text, calendar=miss.calendar)
    if miss.state == "running":
        _ring(batch, done, row, min([miss.due, *[at for _, at in miss.warnings if at > done.as_of]]))


def _counting(batch: Batch, done: Concluded) -> Iterator[ClockRow]:
    """Speed-to-lead of this cycle, the others of this holder, as this batch leaves them."""
    lead = done.after

    def counts(row: ClockRow) -> bool:
        return row.cycle == lead.cycle and (row.clock == SPEED or row.epoch == lead.epoch)

    return _of_lead(batch, lead.id, counts)


def _of_lead(batch: Batch, lead: str, wanted: Callable[[ClockRow], bool]) -> Iterator[ClockRow]:
    for row in clocks.of_lead(batch.tx, lead):
        here = batch.clocks.get(row.id, row)
        if wanted(here):
            yield here
    yield from [row for row in batch.rows.clocks if row.lead_id == lead and wanted(row)]


def _change(batch: Batch, row: ClockRow, **values: object) -> None:
    """In the row at hand, which may be new in this batch, and in the database, where it is there already."""
    for name, value in values.items():
        setattr(row, name, value)
    clocks.change(batch.tx, row, silent=True)
    for job in batch.rows.jobs:
        if (job.lead_id, job.kind, job.ref_id, job.state) == (row.lead_id, "clock", row.id, "ready"):
            job.state = "cancelled"


def _forget_limit(batch: Batch, lead: str) -> None:
    """The alarm of the pause before. The new one comes with a later effect of the same decision."""
    clocks.forget_limit(batch.tx, lead)
    for job in batch.rows.jobs:
        if (job.lead_id, job.kind, job.cause, job.state) == (lead, "decide", "hours-opened", "ready"):
            job.state = "cancelled"


def _ring(batch: Batch, done: Concluded, row: ClockRow, at: datetime) -> None:
    guard = None if row.clock == SPEED else row.epoch
    batch.rows.jobs.append(
        JobRow(
            batch.new_id(),
            "clock",
            "deadlines",
            row.lead_id,
            row.id,
            row.clock,
            at,
            done.decision.priority,
            guard,
        )
    )
