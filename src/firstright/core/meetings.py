"""Kinds of meetings somebody can book, and what is known of one. It knows no calendar program and writes no invitation; which
slots are free is `slots`.
"""

from datetime import datetime, timedelta

import msgspec

NOTHING = timedelta(0)
BOOKED, MOVED, CANCELLED, NO_SHOW, HELD = "booked", "moved", "cancelled", "no-show", "held"
STATES = (BOOKED, HELD, NO_SHOW, CANCELLED)  # of a meeting; a moved one is booked, at another time
THE_LEAD = "lead"  # who books by a link
OURS = "@firstright"  # ends the name of an entry that our invitation made in somebody's calendar
AGAIN = "Offer another time: they did not come"  # the task after a no-show
LONGEST_HORIZON = timedelta(days=90)  # nobody books farther ahead
GRIDS = (5, 10, 15, 20, 30, 60)  # minutes: parts of an hour, so that no change of the clock skips a start


class MeetingType(msgspec.Struct, frozen=True):
    """One kind of meeting of a policy. Who has an owner meets them; `pool` is for who has none."""

    id: str
    pool: str = ""  # empty: only with the owner of the lead
    length: timedelta = timedelta(minutes=30)
    before: timedelta = NOTHING  # kept free before it, and after it
    after: timedelta = NOTHING
    notice: timedelta = timedelta(hours=2)  # at the earliest from now
    horizon: timedelta = timedelta(days=14)  # at the latest from now
    grid: int = 30  # minutes of the local clock at which one may begin
    most: int = 0  # a rep's a day; 0: no limit
    title: str = ""
    location: str = ""
    about: str = ""  # what it is for, on the page where it is booked
    confirm: str = ""  # template told to the lead; empty: the shipped words
    reminder: str = ""  # template
    remind: tuple[timedelta, ...] = ()  # before it begins

    @property
    def said(self) -> str:
        return self.title or self.id.replace("-", " ").capitalize()


class Booked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A slot somebody has chosen, or what became of it. `taken` are members of its pool who have another meeting then."""

    type: str
    rep: str  # empty: whoever of the pool has the turn
    starts: datetime
    ends: datetime
    state: str = BOOKED  # booked | moved | cancelled | no-show | held
    pool: str = ""
    since: datetime | None = None  # with what is kept free around it: [since, until)
    until: datetime | None = None
    taken: tuple[str, ...] = ()
    was: str = ""  # the status of the lead before it was scheduled


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """A meeting in somebody's day: half-open, with what is kept free around it. An appointment of their own calendar is none of
    `ours`: it closes what it touches, and does not count to how many they may have in a day."""

    starts: datetime
    ends: datetime
    since: datetime
    until: datetime
    ours: bool = True

    def clashes(self, other: "Span") -> bool:
        """Whether one of them lies in what the other keeps free. Two buffers may share their time."""
        mine = self.since < other.ends and other.starts < self.until
        return mine or (self.starts < other.until and other.since < self.ends)


def appointment(starts: datetime, ends: datetime) -> Span:
    """Of their own calendar: nothing is kept free around it but what a meeting keeps free around itself."""
    return Span(starts, ends, starts, ends, ours=False)


def span(type: MeetingType, starts: datetime) -> Span:
    ends = starts + type.length
    return Span(starts, ends, starts - type.before, ends + type.after)
