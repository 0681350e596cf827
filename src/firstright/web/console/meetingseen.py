"""Meetings of a lead, and the link by which it can book one."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.causes.booking import OVER
from firstright.core.lead import Facts, HolderKind
from firstright.core.meetings import NOTHING
from firstright.desk.bookable import Offer, offer
from firstright.desk.links import token
from firstright.storage import leads, meetings
from firstright.storage.leadview import Seen
from firstright.storage.meetings import MeetingRow
from firstright.storage.transactions import Tx
from firstright.web.console.visit import Visit

MOST_SLOTS = 30  # of each kind in a form
# What they said to the invitation.
ANSWERS = {
    "accepted": ("accepted", "good"),
    "declined": ("declined", "bad"),
    "tentative": ("perhaps", "warn"),
}
TONES = {"booked": "accent", "held": "good", "no-show": "bad", "cancelled": ""}


class OneSeen(msgspec.Struct, frozen=True):
    id: str
    title: str
    rep: str
    starts_at: datetime
    ends_at: datetime
    state: str
    tone: str
    began: bool
    reason: str
    answer: str = ""  # in words
    answer_tone: str = ""


class MeetingSeen(msgspec.Struct, frozen=True):
    """`slots` are (kind and instant, in words) for a form; `link` is relative, for whoever copies it."""

    live: OneSeen | None
    past: tuple[OneSeen, ...]
    slots: tuple[tuple[str, str], ...]
    link: str
    may: bool


def meeting_seen(tx: Tx, visit: Visit, seen: Seen) -> MeetingSeen | None:
    """What its part of the lead's page shows; None: nothing."""
    policy, roster, row = visit.policy, visit.roster, seen.row
    if policy is None or roster is None or not policy.policy.meetings:
        return None
    every = meetings.of_lead(tx, row.id)
    live = next((each for each in every if each.state == "booked"), None)
    past = tuple(one_seen(visit, each) for each in reversed(every) if each is not live)
    if row.outcome in OVER and not every:
        return None
    slots: tuple[tuple[str, str], ...] = ()
    if row.outcome not in OVER:
        owner = row.holder_id if row.holder_kind == HolderKind.REP else ""
        slots = _slots(tx, visit, leads.as_lead(row).facts, owner, live)
    link = f"/b/{token(meetings.secret(tx), row.id)}"
    return MeetingSeen(
        one_seen(visit, live) if live else None, past[:5], slots, link, visit.may("work leads")
    )


def one_seen(visit: Visit, row: MeetingRow) -> OneSeen:
    known = visit.policy.policy.meetings.get(row.type) if visit.policy else None
    return OneSeen(
        row.id,
        known.said if known else row.type,
        visit.rep(row.rep_id),
        row.starts_at,
        row.ends_at,
        row.state,
        TONES.get(row.state, ""),
        row.starts_at <= visit.now,
        row.reason,
        *ANSWERS.get(row.answer, ("", "")),
    )


def _slots(
    tx: Tx, visit: Visit, facts: Facts, owner: str, live: MeetingRow | None
) -> tuple[tuple[str, str], ...]:
    """Of every kind that can be booked, or of the one that is to be moved. Who is not the lead needs no notice."""
    assert visit.policy is not None and visit.roster is not None
    found: list[tuple[str, str]] = []
    for type in visit.policy.policy.meetings.values():
        if live and live.type != type.id:
            continue
        at_once = msgspec.structs.replace(type, notice=NOTHING)
        with_ = live.rep_id if live else owner
        moving = live.id if live else ""
        policy, roster = visit.policy.policy, visit.roster
        found += _said(
            visit,
            offer(tx, policy, roster, at_once, with_, facts, visit.now, most=MOST_SLOTS, moving=moving),
            several=len(visit.policy.policy.meetings) > 1 and live is None,
        )
    return tuple(found)


def _said(visit: Visit, free: Offer, *, several: bool) -> Iterable[tuple[str, str]]:
    for at in free.slots:
        words = visit.moment(at)
        yield f"{free.type.id}|{at.isoformat()}", f"{free.type.said}: {words}" if several else words
