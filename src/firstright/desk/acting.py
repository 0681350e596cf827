"""What people do to a lead: accept, claim, decline, return, touch, log what it did. One cause each.

Compare-and-set on the epoch: who acts on a lead that has moved on is told who has it, and nothing is changed. Refusals
are results here, not exceptions, so that one of them does not send a whole batch back.
"""

from datetime import datetime, timedelta
from difflib import get_close_matches

import msgspec

from firstright.core.causes.creditback import NO_SHOW
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.policy import DECLINE_REASONS
from firstright.core.pools import Pool
from firstright.core.trail import Step, followed
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.pulling import no_member, not_taken, pool_of
from firstright.desk.reaching import tried
from firstright.desk.spent import spent_on
from firstright.errors import FirstrightError, KeyReused, NotFound, Refused, Superseded
from firstright.intake.activity import AUTO
from firstright.storage import decisions, timeline
from firstright.storage.rows import EngagementRow, LeadRow, TouchRow

CHANNELS = ("call", "email", "sms", "chat", "meeting")
KINDS = ("enquiry", "reply", "click", "visit", "download", "chat", "call-in", "form")
LONGEST_WHAT = 500  # characters of a page or a file
TOLERANCE = timedelta(minutes=5)  # by which a clock elsewhere may run ahead of ours


class Acted(msgspec.Struct, frozen=True):
    """Where the lead stands after the act. `repeat`: the same key had come before, and nothing was done again."""

    lead: str
    decision: str
    outcome: str
    owner: str  # rep, or empty
    epoch: int
    status: str
    repeat: bool


class OnLead:
    """One act on one lead. `key` makes it idempotent; `epoch` is the holder it is meant for, None whoever it is now.

    `scope` is what keys of the same request begin with, whatever its content was: the same request with other content is
    refused, also when both come at once.
    """

    lane = "person"
    verb = ""
    scope = ""

    def __init__(self, lead: str, by: str, *, epoch: int | None = None, key: str = "") -> None:
        self.lead = lead
        self.by = by
        self.epoch = epoch
        self.key = key

    def needs(self, batch: Batch) -> None:
        batch.want_lead(self.lead)

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        row = self.subject(batch)
        if row is None:
            return NotFound(f"lead {self.lead}")
        trigger = f"{self.verb}:{self.key}" if self.key else batch.new_id()
        if self.key and (before := _done_before(batch, row.id, trigger)):
            return acted(self.told(row), before, repeat=True)
        if self.scope and _came_otherwise(batch, row.id, f"{self.verb}:{self.scope}"):
            return KeyReused()
        lead = batch.lead(row.id)
        assert lead is not None
        if barred := self.barred(batch, lead):
            return barred
        if self.epoch not in (None, lead.epoch):
            return superseded(lead)
        if self.is_so(lead):
            return acted(self.told(row), "", repeat=True)
        reasons = self.refused(batch, lead)
        if reasons:
            return Refused(reasons)
        if self.owners_only and not _is_theirs(lead, self.by):
            return superseded(lead)
        done = self.done(batch, lead, trigger)
        now = batch.lead_row(done.after.id)
        assert now is not None
        return acted(now, done.id)

    def rescue(self, batch: Batch, failure: Exception) -> Acted | FirstrightError:
        raise failure

    owners_only = False

    def subject(self, batch: Batch) -> LeadRow | None:
        """The lead it is done to: the one that stands for it since they were merged."""
        return standing(batch, self.lead)

    def told(self, row: LeadRow) -> LeadRow:
        """Which lead is told of where the act has been done before."""
        return row

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        """Why this lead is nothing to who asks, before they are told anything of it."""
        return None

    def is_so(self, lead: Lead) -> bool:
        """Whether there is nothing left to do."""
        return False

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        """Sentences about everything that is wrong with it."""
        return _no_rep(batch, self.by)

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        raise NotImplementedError


