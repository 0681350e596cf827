"""The ledger row that a credit change becomes, and the sets of members it names. It moves no credit."""

from firstright.core.apply import shared_by
from firstright.core.decision import CreditChange, MadeUp, Returned, Spread, Turned
from firstright.core.pools import Method
from firstright.core.roster import PoolMembers
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage.rows import EligibleSetRow, LedgerRow


def ledger_row(batch: Batch, done: Concluded, change: CreditChange) -> LedgerRow:
    members = shared_by(change, batch.roster, done.as_of)
    owing, period = "", 0
    match change:
        case Turned():
            kind, rep, cost, bits, period = (
                "turned",
                change.winner,
                change.cost,
                change.eligible,
                change.period,
            )
            owing = _set(batch, members, change.owing)
        case Spread():
            kind, rep, cost, bits = "spread", change.leaver, 0, change.stayers
        case MadeUp():
            kind, rep, cost, bits = "made-up", change.rep, change.amount, change.payers
        case Returned():
            kind, rep, cost, bits = "returned", change.rep, change.cost, ""
    shared = _set(batch, members, bits)
    pool = batch.policy.policy.pools.get(change.pool)
    method = pool.method if pool else Method.CREDIT
    return LedgerRow(
        change.pool,
        change.lane,
        change.seq,
        kind,
        rep,
        cost,
        shared,
        done.id,
        done.as_of,
        owing,
        period,
        method,
    )


def _set(batch: Batch, members: PoolMembers, bits: str) -> str:
    """The name of a set of members with their weights of that moment; empty for none."""
    if not bits:
        return ""
    digest, text = batch.memory.eligible_set(members, bits)
    if digest not in batch.memory.written_sets:
        batch.memory.written_sets.add(digest)
        batch.rows.eligible_sets.append(EligibleSetRow(digest, members.pool, text))
    return digest
