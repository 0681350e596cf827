"""One event of a foreign system becomes a touch, an engagement, the end of what is sent by itself or the answer to an invitation, or
stands in quarantine with its reasons: once, whatever comes.

Whom it is about is found by exact keys. What a machine answered by itself is kept and does nothing.
"""

from datetime import datetime

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.core.matchkeys import match_keys
from firstright.desk.acting import LONGEST_WHAT, Acted, LogEngagement, LogTouch, OnLead, standing
from firstright.desk.arrival import Source, cleaned, fingerprint
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.invited import AnswerInvitation
from firstright.desk.reported import ended
from firstright.errors import FirstrightError, NoPolicy, NotFound, Refused
from firstright.intake.activity import BOUNCE, OPT_OUT, Activity, read_activity
from firstright.storage import errands, hooks
from firstright.storage.hooks import IGNORED, QUARANTINED, TAKEN, EventRow, HookSettings
from firstright.storage.rows import LeadRow

LONGEST_ID = 255  # characters of an event's id
LONGEST_RESULT, LONGEST_NOTE = 64, 2_000
NOBODY = "no lead has this lead id, external id, e-mail address or phone number"
_ENDED = frozenset({"closed", "rejected", "quarantined"})


class Taken(msgspec.Struct, frozen=True):
    """What became of an event: taken, ignored or quarantined. `repeat`: it had come before, and nothing was done again."""

    event: str
    state: str
    lead: str = ""
    problems: tuple[Problem, ...] = ()
    repeat: bool = False


class Event(msgspec.Struct, frozen=True):
    """One event as it is read today: what it reports, or why it cannot be read; whom it names, as exact keys."""

    hook: str
    id: str
    raw: bytes
    hash: str
    read: Activity | tuple[Problem, ...]
    keys: tuple[tuple[str, str], ...] = ()


def read_event(desk: Desk, hook: str, settings: HookSettings, name: str, raw: bytes) -> Event:
    """Pure but for the policy, whose synonyms it cleans by."""
    digest = fingerprint("POST", f"/v1/hooks/{hook}", raw)
    read = read_activity(raw, settings.map)
    if not isinstance(read, Activity):
        return Event(hook, name, raw, digest, read)
    given = {n: v for n in ("external_id", "email", "phone") if (v := str(getattr(read, n)))}
    clean = cleaned(given, Source(hook, settings.country), desk.policy, texts=True, whole=False)
    facts = clean.facts
    source = read.source or settings.source or hook
    keys = [k for k in match_keys(facts, source) if k[0] in ("external", "email")]
    if phone := facts.get("phone"):
        keys.append(("phone", str(phone)))
    if clean.problems and not keys and not read.lead:
        return Event(hook, name, raw, digest, clean.problems)
    return Event(hook, name, raw, digest, read, tuple(keys))


class TakeEvent:
    """An event under the turn."""

    lane = "intake"

    def __init__(self, event: Event) -> None:
        self.event = event

    def needs(self, batch: Batch) -> None:
        read = self.event.read
        if isinstance(read, Activity) and is_id(read.lead):
            batch.want_lead(read.lead)

    def perform(self, batch: Batch) -> Taken:
        before = hooks.event(batch.tx, self.event.hook, self.event.id)
        if before is None:
            row = _row(batch, self.event, self.event.id)
            done = _done(batch, self.event, row)
            hooks.tell(batch.tx, row)
            return done
        if before.body_hash == self.event.hash:
            return Taken(before.id, before.state, before.lead_id, before.problems, repeat=True)
        return self._conflict(batch)

    def _conflict(self, batch: Batch) -> Taken:
        """The same id with another body: its sender cannot be told, so it is kept aside, once."""
        name = f"{self.event.id[: LONGEST_ID - 17]}#{self.event.hash[:16]}"
        before = hooks.event(batch.tx, self.event.hook, name)
        if before is not None:
            return Taken(before.id, before.state, before.lead_id, before.problems, repeat=True)
        row = _row(batch, self.event, name)
        problem = Problem(
            "", "idempotency.mismatch", "this id came before with another body", self.event.id[:64]
        )
        row.problems = (problem,)
        hooks.tell(batch.tx, row)
        return _taken(row)

    def rescue(self, batch: Batch, failure: Exception) -> Taken:
        """Without a policy nothing can be decided: it waits in quarantine."""
        if not isinstance(failure, NoPolicy) or hooks.event(batch.tx, self.event.hook, self.event.id):
            raise failure
        row = _row(batch, self.event, self.event.id)
        row.problems = (Problem("", f"{failure.missing}.missing", str(failure), ""),)
        hooks.tell(batch.tx, row)
        return _taken(row)


class ReplayEvent:
    """An event out of quarantine, as it is read today. Once it is taken, asking again changes nothing. `errand` is counted on."""

    lane = "person"

    def __init__(self, name: str, event: Event, errand: str = "") -> None:
        self.name = name
        self.event = event
        self.errand = errand

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> Taken | FirstrightError:
        row = hooks.event_named(batch.tx, self.name)
        if row is None:
            return NotFound(f"event {self.name[:80]}")
        if row.state != QUARANTINED:
            return Taken(row.id, row.state, row.lead_id, row.problems, repeat=True)
        row.problems = ()
        done = _done(batch, self.event, row)
        hooks.conclude(batch.tx, row)
        errands.count(batch.tx, self.errand, self.name, done.state)
        return done

    def rescue(self, batch: Batch, failure: Exception) -> Taken | FirstrightError:
        raise failure


