"""Whom a lead in review may be: the candidates of the decision that was in doubt. It only reads."""

import msgspec

from firstright.core.lead import HolderKind
from firstright.core.record import read_record
from firstright.core.world import Candidate
from firstright.storage import recorded
from firstright.storage.transactions import Tx

MOST = 50  # decisions that are looked through


def in_doubt_of(tx: Tx, lead_id: str) -> tuple[Candidate, ...]:
    """The likeliest first; nobody where the lead was never in doubt, or its record was erased."""
    for each in reversed(recorded.of_lead(tx, lead_id, MOST)):
        if each.holder_kind != HolderKind.REVIEW or each.holder_id != "likely-duplicate" or not each.record:
            continue
        try:
            found = read_record(each.record).candidates
        except msgspec.DecodeError:
            return ()
        return tuple(sorted((c for c in found if c.unsure), key=lambda c: (-c.score, c.id)))
    return ()
