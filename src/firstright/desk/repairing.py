"""The repair after a bad publish: leads that wrong rules placed are found and decided again by the rules of now, a few at a
time and behind everything else; what the wrong holders had begun goes the way of every reassignment.

Asked for once, by an operator and with a reason; who was touched or accepted meanwhile is left alone unless they say
otherwise. Each lead is decided in the transaction that strikes it off the list, so a node that dies repeats nothing.
What would come of it is told beforehand by `previewing`.
"""

from datetime import datetime

import msgspec

from firstright.core.authority import Actor
from firstright.core.causes.correcting import (
    MISPLACED,
    RIGHT_ALREADY,
    Placed,
    Selection,
    left_alone,
    problems,
    said_by_hand,
)
from firstright.core.decision import Decision
from firstright.core.lead import Act, Cause, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.record import read_record
from firstright.desk.acting import with_act
from firstright.desk.assigning import wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.duework import DueWork
from firstright.desk.explain.explaining import last_routing
from firstright.desk.spent import spent_on
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, errands, jobs, leads, previews, recorded, repairs
from firstright.storage.errands import Errand
from firstright.storage.jobs import DueJob
from firstright.storage.repairs import Repair, Repaired
from firstright.storage.rows import JobRow, LeadRow
from firstright.storage.transactions import Tx
from firstright.storage.undecided import Undecided

FIND = 50  # leads looked at in one turn
DECIDE = 10  # leads decided in one turn: people wait behind it
MOST_READ = 500  # decisions of one lead

_encode = msgspec.json.Encoder().encode


class _Stage(msgspec.Struct, frozen=True):
    """Where the job of a repair is: looking for leads behind `after`, or deciding them."""

    after: str = repairs.FIRST
    found: bool = False


_stage = msgspec.json.Decoder(_Stage).decode


class RepairAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """As it was written down. `preview`: of which the selection is, and whose leads are decided again, no others."""

    selection: Selection = Selection()
    reason: str = ""
    preview: str = ""

    def work(self, actor: Actor) -> "StartRepair":
        return StartRepair(self.selection, actor, self.reason, self.preview)


class PreviewAbout(msgspec.Struct, frozen=True):
    """What is previewed, and by which versions it is decided."""

    selection: Selection
    policy: int
    roster: int


_about = msgspec.json.Decoder(PreviewAbout).decode


class Started(msgspec.Struct, frozen=True):
    repair: str


def is_repair(job: DueJob) -> bool:
    return not job.lead_id and job.cause == Cause.CORRECTED


class StartRepair:
    """Begins a repair. One runs at a time: two would undo each other."""

    lane = "person"

    def __init__(self, selection: Selection, actor: Actor, reason: str, preview: str = "") -> None:
        self.selection = selection
        self.actor = actor
        self.reason = reason.strip()
        self.preview = preview

    def needs(self, batch: Batch) -> None:
        """Nothing: leads are looked for afterwards."""

    def perform(self, batch: Batch) -> Started | FirstrightError:
        kept = errands.one(batch.tx, self.preview) if self.preview else None
        if kept is not None:
            self.selection = until(about(kept).selection, kept.asked_at)
        if wrong := self._wrong(batch, kept):
            return Refused(wrong)
        now, name = batch.turn.now, batch.new_id()
        chosen = until(self.selection, now)  # what it decides itself is not what it is about
        asked = Repair(name, now, self.actor.user, self.reason, chosen, "running", 0, None, self.preview)
        repairs.add(batch.tx, asked)
        batch.rows.jobs.append(_job(batch.new_id(), name, now))
        said = {"selection": msgspec.to_builtins(chosen), "reason": self.reason}
        audit.append(
            batch.tx, batch.new_id(), now, batch.turn.n, self.actor.user, "repair", "repair", name, said
        )
        return Started(name)

    def rescue(self, batch: Batch, failure: Exception) -> Started | FirstrightError:
        raise failure

    def _wrong(self, batch: Batch, kept: Errand | None) -> list[str]:
        if not self.actor.sees_all:
            return [f"repair: {self.actor.name} may not have decisions repaired"]
        if self.preview and (kept is None or kept.kind != errands.PREVIEW):
            return ["preview: there is none of this id"]
        if kept is not None and kept.is_under_way:
            return ["preview: is under way; wait for it, or stop it"]
        found = [*problems(self.selection), *wrong_reason(self.reason)]
        if before := repairs.running(batch.tx):
            found.append(f"repair: {before} is under way; wait for it, or stop it")
        return found


