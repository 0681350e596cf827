"""The saga of a lead that changes hands: what its last holder had begun is cancelled, moved or kept, each kind by the room
whose it is, once for each new holder and in the transaction that gives it to them.

It decides nothing: who gets the lead is the decision's, what becomes of what the policy's ([reassignment]). Notifications
that wait, deliveries, jobs, clocks and tasks go by their epoch (`storage.endings.supersede`); for a kind with rows of its
own its room has a function

    moved_on(batch, done, was, now, rule) -> int | dict[str, int]

called where a holder follows another, also in a new cycle with the same one. `done.before.epoch` is the old holder's and
`done.after.epoch` the new one's; `rule` is the policy's word for that kind and cause, `move` only where `now` is a rep of
ours (meetings decide that for themselves). It changes its rows in `batch.tx` or notes them in `batch`, adds no entry to the timeline, and says of how many things
it disposed, by what became of them where that is not what the rule says: they stand in the one entry that tells all of it. Add it
to ROOMS, its table to `storage.reassigned.begun`, and `batch.begins` where something of it begins.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from firstright.core.decision import Held, TasksMoved
from firstright.core.handoff import OfferEnded
from firstright.core.lead import Holder, HolderKind
from firstright.core.reassigning import Rules
from firstright.desk import meetingmoves, nextacting, sequencing
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage.reassigned import Did, Moving, TasksToMove

MovedOn = Callable[[Batch, Concluded, Holder, Holder, str], int | dict[str, int]]


class Room(NamedTuple):
    """A kind of thing with rows of its own. `key` is its word in [reassignment]; without one its rule is `withdraw`."""

    kind: str
    moved_on: MovedOn
    key: str = ""


ROOMS: tuple[Room, ...] = (
    Room("sequence", sequencing.moved_on, "sequence"),
    Room("drafts", nextacting.moved_on, "drafts"),
    Room("meetings", meetingmoves.moved_on, "meetings"),
)
DONE: Mapping[str, str] = {
    "cancel": "cancelled",
    "stop": "stopped",
    "keep": "kept",
    "move": "moved",
    "withdraw": "withdrawn",
}
INSTEAD = {"sequence": "stop", "drafts": "withdraw"}  # of a move to nobody of ours


def moved_on(batch: Batch, done: Concluded, held: Held) -> None:
    """Called once for every new holder of a lead that had one before."""
    lead = done.after
    rules = batch.policy.policy.reassignment.under(done.cause)
    did = (*_tasks(done), *_offer(done), *_rooms(batch, done, held, rules))
    was, now = held.was, held.holder
    batch.endings.supersede(
        Moving(lead.id, lead.epoch, done.as_of, done.cause, (was.kind, was.id), (now.kind, now.id), did)
    )


def tasks_moved(batch: Batch, done: Concluded, effect: TasksMoved) -> None:
    """Also tasks this batch has added, before those of the new holder."""
    lead = done.after
    for row in batch.rows.tasks:
        if (row.lead_id, row.rep_id, row.state) == (lead.id, effect.was, "open"):
            row.rep_id, row.epoch = effect.rep, lead.epoch
    batch.endings.moved_tasks.append(TasksToMove(lead.id, effect.was, effect.rep, lead.epoch))


def _tasks(done: Concluded) -> Iterator[Did]:
    if any(isinstance(effect, TasksMoved) for effect in done.decision.effects):
        yield "tasks", "moved", len(done.before.tasks)


def _offer(done: Concluded) -> Iterator[Did]:
    """An offer that was open is withdrawn by the decision itself."""
    if any(isinstance(each, OfferEnded) and each.state == "withdrawn" for each in done.decision.effects):
        yield "offer", "withdrawn", 1


def _rooms(batch: Batch, done: Concluded, held: Held, rules: Rules) -> Iterator[Did]:
    if not batch.has_begun(done.after.id):
        return
    for room in ROOMS:
        rule = _rule(room, rules, held.holder)
        n = room.moved_on(batch, done, held.was, held.holder, rule)
        for what, count in ({DONE[rule]: n} if isinstance(n, int) else n).items():
            if count:
                yield room.kind, what, count


def _rule(room: Room, rules: Rules, now: Holder) -> str:
    rule = rules.of(room.key) if room.key else "withdraw"
    return INSTEAD.get(room.key, rule) if rule == "move" and now.kind is not HolderKind.REP else rule
