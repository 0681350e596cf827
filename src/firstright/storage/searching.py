"""Exact look-up: leads and CRM records by address, telephone, domain, id or external id, as far as they are somebody's to see.

It searches no text and guesses nothing. Each key is walked newest first and bounded; what the bound leaves out is told.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from firstright.core.lead import NOBODY, Holder, HolderKind
from firstright.core.seeking import Sought
from firstright.storage import inbox, leads
from firstright.storage.inbox import Entry, Scope
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST = 50  # of each kind under one key
_HOPS = 10  # of merged leads, before we call it a circle

# One walk of the key for each kind of thing, newest first.
_KEYED = Statement(
    """SELECT q.value ->> 2, k.id FROM json_each(?) AS q CROSS JOIN match_key AS k
       WHERE k.kind = q.value ->> 0 AND k.value = q.value ->> 1 AND k.entity = q.value ->> 2 AND k.id IN (
         SELECT m.id FROM match_key AS m WHERE m.kind = q.value ->> 0 AND m.value = q.value ->> 1
           AND m.entity = q.value ->> 2 ORDER BY m.id DESC LIMIT ?)""",
    postgresql="""SELECT q.value ->> 2, k.id FROM json_array_elements(%s::json) AS q CROSS JOIN LATERAL (
         SELECT id FROM match_key WHERE kind = q.value ->> 0 AND value = q.value ->> 1 AND entity = q.value ->> 2
         ORDER BY kind DESC, value DESC, entity DESC, id DESC LIMIT %s) AS k""",
)
# A telephone is stored with the last name behind it. Up to the next number, so that it is a range in every collation.
_PHONES = Statement(
    """SELECT entity, id FROM match_key WHERE kind = 'phone' AND value >= ? AND value < ?
       AND substr(value, 1, ?) = ? ORDER BY value, entity, id LIMIT ?"""
)
_STEP = "SELECT min(source) FROM arrival"
_SOURCES = Statement(
    f"""WITH RECURSIVE known (name) AS (
         SELECT ({_STEP})
         UNION ALL
         SELECT ({_STEP} WHERE source > k.name) FROM known AS k WHERE k.name IS NOT NULL)
       SELECT name FROM known WHERE name IS NOT NULL LIMIT 1000"""
)
_CRM = ("account", "contact")
_SELECT = "SELECT id, '{0}' AS what, name, owner, system, external_id FROM {0} WHERE "
_OF_IDS = Statement(
    " UNION ALL ".join(
        f"{_SELECT.format(what)} id IN (SELECT q.value ->> 1 FROM json_each(?) AS q WHERE q.value ->> 0 = '{what}')"
        for what in _CRM
    ),
    postgresql=" UNION ALL ".join(
        f"""{_SELECT.format(what)} id IN (SELECT (q.value ->> 1)::uuid FROM json_array_elements(%s::json) AS q
            WHERE q.value ->> 0 = '{what}')"""
        for what in _CRM
    ),
)
_OF_SYSTEMS = Statement(
    " UNION ALL ".join(
        f"""SELECT * FROM (WITH RECURSIVE known_{what} (name) AS (
              SELECT min(system) FROM {what}
              UNION ALL
              SELECT (SELECT min(system) FROM {what} WHERE system > k.name) FROM known_{what} AS k
              WHERE k.name IS NOT NULL)
            {_SELECT.format(what)} system IN (SELECT name FROM known_{what}) AND external_id = ?) AS {what}s"""
        for what in _CRM
    )
)
_encode = msgspec.json.Encoder().encode
Key = tuple[str, str]  # (entity, id)


class Found(NamedTuple):
    """An account or contact of the CRM."""

    id: str
    kind: str  # account | contact
    name: str
    owner: str  # rep
    system: str
    external_id: str


class Results(NamedTuple):
    """Newest leads first, records by name. `more`: a key leads to more than were looked at."""

    leads: list[Entry]
    records: list[Found]
    more: bool


def search(tx: Tx, scope: Scope, asked: Sought) -> Results:
    """What stands under exactly this text and is theirs to see: a record of the CRM is seen like a lead of its owner."""
    keyed = _keyed(tx, asked)
    more = any(len([k for k in keyed if k[0] == what]) > MOST for what in ("lead", *_CRM))
    leads = _standing(tx, {name for what, name in keyed if what == "lead"})
    seen = list(inbox.of_ids(tx, scope, leads).values())
    records = [record for record in _records(tx, keyed, asked.external) if _theirs(scope, record)]
    seen.sort(key=lambda entry: entry.id, reverse=True)
    records.sort(key=lambda record: (record.name, record.id))
    return Results(seen[:MOST], records[:MOST], more or len(seen) > MOST or len(records) > MOST)


def _keyed(tx: Tx, asked: Sought) -> list[Key]:
    keys = [(kind, value) for kind, value in (("email", asked.email), ("domain", asked.domain)) if value]
    keys += [("external", key) for key in _external(tx, asked.external)]
    every = [(*key, what) for key in keys for what in ("lead", *_CRM)]
    found = [(what, name) for what, name in tx.all(_KEYED, (_encode(every).decode(), MOST + 1))]
    if asked.phone:
        beyond = f"+{int(asked.phone[1:]) + 1}"
        values = (asked.phone, beyond, len(asked.phone) + 1, f"{asked.phone}|", 3 * MOST + 1)
        found += [(what, name) for what, name in tx.all(_PHONES, values)]
    if asked.id:
        found += [(what, asked.id) for what in ("lead", *_CRM)]
    return list(dict.fromkeys(found))


def _external(tx: Tx, text: str) -> list[str]:
    """The keys under which this id may stand: one of each source anything ever came from."""
    given = [text] if ":" in text else []
    return given + [f"{name.replace(':', '%3A')}:{text}" for (name,) in tx.all(_SOURCES)]


def _standing(tx: Tx, ids: Iterable[str]) -> set[str]:
    """The leads that stand for these since they were merged."""
    names = set(ids)
    for _ in range(_HOPS):
        standing = {row.merged_into or row.id for row in leads.rows(tx, names).values()}
        if standing == names:
            break
        names = standing
    return names


def _records(tx: Tx, keyed: list[Key], external: str) -> list[Found]:
    text = _encode([key for key in keyed if key[0] in _CRM]).decode()
    rows = tx.all(_OF_IDS, (text, text)) + tx.all(_OF_SYSTEMS, (external, external))
    return list(dict.fromkeys(Found._make(row) for row in rows))


def _theirs(scope: Scope, record: Found) -> bool:
    holder = Holder(HolderKind.REP, record.owner) if record.owner else NOBODY
    return scope.actor.sees(holder, scope.queues)
