"""A sequence begun and ended by hand. It is nobody's touch, and no decision: it leaves a note and a line of audit."""

from firstright.core.lead import HolderKind, Lead
from firstright.desk.acting import not_one, standing, superseded
from firstright.desk.batch import Batch
from firstright.desk.optingout import audited
from firstright.desk.sequencing import begin, halt
from firstright.desk.unreachable import why_never
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import enrolments


class Reached(str):
    """The lead it was done to."""


class _OnSequence:
    lane = "person"

    def __init__(self, lead: str, by: str, *, epoch: int | None = None) -> None:
        self.lead = lead
        self.by = by
        self.epoch = epoch

    def needs(self, batch: Batch) -> None:
        batch.want_lead(self.lead)

    def perform(self, batch: Batch) -> Reached | FirstrightError:
        row = standing(batch, self.lead)
        lead = batch.lead(row.id) if row else None
        if lead is None:
            return NotFound(f"lead {self.lead}")
        if self.epoch not in (None, lead.epoch):
            return superseded(lead)
        reasons = self.done(batch, lead)
        return Refused(reasons) if reasons else Reached(lead.id)

    def rescue(self, batch: Batch, failure: Exception) -> Reached | FirstrightError:
        raise failure

    def done(self, batch: Batch, lead: Lead) -> list[str]:
        """Sentences about why it was not."""
        raise NotImplementedError


class StartSequence(_OnSequence):
    """By its name, with who has the lead now."""

    def __init__(self, lead: str, sequence: str, by: str, *, epoch: int | None = None) -> None:
        super().__init__(lead, by, epoch=epoch)
        self.sequence = sequence

    def done(self, batch: Batch, lead: Lead) -> list[str]:
        known = batch.policy.policy.sequences
        if self.sequence not in known:
            return [not_one(f'sequence: "{self.sequence}"', self.sequence, tuple(known))]
        if lead.holder.kind is not HolderKind.REP:
            return ["lead: nobody has it, so nobody would write"]
        if why := why_never(batch, lead, known[self.sequence]):
            return [f"sequence: nothing of it would be sent; {why}"]
        begin(batch, lead, self.sequence, self.by)
        audited(batch, "sequence-started", lead.id, self.by, {"sequence": self.sequence})
        return []


class StopSequence(_OnSequence):
    """Whichever it is in, with the reason of who stops it."""

    def __init__(self, lead: str, by: str, *, reason: str = "", epoch: int | None = None) -> None:
        super().__init__(lead, by, epoch=epoch)
        self.reason = reason

    def done(self, batch: Batch, lead: Lead) -> list[str]:
        found = enrolments.running(batch.tx, lead.id)
        if found is None:
            return ["lead: it is in no sequence"]
        halt(batch, found, "by-hand", self.by)
        said = {"sequence": found.sequence, "reason": self.reason[:200]}
        audited(batch, "sequence-stopped", lead.id, self.by, said)
        return []
