"""Pausing a rep, and resuming: a new version of the roster in which one instant has changed, under the turn.

It counts from the next turn on. When a pause ends nothing has to be published: it is half-open. Leads that a paused rep
has stay theirs; longer than a day is an absence, which has a type and a backup, and is written into the roster.
"""

from datetime import datetime

import msgspec

from firstright.core.authority import Actor
from firstright.core.roster import Document, Rep
from firstright.desk.batch import Batch
from firstright.desk.staff.repwork import LONGEST, MINUTE, OWN, RepWork, minute, told


class Paused(msgspec.Struct, frozen=True):
    """How it is now. `until` has passed, or is none, for somebody who takes leads; `version` is the current roster's."""

    rep: str
    until: datetime | None
    version: int
    changed: bool


class PauseAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As it was written down; without `until` it is to end."""

    rep: str
    reason: str
    until: datetime | None = None

    def work(self, actor: Actor) -> "Pause | Resume":
        if self.until is None:
            return Resume(self.rep, actor, self.reason)
        return Pause(self.rep, actor, self.until, self.reason)


class _OnRep(RepWork[Paused]):
    """One change of one rep's pause."""

    doing = "pause"

    def until(self, rep: Rep, now: datetime) -> datetime | None:
        raise NotImplementedError

    def wrong(self, rep: Rep, now: datetime) -> list[str]:
        raise NotImplementedError

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        return self.wrong(rep, batch.turn.now)

    def after(self, rep: Rep, now: datetime) -> Rep:
        return msgspec.structs.replace(rep, paused_until=self.until(rep, now))

    def says(self, rep: Rep) -> str:
        return told(rep.paused_until) if rep.paused_until else "never"

    def done(self, rep: Rep, version: int, *, changed: bool) -> Paused:
        return Paused(self.rep, rep.paused_until, version, changed)

    def about(self, rep: Rep) -> dict[str, object]:
        return {"until": rep.paused_until}

    def _anothers(self, rep: Rep, now: datetime) -> list[str]:
        """Who was paused by somebody else for longer than they could themselves does not end that."""
        if self.commands or rep.paused_until is None or rep.paused_until <= now + OWN + MINUTE:
            return []
        return [
            f"until: {rep.name or rep.id} is paused until {told(rep.paused_until)}, which their manager may change"
        ]


class Pause(_OnRep):
    """No new leads until then, to the minute, rounded up: themselves for a day at most, their team for as long as a manager
    says, anybody for operations."""

    action = "pause"

    def __init__(self, rep: str, actor: Actor, until: datetime, reason: str) -> None:
        super().__init__(rep, actor, reason)
        self._until = until

    def until(self, rep: Rep, now: datetime) -> datetime:
        begun = minute(self._until)
        return begun if begun == self._until else begun + MINUTE

    def wrong(self, rep: Rep, now: datetime) -> list[str]:
        if self._until <= now:
            return [f"until: {told(self._until)} has passed"]
        if self._until > now + LONGEST:
            return ["until: is a year from now at most"]
        if not self.commands and self._until > now + OWN:
            return ["until: is a day from now at most where somebody pauses themselves; longer is an absence"]
        return self._anothers(rep, now)


class Resume(_OnRep):
    """Takes leads again, as of now."""

    action = "resume"

    def until(self, rep: Rep, now: datetime) -> datetime | None:
        going_on = rep.paused_until is not None and rep.paused_until > now
        return minute(now) if going_on else rep.paused_until

    def wrong(self, rep: Rep, now: datetime) -> list[str]:
        return self._anothers(rep, now)
