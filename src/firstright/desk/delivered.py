"""Recording what came of attempts: under the turn, by lease and token, many at a time. Who lost the lease records nothing.

Here it is decided when a delivery is tried again, when it is dead, and when a destination is paused or switched off.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import msgspec

from firstright.core.sequences import STEP_EVENT
from firstright.desk import drafting
from firstright.desk.batch import Batch
from firstright.desk.bouncing import bounced
from firstright.desk.breaker import fared
from firstright.desk.delivering import ACTOR, Outgoing, buried, fallback
from firstright.desk.letter import Letter, addressed
from firstright.desk.outgoing import LATE
from firstright.desk.sequencing import not_sent
from firstright.outbound.channel import Result, Verdict
from firstright.outbound.schedule import ALERTS, HOOKS, next_try
from firstright.storage import deliveries, destinations, enrolments
from firstright.storage.destinations import DestinationRow
from firstright.storage.rows import AuditRow, DeliveryRow

_encode = msgspec.json.Encoder().encode


class Ended(msgspec.Struct, frozen=True):
    """An attempt that is over. No result: it was not made, because the lead had another holder by then.

    `dice` in [0, 1) spreads the next tries.
    """

    outgoing: Outgoing
    result: Result | None
    dice: float = 0.5


class RecordDeliveries:
    """Gives for each whether it was still ours, in order."""

    lane = "deadlines"

    def __init__(self, ended: Sequence[Ended]) -> None:
        self.ended = ended

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> list[bool]:
        places = destinations.load(batch.tx)
        ours = [_recorded(batch, each) for each in self.ended]
        mine = [each for each, was_ours in zip(self.ended, ours, strict=True) if was_ours]
        deliveries.wake(batch.tx, [each.outgoing.row.lead_id for each in mine])
        _note(batch, places, mine)
        return ours

    def rescue(self, batch: Batch, failure: Exception) -> list[bool]:
        raise failure


def _recorded(batch: Batch, ended: Ended) -> bool:
    tx, row, result = batch.tx, ended.outgoing.row, ended.result
    name, token = row.id, row.lease_token
    failed = result is not None and result.verdict in (Verdict.AGAIN, Verdict.THROTTLED)
    if result is None or (failed and _is_anothers(batch, row)):
        was_ours = deliveries.cancel(tx, name, token)
        if was_ours and row.event == STEP_EVENT:
            not_sent(batch, row)
        return was_ours
    match result.verdict:
        case Verdict.SENT:
            was_ours = deliveries.sent(tx, name, token, batch.turn.now, result.status)
            if was_ours and row.event == STEP_EVENT and row.lead_id:
                enrolments.sent_after_all(tx, row.lead_id, name)
            if was_ours and row.event == drafting.EVENT:
                drafting.delivered(batch, row)
            return was_ours
        case Verdict.AGAIN | Verdict.THROTTLED:
            due = _due(batch, row, result, ended.dice)
            if due is not None:
                return deliveries.again(tx, name, token, due, result.status, result.detail)
        case Verdict.REFUSED | Verdict.GONE:
            pass
        case _:
            assert_never(result.verdict)
    was_ours = deliveries.dead(tx, name, token, result.status, result.detail)
    if was_ours:
        buried(batch, row)
        bounced(batch, row, result)
        if row.event == drafting.EVENT:
            drafting.undelivered(batch, row)
    return was_ours


def _is_anothers(batch: Batch, row: DeliveryRow) -> bool:
    """A step that failed while its lead got another holder is tried by that one, or not at all."""
    known = batch.lead_row(row.lead_id) if row.lead_id and row.event == STEP_EVENT else None
    return known is not None and known.epoch != row.epoch


def _due(batch: Batch, row: DeliveryRow, result: Result, dice: float) -> datetime | None:
    """When it is tried again; an alert that can be told another way does not wait for a receiver that asks for hours."""
    schedule = HOOKS if row.epoch is None else ALERTS
    due = next_try(schedule, row.attempts + 1, batch.turn.now, dice, result.retry_after)
    late = row.created_at is not None and due is not None and due > row.created_at + LATE
    return None if late and fallback(batch, row) else due


def _note(batch: Batch, places: dict[str, DestinationRow], ended: Sequence[Ended]) -> None:
    """How each destination did, from all attempts that were made; what was removed or is off meanwhile is left as it is."""
    off: dict[str, str] = {}
    changed: dict[str, DestinationRow] = {}
    for each in ended:
        place = places.get(each.outgoing.place.name)
        if each.result is None or place is None or not place.enabled:
            continue
        changed[place.name] = place
        why = fared(place, each.result, batch.turn.now)
        if why:
            off.setdefault(place.name, why)
    for name, place in changed.items():
        if name in off:
            _switch_off(batch, place, off[name])
        else:
            destinations.fared(batch.tx, place)


def _switch_off(batch: Batch, place: DestinationRow, why: str) -> None:
    destinations.switch(batch.tx, place.name, False, why)
    data = _encode({"url": place.url, "on": False, "because": why}).decode()
    now, turn = batch.turn.now, batch.turn.n
    batch.rows.audits.append(
        AuditRow(
            batch.new_id(), now, turn, ACTOR, "switch-destination", "destination", place.name, None, data
        )
    )
    whom, medium = batch.policy.policy.responsible, _other(batch, place)
    if whom and medium:
        batch.rows.deliveries.append(_notice(batch, place, why, whom, medium))


def _other(batch: Batch, off: DestinationRow) -> str:
    """A medium that is registered and not the one that has just failed."""
    known = destinations.load(batch.tx)
    there = [
        name for name in ("email", "slack") if name != off.name and name in known and known[name].enabled
    ]
    return there[0] if there else ""


def _notice(batch: Batch, place: DestinationRow, why: str, whom: str, medium: str) -> DeliveryRow:
    """Told in words of its own: no template is about destinations, and who reads it must act."""
    subject = f"firstright switched {place.name} off"
    text = (
        f"{place.name} {why}. What is due to it is dead and can be sent once more: "
        f"firstright destination on {place.name}, then firstright deliveries replay --destination {place.name}"
    )
    return addressed(batch, medium, whom, Letter(subject, text), "destination.off")
