"""What a decision is, as a value: one outcome, the effects that make it true, the credit it moves, the trace behind it.

No ids, no sentences, no storage: ids are given when it is written, sentences when it is read (`trace`).
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from firstright.core.actions import ActionEffect
from firstright.core.clockwork import ClockEffect
from firstright.core.handoff import HandoffEffect
from firstright.core.lead import NOBODY, Holder, Outcome, Waiting
from firstright.core.pipeline import Converted
from firstright.core.sequences import SequenceEffect

ENGINE = 3  # grows when the meaning of a decision changes; recorded decisions are a test corpus per engine


class Code(StrEnum):
    """Why a rep could not take a lead. The order is part of the record."""

    INACTIVE = "INACTIVE"
    LEFT = "LEFT"
    NOT_IN_POOL = "NOT_IN_POOL"
    PAUSED = "PAUSED"
    ABSENT = "ABSENT"
    HOLIDAY = "HOLIDAY"
    OUT_OF_HOURS = "OUT_OF_HOURS"
    OFFLINE = "OFFLINE"
    CAP_REACHED = "CAP_REACHED"
    LOAD_FULL = "LOAD_FULL"
    OFFER_PENDING = "OFFER_PENDING"
    SKILL_MISSING = "SKILL_MISSING"
    LANGUAGE = "LANGUAGE"
    TERRITORY = "TERRITORY"
    CONFLICT = "CONFLICT"
    DO_NOT_ASSIGN = "DO_NOT_ASSIGN"
    TRIED_BEFORE = "TRIED_BEFORE"
    COOLDOWN = "COOLDOWN"
    NO_LICENCE = "NO_LICENCE"
    BURST_GUARD = "BURST_GUARD"
    CRM_INACTIVE = "CRM_INACTIVE"
    MEETING = "MEETING"


OTHERWISE = "?"  # before the name of who was asked only as if a number had not crossed its edge


class Asked(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One pool that was asked: the members ruled out per code as bitsets over pool order, and who won ("" = nobody).

    A rep named by a rule, a step or a person is asked as "@rep". `limits` and `measured`: see world.Stood.
    """

    pool: str
    size: int
    codes: tuple[tuple[Code, str], ...]  # hexadecimal bitsets; codes nobody has are left out
    winner: str = ""
    limits: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    measured: tuple[int, ...] = ()
    relaxed: int = 0  # how many of the rule's relaxations held

    def bits(self) -> dict[Code, int]:
        return {code: int(members, 16) for code, members in self.codes}


class Considered(msgspec.Struct, frozen=True, array_like=True):
    """A rule, territory or precedence step that spoke up: what it said, and what became of it."""

    what: str  # "rule", "territory", "step"
    id: str
    # true | false | unknown | exclusive-conflict | contradiction | listed | away | tried-before | unknown-rep | tie
    verdict: str
    then: str  # took | waited | backup | manager | next | review


class Trace(msgspec.Struct, frozen=True, array_like=True):
    considered: tuple[Considered, ...] = ()
    asked: tuple[Asked, ...] = ()


class Turned(msgspec.Struct, frozen=True, tag="turned", omit_defaults=True):
    """One counted lead on a pool's ledger: the eligible members shared `cost` by weight, the winner paid it."""

    pool: str
    lane: str
    seq: int  # its row number on the ledger
    winner: str
    cost: int  # 10⁻⁹ leads
    eligible: str  # hexadecimal bitset over the pool order of the roster version
    by: str = ""  # whose weights: roster.BY_PERFORMANCE, or by place and ramp
    period: int = 0  # where it counts by period: when that began, seconds since 1970
    owing: str = ""  # bitset of members who are away and will make it up


class Spread(msgspec.Struct, frozen=True, tag="spread", omit_defaults=True):
    """A leaver's credit, shared pro rata among those who stay."""

    pool: str
    lane: str
    seq: int
    leaver: str
    stayers: str  # hexadecimal bitset over the pool order of the roster version
    by: str = ""


class MadeUp(msgspec.Struct, frozen=True, tag="made-up", omit_defaults=True):
    """Part of what an absence is owed, paid by the others pro rata. Where nothing is paid the debt has lapsed."""

    pool: str
    lane: str
    seq: int
    rep: str
    amount: int  # 10⁻⁹ leads
    payers: str  # hexadecimal bitset over the pool order of the roster version
    by: str = ""


class Returned(msgspec.Struct, frozen=True, tag="returned"):
    """Credit given back for a lead that should not have cost a turn. With what is adjusted by hand the only changes that do
    not sum to nothing."""

    pool: str
    lane: str
    seq: int
    rep: str
    cost: int  # 10⁻⁹ leads


CreditChange = Turned | Spread | MadeUp | Returned


