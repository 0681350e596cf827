"""What a repair would come to: which leads are meant, who would have them by the rules of now, what would end, and what
nobody can take back. Decided one after the other as the repair would, and nothing is written.

It tells how things stand at that moment: whoever comes meanwhile may get a turn that is told here as somebody else's.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from firstright.core.apply import after, apply
from firstright.core.compiled import Compiled
from firstright.core.correcting import Selection, chains
from firstright.core.decide import decide_knowing
from firstright.core.decision import Turned
from firstright.core.knowing import knowing
from firstright.core.lead import Act, Cause, Lead, Spent
from firstright.core.matching import candidates, match
from firstright.core.matchkeys import match_keys
from firstright.core.record import read_record
from firstright.core.roster import Roster
from firstright.core.world import World
from firstright.desk.repairing import FIND, found, is_where_it_was
from firstright.storage import accountfacts, credits, duplicates, leads, recorded, repairs, standing, world
from firstright.storage.repairs import Repair, Repaired
from firstright.storage.rows import LeadRow
from firstright.storage.transactions import Tx

MOST = 5_000  # leads decided for one preview
SHOWN = 50  # leads named one by one
PREVIEW = "00000000-0000-0000-0000-000000000001"


class Would(msgspec.Struct, frozen=True):
    """One lead: who has it, and who would. `why` it would stay."""

    lead: str
    was: str  # "rep:kim", or the outcome where nobody has it
    now: str
    why: str = ""


class Preview(msgspec.Struct, frozen=True):
    """`begun`: tasks and deliveries that would be cancelled or moved, messages sent and touches that stay as they are.

    `more`: there are leads beyond those counted.
    """

    found: int
    moved: int
    stayed: int
    kept: dict[str, int]
    moves: tuple[tuple[str, str, int], ...]
    begun: dict[str, int]
    leads: tuple[Would, ...]
    more: bool


def previewed(tx: Tx, selection: Selection, policy: Compiled, roster: Roster, now: datetime) -> Preview:
    chosen = replace(selection, until=min(selection.until or now, now))
    kept: Counter[str] = Counter()
    would: list[Would] = []
    trial = _Trial(tx, policy, roster, now)
    total, more = 0, False
    for each in _found(tx, chosen, now):
        if total == MOST:
            more = True
            break
        total += 1
        if each.state == "kept":
            kept[each.why] += 1
        elif one := trial.decided(each.lead):
            would.append(one)
    moving = [each for each in would if not each.why]
    return Preview(
        total,
        len(moving),
        len(would) - len(moving),
        dict(sorted(kept.items())),
        chains([(each.was, each.now) for each in moving]),
        repairs.begun(tx, [each.lead for each in moving]),
        tuple(would[:SHOWN]),
        more,
    )


def _found(tx: Tx, chosen: Selection, now: datetime) -> Iterator[Repaired]:
    asked = Repair(PREVIEW, now, "", "", chosen, "running", 0, None)
    names = repairs.selected(tx, chosen, repairs.FIRST, FIND)
    while names:
        yield from found(tx, asked, names, now)
        names = repairs.selected(tx, chosen, names[-1], FIND) if len(names) == FIND else []


class _Trial:
    """The world of now, in which one lead after the other is decided."""

    def __init__(self, tx: Tx, policy: Compiled, roster: Roster, now: datetime) -> None:
        self._tx = tx
        self._policy = policy
        self._world = World(now, 0, roster, standing.load(tx, -1))

    def decided(self, name: str) -> Would | None:
        row = leads.rows(self._tx, [name]).get(name)
        if row is None:
            return None
        history = leads.histories(self._tx, [name]).get(name, [])
        lead = replace(
            leads.with_history(leads.as_lead(row), history), act=Act(spent=self._spent(row), repair=True)
        )
        keys = match_keys(lead.facts, lead.source)
        known = {key: tuple(each) for key, each in world.known(self._tx, keys).items()}
        says = accountfacts.said(self._tx, (c for found in known.values() for c in found))
        here = replace(self._world, known=known, places=None, accounts=says)
        ranked = candidates(
            lead, here, self._policy.policy.matching, duplicates.distinct_from(self._tx, name)
        )
        lead = knowing(lead, Cause.CORRECTED, match(ranked), self._policy, here.as_of, says)
        decision = decide_knowing(lead, Cause.CORRECTED, self._policy, here, ranked)
        now = after(lead, decision)
        self._world = apply(here, lead, decision, lead, keys, now)
        why = decision.reason if decision.kept or is_where_it_was(lead, now) else ""
        return Would(name, _place(lead), _place(now), why)

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


def _place(lead: Lead) -> str:
    return f"{lead.holder.kind}:{lead.holder.id}" if lead.holder.id else str(lead.outcome)
