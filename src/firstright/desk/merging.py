"""Merging: somebody says that two leads are one, or that they are two after all. Both are decisions, recorded and replayed.

Nothing of the loser is lost: it closes, is read with the lead that stands for it, and comes back as it was. Credit does not
move, and what was delivered stays delivered.
"""

import msgspec

from firstright.core.authority import Actor, claimable
from firstright.core.identifiers import is_id
from firstright.core.lead import NOBODY, Act, Cause, Fact, Holder, HolderKind, Joined, Lead, Outcome, Waiting
from firstright.core.matching import NOT_WORKED, PERSONAL
from firstright.core.matchkeys import match_keys
from firstright.core.record import read_record
from firstright.core.world import Key
from firstright.desk import meetingsapart
from firstright.desk.acting import OnLead, standing, with_act
from firstright.desk.assigning import wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.mergedfacts import children, difference, give, own_facts, survivors
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, duplicates, leads, merges, reviews
from firstright.storage.meetings import MeetingRow
from firstright.storage.rows import LeadRow

MERGED = "merged"  # what a review is resolved with


class _Joining(OnLead):
    """What is said of this very lead, not of the one that may stand for it."""

    def __init__(
        self, lead: str, actor: Actor, reason: str, *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor.rep or actor.user, epoch=epoch, key=key)
        self.actor = actor
        self.reason = reason.strip()

    def subject(self, batch: Batch) -> LeadRow | None:
        return batch.lead_row(self.lead)

    def _may(self, batch: Batch, mine: Holder, other: Holder, other_id: str) -> FirstrightError | None:
        """What they may not see is not there for them."""
        queues = claimable(self.actor.rep, batch.policy.policy, batch.roster)
        for holder, name in ((mine, self.lead), (other, other_id)):
            if not self.actor.sees(holder, queues):
                return NotFound(f"lead {name}")
        if self.actor.may_merge(mine, other):
            return None
        return Refused([f"lead: {self.actor.name} may merge only leads that are theirs, or their people's"])

    def act(self, said: Joined) -> Act:
        called = "" if self.actor.rep else self.actor.name
        return Act(by=self.by, reason=self.reason, called=called, joined=said)


class Merge(_Joining):
    """This lead is the same person as `into`, which stands for it from now on; or the lead that stands for `into` by now."""

    verb = "merge"

    def __init__(
        self, lead: str, into: str, actor: Actor, reason: str, *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor, reason, epoch=epoch, key=key)
        self.into = into
        self._master: LeadRow | None = None
        self._stands: LeadRow | None = None  # for the loser, by now

    def needs(self, batch: Batch) -> None:
        super().needs(batch)
        if is_id(self.into):
            batch.want_lead(self.into)

    def subject(self, batch: Batch) -> LeadRow | None:
        self._master = standing(batch, self.into) if is_id(self.into) else None
        self._stands = standing(batch, self.lead)
        return super().subject(batch)

    def told(self, row: LeadRow) -> LeadRow:
        return self._stands or row

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        if self._master is None:
            return NotFound(f"lead {self.into[:80]}")
        return self._may(
            batch, _holder(self._stands) if self._stands else lead.holder, _holder(self._master), self.into
        )

    def is_so(self, lead: Lead) -> bool:
        mine, master = self._stands, self._master
        return (
            mine is not None
            and master is not None
            and lead.id != self.into
            and mine.id == master.id != lead.id
        )

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = wrong_reason(self.reason)
        if lead.id == self.into:
            found.append("into: a lead is not merged with itself")
        elif self._master and self._master.id == lead.id:
            found.append("into: that lead is part of this one already")
        elif self._stands and self._stands.id != lead.id:
            found.append(f"lead: it is part of lead {self._stands.id} already; take it out of that one first")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        assert self._master is not None
        master = batch.lead(self._master.id)
        assert master is not None
        batch.know(match_keys(lead.facts, lead.source))
        batch.know(match_keys(master.facts, master.source))
        facts, gave = survivors(
            batch, master, own_facts(batch, master), [*children(batch, master.id), lead.id]
        )
        was, master_was = _as_it_is(batch, lead), _as_it_is(batch, master)
        absorbed = self._absorbed(batch, lead, master, trigger)
        _point(batch, lead, master.id)
        stood = self._standing(batch, lead, msgspec.structs.replace(master, facts=facts), trigger)
        for earlier in merges.of_master(batch.tx, master.id):
            merges.give(batch.tx, earlier.id, {})
        moved = None if stood.decision.kept else master_was
        merge = merges.Merge(
            batch.new_id(),
            lead.id,
            master.id,
            absorbed.as_of,
            self.by,
            "person",
            self.reason,
            _score(batch, lead.id, master.id),
            (),
            was,
            moved,
            stood.after.epoch,
            gave,
        )
        merges.add(batch.tx, merge)
        self._noted(batch, lead, stood)
        meetingsapart.came_along(batch, stood.after, trigger)
        return stood

    def _absorbed(self, batch: Batch, lead: Lead, master: Lead, trigger: str) -> Concluded:
        owner = _rep(master.holder) or _rep(lead.holder)
        act = self.act(Joined(into=master.id, owner=owner))
        return decide_in(batch, with_act(lead, act), Cause.MERGED, trigger)

    def _standing(self, batch: Batch, lead: Lead, master: Lead, trigger: str) -> Concluded:
        worked = lead.outcome not in NOT_WORKED
        said = Joined(child=lead.id, owner=_rep(lead.holder), rule=lead.rule, open=worked)
        return decide_in(batch, with_act(master, self.act(said)), Cause.MERGED, trigger)

    def _noted(self, batch: Batch, lead: Lead, stood: Concluded) -> None:
        """A review of either is answered by it, and so is the question whether they are one."""
        tx, at, user = batch.tx, stood.as_of, self.actor.user
        if lead.holder.kind is HolderKind.REVIEW:
            reviews.resolve(tx, lead.id, MERGED, at, user, self.reason)
        if stood.before.holder.kind is HolderKind.REVIEW and not stood.decision.kept:
            reviews.resolve(tx, stood.after.id, MERGED, at, user, self.reason)
        duplicates.decide(tx, lead.id, stood.after.id, "merged", at, user)
        for pair in duplicates.of_lead(tx, lead.id):  # of leads that are part of the same by now
            other = standing(batch, pair.b if pair.a == lead.id else pair.a)
            if other is not None and other.id == stood.after.id:
                duplicates.decide(tx, pair.a, pair.b, "merged", at, user)
        duplicates.unmark_distinct(tx, lead.id, stood.after.id)
        about = {"into": stood.after.id}
        audit.append(tx, batch.new_id(), at, batch.turn.n, user, "merge", "lead", lead.id, about)


