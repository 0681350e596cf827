"""The world in which a preview decides one lead after the other, as a repair would: where rotations stand by then, and who has the leads
that it has decided before. It reads, and changes nothing.
"""

from collections.abc import Collection, Mapping

import msgspec
from msgspec.structs import replace

from firstright.core.apply import after, apply
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import Decision, Turned
from firstright.core.knowing import knowing
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Offer, Outcome, Spent
from firstright.core.matching import NOT_WORKED, candidates, match
from firstright.core.matchkeys import MatchKeys, match_keys
from firstright.core.reassigning import Reassignment
from firstright.core.record import read_record
from firstright.core.roster import Roster
from firstright.core.world import Candidate, Key, World
from firstright.desk.metby import with_meetings
from firstright.desk.repairing import what_became
from firstright.storage import accountfacts, credits, duplicates, leads, previews, recorded, standing, world
from firstright.storage.errands import Errand
from firstright.storage.previews import FAILED, MOVED, Previewed
from firstright.storage.rows import LeadRow
from firstright.storage.transactions import Tx
from firstright.storage.undecided import Undecided

Stands = tuple[tuple[str, str], ...]  # (scope, data) of rotations, loads and limits


class _Later(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What others may go by of a lead that was decided."""

    outcome: Outcome
    holder: Holder
    status: str
    offer: Offer | None = None


_later = msgspec.json.Decoder(_Later).decode


class Trial:
    """One slice of a preview. `stands` is where earlier slices left the rotations."""

    def __init__(self, tx: Tx, errand: Errand, policy: Compiled, roster: Roster, stands: Stands) -> None:
        self._tx = tx
        self._errand = errand
        self._policy = policy
        self._undecided = Undecided("previewed", errand.id)
        self._decided: dict[
            str, str
        ] = {}  # by this slice: how each stands now; empty where it stands as it did
        known = standing.over(standing.load(tx, -1), standing.read(stands))
        self._world = World(errand.asked_at, 0, roster, known)

    def stands(self) -> Stands:
        return tuple([(row.scope, row.data) for row in standing.rows(self._world.standing, 0)])

    def told(self, each: Previewed) -> Previewed:
        """What would become of a lead that waits. One that nobody can decide is told of, and keeps the others from nothing."""
        try:
            told = self._told(each)
        except Exception as failure:
            return each._replace(state=FAILED, why=type(failure).__name__)
        self._decided[each.lead] = told.later
        return told

    def _told(self, told: Previewed) -> Previewed:
        row = leads.rows(self._tx, [told.lead])[told.lead]
        history = leads.histories(self._tx, [told.lead]).get(told.lead, [])
        stood = leads.with_history(leads.as_lead(row), history)
        lead = replace(stood, act=Act(spent=self._spent(row), repair=True))
        decision, now = self._decide(lead)
        later = _text_of(now) if _is_written(stood, decision, now) else ""
        told = told._replace(state=what_became(decision, lead, now), why=decision.reason, later=later)
        return told._replace(now=holding(now), now_rule=now.rule) if told.state == MOVED else told

    def _decide(self, lead: Lead) -> tuple[Decision, Lead]:
        keys = match_keys(lead.facts, lead.source)
        known, aside = self._known(keys)
        says = accountfacts.said(self._tx, (c for found in known.values() for c in found))
        here = replace(self._world, known=known, places=None, accounts=says)
        others = duplicates.distinct_from(self._tx, lead.id)
        ranked = candidates(lead, here, self._policy.policy.matching, others, aside)
        lead = knowing(lead, Cause.CORRECTED, match(ranked), self._policy, here.as_of, says)
        decision = decide_knowing(lead, Cause.CORRECTED, self._policy, here, ranked)
        now = after(lead, decision)
        self._world = apply(here, lead, decision, lead, keys, now)
        return decision, now

    def _known(self, keys: MatchKeys) -> tuple[dict[Key, tuple[Candidate, ...]], frozenset[str]]:
        """Records under these keys as they would stand by now, and which of them are still to be decided."""
        found = world.known(self._tx, keys)
        names = {c.id for each in found.values() for c in each if c.kind == "lead"}
        aside = self._undecided.among(self._tx, names) - {*self._decided}
        if hidden := [key for key, each in found.items() if any(c.id in aside for c in each)]:
            more = self._undecided.others(self._tx, hidden, self._decided)
            found = {key: _beside(each, more.get(key, [])) for key, each in found.items()}
            names = {c.id for each in found.values() for c in each if c.kind == "lead"}
        found = with_meetings(self._tx, found, self._policy.policy, self._errand.asked_at)
        later = self._later(names)
        known = {key: tuple([self._as_left(c, later.get(c.id, "")) for c in found[key]]) for key in found}
        return known, aside

    def _later(self, names: Collection[str]) -> Mapping[str, str]:
        missing = {*names} - {*self._decided}
        before = previews.later(self._tx, self._errand.id, missing) if missing else {}
        return {**before, **self._decided}

    def _as_left(self, known: Candidate, later: str) -> Candidate:
        if not later:
            return known
        left = _later(later)
        owner = left.holder.id if left.holder.kind is HolderKind.REP else ""
        lead = known.lead
        if lead is not None:
            meets = _meets(lead, left.holder, self._policy.policy.reassignment)
            lead = replace(
                lead,
                outcome=left.outcome,
                holder=left.holder,
                status=left.status,
                offer=left.offer,
                meets=meets,
            )
        is_open = left.outcome not in NOT_WORKED
        return replace(known, owner=owner, open=is_open, at=self._errand.asked_at, lead=lead)

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


def holding(lead: Lead) -> str:
    return place_of(lead.holder.kind, lead.holder.id) if lead.holder.id else str(lead.outcome)


def place_of(kind: str, name: str) -> str:
    return f"{kind}:{name}"


def _beside(found: list[Candidate], more: list[Candidate]) -> list[Candidate]:
    here = {c.id for c in found}
    return [*found, *[c for c in more if c.id not in here]]


def _text_of(lead: Lead) -> str:
    return msgspec.json.encode(_Later(lead.outcome, lead.holder, lead.status, lead.offer)).decode()


def _is_written(stood: Lead, decision: Decision, now: Lead) -> bool:
    """Whether the repair would write the lead's row, so that it is one that has changed just now."""
    if not decision.kept:
        return True
    was = (stood.facts, stood.touched, stood.status, leads.load_text(stood), leads.mile_text(stood))
    return was != (now.facts, now.touched, now.status, leads.load_text(now), leads.mile_text(now))


def _meets(lead: Lead, holder: Holder, rules: Reassignment) -> str:
    """Whom its person meets once the lead has moved: a meeting that is to move goes with it, or is called off."""
    if not lead.meets or holder == lead.holder:
        return lead.meets
    match rules.under(Cause.CORRECTED).meetings:
        case "keep":
            return lead.meets
        case "move":
            return holder.id if holder.kind is HolderKind.REP else ""
        case _:
            return ""
