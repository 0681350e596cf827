"""The sweep for leads that lie: once an hour one node looks at all that are worked, keeps what is new, ends what is over, and
tells each manager of what is new among their people. And what somebody decides about a lead on the list.

What makes a lead stuck is `core.sweep`'s.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from firstright.core.assignment.line import manager_of
from firstright.core.authority import Actor
from firstright.core.causes.overriding import DISQUALIFIED
from firstright.core.lead import Chosen, HolderKind, Lead, Outcome
from firstright.core.sweep import Cause, Lying, Sweep, causes
from firstright.desk.acting import Acted, acted, not_one, superseded
from firstright.desk.alarming import letter
from firstright.desk.assigning import ByHand, may_not_move, no_taker, wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.desk import Desk
from firstright.desk.letter import Letter
from firstright.desk.watch.rounds import Claim, Finish
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, stuck
from firstright.storage.stuck import Looked

ROUND, WEEKLY = "stuck", "stuck-week"
WEEK = timedelta(days=7)
LEASE = timedelta(minutes=30)
KEEP, MOVE, CLOSE = DECISIONS = ("keep", "move", "close")
EVENT = "lead.stuck"


class Swept(msgspec.Struct, frozen=True):
    """How many leads were looked at, and how many causes began and ended."""

    leads: int = 0
    began: int = 0
    ended: int = 0


def sweep_due(
    desk: Desk, now: datetime, /, *, asked: bool = False, stop: Callable[[], bool] = lambda: False
) -> Swept | None:
    """Sweeps when it is time to, or somebody asked; None when it is not, another node is at it, or the policy has no sweep."""
    sweep = desk.policy.policy.sweep if desk.policy else None
    if (
        sweep is None
        or not sweep.on
        or not Claim(ROUND, -LEASE if asked else sweep.every, LEASE).taken(desk, now)
    ):
        return None
    total, new = Swept(), dict[str, int]()
    after = stuck.FIRST
    while after and not stop():
        with desk.read() as tx:
            leads = stuck.lying(tx, after)
        step = desk.writer.submit(Step(sweep, leads, after)).result()
        total = Swept(total.leads + len(leads), total.began + step.began, total.ended + step.ended)
        for manager, n in step.new.items():
            new[manager] = new.get(manager, 0) + n
        after = leads[-1].id if len(leads) == stuck.SLICE else ""
    if after:
        return None  # begun anew when the lease is over
    desk.writer.submit(Tell(new)).result()
    if Claim(WEEKLY, WEEK, LEASE).taken(desk, now):
        desk.writer.submit(TellAll()).result()
        desk.writer.submit(Finish(WEEKLY, {})).result()
    desk.writer.submit(Finish(ROUND, msgspec.to_builtins(total))).result()
    return total


class Stepped(msgspec.Struct, frozen=True):
    """`new` are counts by manager."""

    began: int
    ended: int
    new: dict[str, int]


class Step:
    """Keeps what was found in one slice. Whoever moved on meanwhile is looked at again the next time."""

    lane = "bulk"

    def __init__(self, sweep: Sweep, leads: list[Lying], after: str) -> None:
        self.sweep = sweep
        self.leads = leads
        self.after = after

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Stepped:
        tx, now = batch.tx, batch.turn.now
        last = self.leads[-1].id if len(self.leads) == stuck.SLICE else "ffffffff-ffff-ffff-ffff-ffffffffffff"
        over = stuck.told(tx, self.after, last)
        began, new = 0, dict[str, int]()
        for lead in self.leads:
            for cause in causes(lead, self.sweep, batch.roster, now):
                if (lead.id, cause.cause) in over:
                    over.discard((lead.id, cause.cause))
                elif self._begun(batch, lead, cause):
                    began += 1
                    manager = whose(batch, lead)
                    new[manager] = new.get(manager, 0) + 1
        for lead_id, what in over:
            stuck.end(tx, lead_id, what, now)
        return Stepped(began, len(over), new)

    def rescue(self, batch: Batch, failure: Exception) -> Stepped:
        raise failure

    def _begun(self, batch: Batch, lead: Lying, cause: Cause) -> bool:
        return stuck.begin(batch.tx, batch.new_id(), lead, cause, batch.turn.now)


class Tell:
    """Each manager hears once of what is new among their people; whoever is responsible of what no rep has."""

    lane = "bulk"

    def __init__(self, new: dict[str, int]) -> None:
        self.new = new

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        for manager, n in sorted(self.new.items()):
            leads = "1 lead lies" if n == 1 else f"{n} leads lie"
            said = f"{leads} and should not. Which, why and since when: page Stuck of the console, or firstright stuck."
            to = manager or batch.policy.policy.responsible
            batch.rows.deliveries += letter(batch, to, Letter(f"firstright: {leads}", said), EVENT)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure


class TellAll:
    """Once a week each manager hears of everything that lies with their people: they look, and decide about each."""

    lane = "bulk"

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        found = dict[str, int]()
        for kind, holder, n in stuck.by_holder(batch.tx):
            rep = holder if kind == HolderKind.REP else ""
            manager = manager_of(rep, batch.roster, batch.turn.now) if rep else ""
            found[manager] = found.get(manager, 0) + n
        for manager, n in sorted(found.items()):
            leads = "1 lead lies" if n == 1 else f"{n} leads lie"
            said = f"The week's list: {leads}. Say of each that it is kept, moved or closed: page Stuck of the console."
            to = manager or batch.policy.policy.responsible
            batch.rows.deliveries += letter(batch, to, Letter("firstright: the week's list", said), EVENT)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure


def whose(batch: Batch, lead: Lying) -> str:
    """Who is to look at it: the first up the line who is there; empty where nobody in particular has it."""
    if lead.holder_kind != HolderKind.REP:
        return ""
    return manager_of(lead.holder, batch.roster, batch.turn.now)


class LookedAt(ByHand):
    """Somebody has looked at a lead on the list: it is kept, and not listed for a while; moved to a rep; or closed."""

    verb = "stuck"
    resolution = "assigned"

    def __init__(
        self,
        lead: str,
        actor: Actor,
        decided: str,
        reason: str,
        *,
        to: str = "",
        why: str = "",
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        """`to` is the rep it is moved to, `why` a code of overriding.DISQUALIFIED for what is closed."""
        super().__init__(lead, actor, reason, epoch=epoch, key=key)
        self.decided = decided
        self.to = to
        self.why = why

    def chosen(self, batch: Batch) -> Chosen:
        if self.decided == CLOSE:
            return Chosen(Outcome.CLOSED, why=self.why)
        return Chosen(Outcome.OWNER, rep=self.to)

    def not_theirs(self, batch: Batch, lead: Lead) -> list[str]:
        found = super().not_theirs(batch, lead)
        return found or (may_not_move(self.actor, lead, self.to, batch) if self.decided == MOVE else [])

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        if self.decided not in DECISIONS:
            return [
                not_one(f'decided: "{self.decided}"', self.decided, DECISIONS),
                *wrong_reason(self.reason),
            ]
        found = [*no_taker(batch, self.to), *super().refused(batch, lead)] if self.decided == MOVE else []
        found = found or wrong_reason(self.reason)
        if not stuck.is_stuck(batch.tx, lead.id):
            found.append("lead: it is not on the list, or not any more")
        if self.decided == CLOSE and self.why not in DISQUALIFIED:
            found.append(not_one(f'why: "{self.why}"', self.why, DISQUALIFIED))
        return found

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        if self.decided != KEEP:
            return super().perform(batch)
        row = self.subject(batch)
        lead = batch.lead(row.id) if row else None
        if row is None or lead is None:
            return NotFound(f"lead {self.lead}")
        if barred := self.barred(batch, lead):
            return barred
        if self.epoch not in (None, lead.epoch):
            return superseded(lead)
        if self._is_kept(batch, lead.id):
            return acted(row, "", repeat=True)
        reasons = self.refused(batch, lead)
        if reasons:
            return Refused(reasons)
        self._noted(batch, lead.id)
        return acted(row, "")

    def _is_kept(self, batch: Batch, lead: str) -> bool:
        """Whether they have said this very thing before, and it still holds: no decision tells, because none is made."""
        last = next(reversed(stuck.decisions(batch.tx, lead)), None)
        if last is None or (last.decided, last.reason, last.by) != (KEEP, self.reason, self.actor.user):
            return False
        holds = last.quiet_until is not None and last.quiet_until > batch.turn.now
        return holds and not stuck.is_stuck(batch.tx, lead)

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        done = super().done(batch, lead, trigger)
        self._noted(batch, lead.id)
        return done

    def _noted(self, batch: Batch, lead: str) -> None:
        tx, now, by = batch.tx, batch.turn.now, self.actor.user
        quiet = now + batch.policy.policy.sweep.quiet if self.decided == KEEP else None
        stuck.decide(tx, Looked(batch.new_id(), lead, self.decided, self.reason, by, now, quiet))
        stuck.end_all(tx, lead, now)
        about = {"decided": self.decided}
        audit.append(tx, batch.new_id(), now, batch.turn.n, by, "stuck-review", "lead", lead, about)


class StuckAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As it was written down; without a lead a sweep is asked for."""

    lead: str = ""
    decided: str = ""
    reason: str = ""
    rep: str = ""
    why: str = ""
    epoch: int | None = None

    def work(self, actor: Actor, key: str = "") -> LookedAt:
        return LookedAt(
            self.lead, actor, self.decided, self.reason, to=self.rep, why=self.why, epoch=self.epoch, key=key
        )


class StuckDone(msgspec.Struct, frozen=True):
    """One of the two."""

    acted: Acted | None = None
    swept: Swept | None = None


def looked(desk: Desk, asked: StuckAsked, actor: Actor, now: datetime) -> StuckDone:
    """Raises what the work refuses, and Refused where nothing is swept."""
    if asked.lead:
        return StuckDone(acted=desk.act(asked.work(actor)))
    desk.warm()
    swept = sweep_due(desk, now, asked=True)
    if swept is None:
        raise Refused(["the policy has no [sweep], or another node is at it"])
    return StuckDone(swept=swept)
