"""Service levels as values: what is promised until when, in whose business time, and what happens when it is not kept.

Nothing is counted here: that is `followup`.
"""

from datetime import timedelta
from enum import StrEnum

import msgspec

from firstright.core.rules.conditions import Condition


class Basis(StrEnum):
    """Whose business time a target is counted in."""

    ALWAYS = "24x7"
    POOL = "pool"
    OWNER = "owner"
    LEAD = "lead-local"  # the hours of a calendar by the lead's own clock


SAME_DAY = "same-business-day"


class Service(msgspec.Struct, frozen=True):
    """A service level: targets in the business time of `basis`, warnings in percent, a ladder when one is missed.

    `first_touch` runs on the speed-to-lead clock (arrival -> first human touch, never reset inside a cycle);
    `untouched` runs on the owner clock (each assignment starts it anew). None: no such target.
    """

    id: str
    basis: Basis = Basis.POOL
    priority: int = 0  # larger is more urgent
    routing: timedelta | None = None
    first_touch: timedelta | None = None
    same_day: bool = False  # first touch by close of the business day, when no first_touch is given
    untouched: timedelta | None = None
    review: timedelta | None = None
    warnings: tuple[int, ...] = (50, 80, 100, 150)
    on_missed: tuple[str, ...] = ("tell-owner", "tell-manager", "re-route", "review")
    calendar: str = ""  # whose hours count by the lead's clock; empty: the pool's
    receipt: timedelta | None = None  # of an offer: until somebody has seen it
    acceptance: timedelta | None = None  # of an offer: until somebody says yes
    follow_up: timedelta | None = None  # from one touch of the owner to the next
    no_reply: timedelta | None = None  # from a message of ours to an answer
    handoff: timedelta | None = None  # from an acceptance to the first touch of who has it now
    ticket: timedelta | None = None  # with support or a partner; None: as for a review


class ServiceFor(msgspec.Struct, frozen=True):
    """Leads of a kind, such as those of one source, are held to this service level where no rule or queue names one."""

    when: Condition
    service: str


LADDER_STEPS = ("tell-owner", "tell-manager", "priority-queue", "re-route", "manager", "review")
PAUSES = ("waiting-on-customer", "waiting-on-partner", "legal-review", "on-hold")  # shipped
URGENT = Service(
    id="urgent",
    priority=10,
    routing=timedelta(minutes=1),
    first_touch=timedelta(minutes=5),
    untouched=timedelta(hours=2),
    review=timedelta(minutes=30),
)
STANDARD = Service(
    id="standard",
    routing=timedelta(minutes=30),
    same_day=True,
    untouched=timedelta(hours=2),
    review=timedelta(hours=4),
)
SHIPPED_SERVICES = {s.id: s for s in (URGENT, STANDARD)}
