"""Pools and what bounds them, as the policy says it: methods, limits, credit given back, absences. Values only.

Who is in a pool is the roster's; who wins is `methods`, what moves is `credit`.
"""

from datetime import timedelta
from enum import StrEnum

import msgspec

LEAD = 1_000_000_000  # one lead, in the units of credit and cost


class Method(StrEnum):
    """How a pool picks among its eligible members. All of them pay into the same ledger."""

    CREDIT = "credit"
    SEQUENCE = "sequence"
    LEAST_RECENT = "least-recent"
    EQUAL_COUNT = "equal-count"
    LOAD = "load-balanced"
    BEST_FIT = "best-fit"
    SOONEST = "soonest-available"
    PERFORMANCE = "performance"
    PULL = "pull"


class OnSkip(StrEnum):
    """What a member who could not take their turn of a sequence does with it."""

    KEEP = "keep"
    LOSE = "lose"


class Measure(StrEnum):
    """What a load is counted in."""

    LEADS = "leads"  # open leads
    COST = "cost"  # the cost of their rules
    TASKS = "tasks"  # open tasks
    QUEUE = "queue"  # leads neither accepted nor touched
    FIELD = "field"  # the sum of a number field, as it was when each was assigned


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"


class Burst(msgspec.Struct, frozen=True):
    """No more than `most` leads within any stretch of `within`."""

    most: int
    within: timedelta


class Performance(msgspec.Struct, frozen=True):
    """How weights follow conversion: base x (shrunk conversion / mean of the pool) ** power, between least and most.

    `power`, `least` and `most` are per cent; `prior` is the number of leads at the pool's mean that each is shrunk by.
    `floor` is the share of an even split nobody falls below, `explore` the share of leads that go by plain weight; per cent.
    """

    power: int = 100
    least: int = 50
    most: int = 200
    prior: int = 20
    window: timedelta = timedelta(days=90)
    closed: timedelta = timedelta(days=14)  # younger leads have not had the time to convert
    every: timedelta = timedelta(days=7)
    floor: int = 20
    explore: int = 5


class Pool(msgspec.Struct, frozen=True):
    """Reps and an assignment method. Members and weights are the roster's; `calendar` is the pool's business time."""

    id: str
    name: str = ""
    method: Method = Method.CREDIT
    calendar: str = ""  # empty: 24x7
    hours: bool = True  # members out of hours are not eligible
    zone: str = ""  # of its periods; empty: the policy's
    on_skip: OnSkip = OnSkip.KEEP  # sequence
    period: Period = Period.MONTH  # equal-count
    load: Measure = Measure.LEADS  # load-balanced
    field: str = ""  # load = field: a number of the lead
    band: int = 0  # best-fit: how far a score may be behind the best
    within: timedelta = timedelta(hours=24)  # soonest-available: how far ahead somebody's opening may be
    presence: bool = False  # members who are not online are not eligible
    one_at_a_time: bool = False  # nor are those who have a lead they neither accepted nor touched
    cooldown: timedelta | None = None  # after each lead of this pool
    burst: Burst | None = None
    performance: Performance = Performance()
    preview: bool = True  # pull: members see what waits; else they take the next one blindly
    offer: timedelta | None = (
        None  # who is picked is asked first, and has so long to say yes, in their business time
    )
    offers: int = 3  # how many are asked one after the other


class Limit(msgspec.Struct, frozen=True):
    """At most `most` leads for each rep, in a fixed period of a zone or within any stretch of `within`. Several stack.

    It counts leads that came through `pools` (none: every lead, also by owner precedence and by hand), from `sources`, with a
    score in `score`. A soft one stands back only while somebody under it is there. A rep's roster row may say another `most`.
    """

    id: str
    most: int
    period: Period | None = None
    within: timedelta | None = None
    zone: str = ""
    pools: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    score: tuple[int, int] | None = None  # both ends included
    hard: bool = True
    code: str = "CAP_REACHED"  # decision.Code; COOLDOWN and BURST_GUARD are a pool's own


class Approval(StrEnum):
    """Who must agree before credit is given back."""

    NOBODY = "nobody"
    VERIFIED = "verified"  # a fact of the lead says so, else its manager
    MANAGER = "manager"


class CreditBack(msgspec.Struct, frozen=True):
    """What a reason for a return, a decline or a no-show gives back, within `window` of the assignment."""

    credit: bool
    approval: Approval = Approval.NOBODY
    window: timedelta = timedelta(hours=72)


_BACK = CreditBack(credit=True)
_NONE = CreditBack(credit=False)
CREDIT_BACK: dict[str, CreditBack] = {
    "spam": _BACK,
    "test": _BACK,
    "duplicate": _BACK,
    "wrong-territory": _BACK,
    "wrong-product": _NONE,
    "conflict": _BACK,
    "invalid-contact": CreditBack(credit=True, approval=Approval.VERIFIED),
    "no-show": _BACK,
    "busy": _NONE,
    "not-interested": _NONE,
    "other": _NONE,
    "corrected": CreditBack(credit=True, window=timedelta(days=30)),  # wrong rules had placed it: a repair
    "expired": _NONE,  # an offer nobody answered
    "withdrawn": _BACK,  # an offer taken back by who made it
}


class AbsencePolicy(msgspec.Struct, frozen=True):
    """What an absence of one type does to credit. Neutral: nothing is owed for it. Else its leads are made up afterwards:
    up to `max_debt` (10⁻⁹ leads), `rate` per cent of each share on top, until `expires` after the return.
    """

    make_up: bool = False
    max_debt: int = 0
    rate: int = 25
    expires: timedelta = timedelta(days=30)
