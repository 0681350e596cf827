"""What a webhook is sent, byte for byte: one JSON object of a stable shape. Every key is always there; nothing is null
because it was forgotten, but because there is no such thing. New keys may come, these stay.
"""

from datetime import datetime

import msgspec

from firstright.core.about import About
from firstright.core.lead import Facts, HolderKind, Value
from firstright.core.roster import Roster


class Rep(msgspec.Struct, frozen=True):
    """`email` is empty for somebody who has left the roster."""

    id: str
    name: str
    email: str


class Holder(msgspec.Struct, frozen=True):
    kind: str  # rep | queue | review | partner | none
    id: str | None


class Lead(msgspec.Struct, frozen=True):
    """As it was when it was decided; `facts` are those known when it is first sent."""

    id: str
    outcome: str
    reason: str
    rule: str | None
    priority: int
    epoch: int
    cycle: int
    holder: Holder
    owner: Rep | None
    previous_owner: Rep | None
    facts: dict[str, Value]


class Data(msgspec.Struct, frozen=True):
    delivery: str  # also the webhook-id: the same on every attempt
    cause: str
    clock: str | None
    percent: int | None
    due: datetime | None
    by: str | None
    lead: Lead


class SharedData(Data, frozen=True):
    """Of events that partners are told."""

    answer: str | None  # the page on which they say yes or no; null where there is nothing to answer


class Event(msgspec.Struct, frozen=True):
    type: str  # policy.EVENTS
    timestamp: datetime  # when it was decided
    data: Data


_encode = msgspec.json.Encoder(order="deterministic").encode


def event_body(
    about: About, facts: Facts, roster: Roster, *, delivery: str, lead: str, answer: str | None = None
) -> bytes:
    """The JSON of one delivery. The same arguments give the same bytes. `answer`, of what partners are told: their page, or
    empty."""
    data = Data(
        delivery=delivery,
        cause=about.cause,
        clock=about.clock or None,
        percent=about.percent or None,
        due=about.due,
        by=about.by or None,
        lead=_lead(about, facts, roster, lead),
    )
    if answer is not None:
        data = SharedData(**msgspec.structs.asdict(data), answer=answer or None)
    return _encode(Event(type=about.event, timestamp=about.at, data=data))


def _lead(about: About, facts: Facts, roster: Roster, lead: str) -> Lead:
    owned = about.holder_kind == HolderKind.REP
    return Lead(
        id=lead,
        outcome=about.outcome,
        reason=about.reason,
        rule=about.rule or None,
        priority=about.priority,
        epoch=about.epoch,
        cycle=about.cycle,
        holder=Holder(about.holder_kind or HolderKind.NONE.value, about.holder or None),
        owner=_rep(about.holder, roster) if owned else None,
        previous_owner=_rep(about.previous, roster),
        facts=dict(facts),
    )


def _rep(rep_id: str, roster: Roster) -> Rep | None:
    if not rep_id:
        return None
    rep = roster.reps.get(rep_id)
    return Rep(rep_id, (rep.name if rep else "") or rep_id, rep.email if rep else "")