class Accept(OnLead):
    """The owner says the lead is theirs: the clock of the assignment stops, that of the touch begins."""

    verb = "accept"
    owners_only = True

    def is_so(self, lead: Lead) -> bool:
        return lead.accepted and _is_theirs(lead, self.by)

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        return decide_in(batch, with_act(lead, Act(by=self.by)), Cause.ACCEPTED, trigger)


class Claim(OnLead):
    """A rep takes a lead out of its queue: whoever the queue tells, or anybody where it tells nobody. One of them gets it.

    Out of that of a pull pool a member whom nothing rules out, where members see what waits.
    """

    verb = "claim"

    def is_so(self, lead: Lead) -> bool:
        return _is_theirs(lead, self.by)

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        queued = lead.holder.kind is HolderKind.QUEUE or self.is_so(lead)
        return None if queued else superseded(lead)

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = super().refused(batch, lead)
        if not found and (pool := pool_of(batch, lead)):
            return (
                no_member(pool, self.by, batch.roster)
                or self._blindly(pool)
                or not_taken(batch, lead, pool, self.by)
            )
        queue = batch.policy.policy.queues.get(lead.holder.id)
        if not found and queue and queue.tell and self.by not in queue.tell:
            found.append(
                f"rep: {self.by} is not told of queue {queue.id}; those who are: {', '.join(queue.tell)}"
            )
        return found

    def _blindly(self, pool: Pool) -> list[str]:
        return (
            []
            if pool.preview
            else [f"lead: of {pool.name or pool.id} members take the next one, not one of their choice"]
        )

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        return decide_in(batch, with_act(lead, Act(by=self.by)), Cause.CLAIMED, trigger)


