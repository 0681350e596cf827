"""What accounts of the base say, as a lead could have said it: read, and named as our fields are. What of it a lead is told is
the core's to say."""

from collections.abc import Container, Iterable

import msgspec

from firstright.core.lead import Fact
from firstright.core.world import Candidate
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_COLUMNS = "a.id, a.name, a.type, a.tier, a.owner, p.name, a.facts"
_ABOUT = ("name", "type", "tier", "owner", "parent")
_LIVE = "LEFT JOIN account AS p ON p.id = a.parent_id WHERE a.deleted_at IS NULL"
_SAID = Statement(
    f"SELECT {_COLUMNS} FROM json_each(?) AS g JOIN account AS a ON a.id = g.value {_LIVE}",
    postgresql=f"""SELECT {_COLUMNS} FROM json_array_elements_text(%s::json) AS g
       JOIN account AS a ON a.id = g::uuid {_LIVE}""",
)
_encode = msgspec.json.Encoder().encode
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


def said(tx: Tx, found: Iterable[Candidate], but: Container[str] = ()) -> dict[str, dict[str, Fact]]:
    """By account: of the accounts among these records, and of the contacts' accounts. One statement, and none without any."""
    named = {c.id if c.kind == "account" else c.account for c in found if c.kind in ("account", "contact")}
    wanted = sorted(name for name in named if name and name not in but)
    if not wanted:
        return {}
    says = {}
    for name, *about, facts in tx.all(_SAID, (_encode(wanted).decode(),)):
        mine: dict[str, Fact] = {
            f"account.{each}": value for each, value in zip(_ABOUT, about, strict=True) if value
        }
        says[name] = {**_facts(facts), **mine}
    return says
