"""Raising an alarm under the turn: kept once, told once to whoever is responsible, a line in the audit trail when it begins and ends.

What is alarming, its caller knows.
"""

from collections.abc import Mapping

import msgspec

from firstright.desk.batch import Batch
from firstright.desk.letter import Letter, addressed
from firstright.storage import alarms, audit, destinations
from firstright.storage.alarms import ITSELF
from firstright.storage.rows import DeliveryRow

EVENT = "alarm.raised"
MEDIA = ("email", "slack")  # in the order they are tried

_encode = msgspec.json.Encoder().encode


def sound(
    batch: Batch,
    kind: str,
    subject: str,
    said: str,
    *,
    source: str = "",
    field: str = "",
    severity: str = "warning",
    detail: Mapping[str, object] | None = None,
    whom: str = "",
) -> bool:
    """Whether it is new. `whom` is told, else whoever is responsible for the policy. `said` is one sentence without personal data: it is what is told, and is kept in the detail."""
    tx, now, name = batch.tx, batch.turn.now, batch.new_id()
    figures = {**(detail or {}), "said": said}
    new = alarms.raise_alarm(
        tx, name, kind, subject, now, source=source, field=field, severity=severity, detail=figures
    )
    if new:
        about = {"kind": kind, "subject": subject, "severity": severity}
        audit.append(tx, batch.new_id(), now, batch.turn.n, ITSELF, "raise-alarm", "alarm", name, about)
        told = Letter(f"firstright alarm: {subject}", f"{said}\n\nfirstright alarms")
        batch.rows.deliveries += letter(batch, whom or _responsible(batch), told, EVENT)
    return new


def silence(batch: Batch, kind: str, subject: str, by: str = ITSELF) -> bool:
    """Whether there was one to end."""
    name = alarms.end_alarm(batch.tx, kind, subject, batch.turn.now, by)
    if name:
        about = {"kind": kind, "subject": subject}
        audit.append(
            batch.tx, batch.new_id(), batch.turn.now, batch.turn.n, by, "end-alarm", "alarm", name, about
        )
    return bool(name)


def letter(batch: Batch, whom: str, told: Letter, event: str) -> list[DeliveryRow]:
    """About no lead. To nobody where nobody is named, or nothing is registered to tell them by: it is on a page all the same."""
    medium = _medium(batch) if whom else ""
    if not medium:
        return []
    return [addressed(batch, medium, whom, told, event)]


def _responsible(batch: Batch) -> str:
    return batch.memory.policy.policy.responsible if batch.memory.policy else ""


def _medium(batch: Batch) -> str:
    """A medium that is registered and on."""
    known = destinations.load(batch.tx)
    return next((name for name in MEDIA if name in known and known[name].enabled), "")
