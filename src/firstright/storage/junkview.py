"""How much junk each source sent: what the policy's tables and checks called so as it came. It reads only; what reps gave back
as junk is in `credits`.
"""

from datetime import datetime

from firstright.core.identifiers import first_of
from firstright.storage.sourceview import MONTH, MOST
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

GIVEN_BACK = ("spam", "test")  # reasons of reps that say: this was junk

_BY_SOURCE = Statement(
    f"""SELECT source, json_extract(facts, '$.junk') AS junk, count(*)
       FROM (SELECT source, facts FROM lead WHERE id >= ? ORDER BY id DESC LIMIT {MOST}) AS latest
       WHERE facts LIKE '%"junk":%' AND json_extract(facts, '$.junk') IS NOT NULL
       GROUP BY source, junk ORDER BY source, junk""",
    postgresql=f"""SELECT source, facts::json ->> 'junk' AS junk, count(*)
       FROM (SELECT source, facts FROM lead WHERE id >= %s ORDER BY id DESC LIMIT {MOST}) AS latest
       WHERE facts LIKE '%%"junk":%%' AND facts::json ->> 'junk' IS NOT NULL
       GROUP BY source, junk ORDER BY source, junk""",
)


def by_source(tx: Tx, now: datetime) -> dict[str, dict[str, int]]:
    """Leads of thirty days (the latest `MOST` at most) that are junk, by source and what sort of junk."""
    found: dict[str, dict[str, int]] = {}
    for source, junk, n in tx.all(_BY_SOURCE, (first_of(now - MONTH),)):
        found.setdefault(source, {})[junk] = int(n)
    return found


def missed(asked_back: dict[str, int]) -> int:
    """Of the turns reps asked back, those of leads that were junk and had not been called so."""
    return sum(asked_back.get(reason, 0) for reason in GIVEN_BACK)
