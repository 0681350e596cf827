"""What a repair would come to: which leads are meant, who would have them by the rules of now, what would end, and what nobody can
take back. Decided one after the other as the repair would, a slice at a time, and kept; no lead is changed.

It tells how things stood when it was asked for, by the policy and roster of then: whoever comes meanwhile may get a turn that is told
here as somebody else's. `storage.previews` compares it with how things stand since.
"""

from collections import Counter
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from firstright.core.apply import after, apply
from firstright.core.authority import Actor
from firstright.core.causes.correcting import Selection, problems
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import Turned
from firstright.core.knowing import knowing
from firstright.core.lead import NOBODY, Act, Cause, Holder, HolderKind, Lead, Spent
from firstright.core.matching import candidates, match
from firstright.core.matchkeys import match_keys
from firstright.core.record import read_record
from firstright.core.roster import Roster
from firstright.core.world import Candidate, Key, World
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.repairing import PreviewAbout, about, found, is_where_it_was, until
from firstright.desk.slices import Begun, Slice, begin
from firstright.desk.versions import compiled, rostered
from firstright.errors import FirstrightError, Refused
from firstright.storage import (
    accountfacts,
    credits,
    duplicates,
    errands,
    leads,
    people,
    policies,
    previews,
    recorded,
    repairs,
    standing,
    world,
)
from firstright.storage.errands import Errand
from firstright.storage.previews import FAILED, KEPT, MOVED, STAYED, Previewed
from firstright.storage.repairs import Repair, Repaired
from firstright.storage.rows import LeadRow
from firstright.storage.transactions import Tx

SLICE = 50  # leads decided at a time
FORGET = 500  # leads of old previews that go with each slice
BEGUN = "begun:"  # of a count: what the wrong holders have begun


class _Place(msgspec.Struct, frozen=True):
    """Behind which lead the next slice begins, and where rotations, loads and limits would stand by then."""

    after: str = repairs.FIRST
    stands: tuple[tuple[str, str], ...] = ()


_place_of = msgspec.json.Decoder(_Place).decode


class StartPreview:
    """Begins a preview; the same one again, while it is under way, is that one."""

    lane = "person"

    def __init__(self, selection: Selection, actor: Actor) -> None:
        self.selection = selection
        self.actor = actor

    def needs(self, batch: Batch) -> None:
        """Nothing: leads are looked for afterwards."""

    def perform(self, batch: Batch) -> Begun | FirstrightError:
        if not self.actor.sees_all:
            return Refused([f"repair: {self.actor.name} may not have decisions repaired"])
        if wrong := problems(self.selection):
            return Refused(wrong)
        said = PreviewAbout(self.selection, batch.policy.version, batch.roster.version)
        return Begun(begin(batch, errands.PREVIEW, said, self.actor.user))

    def rescue(self, batch: Batch, failure: Exception) -> Begun | FirstrightError:
        raise failure


def preview_slice(desk: Desk, errand: Errand) -> Slice:
    """The next leads, decided as if nothing had come since it was asked for."""
    said = about(errand)
    chosen = until(said.selection, errand.asked_at)
    place = _place_of(errand.place) if errand.place else _Place()
    with desk.read() as tx:
        trial = _Trial(tx, errand, *_versions(desk, tx, said), place)
        asked = Repair(errand.id, errand.asked_at, "", "", chosen, "running", 0, None)
        names = repairs.selected(tx, chosen, place.after, SLICE)
        rows = [trial.told(each) for each in found(tx, asked, names, errand.asked_at)]
        begun = repairs.begun(tx, [each.lead for each in rows if each.state == MOVED])
        total = errand.total or repairs.how_many(tx, chosen)
        counts = Counter(each.state for each in rows)
        counts.update({f"{BEGUN}{kind}": n for kind, n in begun.items()})

    def put_down(tx: Tx) -> None:
        previews.add(tx, rows)
        previews.forget(tx, FORGET)

    last = names[-1] if names else place.after
    behind = msgspec.json.encode(_Place(last, trial.stands())).decode()
    return Slice(behind, len(names), counts, total, over=len(names) < SLICE, put_down=put_down)


def _versions(desk: Desk, tx: Tx, said: PreviewAbout) -> tuple[Compiled, Roster]:
    """Those it was asked for with, also where others are current by now."""
    policy, roster = desk.policy, desk.roster
    if policy is None or policy.version != said.policy:
        policy = compiled(tx, policies.load(tx, said.policy), said.policy)
    if roster is None or roster.version != said.roster:
        roster = rostered(people.load(tx, said.roster), said.roster)
    return policy, roster


