"""Presence: what a rep, or a program of theirs, says about being at their desk, and for how long that holds.

It stands beside the loads, not in the roster: nothing is published, and nothing has to be taken back when it lapses.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.world import Presence, Seen
from firstright.desk.acting import not_one
from firstright.desk.batch import Batch
from firstright.errors import FirstrightError, NoPolicy, Refused

SHORTEST, LONGEST = timedelta(seconds=10), timedelta(hours=24)
USUAL = timedelta(minutes=15)


class PresenceAsked(
    msgspec.Struct, frozen=True, tag_field="kind", tag="presence", forbid_unknown_fields=True
):
    rep: str
    state: Presence
    lasts: int = int(USUAL.total_seconds())  # seconds

    def work(self, actor: Actor) -> "SayPresence":
        return SayPresence(self, actor)


class Present(msgspec.Struct, frozen=True):
    rep: str
    state: Presence
    until: datetime


class SayPresence:
    """For themselves, or for whom they may pause. It counts from the next turn on."""

    lane = "person"

    def __init__(self, asked: PresenceAsked, actor: Actor) -> None:
        self.asked = asked
        self.actor = actor

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Present | FirstrightError:
        asked, roster = self.asked, batch.memory.roster
        if roster is None:
            return NoPolicy("roster")
        if not self._may():
            return Refused([f"rep: {self.actor.name} may not say for others whether they are there"])
        if asked.rep not in roster.reps:
            return Refused([not_one(f'rep: "{asked.rep}"', asked.rep, tuple(roster.reps))])
        lasts = timedelta(seconds=asked.lasts)
        if not SHORTEST <= lasts <= LONGEST:
            return Refused([f"for: is {SHORTEST.seconds} to {int(LONGEST.total_seconds()):,} seconds"])
        until = (batch.turn.now + lasts).replace(microsecond=0)
        standing = batch.world.standing
        seen = {**standing.changed_seen, asked.rep: Seen(asked.state, until)}
        standing = msgspec.structs.replace(standing, changed_seen=seen)
        batch.move_to(msgspec.structs.replace(batch.world, standing=standing))
        return Present(asked.rep, asked.state, until)

    def rescue(self, batch: Batch, failure: Exception) -> Present | FirstrightError:
        raise failure

    def _may(self) -> bool:
        actor, rep = self.actor, self.asked.rep
        commands = actor.may(Right.PAUSE_OTHERS) and (actor.sees_all or rep in actor.team)
        return commands or rep == actor.rep