class Decline(OnLead):
    """The owner does not take it, for a reason of the list: it goes to somebody who has not had it, and where the reason is
    none of theirs the turn comes back."""

    verb = "decline"
    cause = Cause.DECLINED
    owners_only = True

    def __init__(
        self, lead: str, by: str, reason: str, *, note: str = "", epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.reason = reason
        self.note = note

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return [*super().refused(batch, lead), *no_reason(self.reason)]

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        batch.know(match_keys(lead.facts, lead.source))
        spent = spent_on(batch, lead, self.reason)
        act = Act(by=self.by, reason=self.reason, note=self.note, spent=spent)
        return decide_in(batch, with_act(lead, act), self.cause, trigger)


class Return(Decline):
    """The same of a lead they had begun to work."""

    verb = "return"
    cause = Cause.RETURNED


class LogTouch(OnLead):
    """A human attempt by us. How long ago `at` may be, the policy says; `reported` is who says so, if not the rep."""

    verb = "touch"

    def __init__(
        self,
        lead: str,
        by: str,
        channel: str,
        *,
        result: str = "",
        note: str = "",
        at: datetime | None = None,
        epoch: int | None = None,
        key: str = "",
        reported: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.channel = channel
        self.result = result
        self.note = note
        self.at = at
        self.reported = reported

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = super().refused(batch, lead)
        if self.channel not in CHANNELS:
            found.append(not_one(f'channel: "{self.channel}"', self.channel, CHANNELS))
        if self.result.casefold() in AUTO:
            found.append("result: what a machine answers by itself is no touch, and stops no clock")
        now, back = batch.turn.now, batch.policy.policy.backdate
        if self.at and self.at > now + TOLERANCE:
            found.append(f"at: {self.at.isoformat()} has not come yet")
        elif self.at and self.at < now - back:
            found.append(
                f"at: {self.at.isoformat()} is longer ago than the policy lets it be logged ({back})"
            )
        elif self.at and self.at < lead.arrived_at:
            found.append(f"at: {self.at.isoformat()} is before the lead came ({lead.arrived_at.isoformat()})")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        at = min(self.at or batch.turn.now, batch.turn.now)
        missed = self.result == NO_SHOW and _is_theirs(lead, self.by)
        spent = spent_on(batch, lead, NO_SHOW) if missed else None
        act = Act(by=self.by, channel=self.channel, result=self.result, at=at, spent=spent)
        if batch.policy.policy.next_actions.rows:
            lead, act = tried(batch, lead, act)
        done = decide_in(batch, with_act(lead, act), Cause.TOUCHED, trigger)
        batch.rows.touches.append(
            TouchRow(
                batch.new_id(),
                lead.id,
                lead.epoch,
                self.by,
                self.channel,
                self.result,
                self.note,
                at,
                batch.turn.now,
                lead.person,
                self.reported,
            )
        )
        return done


class LogEngagement(OnLead):
    """Something the lead did, and `what` it was about: a page, a file. It never stops a clock of ours. Who logs it need not be a
    rep."""

    verb = "engaged"

    def __init__(
        self, lead: str, by: str, kind: str, *, what: str = "", at: datetime | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, by, key=key)
        self.kind = kind
        self.what = " ".join(what.split())
        self.at = at

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = []
        if self.kind not in KINDS:
            found.append(not_one(f'kind: "{self.kind}"', self.kind, KINDS))
        if self.at and self.at > batch.turn.now + TOLERANCE:
            found.append(f"at: {self.at.isoformat()} has not come yet")
        if len(self.what) > LONGEST_WHAT:
            found.append(f"what: has at most {LONGEST_WHAT} characters")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        batch.know(match_keys(lead.facts, lead.source))
        at = min(self.at or batch.turn.now, batch.turn.now)
        facts = {**lead.facts, **followed(lead.facts, Step(at, self.kind, self.what))}
        doing = msgspec.structs.replace(lead, facts=facts, act=Act(by=self.by, channel=self.kind, at=at))
        done = decide_in(batch, doing, Cause.ENGAGED, trigger)
        batch.rows.engagements.append(
            EngagementRow(
                batch.new_id(), lead.id, None, self.kind, at, lead.person, self.what, self.by, batch.turn.now
            )
        )
        return done


def _is_theirs(lead: Lead, rep: str) -> bool:
    return lead.holder == Holder(HolderKind.REP, rep)


def with_act(lead: Lead, act: Act) -> Lead:
    return msgspec.structs.replace(lead, act=act)


def standing(batch: Batch, lead_id: str) -> LeadRow | None:
    """The lead, or the one it was merged into."""
    row = batch.lead_row(lead_id)
    while row is not None and row.merged_into is not None:
        row = batch.lead_row(row.merged_into)
    return row


def _done_before(batch: Batch, lead_id: str, trigger: str) -> str:
    """The decision this act led to when it came before, also in this very batch; empty when it is new."""
    for decided in batch.rows.decisions:
        if (decided.lead_id, decided.trigger_id) == (lead_id, trigger):
            return decided.id
    return decisions.of_trigger(batch.tx, lead_id, trigger)


def _came_otherwise(batch: Batch, lead_id: str, scope: str) -> bool:
    """Whether an act of this scope came before, also in this very batch. The same one again was told before."""
    here = any(d.lead_id == lead_id and d.trigger_id.startswith(scope) for d in batch.rows.decisions)
    return here or bool(timeline.triggers(batch.tx, lead_id, scope))


def superseded(lead: Lead) -> Superseded:
    kind, name = lead.holder.kind, lead.holder.id
    if kind is HolderKind.REP:
        return Superseded(name, lead.epoch)
    return Superseded("", lead.epoch, lead.outcome if kind is HolderKind.NONE else f"{kind} {name}")


def acted(row: LeadRow, decision: str, *, repeat: bool = False) -> Acted:
    owner = row.holder_id if row.holder_kind == HolderKind.REP else ""
    return Acted(row.id, decision, row.outcome, owner, row.epoch, row.status, repeat)


def no_reason(given: str) -> list[str]:
    """That nobody declines for this, where it is none of the list."""
    return [] if given in DECLINE_REASONS else [not_one(f'reason: "{given}"', given, DECLINE_REASONS)]


def _no_rep(batch: Batch, by: str) -> list[str]:
    reps = batch.roster.reps
    return [] if by in reps else [not_one(f'rep: "{by}"', by, tuple(reps))]


def not_one(what: str, given: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(given, known, 1)
    hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known[:12])}" if known else ""
    return f"{what} is not known{hint}"
