"""Where leads went lately, by rule: the live counts of the policy's picture. It counts the latest decisions, never all.

A decision's name says when it was made, so that a period is a stretch of the primary key.
"""

from datetime import datetime
from typing import NamedTuple

from firstright.core.identifiers import first_of
from firstright.core.why.policyview import Went
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST = 20_000  # decisions counted, the latest

# Who asks again or is touched stays where they are: such a decision names the rule of the one before, and took nothing.
_TOOK = "rule <> '' AND reason = 'rule:' || rule"
_WENT = Statement(
    f"""SELECT CASE WHEN {_TOOK} THEN rule ELSE '' END, CASE WHEN {_TOOK} THEN '' ELSE reason END, outcome, count(*)
       FROM (SELECT rule, reason, outcome FROM decision WHERE id >= ? ORDER BY id DESC LIMIT {MOST}) AS latest
       GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"""
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
    return Flow(
        [Went(*row) for row in tx.all(_WENT, (bound,))], None if oldest is None else instants.read(oldest[0])
    )
