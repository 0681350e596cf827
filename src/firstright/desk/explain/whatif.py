"""What if one thing about a lead had been different: the stored decision made once more, at its own moment, with that fact.

The same policy, roster and candidates as then; rotations stand where they stood. It reads only. How much each rep had in
hand is known for the pools that were asked then; for others it is as of now, and who looks at it is told so.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from firstright.core.clean.following import stale
from firstright.core.clean.problem import Problem
from firstright.core.compiled import Compiled
from firstright.core.decide import decide_knowing
from firstright.core.decision import OTHERWISE, Decision
from firstright.core.knowing import knowing
from firstright.core.lead import Fact, Lead
from firstright.core.matching import match
from firstright.core.record import Record, read_record, stood_of
from firstright.core.roster import Roster
from firstright.core.rules.fields import FieldType
from firstright.core.why.explanation import Explanation
from firstright.core.why.trace import explain
from firstright.core.world import PoolStanding, World
from firstright.desk.arrival import Source, cleaned
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.rotations import stood
from firstright.storage import ledger, standing
from firstright.storage.recorded import Recorded
from firstright.storage.transactions import Tx

Rotation = tuple[str, str]
IDENTITY = frozenset(
    {"external_id", "email", "email_domain", "phone", "domain", "website"}
)  # who somebody is


class WhatIf(msgspec.Struct, frozen=True):
    """What was decided, and what would have been. `problems`: what was typed could not be read, and nothing was decided."""

    was: Explanation
    would: Explanation | None
    facts: dict[str, Fact] = {}  # as it was understood; a field that was emptied is not in it
    problems: tuple[Problem, ...] = ()
    guessed: bool = False  # another pool was asked: what its reps had in hand is as of now


def changeable(policy: Compiled, lead: Lead) -> list[str]:
    """Fields one can ask about: what rules read and what is known, but for what says who somebody is."""
    texts = {name for name, field in policy.policy.catalogue.items() if field.type is FieldType.TEXT}
    known = {name for name in lead.facts if name not in texts}
    derived = ("time.", "account.", "region")
    return sorted(
        name
        for name in known | policy.reads
        if name in policy.policy.catalogue and name not in IDENTITY and not name.startswith(derived)
    )


def what_if(tx: Tx, stored: Recorded, field: str, text: str, versions: Versions) -> WhatIf:
    """`text` as a form would have it; empty: it had not been told."""
    record = read_record(stored.record)
    decision = record.decision()
    policy = versions.policy(tx, stored.policy_version)
    roster = versions.roster(tx, stored.roster_version)
    then = _Then(tx, record, decision, policy, roster, versions)
    was = then.explained(record.lead, decision)
    facts, problems = _changed(record.lead, field, text, policy)
    if problems:
        return WhatIf(was, None, problems=problems)
    changed = replace(record.lead, facts=facts)
    lead = knowing(changed, record.cause, match(record.candidates), policy, record.as_of, accounts=None)
    would = then.decided(lead)
    told = {name: value for name, value in lead.facts.items() if record.lead.facts.get(name) != value}
    others = not stood_of(would).keys() <= stood_of(decision).keys()
    return WhatIf(was, then.explained(lead, would), told, guessed=others)


def _changed(
    lead: Lead, field: str, text: str, policy: Compiled
) -> tuple[dict[str, Fact], tuple[Problem, ...]]:
    gone = stale(lead.facts, {field: text})
    facts = {name: value for name, value in lead.facts.items() if name != field and name not in gone}
    if not text.strip():
        return facts, ()
    country = str(lead.facts.get("country", ""))
    clean = cleaned({field: text}, Source(lead.source, country), policy, texts=True, whole=False)
    found, problems = clean.facts, clean.problems
    if field != "source":
        found.pop("source", None)
    if not found and not problems:
        problems = (Problem(f"/{field}", "value.unread", "cannot be understood", text[:64]),)
    return facts | found, problems


class _Then:
    """The world of one decision, as far as it can be known again."""

    def __init__(
        self, tx: Tx, record: Record, decision: Decision, policy: Compiled, roster: Roster, versions: Versions
    ) -> None:
        self._tx = tx
        self._record = record
        self._policy = policy
        self._roster = roster
        self._versions = versions
        self._moved: dict[Rotation, int] = {}
        for change in decision.credits:
            self._moved.setdefault((change.pool, change.lane), change.seq)
        self._now = standing.load(tx, -1)
        self._stood = stood_of(decision)

    def decided(self, lead: Lead) -> Decision:
        """Decided twice: which pools are asked does not depend on whose turn it is, and only their rotations are read."""
        first = self._decide(lead, {})
        return self._decide(lead, self._pools(first, lead))

    def explained(self, lead: Lead, decision: Decision) -> Explanation:
        then = replace(self._now, pools=self._pools(decision, lead))
        record = self._record
        return explain(
            decision,
            lead,
            record.cause,
            self._policy,
            self._roster,
            record.as_of,
            record.candidates,
            then,
        )

    def _decide(self, lead: Lead, pools: dict[Rotation, PoolStanding]) -> Decision:
        record = self._record
        standing = replace(self._now, pools=pools)
        then = World(record.as_of, record.turn, self._roster, standing, stood=self._stood)
        return decide_knowing(lead, record.cause, self._policy, then, record.candidates)

    def _pools(self, decision: Decision, lead: Lead) -> dict[Rotation, PoolStanding]:
        asked = [each.pool for each in decision.trace.asked if not each.pool.startswith(("@", OTHERWISE))]
        return {(pool, lead.lane): self._rotation((pool, lead.lane)) for pool in asked}

    def _rotation(self, rotation: Rotation) -> PoolStanding:
        moved = self._moved.get(rotation)
        seq = moved - 1 if moved is not None else ledger.until(self._tx, *rotation, self._as_of)
        try:
            return stood(self._tx, rotation, seq, lambda version: self._versions.roster(self._tx, version))
        except (ValueError, LookupError):
            return PoolStanding()

    @property
    def _as_of(self) -> datetime:
        return self._record.as_of
