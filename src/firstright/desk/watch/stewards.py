"""Those who answer for a part of the policy: told when they are late to look at it again, and noted when they have.

Who they are is the policy's to say; what a new version changed is told by `informing`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec

from firstright.core.authority import Actor
from firstright.core.calendar import zone_of
from firstright.core.parts import parts_of, stewards_of
from firstright.core.policy import Policy
from firstright.core.stewards import Steward, due
from firstright.desk.acting import not_one
from firstright.desk.alarming import silence, sound
from firstright.desk.assigning import wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.watch.rounds import Claim, Finish
from firstright.errors import FirstrightError, Refused
from firstright.storage import alarms, audit, stewards
from firstright.storage.stewards import Reviewed
from firstright.storage.transactions import Tx

OVERDUE = ROUND = "review-overdue"
EVERY = timedelta(hours=6)
LEASE = timedelta(minutes=10)


class Answering(msgspec.Struct, frozen=True):
    """A part of the current policy, who answers for it, and by when somebody looks at it again; `due` None: nobody has to."""

    steward: Steward
    due: date | None
    overdue: bool
    last: Reviewed | None


def answering(tx: Tx, policy: Policy, now: datetime) -> list[Answering]:
    """Every part, what is overdue longest first, then as the policy has them."""
    last, zone = stewards.latest(tx), zone_of(policy.zone)
    since, today = stewards.began(tx) or now, now.astimezone(zone).date()
    found = []
    for steward in stewards_of(policy):
        seen = last.get(steward.part)
        by = due(steward, seen.at if seen else None, since, zone)
        found.append(Answering(steward, by, by is not None and by < today, seen))
    return sorted(
        found, key=lambda each: (not each.overdue, each.due if each.overdue and each.due else date.max)
    )


class PartReviewed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As it was written down."""

    part: str
    note: str

    def work(self, actor: Actor) -> "ReviewPart":
        return ReviewPart(self.part, actor, self.note)


class Noted(msgspec.Struct, frozen=True):
    """`due` is the day by which it is looked at next."""

    part: str
    at: datetime
    by: str
    due: date | None


class ReviewPart:
    """Somebody has looked at a part of the current policy: whoever answers for it, or operations."""

    lane = "person"

    def __init__(self, part: str, actor: Actor, note: str) -> None:
        self.part = part
        self.actor = actor
        self.note = note.strip()

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Noted | FirstrightError:
        policy, now = batch.policy, batch.turn.now
        if wrong := self._wrong(policy.policy):
            return Refused(wrong)
        seen = Reviewed(batch.new_id(), self.part, now, self.actor.user, self.note, policy.version)
        stewards.add(batch.tx, seen)
        silence(batch, OVERDUE, self.part, self.actor.user)
        about = {"part": self.part, "version": policy.version, "note": self.note}
        n, by = batch.turn.n, self.actor.user
        audit.append(
            batch.tx, batch.new_id(), now, n, by, "review-part", "policy", str(policy.version), about
        )
        mine = next(
            (each for each in stewards_of(policy.policy) if each.part == self.part), Steward(self.part)
        )
        return Noted(self.part, now, by, due(mine, now, now, zone_of(policy.policy.zone)))

    def rescue(self, batch: Batch, failure: Exception) -> Noted | FirstrightError:
        raise failure

    def _wrong(self, policy: Policy) -> list[str]:
        there = parts_of(policy)
        if self.part not in there:
            return [not_one(f'part: "{self.part[:80]}"', self.part, tuple(there))]
        mine = next((each for each in stewards_of(policy) if each.part == self.part), Steward(self.part))
        theirs = {mine.responsible, mine.accountable} - {""}
        if not self.actor.sees_all and self.actor.rep not in theirs:
            return [f"part: {self.actor.name} does not answer for {self.part}"]
        return [each.replace("reason:", "note:", 1) for each in wrong_reason(self.note)]


class LookForOverdue:
    """Rings for every part whose day has passed, each once; ends the alarms of those looked at, or gone."""

    lane = "bulk"

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> int:
        if batch.memory.policy is None:
            return 0
        found = answering(batch.tx, batch.policy.policy, batch.turn.now)
        late = {each.steward.part: each for each in found if each.overdue}
        for part, each in late.items():
            detail = {"due": str(each.due), "responsible": each.steward.responsible}
            whom = each.steward.responsible or each.steward.accountable
            sound(batch, OVERDUE, part, _said(each), detail=detail, whom=whom)
        for alarm in alarms.open_alarms(batch.tx):
            if alarm.kind == OVERDUE and alarm.subject not in late:
                silence(batch, OVERDUE, alarm.subject)
        return len(late)

    def rescue(self, batch: Batch, failure: Exception) -> int:
        raise failure


def look_overdue(desk: Desk, now: datetime, /, *, stop: Callable[[], bool] = lambda: False) -> int | None:
    """Now and then, by one node; None where it is not time, or nobody answers for anything."""
    policy = desk.policy
    if policy is None or not policy.policy.stewards.said:
        return None
    if not Claim(ROUND, EVERY, LEASE).taken(desk, now):
        return None
    found = desk.writer.submit(LookForOverdue()).result()
    desk.writer.submit(Finish(ROUND, {"overdue": found})).result()
    return found


def _said(each: Answering) -> str:
    part = each.steward.part.replace(":", " ", 1)
    who = each.steward.responsible or each.steward.accountable or "nobody"
    return f"{part[:1].upper()}{part[1:]} was to be looked at by {each.due}; {who} answers for it."
