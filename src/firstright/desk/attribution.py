"""How a lead came, each time, oldest first: what its arrivals say of it in the records they were decided on. Reads only."""

import msgspec

from firstright.core.attribution import Came, came
from firstright.core.lead import Fact
from firstright.core.record import read_record
from firstright.storage import attribution
from firstright.storage.transactions import Tx

NO_FACTS: dict[str, Fact] = {}


def arrivals_of(tx: Tx, lead_id: str, limit: int = attribution.MOST) -> list[Came]:
    """The latest `limit` of them."""
    found = attribution.of_lead(tx, lead_id, limit)
    return [came(a.id, a.at, a.source, a.label, _facts(a.record)) for a in reversed(found)]


def _facts(record: bytes) -> dict[str, Fact]:
    try:
        return read_record(record).lead.facts if record else NO_FACTS
    except msgspec.MsgspecError:
        return NO_FACTS  # of a shape nobody knows any more: `replay` says so
