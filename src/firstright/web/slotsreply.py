"""Slots in the reply to a lead: asked for by `?slots=KIND`, each with the address at which it is booked.

The door of programs answers with the lead's own link; that of forms, which tells nobody who they are, with the pool's page.
Whoever does not ask pays nothing for it.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

import msgspec

from firstright.core.causes.booking import OVER
from firstright.core.clean.problem import escaped
from firstright.core.lead import Facts, HolderKind
from firstright.core.meetings import MeetingType
from firstright.desk import Desk
from firstright.desk.bookable import offer
from firstright.desk.links import token
from firstright.storage import leads, meetings
from firstright.web.problems import Scope, away
from firstright.web.request import queried

SLOTS = "slots"
ASKED = frozenset({SLOTS})
MOST = 12
_encode = msgspec.json.Encoder().encode


class SlotView(msgspec.Struct, frozen=True):
    starts: datetime
    book: str  # below where this service is reached


class BookingView(msgspec.Struct, frozen=True):
    type: str
    rep: str | None
    zone: str
    page: str
    slots: list[SlotView]


def kind_asked(desk: Desk, scope: Scope, *, pool: bool = False) -> str:
    """The kind of meeting whose slots are asked for; empty: none. Raises TurnedAway for one there is none of, before anything
    is taken. `pool`: it must have one."""
    if not scope["query_string"]:
        return ""
    name = queried(scope).get(SLOTS, "")
    type = desk.policy.policy.meetings.get(name) if name and desk.policy else None
    if name and (type is None or (pool and not type.pool)):
        raise away(
            400, "query.invalid", "slots names a kind of meeting that can be booked here", escaped(name[:64])
        )
    return name


def with_slots(desk: Desk, now: Callable[[], datetime], reply: bytes, kind: str) -> bytes:
    """The reply of the door of programs, with what its lead can book; null where that is nothing."""
    told = msgspec.json.decode(reply, type=dict[str, msgspec.Raw])
    lead = msgspec.json.decode(told.get("lead", msgspec.Raw(b'""')), type=str)
    told["booking"] = msgspec.Raw(_encode(_for_lead(desk, now(), lead, kind) if lead else None))
    return _encode(told)


def for_pool(desk: Desk, now: Callable[[], datetime], kind: str) -> BookingView | None:
    """What anybody can book, without saying who they are."""
    policy = desk.policy
    type = policy.policy.meetings.get(kind) if policy else None
    return None if type is None else _offered(desk, now(), type, "", {}, f"/b/pool/{quote(kind)}", "")


def _for_lead(desk: Desk, now: datetime, lead: str, kind: str) -> BookingView | None:
    policy = desk.policy
    type = policy.policy.meetings.get(kind) if policy else None
    with desk.read() as tx:
        row = leads.rows(tx, [lead]).get(lead)
        page = f"/b/{token(meetings.secret(tx), lead)}" if row else ""
    if row is None or type is None or row.outcome in OVER:
        return None
    owner = row.holder_id if row.holder_kind == HolderKind.REP else ""
    return _offered(desk, now, type, owner, leads.as_lead(row).facts, page, f"&what={quote(kind)}")


def _offered(
    desk: Desk, now: datetime, type: MeetingType, owner: str, facts: Facts, page: str, more: str
) -> BookingView | None:
    policy, roster = desk.policy, desk.roster
    if policy is None or roster is None:
        return None
    with desk.read() as tx:
        at = desk.instant(tx, now)
        found = offer(tx, policy.policy, roster, type, owner, facts, at, most=MOST)
    slots = [SlotView(at, f"{page}?at={at:%Y-%m-%dT%H:%MZ}{more}") for at in found.slots]
    return BookingView(type.id, found.rep or None, found.zone, page, slots)
