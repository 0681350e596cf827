"""Looking at calendars by URL: whose turn it is, what becomes of what came back, and when the next look is.

Bytes that came before publish nothing. A look that fails takes no absence away: it is made again, later each time.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import assert_never

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.roster import Absence, Document, Rep, Roster
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.batch import Batch
from firstright.desk.moments import zone_name
from firstright.desk.staff.absences import FeedCalendar
from firstright.desk.staff.calendars import Read, read_for
from firstright.desk.staff.repwork import Changed
from firstright.errors import DatabaseError, FirstrightError, NoPolicy, Refused
from firstright.outbound.calendar import Failed, Fresh, Looked, Same
from firstright.outbound.channel import detail
from firstright.storage import feeds
from firstright.storage.feeds import FeedRow
from firstright.storage.transactions import Tx

EVERY = timedelta(minutes=15)
LEASE = timedelta(minutes=5)  # longer than a look and the reading of what came back
ANEW = timedelta(days=7)  # what repeats reaches 400 days ahead: also what stays the same is worked out again
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240))
JITTER = 0.2  # of the back-off, either way
BY = operator("calendar feed")
REASON = "from their calendar"
_encode = msgspec.json.Encoder().encode

log = logging.getLogger("firstright.feeds")


class Looking(msgspec.Struct, frozen=True):
    """A look that is ours until its lease is over. `anew`: what comes is worked out whatever came before. `idle` says why there is
    nobody to look for.
    """

    row: FeedRow
    anew: bool
    idle: str = ""


def is_due(tx: Tx, now: datetime) -> bool:
    return bool(feeds.due(tx, now, 1))


class ClaimFeeds:
    """At most `room` of those whose turn it is."""

    lane = "deadlines"

    def __init__(self, room: int) -> None:
        self.room = room

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> list[Looking]:
        now, roster = batch.turn.now, batch.memory.roster
        found = feeds.due(batch.tx, now, self.room) if roster else []
        for row in found:
            row.due_at = now + LEASE
            feeds.lease(batch.tx, row.rep_id, row.due_at)
        return [_looking(row, roster, now) for row in found if roster]

    def rescue(self, batch: Batch, failure: Exception) -> list[Looking]:
        raise failure


def take(desk: Desk, look: Looking, came: Looked, dice: float) -> None:
    """Has the roster say what the calendar says now, and the row how the look went. `dice` in [0, 1) spreads the next tries."""
    left = _read(desk, look, came) if isinstance(came, Fresh) else came
    if isinstance(left, Failed):
        log.warning("feed.failed", extra={"rep": look.row.rep_id, "tries": look.row.failures + 1})
    if left is not None:
        desk.writer.submit(RecordLook(look, left, dice)).result()


def next_look(rep: str, now: datetime) -> datetime:
    """A quarter of an hour from now, each rep's at a time of their own, so that a thousand do not come at once."""
    every = int(EVERY.total_seconds())
    own = int.from_bytes(sha256(rep.encode()).digest()[:4]) % every
    ahead = (own - int(now.timestamp())) % every
    return now.replace(microsecond=0) + timedelta(seconds=ahead if ahead > every // 3 else ahead + every)


def next_try(failures: int, now: datetime, dice: float, wait: timedelta | None) -> datetime:
    """After so many failures in a row; later where the other side has asked for that."""
    planned = BACK_OFF[min(failures, len(BACK_OFF)) - 1] * (1 - JITTER + 2 * JITTER * dice)
    return now + max(planned, wait or timedelta(0))


def _looking(row: FeedRow, roster: Roster, now: datetime) -> Looking:
    rep = roster.reps.get(row.rep_id)
    if rep is None or (rep.left is not None and rep.left <= now):
        return Looking(row, True, "the roster names nobody so" if rep is None else "they have left")
    changed = row.taken.partition(" ")[2] != _stands(rep, roster.document)
    return Looking(row, changed or row.taken_at is None or now - row.taken_at >= ANEW)


def _read(desk: Desk, look: Looking, came: Fresh) -> Fresh | Failed | None:
    """None when it was taken, or has become somebody else's to take; the same again when these bytes were taken before."""
    row = look.row
    if not look.anew and row.taken.partition(" ")[0] == _hash(came.body):
        return came
    busy_over = None if row.busy_over is None else timedelta(seconds=row.busy_over)
    try:
        desk.act(TakeFeed(look, came, read_for(desk, row.rep_id, came.body, busy_over)))
    except (Refused, NoPolicy) as error:
        reasons = error.reasons if isinstance(error, Refused) else (str(error),)
        return Failed(detail("; ".join(reason.removeprefix("file: ") for reason in reasons)))
    except DatabaseError:
        raise
    except Exception as error:  # a file that shows a defect of ours must not be asked for every second
        log.exception("feed.not-read", extra={"rep": row.rep_id})
        return Failed(f"could not be read: {type(error).__name__}")
    return None


class TakeFeed(FeedCalendar):
    """What came, into the roster; and that it came, in the same turn. Nothing where the feed is another one by now."""

    def __init__(self, look: Looking, came: Fresh, read: Read) -> None:
        super().__init__(look.row.rep_id, BY, REASON, read.absences, read.since, read.busy)
        self.look = look
        self.came = came
        self.problems = read.problems
        self._document: Document | None = None
        self._rep: Rep | None = None

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        self._document = document
        return super().refused(rep, document, batch)

    def done(self, rep: Rep, version: int, *, changed: bool) -> Changed:
        self._rep = rep
        return super().done(rep, version, changed=changed)

    def perform(self, batch: Batch) -> Changed | FirstrightError:
        row = _ours(batch, self.look)
        if row is None:
            return Changed(self.rep, 0, False)
        done = super().perform(batch)
        if isinstance(done, FirstrightError) or self._rep is None or self._document is None:
            return done
        now = batch.turn.now
        row.etag, row.modified = self.came.etag, self.came.modified
        row.taken = f"{_hash(self.came.body)} {_stands(self._rep, self._document)}"
        row.taken_at, row.said = now, _said(self.fed, self.problems)
        _went_well(batch, row)
        return done


class RecordLook:
    """How a look ended that brought nothing new."""

    lane = "deadlines"

    def __init__(self, look: Looking, came: Looked, dice: float) -> None:
        self.look = look
        self.came = came
        self.dice = dice

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> bool:
        row = _ours(batch, self.look)
        if row is None:
            return False
        match self.came:
            case Same():
                _went_well(batch, row)
            case Fresh(etag=etag, modified=modified):
                row.etag, row.modified = etag, modified
                _went_well(batch, row)
            case Failed(why, wait):
                row.failures += 1
                row.problem = why
                row.due_at = next_try(row.failures, batch.turn.now, self.dice, wait)
                feeds.looked(batch.tx, row)
            case _:
                assert_never(self.came)
        return True

    def rescue(self, batch: Batch, failure: Exception) -> bool:
        raise failure


def _ours(batch: Batch, look: Looking) -> FeedRow | None:
    row = feeds.one(batch.tx, look.row.rep_id)
    same = row is not None and (row.due_at, row.sealed) == (look.row.due_at, look.row.sealed)
    return row if same else None


def _went_well(batch: Batch, row: FeedRow) -> None:
    row.failures, row.problem, row.read_at = 0, "", batch.turn.now
    row.due_at = next_look(row.rep_id, batch.turn.now)
    feeds.looked(batch.tx, row)


def _hash(raw: bytes) -> str:
    return sha256(raw).hexdigest()


def _stands(rep: Rep, document: Document) -> str:
    """What the roster says from their calendar, and what a calendar is read by: a roster published without it has it read anew."""
    fed = sorted((each.starts, each.ends, each.type, each.feed) for each in rep.absences if each.feed)
    return _hash(_encode([zone_name(rep, document), rep.email, fed]))


def _said(fed: tuple[Absence, ...], problems: Iterable[Problem]) -> str:
    wrong = [f"{each.pointer.removeprefix('/').replace('/', ' ')}: {each.reason}" for each in problems]
    said = f"{len(fed)} absence{'' if len(fed) == 1 else 's'}"
    if not wrong:
        return said
    return detail(f"{said}; {len(wrong)} {'entry' if len(wrong) == 1 else 'entries'} not read, {wrong[0]}")
