"""The decision record: what cannot be recomputed, as canonical JSON, so that any past decision can be replayed.

Standing is not in it: credit is folded from the ledger, and who was full is in the codes of the pools asked.
"""

import zlib
from collections.abc import Set
from datetime import datetime

import msgspec
from msgspec.structs import replace

from firstright.core.assignment.stood import as_recorded
from firstright.core.decision import ENGINE, OTHERWISE, Decision, result_bytes
from firstright.core.lead import Cause, Lead
from firstright.core.world import Candidate, Stood

LONG = 4000  # bytes: more would not fit on a page of SQLite, and deflating takes as long as deciding
MOST, KEPT = (
    64,
    24,
)  # characters of a text that nothing reads in a long record: longer ones keep their beginning
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
    unread: Set[str] = frozenset(),
) -> bytes:
    """The record as it is stored: JSON. A long one (twenty candidates, a message of pages) is deflated, and the texts
    named `unread`, on which the decision does not depend, are cut in it: the lead's own row has them whole."""
    raw = msgspec.Raw(result_bytes(decision))
    made = Record(policy, roster, turn, as_of, cause, lead, raw, candidates, ENGINE)
    plain = _encode(made)
    if len(plain) <= LONG:
        return plain
    short = _encode(_shortened(made, unread))
    return short if len(short) <= LONG else zlib.compress(short, 1)


def _shortened(record: Record, unread: Set[str]) -> Record:
    known = tuple(
        [replace(c, lead=_cut(c.lead, unread)) if c.lead is not None else c for c in record.candidates]
    )
    return replace(record, lead=_cut(record.lead, unread), candidates=known)


def _cut(lead: Lead, unread: Set[str]) -> Lead:
    facts = {
        name: f"{fact[:KEPT]}…" if isinstance(fact, str) and len(fact) > MOST and name in unread else fact
        for name, fact in lead.facts.items()
    }
    return replace(lead, facts=facts)


def read_record(record: bytes) -> Record:
    """Raises msgspec.DecodeError for bytes that are no record of a known shape."""
    if record[:1] == DEFLATED:
        try:
            record = zlib.decompress(record)
        except zlib.error as error:
            raise msgspec.DecodeError(f"the record cannot be inflated: {error}") from error
    return _decode(record)


def stood_of(decision: Decision) -> dict[str, Stood]:
    """What the decision read of the standing beside credit, by pool, and by "@rep" for who was asked by name."""
    return {asked.pool.removeprefix(OTHERWISE): as_recorded(asked) for asked in decision.trace.asked}
