"""An arrival becomes a lead, or an engagement of the lead this person already is: idempotent, decided, answered.

It runs under the turn and touches the batch only. A failure to decide keeps the arrival with a job to decide it later.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.decision import Decision
from firstright.core.lead import Cause, Lead
from firstright.core.matchkeys import match_keys
from firstright.desk.arrival import Arrival, Reply, Seen
from firstright.desk.batch import Batch
from firstright.desk.campaigns import listened
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.reply import aside_body, body, mismatch_body, pending_body
from firstright.desk.requiring import required
from firstright.errors import NoPolicy
from firstright.storage.arrivals import StoredArrival
from firstright.storage.leads import facts_text
from firstright.storage.rows import ArrivalRow, AssignmentRow, EngagementRow, JobRow, LeadRow, MatchKeyRow

CREATED, MERGED, PENDING, MISMATCH = 201, 200, 202, 422
LATELY = timedelta(days=7)  # of history, what is counted as coming from its source
RETRY = timedelta(seconds=5)  # a decision that failed is tried again after this

_json = msgspec.json.Encoder().encode


class Receive:
    """One arrival on its way under the turn."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.lane = arrival.lane
        self._tried = False

    def needs(self, batch: Batch) -> None:
        """What we named ourselves is new, unless it is tried again: the answer to a commit may have been lost."""
        arrival = self.arrival
        if self._tried or not arrival.named_here:
            batch.want_event(arrival.source, arrival.event)
        self._tried = True
        batch.want_keys(match_keys(arrival.facts, arrival.source))

    def perform(self, batch: Batch) -> Reply:
        arrival = self.arrival = _not_ahead(self.arrival, batch.turn.now)
        before = batch.stored.get((arrival.source, arrival.event))
        if before is not None:
            return _again(arrival, before)
        return self.taken(batch, batch.new_id())

    def taken(self, batch: Batch, arrived: str) -> Reply:
        """Decided, or put aside. `arrived` names the arrival."""
        lead, arrival = self._lead(batch), self.arrival
        if arrival.alike:  # before it is asked what it lacks: its account may say so
            batch.know_alike(lead.id, arrival.alike)
        if batch.policy.policy.types:
            found = required(batch, lead, arrival)
            lead = found.lead
            if found.problems:
                problems = (*arrival.problems, *found.problems)
                arrival = self.arrival = msgspec.structs.replace(arrival, problems=problems)
            if found.aside:
                reply = aside_body(found.type, arrival.problems)
                self._put_aside(batch, reply)
                return Reply(PENDING, reply)
        done = decide_in(
            batch,
            lead,
            Cause.ARRIVED,
            arrived,
            as_of=arrival.as_of,
            problems=_told(arrival.problems),
            trace=arrival.trace,
        )
        if batch.policy.policy.watch_campaigns:
            listened(batch, done)
        merged = done.decision.lead != ""
        reply = body(done.after.id, done.id, _as_told(done), batch.roster, arrival.problems)
        if merged:
            batch.rows.engagements.append(
                EngagementRow(
                    batch.new_id(),
                    done.after.id,
                    arrived,
                    "enquiry",
                    done.as_of,
                    done.after.person,
                    reported_by=self.arrival.source,
                    logged_at=batch.turn.now,
                )
            )
        self._keep(
            batch, arrived, "merged" if merged else "created", MERGED if merged else CREATED, reply, done
        )
        return Reply(MERGED if merged else CREATED, reply)

    def rescue(self, batch: Batch, failure: Exception) -> Reply:
        """Keeps the arrival undecided: the lead is pending, a `route` job will decide it."""
        arrival = self.arrival
        before = batch.stored.get((arrival.source, arrival.event))
        if before is not None:
            return _again(arrival, before)
        lead, arrived, now = self._lead(batch), batch.new_id(), batch.turn.now
        at = now + RETRY
        reply = pending_body(lead.id, at, arrival.problems)
        why = "no-policy" if isinstance(failure, NoPolicy) else type(failure).__name__
        batch.rows.leads.append(_pending(batch, lead, why, _told(arrival.problems)))
        batch.rows.assignments.append(
            AssignmentRow(lead.id, 1, "none", "", 1, "rule", Cause.ARRIVED, batch.new_id(), now)
        )
        batch.rows.match_keys += [
            MatchKeyRow(k, v, "lead", lead.id) for k, v in match_keys(lead.facts, lead.source)
        ]
        batch.rows.jobs.append(
            JobRow(
                batch.new_id(),
                "route",
                "deadlines",
                lead.id,
                arrived,
                Cause.ARRIVED,
                at,
                guard_epoch=1,
                last_error=why,
            )
        )
        self._keep(batch, arrived, "pending", PENDING, reply, None, lead)
        return Reply(PENDING, reply)

    def _lead(self, batch: Batch) -> Lead:
        arrival = self.arrival
        now = arrival.as_of or batch.turn.now
        arrived_at = min(arrival.arrived_at, now) if arrival.arrived_at else now
        return Lead(
            arrival.facts,
            arrival.source,
            arrived_at,
            batch.new_id(),
            person=batch.new_id(),
            lane=arrival.ledger,
        )

    def _keep(
        self,
        batch: Batch,
        arrived: str,
        label: str,
        status: int,
        reply: bytes,
        done: Concluded | None,
        lead: Lead | None = None,
    ) -> None:
        arrival = self.arrival
        about = done.after if done else lead
        assert about is not None
        batch.seen.append(_seen(arrival, batch.turn.now, about.id))
        self._store(batch, arrived, label, about, status, reply, done.as_of if done else batch.turn.now)

    def _put_aside(self, batch: Batch, reply: bytes) -> None:
        keep_undecidable(batch, self.arrival, status=PENDING, reply=reply)

    def _store(
        self, batch: Batch, arrived: str, label: str, about: Lead, status: int, reply: bytes, at: datetime
    ) -> None:
        arrival = self.arrival
        batch.rows.arrivals.append(
            ArrivalRow(
                arrived,
                arrival.source,
                arrival.event,
                arrival.fingerprint,
                at,
                arrival.raw,
                arrival.content_type,
                label,
                about.id,
                about.person,
                status,
                reply,
                _told(arrival.problems),
            )
        )
        batch.stored[arrival.source, arrival.event] = StoredArrival(
            arrived, arrival.fingerprint, status, reply, label, about.id
        )


