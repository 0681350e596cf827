"""The lead as a decision sees it: facts, where it stands, who holds it. Values only; nothing here is stored or fetched."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from firstright.core.clockwork import ClockExcused, Pause, Pausing
from firstright.core.meetings import Booked
from firstright.core.pipeline import Converted, Moved, RoleGiven

Fact = str | int | bool | tuple[str, ...]  # as stored; an instant is ISO text in UTC
Value = Fact | datetime  # as a condition sees it
Facts = Mapping[str, Value]


class Outcome(StrEnum):
    """Where a lead is. Every lead is in exactly one, with a reason and a next instant, or closed."""

    PENDING = "pending"
    OWNER = "owner"
    OFFERED = "offered"
    QUEUED = "queued"
    WAITING = "waiting"
    REVIEW = "review"
    NURTURE = "nurture"
    SUPPORT = "support"
    PARTNER = "partner"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why we decide. First routing, re-routing, escalation and override are one path with another cause."""

    ARRIVED = "arrived"
    ENRICHED = "enriched"
    SCORED = "scored"
    QUALIFIED = "qualified"
    ENGAGED = "engaged"
    TOUCHED = "touched"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"
    SLA_MISSED = "sla-missed"
    NO_REPLY = "no-reply"
    CALL_OUTCOME = "call-outcome"
    HANDED_OVER = "handed-over"
    CAPACITY_FREED = "capacity-freed"
    HOURS_OPENED = "hours-opened"
    OVERRIDDEN = "overridden"
    CLAIMED = "claimed"
    BOOKED = "booked"
    MERGED = "merged"
    UNMERGED = "unmerged"
    OFFBOARDED = "offboarded"
    CRM_CHANGED = "crm-changed"
    CORRECTED = "corrected"
    RERUN = "rerun"


class HolderKind(StrEnum):
    REP = "rep"
    QUEUE = "queue"
    REVIEW = "review"
    PARTNER = "partner"
    NONE = "none"


class Holder(msgspec.Struct, frozen=True):
    """Who or what has the lead now. `id` is a rep, queue, review reason or partner; empty for none."""

    kind: HolderKind
    id: str = ""


NOBODY = Holder(HolderKind.NONE)


