"""Candidates with whom they have a meeting: owner precedence goes by it. It only reads."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from firstright.core.policy import Policy
from firstright.core.world import Candidate, Key
from firstright.storage import meetings
from firstright.storage.transactions import Tx


def with_meetings(
    tx: Tx, known: dict[Key, list[Candidate]], policy: Policy, now: datetime
) -> dict[Key, list[Candidate]]:
    """Asks only where the policy has any meetings and somebody is known."""
    if not known or not policy.meetings:
        return known
    names = {c.id for found in known.values() for c in found if c.lead is not None}
    reps = meetings.met_by(tx, names, now) if names else {}
    return {key: [_met(c, reps) for c in found] for key, found in known.items()} if reps else known


def _met(candidate: Candidate, reps: Mapping[str, str]) -> Candidate:
    rep = reps.get(candidate.id, "")
    if candidate.lead is None or not rep:
        return candidate
    return replace(candidate, lead=replace(candidate.lead, meets=rep))