def _not_ahead(arrival: Arrival, now: datetime) -> Arrival:
    """History that says it is yet to come is decided as of now: who works then, nobody knows."""
    if arrival.as_of is None or arrival.as_of <= now:
        return arrival
    reason = "says that it arrived in the future: it was decided as of when it was taken in"
    ahead = Problem("", "time.future", reason, arrival.as_of.isoformat())
    return msgspec.structs.replace(arrival, as_of=now, problems=(*arrival.problems, ahead))


def keep_undecidable(
    batch: Batch, arrival: Arrival, label: str = "quarantined", *, status: int = MISMATCH, reply: bytes = b""
) -> StoredArrival:
    """Keeps what cannot become a lead, as received, in quarantine: it can be replayed after a fix."""
    event = arrival.source, arrival.event
    if event not in batch.stored:
        name, problems = batch.new_id(), _json(arrival.problems)
        reply = reply or problems
        batch.stored[event] = StoredArrival(name, arrival.fingerprint, status, reply, label, None)
        batch.rows.arrivals.append(
            ArrivalRow(
                name,
                arrival.source,
                arrival.event,
                arrival.fingerprint,
                batch.turn.now,
                arrival.raw,
                arrival.content_type,
                label,
                None,
                None,
                status,
                reply,
                problems.decode(),
            )
        )
    return batch.stored[event]


def _as_told(done: Concluded) -> Decision:
    """A repeat enquiry changes no plan: what its sender is told to expect is what the lead had before."""
    decision, row = done.decision, done.row
    if row is None or decision.next_at is not None:
        return decision
    return msgspec.structs.replace(decision, next_at=row.next_at, expected_at=row.expected_at)


def _again(arrival: Arrival, before: StoredArrival) -> Reply:
    """The same event once more: the stored reply; another body under the same key is refused and changes nothing."""
    if before.body_hash == arrival.fingerprint:
        return Reply(before.status, before.reply, replayed=True)
    return Reply(MISMATCH, mismatch_body())


def _seen(arrival: Arrival, now: datetime, lead: str) -> Seen:
    """Counted by when it came. Of history only what no table knows: what a source did years ago says nothing of it now."""
    at = arrival.as_of or now
    facts = arrival.facts if at > now - LATELY else {}
    return Seen(
        arrival.source, arrival.lane, at, facts, arrival.problems, arrival.unmapped, lead, arrival.meant
    )


def _told(problems: tuple[Problem, ...]) -> str:
    return _json(problems).decode() if problems else "[]"


def _pending(batch: Batch, lead: Lead, why: str, problems: str) -> LeadRow:
    now = batch.turn.now
    return LeadRow(
        id=lead.id,
        person_id=lead.person,
        source=lead.source,
        lane=lead.lane,
        facts=facts_text(lead.facts),
        problems=problems,
        outcome="pending",
        reason=why,
        rule="",
        service="",
        holder_kind="none",
        holder_id="",
        epoch=1,
        cycle=1,
        status="new",
        touched=False,
        locked_to="",
        locked_until=None,
        waiting_rule="",
        waiting_until=None,
        arrived_at=lead.arrived_at,
        next_at=now + RETRY,
        expected_at=None,
        priority=0,
        merged_into=None,
        turn=batch.turn.n,
        created_at=now,
        updated_at=now,
    )