class Waiting(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hold with a limit: what the lead waits for, and the instant after which it waits for that no more.

    `spent` are the limits of other holds since the lead was last with somebody: one that has run out is not set anew,
    or two full pools would hand a lead to and fro for ever. `cause` is why it was decided when it began to wait.
    """

    rule: str
    until: datetime
    cause: Cause = Cause.ARRIVED
    spent: tuple[tuple[str, datetime], ...] = ()
    pool: str = ""  # whose members it waits for, where it is a pool
    since: datetime | None = None  # when it began to wait: what is asked of a rep may be relaxed from then on


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person wants, whatever the rules say. `pending`: that the rules decide once more."""

    outcome: Outcome  # owner | pending | nurture | rejected | closed
    rep: str = ""  # owner: who
    until: datetime | None = None  # nurture: when it comes back
    why: str = ""  # closed: a code of overriding.DISQUALIFIED


class Spent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The turn somebody had for this lead, and what they have got back lately: what giving credit back is judged by."""

    rep: str
    pool: str
    lane: str
    cost: int  # 10⁻⁹ leads
    at: datetime
    turns: int  # theirs on that ledger this month
    back: int  # given back to them there this month
    approved: bool = False  # whoever must agree has agreed
    verified: bool = False  # what was said about the lead has been found to be so


class Joined(msgspec.Struct, frozen=True, omit_defaults=True):
    """Records that are one from now on, or are so no more, as one of the two is told: `into` names who stands for it, `child`
    for whom it stands. `was` is how it stood before the merge, without its facts."""

    into: str = ""
    child: str = ""
    owner: str = ""  # the rep who has the other one
    rule: str = ""  # of the other one
    open: bool = False  # the other one is being worked
    was: "Lead | None" = None
    until: datetime | None = None  # when it was to come back from nurture
    undated: bool = False  # the meeting its clocks stood still for is the other one's


class Handed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody hands over: by which type, to whom by name where they say so, with which notes."""

    type: str
    to: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    back: bool = False  # it goes back to who gave it


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An offer of the lead that is open: to whom, by whom, of which kind, and until when."""

    kind: str
    to: Holder
    by: str = ""
    pool: str = ""
    until: datetime | None = None
    cost: int = 1_000_000_000  # to the load of whom it is offered to, 10⁻⁹ leads
    size: int = 0
    tried: tuple[tuple[str, str], ...] = ()  # (pool, whom) it was offered to before, in this very handoff


class Todo(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is handed in about a task: a new one (without `task`), or how one that is there ends."""

    channel: str
    rep: str
    said: str = ""
    due: datetime | None = None
    task: str = ""
    state: str = ""


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """What beside the cause was handed in: who did it and with which words, or which clock rang.

    `at` is when it happened, which may be before it was logged. `ladder` is the one that was frozen with the clock.
    """

    by: str = ""  # the rep, or who stands behind an API key
    reason: str = ""
    note: str = ""
    channel: str = ""
    result: str = ""
    at: datetime | None = None
    clock: str = ""
    percent: int = 0
    due: datetime | None = None
    ladder: tuple[str, ...] = ()
    last: bool = False  # the clock does not ring again
    called: str = ""  # what `by` is called, when the roster does not know them: a user, a key
    chosen: Chosen | None = None  # decided by hand
    spent: Spent | None = None  # given back, or the other side did not come: the turn its holder had for it
    owed: Spent | None = (
        None  # the turn that an open offer cost whom it is made to, where this takes it from them
    )
    joined: Joined | None = None  # merged with another lead, or apart from it again
    moved: Moved | None = None  # to another status
    role: RoleGiven | None = None  # beside the owner
    converted: Converted | None = None  # into records of our base
    handed: Handed | None = None  # to somebody else
    offered: bool = False  # the answer is to an open offer, not to an assignment
    booked: Booked | None = None  # a meeting, or what became of one
    todo: Todo | None = None  # a task of somebody's own words, or how one ended
    tries: int = 0  # times one of us has tried by this channel in this cycle, without an answer
    pausing: Pausing | None = None  # its clocks are to stand still, or to go on
    excused: ClockExcused | None = None  # a miss of one of its clocks
    repair: bool = False  # wrong rules had placed it: what they started is withdrawn


class Lead(msgspec.Struct, frozen=True, omit_defaults=True):
    """One lead, normalised and frozen. Epoch 0: it was never decided about and has no row yet."""

    facts: dict[str, Fact]
    source: str
    arrived_at: datetime  # when this cycle began: the speed-to-lead clock starts here
    id: str = ""
    person: str = ""  # whose data this is: erasure goes by it
    lane: str = "main"  # the ledger its turn counts on: an import can have one of its own
    outcome: Outcome = Outcome.PENDING
    rule: str = ""  # the rule it is held under; empty when owner precedence or nothing decided
    holder: Holder = NOBODY
    epoch: int = 0  # row number of the holder history
    cycle: int = 1
    status: str = "new"
    touched: bool = False
    locked_to: str = ""  # manual lock: the rep a person chose
    locked_until: datetime | None = None
    waiting: Waiting | None = None
    expected_at: datetime | None = None  # when the speed-to-lead clock of this cycle is due
    priority: int = 0  # as raised by repeat enquiries
    tried: tuple[str, ...] = ()  # reps who held it in this cycle, each once; who had it last is the last
    accepted: bool = False  # its holder has said so
    cost: int = 1_000_000_000  # to its owner's load, 10⁻⁹ leads; as its rule said when it was assigned
    size: int = 0  # the field its pool balances by, as it was then
    tasks: tuple[str, ...] = ()  # channels of its owner's open tasks
    hops: int = 0  # times a missed deadline moved it in this cycle
    improved: int = 0  # times better knowledge moved it in this cycle
    offer: Offer | None = None  # to somebody who has not said yes
    roles: tuple[tuple[str, str], ...] = ()  # (role, rep) beside the owner, by role
    pause: Pause | None = None  # its clocks stand still
    contact: str = ""  # of our base, that it was converted into
    meets: str = ""  # the rep of its next meeting; known of those whom an enquiry may be of
    declined: tuple[
        str, ...
    ] = ()  # reps it was offered to first in this cycle who did not take it, oldest first
    act: Act | None = None  # only while it is decided

    @property
    def past(self) -> tuple[str, ...]:
        """Who is not asked once more in this cycle: who had it, and who was asked first and did not take it."""
        return (*self.tried, *self.declined) if self.declined else self.tried