class Held(msgspec.Struct, frozen=True, tag="held", omit_defaults=True):
    """A new row of the holder history: who had the lead until now, who has it from now on, and what it is to their load."""

    was: Holder
    holder: Holder
    locked_until: datetime | None = None
    cost: int = 1_000_000_000  # 10⁻⁹ leads
    size: int = 0


class Counted(msgspec.Struct, frozen=True, tag="counted", omit_defaults=True):
    """The lead counts to a limit of who has it from now on: in the fixed window that began at `window`, else among the last
    `keep`."""

    limit: str
    rep: str
    window: datetime | None = None
    keep: int = 0


class CreditAsked(msgspec.Struct, frozen=True, tag="credit-asked", omit_defaults=True):
    """Credit for a turn that a lead should not have cost: somebody must agree first, or it is given, or it is not."""

    pool: str
    lane: str
    rep: str
    cost: int  # 10⁻⁹ leads
    reason: str
    state: str = "asked"  # asked | given | refused
    because: str = ""  # refused: creditback.Judged


class Locked(msgspec.Struct, frozen=True, tag="locked"):
    """Somebody chose this rep by hand. It holds until the cycle ends, or the lead leaves them."""

    rep: str


class ClockStarted(msgspec.Struct, frozen=True, tag="clock"):
    """A clock with its frozen ladder. Instants are final: later edits of policy or roster do not move them."""

    clock: str  # speed-to-lead | owner | review | ticket
    basis: str
    calendar: str
    started: datetime
    due: datetime
    warnings: tuple[tuple[int, datetime], ...]  # (percent, instant), ascending
    ladder: tuple[str, ...]


class TaskGiven(msgspec.Struct, frozen=True, tag="task"):
    """A task for the new holder, due in business time. `action` names the policy's first action."""

    action: str
    channel: str
    rep: str
    due: datetime


class Told(msgspec.Struct, frozen=True, tag="told", omit_defaults=True):
    """Somebody to tell, through the outbox: a rep, an address when it holds an @, or a subscriber of the policy.

    A subscriber is told everything in its order; a person only while the lead is with the same holder (`lasting`).
    """

    to: str
    template: str
    channel: str
    event: str = ""  # policy.EVENTS
    lasting: bool = False


class Engaged(msgspec.Struct, frozen=True, tag="engaged"):
    """The lead itself did something: an engagement on the lead that already is, with raised urgency."""

    lead: str


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """The holder has said that the lead is theirs."""

    rep: str


class ClockMet(msgspec.Struct, frozen=True, tag="met"):
    """A running clock of this name ends well; a missed one is met late."""

    clock: str
    at: datetime


class ClockMissed(msgspec.Struct, frozen=True, tag="missed"):
    """A deadline that has passed. Its later warnings still come."""

    clock: str
    percent: int


class TaskDone(msgspec.Struct, frozen=True, tag="task-done"):
    """Open tasks of this rep on this channel are done."""

    rep: str
    channel: str


class TasksMoved(msgspec.Struct, frozen=True, tag="tasks-moved"):
    """Open tasks of who had the lead are those of who has it from now on."""

    was: str
    rep: str


class AlarmSet(msgspec.Struct, frozen=True, tag="alarm"):
    """The cause that will decide again, and when. A hold without an alarm would be a dead end."""

    cause: str
    at: datetime


class ReviewOpened(msgspec.Struct, frozen=True, tag="review"):
    reason: str
    candidates: tuple[str, ...]


Effect = (
    Held
    | Locked
    | ClockStarted
    | TaskGiven
    | Told
    | Engaged
    | AlarmSet
    | ReviewOpened
    | Accepted
    | ClockMet
    | ClockMissed
    | TaskDone
    | TasksMoved
    | Counted
    | CreditAsked
    | HandoffEffect
    | ClockEffect
    | SequenceEffect
    | ActionEffect
    | Converted
)


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """One outcome for one lead and one cause. `reason` is a code such as "rule:smb-emea" or "step:account-owner"."""

    outcome: Outcome
    reason: str
    holder: Holder = NOBODY
    rule: str = ""
    service: str = ""
    status: str = "new"
    priority: int = 0  # larger is more urgent
    lead: str = ""  # the existing lead this arrival belongs to; "" = the lead decided about
    new_cycle: bool = False
    kept: bool = False  # it stays as it is: only what the effects say changes
    next_at: datetime | None = None  # None only for a terminal outcome, and where it is kept
    expected_at: datetime | None = None  # when the person may expect a first response
    waiting: Waiting | None = None
    effects: tuple[Effect, ...] = ()
    credits: tuple[CreditChange, ...] = ()
    trace: Trace = Trace()


_encode = msgspec.json.Encoder(order="deterministic").encode


def result_bytes(decision: Decision) -> bytes:
    """Canonical JSON of everything the decision makes true. Same lead, cause, policy, world, engine: same bytes."""
    return _encode(decision)
