"""Joining and leaving: a rep's place in a pool, its weight by dates, and the instant at which somebody leaves for good.

What becomes of a leaver's leads is `leaving`'s; who gets the next lead of a pool is the core's.
"""

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from firstright.core.authority import Actor
from firstright.core.documents.memberfile import HEAVIEST
from firstright.core.roster import Document, Membership, Rep, Step
from firstright.desk.acting import not_one
from firstright.desk.batch import Batch
from firstright.desk.moments import Moments
from firstright.desk.staff.repwork import LONGEST, RosterWork, told

MOST_STEPS = 50
LATE = timedelta(days=1)  # how long ago a leave may have begun when it is said


class LeaveAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="leave", forbid_unknown_fields=True):
    """Without `at`, now. `stays` takes it back."""

    rep: str
    reason: str
    at: str | None = None
    stays: bool = False

    def work(self, actor: Actor) -> "Leave":
        return Leave(self, actor)


class StepAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"at": "from"}):
    """From then on the weight is this."""

    at: str
    weight: int


class JoinAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="join", forbid_unknown_fields=True):
    """The place as a whole: a ramp, a date of joining or of leaving that is not said is none."""

    rep: str
    reason: str
    pool: str
    weight: int = 1
    ramp: tuple[StepAsked, ...] = ()
    joined: str | None = None
    left: str | None = None

    def work(self, actor: Actor) -> "Join":
        return Join(self, actor)


class Leave(RosterWork):
    """From that instant on they get nothing, and what they have goes to others. Nobody says it for themselves alone."""

    action = "leave"
    doing = "have leave"
    alone = False

    def __init__(self, asked: LeaveAsked, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason)
        self.asked = asked
        self.at: datetime | None = None

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        moments, now = Moments(rep, document), batch.turn.now
        self.at = at = moments.maybe("at", self.asked.at)
        if moments.wrong or at is None:
            return moments.wrong
        if self.asked.stays:
            return ["at: whoever stays leaves at no time"]
        if at < now - LATE:
            return [f"at: {told(at)} is more than a day ago"]
        return ["at: is two years from now at most"] if at > now + 2 * LONGEST else []

    def after(self, rep: Rep, now: datetime) -> Rep:
        if self.asked.stays:
            return msgspec.structs.replace(rep, left=None)
        if self.at is None and rep.left and rep.left <= now:
            return rep
        return msgspec.structs.replace(rep, left=self.at or now.replace(microsecond=0))

    def says(self, rep: Rep) -> str:
        return told(rep.left) if rep.left else "stays"


class Join(RosterWork):
    """A place in a pool of the policy, for whom it may be set: their manager, operations. It counts from the next lead on."""

    action = "join"
    doing = "set places in pools for"
    alone = False

    def __init__(self, asked: JoinAsked, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason)
        self.asked = asked
        self.place = Membership(asked.pool, asked.weight)

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        asked, moments = self.asked, Moments(rep, document)
        ramp = tuple(Step(moments.read("ramp", step.at), step.weight) for step in asked.ramp)
        joined, left = moments.maybe("joined", asked.joined), moments.maybe("left", asked.left)
        self.place = place = Membership(asked.pool, asked.weight, joined, left, ramp)
        wrong = moments.wrong
        policy = batch.memory.policy
        known = tuple(policy.policy.pools) if policy else ()
        if policy and place.pool not in known:
            wrong.append(not_one(f'pool: "{place.pool}"', place.pool, known))
        if not 1 <= place.weight <= HEAVIEST:
            wrong.append(f"weight: is a whole number from 1 to {HEAVIEST:,}")
        if place.joined and place.left and place.left <= place.joined:
            wrong.append("left: is not after joined, so they would never be in the pool")
        return wrong + _ramp_problems(place.ramp)

    def after(self, rep: Rep, now: datetime) -> Rep:
        others = [each for each in rep.memberships if each.pool != self.place.pool]
        at = next((i for i, each in enumerate(rep.memberships) if each.pool == self.place.pool), len(others))
        return msgspec.structs.replace(rep, memberships=(*others[:at], self.place, *others[at:]))

    def says(self, rep: Rep) -> str:
        place = self.place
        said = [f"{place.pool} with weight {place.weight}"]
        said += [f"{step.weight} from {told(step.at)}" for step in place.ramp]
        said += [f"from {told(place.joined)}"] if place.joined else []
        said += [f"until {told(place.left)}"] if place.left else []
        return ", ".join(said)


def _ramp_problems(ramp: tuple[Step, ...]) -> list[str]:
    wrong = [] if len(ramp) <= MOST_STEPS else [f"ramp: has at most {MOST_STEPS} steps"]
    if any(not 1 <= step.weight <= HEAVIEST for step in ramp):
        wrong.append(f"ramp: each weight is a whole number from 1 to {HEAVIEST:,}")
    if any(later.at <= step.at for step, later in pairwise(ramp)):
        wrong.append("ramp: each step begins later than the one before it")
    return wrong
