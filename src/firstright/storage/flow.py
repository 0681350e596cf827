"""Where leads went lately, by rule: the live counts of the policy's picture. It counts the latest decisions, never all.

A decision's name says when it was made, so that a period is a stretch of the primary key.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from firstright.core.identifiers import first_of
from firstright.core.why.policyview import Went
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST = 5_000  # decisions counted, the latest: each is a row to look up, and a page waits for them

# Who asks again or is touched stays where they are: such a decision names the rule of the one before, and took nothing.
_TOOK = "rule <> '' AND reason = 'rule:' || rule"
# Counting them is ours: grouped in SQL, SQLite sorts them first.
_WENT = Statement(
    f"""SELECT CASE WHEN {_TOOK} THEN rule ELSE '' END, CASE WHEN {_TOOK} THEN '' ELSE reason END, outcome FROM decision
       WHERE id >= ? ORDER BY id DESC LIMIT {MOST}"""
)
_OLDEST = Statement(f"SELECT as_of FROM decision WHERE id >= ? ORDER BY id DESC LIMIT 1 OFFSET {MOST - 1}")


class Flow(NamedTuple):
    """Counted decisions, most first. `since` is the earliest instant counted when there were more than are counted."""

    went: list[Went]
    since: datetime | None


def latest(tx: Tx, since: datetime) -> Flow:
    """Decisions made since an instant, by rule and outcome; without a rule by their reason, such as `step:account-owner`."""
    bound = first_of(since)
    oldest = tx.one(_OLDEST, (bound,))
    counted = Counter(tx.all(_WENT, (bound,)))
    went = [
        Went(rule, reason, outcome, n)
        for (rule, reason, outcome), n in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    ]
    return Flow(went, None if oldest is None else instants.read(oldest[0]))