class Unmerge(_Joining):
    """This lead is somebody else than the lead that stands for it: it is what it was, and they are two from now on."""

    verb = "unmerge"

    def __init__(
        self, lead: str, actor: Actor, reason: str, *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor, reason, epoch=epoch, key=key)
        self._merge: merges.Merge | None = None
        self._top: LeadRow | None = None

    def subject(self, batch: Batch) -> LeadRow | None:
        self._merge = merges.in_force(batch.tx, self.lead)
        self._top = standing(batch, self.lead)
        return super().subject(batch)

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        if self._merge is None or self._top is None:
            queues = claimable(self.actor.rep, batch.policy.policy, batch.roster)
            return None if self.actor.sees(lead.holder, queues) else NotFound(f"lead {self.lead}")
        was = self._merge.child_was
        return self._may(batch, was.holder if was else NOBODY, _holder(self._top), self._top.id)

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = wrong_reason(self.reason)
        if self._merge is None:
            found.append("lead: it is part of no other lead")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        merge, top = self._merge, self._top
        assert merge is not None and top is not None
        parent = batch.lead(merge.master)
        assert parent is not None
        own = own_facts(batch, parent)
        merges.undo(batch.tx, merge.id, batch.turn.now, self.actor.user)
        duplicates.mark_distinct(batch.tx, lead.id, parent.id, batch.turn.now, self.actor.user, self.reason)
        _point(batch, lead, None)
        self._part_keys(batch, lead, merge, top)
        chain = _chain(batch, parent)
        went = meetingsapart.go_back(batch, lead, (lead.id, *merges.children(batch.tx, lead.id)), chain)
        was = meetingsapart.with_status(batch, merge.child_was) if merge.child_was else None
        until = was.waiting.until if was and was.waiting and was.outcome is Outcome.NURTURE else None
        said = Joined(into=parent.id, was=was, until=until)
        subject = meetingsapart.dated(batch, meetingsapart.with_status(batch, lead))
        apart = decide_in(batch, with_act(subject, self.act(said)), Cause.UNMERGED, trigger)
        self._left(batch, parent, own, merge, went, trigger)
        self._above(batch, parent, went, trigger)
        about = {"from": parent.id}
        audit.append(
            batch.tx,
            batch.new_id(),
            apart.as_of,
            batch.turn.n,
            self.actor.user,
            "unmerge",
            "lead",
            lead.id,
            about,
        )
        return apart

    def _part_keys(self, batch: Batch, lead: Lead, merge: merges.Merge, top: LeadRow) -> None:
        """While both are being worked a personal key names one of them: the child had it before it named the other, too."""
        keys = set(match_keys(lead.facts, lead.source))
        for record in merges.records_since(batch.tx, top.id, merge.at):
            if record:
                said = read_record(record).lead
                keys.update(match_keys(said.facts, said.source))
        both = [key for key in merges.shared(batch.tx, keys, lead.id, top.id) if key[0] in PERSONAL]
        if _is_worked(merge.child_was) and top.outcome not in NOT_WORKED:
            merges.forget_keys(batch.tx, top.id, both)
        batch.forget([*keys])
        batch.know(keys)

    def _left(
        self,
        batch: Batch,
        parent: Lead,
        own: dict[str, Fact],
        merge: merges.Merge,
        went: list[MeetingRow],
        trigger: str,
    ) -> None:
        """The master without the child: its own facts again, and where the merge had moved it and nothing has since, its place."""
        rest = children(batch, parent.id)
        facts, gave = survivors(batch, parent, own, rest)
        give(batch, parent.id, gave)
        back = merge.master_was if parent.epoch == merge.master_epoch else None
        back = meetingsapart.with_status(batch, back, went) if back else None
        until = back.waiting.until if back and back.waiting and back.outcome is Outcome.NURTURE else None
        undated = meetingsapart.has_no_date(batch, parent)
        said = Joined(child=merge.child, was=back, until=until, undated=undated)
        subject = msgspec.structs.replace(meetingsapart.with_status(batch, parent, went), facts=facts)
        decide_in(batch, with_act(subject, self.act(said)), Cause.UNMERGED, trigger)

    def _above(self, batch: Batch, parent: Lead, went: list[MeetingRow], trigger: str) -> None:
        """Leads that stand for the master in turn have their facts from it, too."""
        while (over := merges.in_force(batch.tx, parent.id)) is not None:
            above = batch.lead(over.master)
            assert above is not None
            facts, gave = survivors(batch, above, own_facts(batch, above), children(batch, above.id))
            give(batch, above.id, gave)
            undated = meetingsapart.has_no_date(batch, above)
            subject = msgspec.structs.replace(meetingsapart.with_status(batch, above, went), facts=facts)
            if undated or (facts, above.status) != (above.facts, subject.status):
                act = self.act(Joined(child=self.lead, undated=undated))
                decide_in(batch, with_act(subject, act), Cause.UNMERGED, trigger)
            parent = above


