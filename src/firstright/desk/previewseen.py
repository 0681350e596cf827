"""A preview as it is shown: how far it is, what it found so far, and where things have moved since. Read only."""

from datetime import datetime

import msgspec

from firstright.core.causes.correcting import Selection
from firstright.desk.previewing import BEGUN
from firstright.desk.repairing import about
from firstright.storage import people, policies, previews
from firstright.storage.errands import Errand
from firstright.storage.previews import Told
from firstright.storage.transactions import Tx


class Seen(msgspec.Struct, frozen=True):
    """`begun`: tasks and deliveries that would be cancelled or moved, messages sent and touches that stay as they are. `since`: of the
    leads that would be decided, those that a repair would leave alone by now, by why. `published`: documents that are newer by now.
    `stopped_by` and `stopped_why`: who had no more of it worked out, and why; by nobody where it could not go on."""

    preview: str
    asked_at: datetime
    asked_by: str
    selection: Selection
    state: str
    total: int
    done: int
    told: Told
    begun: dict[str, int]
    since: dict[str, int]
    published: tuple[str, ...]
    finished_at: datetime | None = None
    stopped_by: str = ""
    stopped_why: str = ""


def seen_of(tx: Tx, errand: Errand) -> Seen:
    said = about(errand)
    begun = {name.removeprefix(BEGUN): n for name, n in errand.counts.items() if name.startswith(BEGUN)}
    policy, roster = policies.current(tx), people.current(tx)
    newer = (
        ("policy", policy is not None and policy.version != said.policy),
        ("roster", roster is not None and roster.version != said.roster),
    )
    return Seen(
        errand.id,
        errand.asked_at,
        errand.asked_by,
        said.selection,
        errand.state,
        errand.total,
        errand.done,
        previews.told(tx, errand.id),
        begun,
        previews.since(tx, errand.id, also_touched=said.selection.also_touched),
        tuple([name for name, is_newer in newer if is_newer]),
        errand.finished_at,
        errand.stopped_by,
        errand.stopped_why,
    )
