"""The keys under which the CRM's records are found when a lead comes. It writes none of them."""

from collections.abc import Sequence

import msgspec

from firstright.core.likeness import block_keys
from firstright.core.matchkeys import match_keys
from firstright.core.world import Key
from firstright.storage import crmrecords
from firstright.storage.accounts import AccountRow, ContactRow
from firstright.storage.transactions import Tx


def account_keys(row: AccountRow, domains: Sequence[str]) -> list[Key]:
    """Exact keys of its domains, and those under which its name is found however it is spelt."""
    facts = {"company": row.name}
    return [*(("domain", domain) for domain in domains), *(block_keys(facts, "company") if row.name else ())]


def contact_keys(tx: Tx, system: str, rows: Sequence[ContactRow]) -> dict[str, list[Key]]:
    """Personal keys, the CRM's ids among them: its own, of those merged into it, and of the leads it was converted from."""
    ids = [row.external_id for row in rows]
    others: dict[str, list[str]] = {}
    for kind in ("contact", "lead-contact"):
        for one, to in crmrecords.leading_to(tx, system, kind, ids):
            others.setdefault(to, []).append(one)
    found = {}
    for row in rows:
        facts = msgspec.json.decode(row.facts)
        keys = list(match_keys({**facts, "external_id": row.external_id}, system))
        for other in others.get(row.external_id, ()):
            keys += match_keys({"external_id": other}, system)
        found[row.id] = keys
    return found