class _Trial:
    """The world as earlier slices left it, in which one lead after the other is decided."""

    def __init__(self, tx: Tx, errand: Errand, policy: Compiled, roster: Roster, place: _Place) -> None:
        self._tx = tx
        self._errand = errand
        self._policy = policy
        self._moved: dict[str, str] = {}
        stands = standing.over(standing.load(tx, -1), standing.read(place.stands))
        self._world = World(errand.asked_at, 0, roster, stands)

    def stands(self) -> tuple[tuple[str, str], ...]:
        return tuple([(row.scope, row.data) for row in standing.rows(self._world.standing, 0)])

    def told(self, each: Repaired) -> Previewed:
        """What would become of a lead that is meant."""
        row = leads.rows(self._tx, [each.lead])[each.lead]
        was = _text(*each.was) if each.was[1] else row.outcome
        told = Previewed(self._errand.id, each.lead, each.epoch, KEPT, was, row.rule, was, row.rule, each.why)
        if each.state == "kept":
            return told
        try:
            return self._decided(told, row)
        except (
            Exception
        ) as failure:  # a lead that nobody can decide is told of, and keeps the others from nothing
            return told._replace(state=FAILED, why=type(failure).__name__)

    def _decided(self, told: Previewed, row: LeadRow) -> Previewed:
        name = told.lead
        history = leads.histories(self._tx, [name]).get(name, [])
        lead = replace(
            leads.with_history(leads.as_lead(row), history), act=Act(spent=self._spent(row), repair=True)
        )
        keys = match_keys(lead.facts, lead.source)
        known = self._moving(world.known(self._tx, keys))
        says = accountfacts.said(self._tx, (c for found in known.values() for c in found))
        here = replace(self._world, known=known, places=None, accounts=says)
        ranked = candidates(
            lead, here, self._policy.policy.matching, duplicates.distinct_from(self._tx, name)
        )
        lead = knowing(lead, Cause.CORRECTED, match(ranked), self._policy, here.as_of, says)
        decision = decide_knowing(lead, Cause.CORRECTED, self._policy, here, ranked)
        now = after(lead, decision)
        self._world = apply(here, lead, decision, lead, keys, now)
        if decision.kept or is_where_it_was(lead, now):
            return told._replace(state=STAYED, why=decision.reason)
        self._moved[name] = place = _holding(now)
        return told._replace(state=MOVED, now=place, now_rule=now.rule, why=decision.reason)

    def _moving(self, found: Mapping[Key, list[Candidate]]) -> dict[Key, tuple[Candidate, ...]]:
        """Records that are known, with those who would have them by now: what this preview has moved before goes with it."""
        names = {c.id for each in found.values() for c in each if c.kind == "lead"} - {*self._moved}
        moved = self._moved | (previews.would_have(self._tx, self._errand.id, names) if names else {})
        return {key: tuple([_as_moved(c, moved.get(c.id, "")) for c in each]) for key, each in found.items()}

    def _spent(self, row: LeadRow) -> Spent | None:
        """The turn its owner had for it, where nothing was said about that yet."""
        held = credits.held(self._tx, row.id, row.epoch)
        if held is None or any(
            asked.rep == row.holder_id and asked.asked_at >= held.since
            for asked in credits.of_lead(self._tx, row.id)
        ):
            return None
        made = recorded.one(self._tx, held.decision_id)
        turns = read_record(made.record).decision().credits if made and made.record else ()
        mine = next((t for t in turns if isinstance(t, Turned) and t.winner == row.holder_id), None)
        return Spent(mine.winner, mine.pool, mine.lane, mine.cost, held.since, 0, 0) if mine else None


def _as_moved(known: Candidate, place: str) -> Candidate:
    kind, _, name = place.partition(":")
    if not place or known.lead is None:
        return known
    holder = Holder(HolderKind(kind), name) if name else NOBODY
    owner = name if kind == HolderKind.REP else ""
    return replace(known, owner=owner, lead=replace(known.lead, holder=holder))


def _holding(lead: Lead) -> str:
    return _text(lead.holder.kind, lead.holder.id) if lead.holder.id else str(lead.outcome)


def _text(kind: str, name: str) -> str:
    return f"{kind}:{name}"
