"""What people do about what was found: an alarm ended by hand, a watch or an audit asked for at once. Audited; it judges nothing."""

from datetime import datetime

import msgspec

from firstright.desk.alarming import silence
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.watch.hygiene import Audited, audit_due
from firstright.desk.watch.watching import watch_due
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import alarms


class Ended(msgspec.Struct, frozen=True):
    """An alarm that is over: as it is now, it shall be."""

    id: str
    kind: str
    subject: str
    repeat: bool = False


class EndAlarm:
    """By its id. What somebody has ended is the past of the field from then on: the same is not raised again."""

    lane = "person"

    def __init__(self, alarm: str, by: str) -> None:
        self.alarm = alarm
        self.by = by

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Ended | FirstrightError:
        found = alarms.one(batch.tx, self.alarm)
        if found is None:
            return NotFound(f"alarm {self.alarm}")
        if found.ended_at is None:
            silence(batch, found.kind, found.subject, self.by)
        return Ended(found.id, found.kind, found.subject, found.ended_at is not None)

    def rescue(self, batch: Batch, failure: Exception) -> Ended | FirstrightError:
        raise failure


def audit_now(desk: Desk, now: datetime) -> Audited:
    """The watch and the audit, now. Raises Refused when there is nothing to judge by, or another node is at it."""
    desk.warm()
    watch_due(desk, now, asked=True)
    done = audit_due(desk, now, asked=True)
    if done is None:
        raise Refused(["there is no policy yet, or the base is being audited at this moment"])
    return done
