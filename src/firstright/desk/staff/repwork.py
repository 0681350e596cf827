"""Changing one rep's own rows of the roster: a new version in which exactly that has changed, under the turn.

A kind of work says what the rep is afterwards, or why not; the text, the check, the version and the audit are here.
"""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.clean.problem import Problem
from firstright.core.documents.repedits import edits_between
from firstright.core.documents.repfile import edited
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Document, Rep
from firstright.desk import leaving
from firstright.desk.acting import not_one
from firstright.desk.assigning import wrong_reason
from firstright.desk.batch import Batch
from firstright.errors import FirstrightError, NoPolicy, Refused
from firstright.storage import audit, people

OWN = timedelta(hours=24)  # what somebody may do by themselves without being away for it
LONGEST = timedelta(days=366)
MINUTE = timedelta(minutes=1)


R = TypeVar("R")


class Changed(msgspec.Struct, frozen=True):
    """`version` is the current roster's; `changed` is False when the rep was like that already. `says` is what is so now.

    `problems` are entries of a calendar that could not be read, each with its line and property: they count for nothing.
    """

    rep: str
    version: int
    changed: bool
    says: str = ""
    problems: tuple[Problem, ...] = ()


class RepWork(Generic[R]):
    """One change of one rep. `action` names it in the change log and the audit, `doing` in the sentence that denies it."""

    lane = "person"
    action = ""
    doing = "change this for"
    alone = True  # whether somebody may do it for themselves

    def __init__(self, rep: str, actor: Actor, reason: str) -> None:
        self.rep = rep
        self.actor = actor
        self.reason = reason.strip()

    def needs(self, batch: Batch) -> None:
        """The current roster is read under the turn."""

    def perform(self, batch: Batch) -> R | FirstrightError:
        current = people.current(batch.tx)
        if current is None:
            return NoPolicy("roster")
        if not (self.commands or (self.alone and self.rep == self.actor.rep)):
            whom = "themselves" if self.rep == self.actor.rep else "others"
            return Refused([f"rep: {self.actor.name} may not {self.doing} {whom}"])
        text = people.load(batch.tx, current.version)
        document = read(text)
        place = next((i for i, rep in enumerate(document.reps) if rep.id == self.rep), None)
        if place is None:
            return Refused([not_one(f'rep: "{self.rep}"', self.rep, tuple(rep.id for rep in document.reps))])
        rep, now = document.reps[place], batch.turn.now
        if wrong := [*self.refused(rep, document, batch), *wrong_reason(self.reason)]:
            return Refused(wrong)
        after = self.after(rep, now)
        if after == rep:
            return self.done(rep, current.version, changed=False)
        return self._published(batch, text, document, place, after)

    def rescue(self, batch: Batch, failure: Exception) -> R | FirstrightError:
        raise failure

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        """Everything that speaks against it, each with the name of its field."""
        raise NotImplementedError

    def after(self, rep: Rep, now: datetime) -> Rep:
        """The rep as they are then. Asked only when nothing was refused."""
        raise NotImplementedError

    def says(self, rep: Rep) -> str:
        """What is so now, in a few words, for the change log: of the rep as they are after it."""
        raise NotImplementedError

    def done(self, rep: Rep, version: int, *, changed: bool) -> R:
        """What the caller is told: of the rep as they are now."""
        raise NotImplementedError

    def about(self, rep: Rep) -> dict[str, object]:
        """What the audit keeps of it beside version and reason."""
        return {"says": self.says(rep)}

    @property
    def commands(self) -> bool:
        """Whether the rep is theirs to say this of."""
        actor = self.actor
        return actor.may(Right.PAUSE_OTHERS) and (actor.sees_all or self.rep in actor.team)

    def _published(self, batch: Batch, text: str, document: Document, place: int, after: Rep) -> R:
        changed = edited(text, edits_between(place, document.reps[place], after))
        written, findings = read_roster(changed)
        if written is None:
            raise Refused([f"{finding.where}: {finding.text}" for finding in findings])
        reps = list(document.reps)
        reps[place] = after
        if not _are_same(written, msgspec.structs.replace(document, hash=written.hash, reps=tuple(reps))):
            raise RuntimeError(f"to {self.action} {self.rep} would have changed more of the roster than that")
        return self.done(after, self._kept(batch, changed, written, after), changed=True)

    def _kept(self, batch: Batch, text: str, document: Document, after: Rep) -> int:
        tx, now, by = batch.tx, batch.turn.now, self.actor
        why = f"{self.action} {self.rep}, {self.says(after)}: {self.reason}"
        version = people.publish(tx, text, document.hash, now, by.name, why)
        batch.reopened = True  # who comes back may be who a lead waits for
        people.change(tx, document, after)
        leaving.plan(batch, document)
        about = {**self.about(after), "version": version, "reason": self.reason}
        audit.append(
            tx, batch.new_id(), now, batch.turn.n, by.user, f"{self.action}-rep", "rep", self.rep, about
        )
        return version


class RosterWork(RepWork[Changed]):
    """The kinds that tell no more than that it is so."""

    def done(self, rep: Rep, version: int, *, changed: bool) -> Changed:
        return Changed(self.rep, version, changed, self.says(rep))


def read(text: str) -> Document:
    document, findings = read_roster(text)
    if document is None:
        raise RuntimeError(f"the current roster cannot be read: {findings[0].text}")
    return document


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def unknown_rep(field: str, name: str, rep: Rep, document: Document) -> list[str]:
    """Why this one cannot stand in for the rep; empty for nobody and for who can."""
    if not name:
        return []
    if name == rep.id:
        return [f"{field}: nobody stands in for themselves"]
    known = tuple(each.id for each in document.reps)
    return [] if name in known else [not_one(f'{field}: "{name}"', name, known)]


def _are_same(one: Document, other: Document) -> bool:
    """A new place in a pool may be written before the others: among one rep's places there is no order."""
    return one == other or _in_order(one) == _in_order(other)


def _in_order(document: Document) -> Document:
    reps = [
        msgspec.structs.replace(
            rep,
            memberships=tuple(sorted(rep.memberships, key=lambda place: place.pool)),
            exceptions=tuple(sorted(rep.exceptions, key=lambda day: day.date)),
        )
        for rep in document.reps
    ]
    return msgspec.structs.replace(document, reps=tuple(reps))