def noted_as_one(batch: Batch, child: Lead, own: dict[str, Fact] | None, stood: Concluded) -> None:
    """A lead that was decided late turned out to be somebody known: kept like a merge, so that it can be undone like one."""
    gave = difference(own, stood.after.facts) if own is not None else {}
    earlier = merges.of_master(batch.tx, stood.after.id)
    for each in earlier:
        gave = {**each.gave, **{f: (each.gave.get(f, pair)[0], pair[1]) for f, pair in gave.items()}}
        merges.give(batch.tx, each.id, {})
    at, epoch = stood.as_of, stood.after.epoch
    was = _as_it_is(batch, child)
    leads.merge(batch.tx, child.id, stood.after.id, at)
    why = "the same person, found when it was decided"
    found = (batch.new_id(), child.id, stood.after.id, at, "firstright", "auto", why)
    merges.add(batch.tx, merges.Merge(*found, None, (), was, None, epoch, gave))


def _as_it_is(batch: Batch, lead: Lead) -> Lead:
    """How a lead stands, without its facts. One in nurture waits for an instant that only its row has."""
    waiting = lead.waiting
    row = batch.lead_row(lead.id)
    if lead.outcome is Outcome.NURTURE and row is not None and row.next_at is not None:
        waiting = Waiting(lead.rule, row.next_at)
    return msgspec.structs.replace(lead, facts={}, act=None, waiting=waiting)


def _chain(batch: Batch, lead: Lead) -> list[str]:
    """The lead, and those that stand for it, the one that stands for all of them last."""
    found = [lead.id]
    while (over := merges.in_force(batch.tx, found[-1])) is not None:
        found.append(over.master)
    return found


def _point(batch: Batch, lead: Lead, into: str | None) -> None:
    """Whoever looks for the lead finds the one that stands for it; with None itself again. Also in this very batch."""
    leads.merge(batch.tx, lead.id, into, batch.turn.now)
    row = batch.lead_row(lead.id)
    assert row is not None
    row.merged_into = into
    batch.rows.lead_changes.append(row)
    keys: list[Key] = list(match_keys(lead.facts, lead.source))
    batch.forget(keys)
    batch.know(keys)


def _is_worked(was: Lead | None) -> bool:
    return was is None or was.outcome not in NOT_WORKED or was.outcome is Outcome.PENDING


def _score(batch: Batch, one: str, other: str) -> int | None:
    pair = duplicates.of_pair(batch.tx, one, other)
    return pair.score if pair else None


def _holder(row: LeadRow) -> Holder:
    return Holder(HolderKind(row.holder_kind), row.holder_id)


def _rep(holder: Holder) -> str:
    return holder.id if holder.kind is HolderKind.REP else ""