def replay_event(desk: Desk, event: str) -> Taken:
    """One of them, now. All of a hook are read again by `rereading`. Raises Refused, NotFound."""
    if desk.policy is None:
        desk.warm()
    with desk.read() as tx:
        row = hooks.event_named(tx, event)
        hook = hooks.one(tx, row.hook) if row else None
    if row is None:
        raise NotFound(f"event {event[:80]}")
    if hook is None:
        raise Refused([f"{row.hook[:80]}: is no hook any more"])
    return desk.act(ReplayEvent(row.id, read_event(desk, hook.name, hook.settings, row.event_id, row.raw)))


def _row(batch: Batch, event: Event, name: str) -> EventRow:
    now = batch.turn.now
    return EventRow(batch.new_id(), event.hook, name, now, event.hash, event.raw, QUARANTINED, "", "", ())


def _taken(row: EventRow) -> Taken:
    return Taken(row.id, row.state, row.lead_id, row.problems)


def _done(batch: Batch, event: Event, row: EventRow) -> Taken:
    """Does what it reports, and writes into the row what came of it. Nothing of a refused act is left behind."""
    read = event.read
    if not isinstance(read, Activity):
        row.problems = read
    elif read.auto:
        row.state = IGNORED
        row.problems = (
            Problem("", "activity.auto", "a machine answered by itself: that is nobody's doing", read.auto),
        )
    elif read.reply is not None:
        _performed(batch, AnswerInvitation(read.reply, f"hook:{event.hook}"), row)
    elif isinstance(lead := _lead(batch, read, event.keys), Problem):
        row.problems = (lead,)
    elif read.kind in (BOUNCE, OPT_OUT):
        _ended(batch, event, read, lead, row)
    elif isinstance(work := _work(batch, event, read, lead, row.received_at), Problem):
        row.problems = (work,)
    else:
        _performed(batch, work, row)
    return _taken(row)


def _performed(batch: Batch, work: OnLead, row: EventRow) -> None:
    done = work.perform(batch)
    if isinstance(done, Acted):
        row.state, row.lead_id = TAKEN, done.lead
        stands = batch.lead_row(done.lead)
        row.person_id = stands.person_id if stands else ""
    else:
        row.problems = _told(done)


def _ended(batch: Batch, event: Event, read: Activity, lead: str, row: EventRow) -> None:
    address = next((value for kind, value in event.keys if kind == "email"), "")
    match ended(batch, read, lead, address, f"hook:{event.hook}"):
        case Problem() as problem:
            row.problems = (problem,)
        case FirstrightError() as error:
            row.problems = _told(error)
        case name, person:
            row.state, row.lead_id, row.person_id = TAKEN, name, person


def _told(error: FirstrightError) -> tuple[Problem, ...]:
    reasons = error.reasons if isinstance(error, Refused) else (str(error),)
    code = "activity.refused" if isinstance(error, Refused) else "activity.not_taken"
    return tuple(Problem("", code, reason, "") for reason in reasons)


def _lead(batch: Batch, read: Activity, keys: tuple[tuple[str, str], ...]) -> str | Problem:
    """The lead by our id, else by the first key somebody has: who is being worked before who is not, the rep's own before
    others'. Two that are left are one too many."""
    if read.lead:
        row = batch.lead_row(read.lead) if is_id(read.lead) else None
        return row.id if row else Problem("/lead", "activity.no_lead", "is no lead of ours", read.lead[:64])
    rep = _rep_named(batch, read.rep)
    for kind, value in keys:
        rows = [standing(batch, name) for name in hooks.leads_keyed(batch.tx, kind, value)]
        found = list({row.id: row for row in rows if row is not None}.values())
        found = [each for each in found if each.outcome not in _ENDED] or _newest(found)
        found = [each for each in found if rep and each.holder_id == rep] or found
        if len(found) > 1:
            return Problem(f"/{kind}", "activity.ambiguous", f"{len(found)} leads have it", value[:64])
        if found:
            return found[0].id
    return Problem("", "activity.unknown", NOBODY, ", ".join(value for _, value in keys)[:64])


def _newest(found: list[LeadRow]) -> list[LeadRow]:
    """Of leads that have all ended."""
    return [max(found, key=lambda row: (row.arrived_at, row.id))] if found else []


def _rep_named(batch: Batch, name: str) -> str:
    """By id, or by e-mail address; empty when nobody is called so."""
    reps = batch.roster.reps
    wanted = name.casefold()
    by_address = (rep.id for rep in reps.values() if rep.email and rep.email.casefold() == wanted)
    return name if name in reps else next(by_address, "") if wanted else ""


def _work(batch: Batch, event: Event, read: Activity, lead: str, at: datetime) -> OnLead | Problem:
    key, by = f"{event.hook}:{event.id}", f"hook:{event.hook}"
    when = read.at or at
    if read.direction == "in":
        return LogEngagement(
            lead, by, read.kind, what=(read.what or read.note)[:LONGEST_WHAT], at=when, key=key
        )
    rep = _rep_named(batch, read.rep)
    if not rep and not read.rep:
        row = batch.lead_row(lead)
        rep = row.holder_id if row is not None and row.holder_kind == "rep" else ""
    if not rep:
        return Problem(
            "/rep",
            "activity.rep",
            "nobody of the roster is named, and the lead is with no rep",
            read.rep[:64],
        )
    return LogTouch(
        lead,
        rep,
        read.channel,
        result=read.result[:LONGEST_RESULT],
        note=read.note[:LONGEST_NOTE],
        at=when,
        key=key,
        reported=by,
    )
