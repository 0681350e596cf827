"""Pausing a rep, and resuming: a new version of the roster in which one instant has changed, under the turn.

It counts from the next turn on. When a pause ends nothing has to be published: it is half-open. Leads that a paused rep
has stay theirs; longer than a day is an absence, which has a type and a backup, and is written into the roster.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.documents.repfile import with_pause
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Document, Rep
from firstright.desk.acting import not_one
from firstright.desk.assigning import wrong_reason
from firstright.desk.batch import Batch
from firstright.errors import FirstrightError, NoPolicy, Refused
from firstright.storage import audit, people

OWN = timedelta(hours=24)  # for which somebody may pause themselves
LONGEST = timedelta(days=366)
MINUTE = timedelta(minutes=1)


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


class _OnRep:
    """One change of one rep's pause."""

    lane = "person"
    action = ""

    def __init__(self, rep: str, actor: Actor, reason: str) -> None:
        self.rep = rep
        self.actor = actor
        self.reason = reason.strip()

    def needs(self, batch: Batch) -> None:
        """The current roster is read under the turn."""

    def perform(self, batch: Batch) -> Paused | FirstrightError:
        current = people.current(batch.tx)
        if current is None:
            return NoPolicy("roster")
        if not self._may_try():
            return Refused([f"rep: {self.actor.name} may not pause others"])
        text = people.load(batch.tx, current.version)
        document = _read(text)
        place = next((i for i, rep in enumerate(document.reps) if rep.id == self.rep), None)
        if place is None:
            known = tuple(rep.id for rep in document.reps)
            return Refused([not_one(f'rep: "{self.rep}"', self.rep, known)])
        rep, now = document.reps[place], batch.turn.now
        if wrong := [*self.refused(rep, now), *wrong_reason(self.reason)]:
            return Refused(wrong)
        until = self.until(rep, now)
        if until == rep.paused_until:
            return Paused(self.rep, until, current.version, changed=False)
        assert until is not None
        return self._published(batch, text, document, place, until)

    def rescue(self, batch: Batch, failure: Exception) -> Paused | FirstrightError:
        raise failure

    def refused(self, rep: Rep, now: datetime) -> list[str]:
        raise NotImplementedError

    def until(self, rep: Rep, now: datetime) -> datetime | None:
        raise NotImplementedError

    @property
    def commands(self) -> bool:
        """Whether the rep is theirs to pause for as long as they like."""
        actor = self.actor
        return actor.may(Right.PAUSE_OTHERS) and (actor.sees_all or self.rep in actor.team)

    def _may_try(self) -> bool:
        return self.commands or self.rep == self.actor.rep

    def _anothers(self, rep: Rep, now: datetime) -> list[str]:
        """Who was paused by somebody else for longer than they could themselves does not end that."""
        if self.commands or rep.paused_until is None or rep.paused_until <= now + OWN + MINUTE:
            return []
        return [
            f"until: {rep.name or rep.id} is paused until {_told(rep.paused_until)}, which their manager may change"
        ]

    def _published(self, batch: Batch, text: str, document: Document, place: int, until: datetime) -> Paused:
        tx, now = batch.tx, batch.turn.now
        changed = with_pause(text, place, until)
        after = _read(changed)
        reps = list(document.reps)
        reps[place] = msgspec.structs.replace(reps[place], paused_until=until)
        if after != msgspec.structs.replace(document, hash=after.hash, reps=tuple(reps)):
            raise RuntimeError(f"to pause {self.rep} would have changed more of the roster than that")
        why = f"{self.action} {self.rep}, {_told(until)}: {self.reason}"
        version = people.publish(tx, changed, after.hash, now, self.actor.name, why)
        people.pause(tx, self.rep, until)
        about = {"until": until, "version": version, "reason": self.reason}
        by, turn = self.actor.user, batch.turn.n
        audit.append(tx, batch.new_id(), now, turn, by, f"{self.action}-rep", "rep", self.rep, about)
        return Paused(self.rep, until, version, changed=True)


class Pause(_OnRep):
    """No new leads until then, to the minute, rounded up: themselves for a day at most, their team for as long as a manager
    says, anybody for operations."""

    action = "pause"

    def __init__(self, rep: str, actor: Actor, until: datetime, reason: str) -> None:
        super().__init__(rep, actor, reason)
        self._until = until

    def until(self, rep: Rep, now: datetime) -> datetime:
        begun = _minute(self._until)
        return begun if begun == self._until else begun + MINUTE

    def refused(self, rep: Rep, now: datetime) -> list[str]:
        if self._until <= now:
            return [f"until: {_told(self._until)} has passed"]
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
        return _minute(now) if going_on else rep.paused_until

    def refused(self, rep: Rep, now: datetime) -> list[str]:
        return self._anothers(rep, now)


def _read(text: str) -> Document:
    document, findings = read_roster(text)
    if document is None:
        raise RuntimeError(f"the current roster cannot be read: {findings[0].text}")
    return document


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
