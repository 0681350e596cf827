"""Leads that somebody moved by hand lately: by whom, from whom, to whom. It counts the latest decisions, never all."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from firstright.core.identifiers import first_of
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST = 20_000  # decisions looked through, the latest

_MOVED = Statement(
    f"""SELECT a.actor, d.outcome, d.holder_kind, d.holder_id, w.holder_kind, w.holder_id FROM (
         SELECT id, lead_id, cause, outcome, holder_kind, holder_id FROM decision
         WHERE id >= ? ORDER BY id DESC LIMIT {MOST}) AS d
       JOIN assignment AS n ON n.lead_id = d.lead_id AND n.decision_id = d.id
       LEFT JOIN assignment AS w ON w.lead_id = d.lead_id AND w.epoch = n.epoch - 1
       JOIN audit AS a ON a.subject_kind = 'lead' AND a.subject_id = CAST(d.lead_id AS TEXT) AND a.decision_id = d.id
       WHERE d.cause = 'overridden'"""
)


class ByHand(NamedTuple):
    """So many leads that one person took from one holder and gave to another."""

    by: str
    was: tuple[str, str]
    now: tuple[str, str]
    n: int


def latest(tx: Tx, since: datetime) -> list[ByHand]:
    """Most first."""
    counted: Counter[tuple[str, tuple[str, str], tuple[str, str]]] = Counter()
    for by, outcome, kind, name, was_kind, was_id in tx.all(_MOVED, (first_of(since),)):
        now = (str(kind), str(name)) if name else (str(outcome), "")
        counted[by, (str(was_kind or "none"), str(was_id or "")), now] += 1
    return [ByHand(*key, n) for key, n in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]
