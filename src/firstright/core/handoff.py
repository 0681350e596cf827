"""What a handoff is: who gives a lead to whom, with which notes, until when they may say yes, and what it becomes of it.

Values only. What an answer does is `handing`; who is asked is the pools' and the rules'.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.lead import Holder
from firstright.core.rules.conditions import Condition

KINDS = ("sales", "quote", "support", "nurture", "partner")
RECEIVERS = ("pool", "rep", "queue", "partner")
DECLINED = ("back", "next", "review")
BACK = ("owner", "tiers")  # where a lead goes that comes back: to who had it, or where the rules say
FIRST = "first"  # the kind of an offer that a pool makes at first routing; no type may be called so
LEAD = 1_000_000_000


class HandoffType(msgspec.Struct, frozen=True):
    """One kind of handoff of a policy. Without `accept` it is theirs at once, and nobody is asked."""

    id: str
    kind: str = "sales"  # KINDS
    name: str = ""
    receiver: str = ""  # RECEIVERS; empty for support and nurture
    to: str = ""  # a pool, rep, queue or partner
    accept: timedelta | None = None  # business time of the receiver in which it is to be accepted
    service: str = ""  # what the receiver is held to; empty: what the lead's rule says
    needs: tuple[str, ...] = ()  # notes that must be complete before it is offered: `handnotes.NOTES`
    on: str = ""  # the status that makes it due by itself
    when: Condition | None = None  # leads it is for; None: any
    giver: str = ""  # the role that who gives it has from then on
    taker: str = ""  # the role that who takes it has
    declined: str = "next"  # DECLINED
    hops: int = 3  # how many are asked before it goes back
    wait: timedelta | None = None  # nurture: until it comes back by itself
    back: str = "owner"  # BACK
    share: tuple[str, ...] = ()  # partner: the facts that are shared, and no others


class Offered(msgspec.Struct, frozen=True, tag="offered", omit_defaults=True):
    """The lead is offered to somebody. It stays with whom it is until they accept."""

    kind: str
    to: Holder
    by: str = ""
    pool: str = ""
    until: datetime | None = None
    notes: tuple[tuple[str, str], ...] = ()
    cost: int = LEAD  # to their load while it is open, 10⁻⁹ leads
    size: int = 0
    tried: tuple[tuple[str, str], ...] = ()  # (pool, whom) it was offered to before, in this very handoff


class OfferEnded(msgspec.Struct, frozen=True, tag="offer-ended", omit_defaults=True):
    """The open offer of the lead is answered, or over."""

    state: str  # accepted | declined | expired | withdrawn
    reason: str = ""
    by: str = ""


class RoleSet(msgspec.Struct, frozen=True, tag="role", omit_defaults=True):
    """Somebody has a role on the lead beside its owner. An empty rep: nobody has it any more."""

    role: str
    rep: str = ""


class TicketOpened(msgspec.Struct, frozen=True, tag="ticket", omit_defaults=True):
    """Support has it from now on, under a ticket of ours; its number is given when it is written."""

    kind: str  # the handoff type


HandoffEffect = Offered | OfferEnded | RoleSet | TicketOpened