class StopRepair:
    """Nothing more is decided for it. What it has decided stays."""

    lane = "person"

    def __init__(self, repair: str, actor: Actor) -> None:
        self.repair = repair
        self.actor = actor

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Started | FirstrightError:
        if repairs.one(batch.tx, self.repair) is None:
            return NotFound(f"repair {self.repair}")
        if not self.actor.sees_all:
            return Refused([f"repair: {self.actor.name} may not stop it"])
        if repairs.end(batch.tx, self.repair, "stopped", batch.turn.now):
            now, n, by = batch.turn.now, batch.turn.n, self.actor.user
            audit.append(batch.tx, batch.new_id(), now, n, by, "stop-repair", "repair", self.repair)
        return Started(self.repair)

    def rescue(self, batch: Batch, failure: Exception) -> Started | FirstrightError:
        raise failure


class Correct(DueWork):
    """The next few leads of a repair: found and put on its list, or decided and struck off."""

    under_way: Repaired | None = None  # the lead that is decided just now

    def perform(self, batch: Batch) -> list[Concluded]:
        if not batch.holds(self.job):
            return []
        asked = repairs.one(batch.tx, self.job.ref_id)
        if asked is None or asked.state != "running":
            batch.endings.finish(self.job, "cancelled")
            return []
        stage = _stage(self.job.payload)
        return self._decided(batch, asked) if stage.found else self._found(batch, asked, stage)

    def rescue(self, batch: Batch, failure: Exception) -> list[Concluded]:
        """A lead that nobody can decide is told of, and keeps the others from nothing."""
        if self.under_way is None:
            return super().rescue(batch, failure)
        why = type(failure).__name__
        failed = self.under_way._replace(state="failed", why=why, at=batch.turn.now)
        repairs.done(batch.tx, failed)
        self._go_on(batch, _Stage(found=True))
        return []

    def _found(self, batch: Batch, asked: Repair, stage: _Stage) -> list[Concluded]:
        if asked.preview:
            names = previews.names(batch.tx, asked.preview, stage.after, FIND)
        else:
            names = repairs.selected(batch.tx, asked.selection, stage.after, FIND)
        repairs.select(batch.tx, asked.id, found(batch.tx, asked, names, batch.turn.now))
        self._go_on(batch, _Stage(names[-1]) if len(names) == FIND else _Stage(found=True))
        return []

    def _decided(self, batch: Batch, asked: Repair) -> list[Concluded]:
        left = repairs.waiting(batch.tx, asked.id, DECIDE)
        done = []
        for each in left:
            self.under_way = each
            done += self._one(batch, asked, each)
        self.under_way = None
        if len(left) == DECIDE:
            self._go_on(batch, _Stage(found=True))
        else:
            repairs.end(batch.tx, asked.id, "done", batch.turn.now)
            batch.endings.finish(self.job)
        return done

    def _one(self, batch: Batch, asked: Repair, each: Repaired) -> list[Concluded]:
        lead, row = batch.lead(each.lead), batch.lead_row(each.lead)
        if why := _changed(lead, row, each, asked.selection):
            repairs.done(batch.tx, each._replace(state="kept", why=why, at=batch.turn.now))
            return []
        assert lead is not None
        aside = _aside(batch, lead, Undecided("repaired", asked.id))
        done = decide_in(
            batch, _acting(batch, lead, asked), Cause.CORRECTED, f"repair:{asked.id}", aside=aside
        )
        now = (done.after.holder.kind, done.after.holder.id)
        state = what_became(done.decision, done.before, done.after)
        why = "" if state == "moved" else done.decision.reason
        repairs.done(batch.tx, each._replace(state=state, why=why, now=now, decision=done.id, at=done.as_of))
        return [done]

    def _go_on(self, batch: Batch, stage: _Stage) -> None:
        payload = _encode(stage).decode()
        jobs.again(batch.tx, self.job.id, self.job.lease_token, self.job.due_at, "", payload)


