"""The decision record: what cannot be recomputed, as canonical JSON, so that any past decision can be replayed.

Standing is not in it: credit is folded from the ledger, and who was full is in the codes of the pools asked.
"""

import zlib
from datetime import datetime

import msgspec

from firstright.core.decision import ENGINE, Code, Decision, result_bytes
from firstright.core.lead import Cause, Lead
from firstright.core.roster import Roster
from firstright.core.world import Candidate

LONG = 3000  # bytes from which deflating pays: most records stay readable as they are
DEFLATED = b"\x78"  # the first byte of a deflated record; JSON begins with a brace


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decision with everything it was decided on. `result` is the bytes that replay must give again."""

    policy: str  # hash
    roster: str  # hash
    turn: int
    as_of: datetime
    cause: Cause
    lead: Lead
    result: msgspec.Raw
    candidates: tuple[Candidate, ...] = ()
    engine: int = 0

    def decision(self) -> Decision:
        return _decision(self.result)


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Record).decode
_decision = msgspec.json.Decoder(Decision).decode


def record_bytes(
    lead: Lead,
    cause: Cause,
    decision: Decision,
    *,
    policy: str,
    roster: str,
    turn: int,
    as_of: datetime,
    candidates: tuple[Candidate, ...],
) -> bytes:
    """The record as it is stored: JSON, deflated when it is long (twenty candidates, a hundred members)."""
    raw = msgspec.Raw(result_bytes(decision))
    plain = _encode(Record(policy, roster, turn, as_of, cause, lead, raw, candidates, ENGINE))
    return plain if len(plain) <= LONG else zlib.compress(plain, 1)


def read_record(record: bytes) -> Record:
    """Raises msgspec.DecodeError for bytes that are no record of a known shape."""
    if record[:1] == DEFLATED:
        try:
            record = zlib.decompress(record)
        except zlib.error as error:
            raise msgspec.DecodeError(f"the record cannot be inflated: {error}") from error
    return _decode(record)


def loads_of(decision: Decision, roster: Roster) -> dict[str, int]:
    """Loads under which the same members were full: all that a replay needs to know of them."""
    loads: dict[str, int] = {}
    for asked in decision.trace.asked:
        members = roster.members(asked.pool)
        full = asked.bits().get(Code.LOAD_FULL, 0)
        for i, rep in enumerate(members.reps):
            if full >> i & 1:
                loads[rep.id] = rep.capacity or 0
    return loads
