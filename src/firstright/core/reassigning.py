"""What becomes of what an earlier owner had begun when a lead moves: kept, moved or cancelled, by kind of thing and by cause.

It moves no lead and reads no rows: `desk.reassigning` does what is said here, once for each new holder.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.decision import Decision, Held, TasksMoved
from firstright.core.lead import Cause, HolderKind, Lead

CHOICES: Mapping[str, tuple[str, ...]] = {
    "tasks": ("cancel", "move"),
    "sequence": ("stop", "move"),
    "meetings": ("keep", "move", "cancel"),
    "drafts": ("withdraw", "move"),
}
# No owner changes with these, or nobody had begun anything.
NEVER = frozenset({Cause.ARRIVED, Cause.ENGAGED, Cause.TOUCHED, Cause.NO_REPLY, Cause.UNMERGED})


class Rules(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of CHOICES for each kind of thing. What is to move is cancelled where nobody of ours has the lead next."""

    tasks: str = "cancel"
    sequence: str = "stop"
    meetings: str = "move"
    drafts: str = "withdraw"

    def of(self, kind: str) -> str:
        return str(getattr(self, kind))


class Reassignment(msgspec.Struct, frozen=True, omit_defaults=True):
    """For every cause, and for some of them otherwise."""

    rules: Rules = Rules()
    by_cause: dict[str, Rules] = {}

    def under(self, cause: Cause) -> Rules:
        return self.by_cause.get(cause, self.rules)


REASSIGNMENT = Reassignment()


def with_tasks(decision: Decision, lead: Lead, cause: Cause, rules: Reassignment) -> Decision:
    """The decision that also gives the open tasks of who had the lead to who has it next, where the policy says so.

    They count to the load of who has them, so that is a decision's to say. In a new cycle nothing is left of the old one.
    """
    if not lead.tasks or decision.kept or decision.new_cycle or rules.under(cause).tasks != "move":
        return decision
    held = next((e for e in decision.effects if isinstance(e, Held)), None)
    if held is None or held.holder == lead.holder or held.holder.kind is not HolderKind.REP:
        return decision
    moved = TasksMoved(lead.holder.id, held.holder.id)
    return msgspec.structs.replace(decision, effects=(*decision.effects, moved))
