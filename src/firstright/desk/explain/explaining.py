"""Explains stored decisions: the record, the policy and roster versions it names, and the core's `explain`. Reads only."""

from collections.abc import Sequence

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.decision import Decision
from firstright.core.record import read_record
from firstright.core.roster import Roster
from firstright.core.why.apartwords import ApartSaid
from firstright.core.why.explanation import Explanation
from firstright.core.why.trace import explain
from firstright.core.world import Standing
from firstright.desk.explain.rotations import stood
from firstright.desk.versions import compiled, rostered
from firstright.storage import duplicates, people, policies, recorded, users
from firstright.storage.recorded import Recorded
from firstright.storage.transactions import Tx


class Versions:
    """Compiled policy and roster versions, each read once. They are immutable, so they may be kept for ever."""

    def __init__(self) -> None:
        self._policies: dict[int, Compiled] = {}
        self._rosters: dict[int, Roster] = {}

    def policy(self, tx: Tx, version: int) -> Compiled:
        if version not in self._policies:
            self._policies[version] = compiled(tx, policies.load(tx, version), version)
        return self._policies[version]

    def roster(self, tx: Tx, version: int) -> Roster:
        if version not in self._rosters:
            self._rosters[version] = rostered(people.load(tx, version), version)
        return self._rosters[version]


def last_routing(made: Sequence[Recorded]) -> Recorded | None:
    """Of a lead's decisions, oldest first, the last one that said where it goes and can still be read."""
    routed = (each for each in reversed(made) if each.record and not read_record(each.record).decision().kept)
    return next(routed, None)


def explained(tx: Tx, stored: Recorded, versions: Versions) -> Explanation:
    """The whole explanation of one stored decision, its data recomputed from the versions it was made with; and, as it stands
    today, which leads somebody said it is not."""
    record = read_record(stored.record)
    decision = record.decision()
    told = explain(
        decision,
        record.lead,
        record.cause,
        versions.policy(tx, stored.policy_version),
        versions.roster(tx, stored.roster_version),
        record.as_of,
        record.candidates,
        _standing(tx, decision, versions),
    )
    return msgspec.structs.replace(told, apart=_apart(tx, stored.lead_id))


def _apart(tx: Tx, lead_id: str) -> tuple[ApartSaid, ...]:
    marks = duplicates.marks_of(tx, lead_id)
    names = users.names(tx) if marks else {}
    return tuple(
        [ApartSaid(mark.other, mark.by, names.get(mark.by, mark.by), mark.reason, mark.at) for mark in marks]
    )


def _standing(tx: Tx, decision: Decision, versions: Versions) -> Standing | None:
    """Where the rotations that moved stood before; None when the ledger cannot say, which `verify` reports."""
    firsts: dict[tuple[str, str], int] = {}
    for change in decision.credits:
        firsts.setdefault((change.pool, change.lane), change.seq)
    try:
        pools = {
            rotation: stood(tx, rotation, seq - 1, lambda version: versions.roster(tx, version))
            for rotation, seq in firsts.items()
        }
    except (ValueError, LookupError):
        return None
    return Standing(pools) if pools else None


def of(tx: Tx, name: str) -> list[Recorded]:
    """The decision of this id, or all decisions of the lead of this id, in order. Empty when there is neither."""
    one = recorded.one(tx, name)
    return [one] if one else recorded.of_lead(tx, name)
