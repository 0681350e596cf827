"""Leads that a repair, or its preview, is to decide again and has not yet: whoever has them was named by what is being repaired.

One that has gone on since it was found is none of them: who has it now was said by something else.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec

from firstright.core.world import Candidate, Key
from firstright.storage import world
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx, Value

LISTS = {"repaired": "repair_id", "previewed": "preview_id"}
_encode = msgspec.json.Encoder().encode
_HERE = """FROM {table} AS u JOIN lead AS ul ON ul.id = u.lead_id AND ul.epoch = u.epoch
       WHERE u.{of} = ? AND u.state IN ('waiting', 'failed') AND u.lead_id {among} {given}"""
_GIVEN = "(SELECT value FROM json_each(?))"
_PG_GIVEN = "(SELECT value::uuid FROM json_array_elements_text(%s::json))"


def _among(table: str, given: str) -> str:
    return "SELECT u.lead_id " + _HERE.format(table=table, of=LISTS[table], among="IN", given=given)


def _but(table: str, given: str) -> str:
    here = _HERE.format(table=table, of=LISTS[table], among="NOT IN", given=given)
    return f"AND NOT EXISTS (SELECT 1 {here} AND u.lead_id = m.id)"


_AMONG = {
    table: Statement(_among(table, _GIVEN), postgresql=_among(table, _PG_GIVEN).replace("?", "%s"))
    for table in LISTS
}
_OTHERS = {table: world.leads_but(_but(table, _GIVEN), _but(table, _PG_GIVEN)) for table in LISTS}


class Undecided(NamedTuple):
    """Those of one repair (`repaired`) or preview (`previewed`)."""

    table: str
    of: str

    def among(self, tx: Tx, leads: Collection[str]) -> frozenset[str]:
        if not leads:
            return frozenset()
        values = (self.of, _encode(sorted(leads)).decode())
        return frozenset([str(lead) for (lead,) in tx.all(_AMONG[self.table], values)])

    def others(
        self, tx: Tx, keys: Iterable[Key], decided: Collection[str] = ()
    ) -> dict[Key, list[Candidate]]:
        """The newest leads under these keys that are none of them. Those who are would take the place of all others, where a
        company has more of them than a decision looks at. `decided` are none of them by now, though nobody has put it down."""
        values: tuple[Value, ...] = (self.of, _encode(sorted(decided)).decode())
        return world.leads_known(tx, _OTHERS[self.table], keys, values)
