"""Going through a playbook: a point is ticked, with what was answered; an answer that is a fact becomes one, and decides anew.

The checklist is worked out by the policy of now, so that nothing is kept twice; nothing is enforced.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.checklist import wanted
from firstright.core.compiled import Compiled
from firstright.core.lead import Fact, Lead
from firstright.core.playbooks import Playbook, Point, playbook_for, points
from firstright.desk.acting import Acted, acted, standing, superseded
from firstright.desk.arrival import Source, cleaned
from firstright.desk.batch import Batch
from firstright.desk.learning import LearnFacts
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import checkmarks
from firstright.storage.checkmarks import Mark, Worked
from firstright.storage.transactions import Tx

LONGEST = 500  # characters of an answer
MOST = 500  # leads a rate is worked out from
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


class Rate(NamedTuple):
    """How far one rep goes through playbooks: leads they have touched, points of those, how many were known or gone through."""

    rep: str
    leads: int
    points: int
    done: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.points if self.points else 0


def checklist(
    policy: Compiled, facts: Mapping[str, Fact], status: str, at: datetime
) -> tuple[Playbook, tuple[Point, ...]] | None:
    """The playbook for such a lead and its points; None where the policy has none for it."""
    seen = policy.with_derived(dict(facts), (), at)
    book = playbook_for(policy.policy.playbooks, seen, status, at)
    return (book, points(book, wanted(policy, seen, status), seen)) if book else None


class Tick:
    """One point was gone through by the one who has the lead, or was not after all (`undo`)."""

    lane = "person"

    def __init__(
        self, lead: str, by: str, item: str, answer: str = "", *, epoch: int | None = None, undo: bool = False
    ) -> None:
        self.lead = lead
        self.by = by
        self.item = item
        self.answer = " ".join(answer.split())
        self.epoch = epoch
        self.undo = undo

    def needs(self, batch: Batch) -> None:
        batch.want_lead(self.lead)

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        stored = standing(batch, self.lead)
        lead = batch.lead(stored.id) if stored else None
        if stored is None or lead is None:
            return NotFound(f"lead {self.lead}")
        if self.epoch not in (None, lead.epoch):
            return superseded(lead)
        now = batch.turn.now
        found = checklist(batch.policy, lead.facts, lead.status, now)
        point = next((p for p in found[1] if p.item == self.item), None) if found else None
        if found is None or point is None:
            return NotFound(f"point {self.item}")
        if self.undo:
            checkmarks.remove(batch.tx, lead.id, lead.cycle, self.item)
            return acted(stored, "")
        if len(self.answer) > LONGEST:
            return Refused([f"answer: has at most {LONGEST} characters"])
        learnt = self._learnt(batch, lead, point)
        if isinstance(learnt, FirstrightError):
            return learnt
        mark = Mark(self.item, found[0].id, self.by, self.answer, now)
        checkmarks.add(batch.tx, lead.id, lead.cycle, mark, lead.person)
        return learnt or acted(stored, "")

    def rescue(self, batch: Batch, failure: Exception) -> Acted | FirstrightError:
        raise failure

    def _learnt(self, batch: Batch, lead: Lead, point: Point) -> Acted | FirstrightError | None:
        """An answer to a field of the catalogue is a fact from now on; any other is kept with its mark alone."""
        if not self.answer or point.field not in batch.policy.policy.catalogue:
            return None
        clean = cleaned(
            {point.field: self.answer}, Source(lead.source), batch.policy, texts=True, whole=False
        )
        values = batch.policy.policy.catalogue[point.field].values
        if values and clean.unmapped:
            return Refused([f"answer: is none of {', '.join(values[:12])}"])
        if clean.problems or not clean.facts:
            return Refused([f"answer: {each.reason}" for each in clean.problems] or ["answer: says nothing"])
        clean.facts.pop("source", None)
        return LearnFacts(lead.id, clean.facts, self.by).perform(batch)


def rates(tx: Tx, policy: Compiled, reps: list[str], at: datetime) -> list[Rate]:
    """How far each of these reps goes through the playbooks of the leads they have touched, by their newest."""
    by: dict[str, list[int]] = {}
    for each in checkmarks.worked(tx, reps, MOST):
        n, done = _gone_through(policy, each, at)
        if n:
            so_far = by.setdefault(each.rep, [0, 0, 0])
            so_far[0] += 1
            so_far[1] += n
            so_far[2] += done
    return [Rate(rep, *so_far) for rep, so_far in sorted(by.items())]


def _gone_through(policy: Compiled, each: Worked, at: datetime) -> tuple[int, int]:
    found = checklist(policy, _facts(each.facts), each.status, at)
    if found is None:
        return 0, 0
    return len(found[1]), len([p for p in found[1] if p.known or p.item in each.items])
