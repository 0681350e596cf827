"""Accounts whose name may be a company's, however it was spelt: few, by the rarest of its keys. Whether one is the company is
judged in the core."""

from typing import NamedTuple

import msgspec

from firstright.core.lead import Facts, Value
from firstright.core.likeness import block_keys
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST = 40  # accounts that are read for one look-up
COMMON = 30  # accounts under a key: with more it tells nobody apart, and others must find them
_STRONG = frozenset(
    {"domain", "company"}
)  # kinds that name one company: taken, in part, even where they are common

_GIVEN = "SELECT g.value ->> 0 AS kind, g.value ->> 1 AS value, g.key AS place FROM json_each(?) AS g"
_PG_GIVEN = """SELECT g ->> 0 AS kind, g ->> 1 AS value, place
       FROM json_array_elements(%s::json) WITH ORDINALITY AS e (g, place)"""
# One walk a key, that stops one step after it is known to be common: how many more there are is never asked.
_WALK = f"""SELECT m.id FROM match_key AS m WHERE m.kind = q.kind AND m.value = q.value AND m.entity = 'account'
         ORDER BY m.id LIMIT {COMMON + 1}"""
_UNDER = Statement(
    f"""WITH q AS MATERIALIZED ({_GIVEN})
       SELECT q.kind, (SELECT json_group_array(id) FROM ({_WALK})) FROM q ORDER BY q.place""",
    postgresql=f"""WITH q AS MATERIALIZED ({_PG_GIVEN})
       SELECT q.kind, (SELECT json_agg(w.id)::text FROM ({_WALK}) AS w) FROM q ORDER BY q.place""",
)
_COLUMNS = "a.id, a.name, a.owner, a.facts"
_LIVE = "a.deleted_at IS NULL AND a.merged_into IS NULL"
_ROWS = Statement(
    f"""SELECT {_COLUMNS}, (SELECT json_group_array(d.domain) FROM account_domain AS d WHERE d.account_id = a.id)
       FROM json_each(?) AS g JOIN account AS a ON a.id = g.value WHERE {_LIVE}""",
    postgresql=f"""SELECT {_COLUMNS}, (SELECT json_agg(d.domain)::text FROM account_domain AS d WHERE d.account_id = a.id)
       FROM json_array_elements_text(%s::json) AS g JOIN account AS a ON a.id = g::uuid WHERE {_LIVE}""",
)
_ANY = Statement("SELECT 1 FROM match_key WHERE kind = 'company' LIMIT 1")  # no lead has a key of that kind
_WITH_DOMAIN = Statement(
    "SELECT 1 FROM match_key WHERE kind = 'domain' AND value = ? AND entity = 'account' LIMIT 1"
)
_encode = msgspec.json.Encoder().encode
_ids = msgspec.json.Decoder(list[str]).decode
_facts = msgspec.json.Decoder(dict[str, str | int | bool | list[str]]).decode


class Named(NamedTuple):
    """An account that may be meant, with the facts it is compared by: those the CRM gave, its name, and a domain."""

    id: str
    name: str
    owner: str
    facts: dict[str, Value]


def are_there(tx: Tx) -> bool:
    """Whether any account can be found by its name."""
    return tx.one(_ANY) is not None


def has_account(tx: Tx, domain: str) -> bool:
    return tx.one(_WITH_DOMAIN, (domain,)) is not None


def companies(tx: Tx, facts: Facts) -> list[Named]:
    """At most `MOST` accounts that share a key with the company of these facts, those with the rarest key first, then by id.
    Three statements at most, whatever the number of accounts."""
    domain = facts.get("domain")
    keys = [*([("domain", str(domain))] if domain else []), *block_keys(facts, "company")]
    if not keys:
        return []
    under = [
        (str(kind), _ids(found) if found else []) for kind, found in tx.all(_UNDER, (_encode(keys).decode(),))
    ]
    wanted = _rarest(under)
    if not wanted:
        return []
    place = {name: at for at, name in enumerate(wanted)}
    rows = tx.all(_ROWS, (_encode(wanted).decode(),))
    found = [_named(*row, domain=str(domain or "")) for row in rows]
    return sorted(found, key=lambda each: place[each.id])


def _rarest(under: list[tuple[str, list[str]]]) -> list[str]:
    """Accounts by how few share a key with them; a common word's are left out, unless nothing else is known."""
    ranked = sorted(under, key=lambda each: len(each[1]))
    telling = [each for each in ranked if len(each[1]) <= COMMON or each[0] in _STRONG]
    ids = dict.fromkeys(name for _, found in telling for name in found[:COMMON])
    return list(ids)[:MOST]


def _named(name: object, label: str, owner: str, facts: object, domains: str | None, *, domain: str) -> Named:
    """Of its domains the one that was asked for, or the first."""
    theirs = sorted(_ids(domains)) if domains else []
    known = domain if domain in theirs else theirs[0] if theirs else ""
    raw = _facts(facts) if isinstance(facts, str | bytes) else facts
    held = raw if isinstance(raw, dict) else {}
    compared: dict[str, Value] = {k: tuple(v) if isinstance(v, list) else v for k, v in held.items()}
    compared["company"] = label
    if known:
        compared["domain"] = known
    return Named(str(name), label, owner, compared)
