"""What a repair would come to: which leads are meant, who would have them by the rules of now, what would end, and what nobody can
take back. Decided one after the other as the repair would, a slice at a time, and kept; no lead is changed.

It tells how things stood when it was asked for, by the policy and roster of then: whoever comes meanwhile may get a turn that is told
here as somebody else's. `storage.previews` compares it with how things stand since.
"""

from collections import Counter

import msgspec

from firstright.core.authority import Actor
from firstright.core.causes.correcting import Selection, problems
from firstright.core.compiled import Compiled
from firstright.core.roster import Roster
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.repairing import PreviewAbout, about, found, until
from firstright.desk.slices import Begun, Slice, begin
from firstright.desk.trial import Stands, Trial, place_of
from firstright.desk.versions import compiled, rostered
from firstright.errors import FirstrightError, Refused
from firstright.storage import errands, leads, people, policies, previews, repairs
from firstright.storage.errands import Errand
from firstright.storage.previews import KEPT, MOVED, WAITING, Previewed
from firstright.storage.repairs import Repair, Repaired
from firstright.storage.transactions import Tx

FIND = 200  # leads looked at at a time
SLICE = 50  # leads decided at a time
FORGET = 500  # leads of old previews that go with each slice
BEGUN = "begun:"  # of a count: what the wrong holders have begun


class _Place(msgspec.Struct, frozen=True):
    """Behind which lead the next slice looks for more; once all are found, where rotations, loads and limits would stand by then."""

    after: str = repairs.FIRST
    found: bool = False
    stands: Stands = ()


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
    """The next leads that are meant, or, once all of those are found, the next that are decided: as if nothing had come since it was
    asked for."""
    place = _place_of(errand.place) if errand.place else _Place()
    with desk.read() as tx:
        return _decided(desk, tx, errand, place) if place.found else _found(tx, errand, place)


def _found(tx: Tx, errand: Errand, place: _Place) -> Slice:
    """Found before any is decided, as a repair does: who has one that is still to be decided is nobody's owner for the others."""
    chosen = until(about(errand).selection, errand.asked_at)
    asked = Repair(errand.id, errand.asked_at, "", "", chosen, "running", 0, None)
    names = repairs.selected(tx, chosen, place.after, FIND)
    rows = _told_so_far(tx, errand, found(tx, asked, names, errand.asked_at))
    kept = [each for each in rows if each.state == KEPT]
    place = _Place(names[-1]) if len(names) == FIND else _Place(found=True)

    def put_down(tx: Tx) -> None:
        previews.add(tx, rows)
        previews.forget(tx, FORGET)

    total = errand.total or repairs.how_many(tx, chosen)
    n = len(names) - len(rows) + len(kept)  # of one that was erased nothing is told
    return Slice(_written(place), n, {KEPT: len(kept)}, total, put_down=put_down)


def _told_so_far(tx: Tx, errand: Errand, found: list[Repaired]) -> list[Previewed]:
    stored = leads.rows(tx, [each.lead for each in found])
    told = []
    for each in found:
        row = stored[each.lead]
        was = place_of(*each.was) if each.was[1] else row.outcome
        state = KEPT if each.state == KEPT else WAITING
        told.append(
            Previewed(errand.id, each.lead, each.epoch, state, was, row.rule, was, row.rule, each.why)
        )
    return told


def _decided(desk: Desk, tx: Tx, errand: Errand, place: _Place) -> Slice:
    waiting = previews.listed(tx, errand.id, WAITING, limit=SLICE)
    trial = Trial(tx, errand, *_versions(desk, tx, about(errand)), place.stands)
    rows = [trial.told(each) for each in waiting]
    begun = repairs.begun(tx, [each.lead for each in rows if each.state == MOVED])
    counts = Counter(each.state for each in rows)
    counts.update({f"{BEGUN}{kind}": n for kind, n in begun.items()})
    behind = _written(_Place(found=True, stands=trial.stands()))
    return Slice(
        behind, len(rows), counts, over=len(rows) < SLICE, put_down=lambda tx: previews.tell(tx, rows)
    )


def _written(place: _Place) -> str:
    return msgspec.json.encode(place).decode()


def _versions(desk: Desk, tx: Tx, said: PreviewAbout) -> tuple[Compiled, Roster]:
    """Those it was asked for with, also where others are current by now."""
    policy, roster = desk.policy, desk.roster
    if policy is None or policy.version != said.policy:
        policy = compiled(tx, policies.load(tx, said.policy), said.policy)
    if roster is None or roster.version != said.roster:
        roster = rostered(people.load(tx, said.roster), said.roster)
    return policy, roster
