"""The lead as a decision sees it: facts, where it stands, who holds it. Values only; nothing here is stored or fetched."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

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
    tried: tuple[str, ...] = ()  # reps who held it in this cycle, oldest first
    accepted: bool = False  # its holder has said so
    cost: int = 1_000_000_000  # to its owner's load, 10⁻⁹ leads; as its rule said when it was assigned
    size: int = 0  # the field its pool balances by, as it was then
    tasks: tuple[str, ...] = ()  # channels of its owner's open tasks
    hops: int = 0  # times a missed deadline moved it in this cycle
    improved: int = 0  # times better knowledge moved it in this cycle
    act: Act | None = None  # only while it is decided