def until(chosen: Selection, at: datetime) -> Selection:
    """The same, of what was decided before an instant."""
    return msgspec.structs.replace(chosen, until=min(chosen.until or at, at))


def about(errand: Errand) -> PreviewAbout:
    return _about(errand.about)


def found(tx: Tx, asked: Repair, names: list[str], now: datetime) -> list[Repaired]:
    """These leads as a repair has them: to be decided again, or kept and why."""
    rows = leads.rows(tx, names)
    histories = leads.histories(tx, names)
    told = []
    for name in names:
        row = rows.get(name)
        last = last_routing(recorded.of_lead(tx, name, MOST_READ))
        if row is None or last is None:
            continue  # erased
        held = histories.get(name, [])
        accepted = bool(held) and held[-1].accepted
        record = read_record(last.record)
        placed = Placed(
            last.id,
            last.policy_version,
            last.rule,
            last.as_of,
            record.cause,
            by_hand=said_by_hand(record.cause, record.lead.act),
            merged=row.merged_into is not None,
            accepted=accepted,
            touched=row.touched,
        )
        why = left_alone(placed, asked.selection)
        was = (row.holder_kind, row.holder_id)
        told.append(
            Repaired(
                asked.id,
                name,
                last.id,
                was,
                row.epoch,
                "kept" if why else "waiting",
                why,
                at=now if why else None,
            )
        )
    return told


def _changed(lead: Lead | None, row: LeadRow | None, each: Repaired, chosen: Selection) -> str:
    """Why a lead is kept that was to be decided again when it was found."""
    if lead is None or row is None:
        return "merged"
    if row.merged_into is not None:
        return "merged"
    if row.epoch != each.epoch:
        return "moved-since"
    if chosen.also_touched:
        return ""
    return "touched" if lead.touched else "accepted" if lead.accepted else ""


def _acting(batch: Batch, lead: Lead, asked: Repair) -> Lead:
    spent = spent_on(batch, lead, MISPLACED)
    return with_act(
        lead, Act(by=asked.asked_by, called=asked.asked_by, reason=asked.reason, spent=spent, repair=True)
    )


def is_where_it_was(before: Lead, after: Lead) -> bool:
    """One that waits is decided anew each time: it has gone nowhere where it waits by the same rule, with nobody."""
    return (before.outcome, before.holder, before.rule) == (after.outcome, after.holder, after.rule)


def what_became(decision: Decision, before: Lead, after: Lead) -> str:
    """Of a lead that was decided again: "moved", "stayed" where it belongs, or "kept" by something else."""
    stays = is_where_it_was(before, after)
    if decision.reason == RIGHT_ALREADY or (stays and not decision.kept):
        return "stayed"
    return "kept" if stays else "moved"


def _aside(batch: Batch, lead: Lead, undecided: Undecided) -> frozenset[str]:
    """Makes known who is like the lead. Of those, whom the repair is still to decide about: their holders do not count."""
    keys = match_keys(lead.facts, lead.source)
    batch.know(keys)
    known = {key: batch.world.known.get(key, ()) for key in keys}
    aside = undecided.among(batch.tx, {c.id for found in known.values() for c in found if c.kind == "lead"})
    if hidden := [key for key, found in known.items() if any(c.id in aside for c in found)]:
        batch.know_others(undecided.others(batch.tx, hidden))
    return aside


def _job(name: str, repair: str, at: datetime) -> JobRow:
    return JobRow(name, "route", "bulk", None, repair, Cause.CORRECTED, at, 0)
