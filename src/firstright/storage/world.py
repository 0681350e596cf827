"""What a decision may look at beyond its lead: who shares a key with it.

It fetches candidates and bounds them; whether they are the same person or company is judged in the core.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec

from firstright.core.lead import Fact, HolderKind, Lead
from firstright.core.matching import MOST_OF, NOT_WORKED, PERSONS
from firstright.core.world import Candidate, Key
from firstright.storage import instants, leads
from firstright.storage.rows import LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

_HOPS = 10  # of merged leads, and of parent accounts, before we call it a circle

_GIVEN = "SELECT g.value ->> 0 AS kind, g.value ->> 1 AS value FROM json_each(?) AS g"
_PG_GIVEN = "SELECT g ->> 0 AS kind, g ->> 1 AS value FROM json_array_elements(%s::json) AS g"


def _newest(each: str, bounds: Mapping[str, int] = MOST_OF, but: str = "") -> str:
    """The newest keys of each entity: four short walks down one index for every key given."""
    walks = (
        each.format(
            rank=rank,
            entity=entity,
            walk=f"""SELECT m.id FROM match_key AS m WHERE m.kind = q.kind AND m.value = q.value
              AND m.entity = '{entity}' {but} ORDER BY m.id DESC LIMIT {most}""",
        )
        for rank, (entity, most) in enumerate(bounds.items())
    )
    return " UNION ALL ".join(walks)


def _all(given: str, each: str, bounds: Mapping[str, int] = MOST_OF, but: str = "") -> str:
    """Most personal keys of a new lead belong to nobody yet: one look over all keys spares each of them four walks."""
    return f"""WITH given AS ({given}),
       q AS MATERIALIZED (SELECT kind, value FROM given WHERE EXISTS (
         SELECT 1 FROM match_key AS h WHERE h.kind = given.kind AND h.value = given.value)),
       k AS MATERIALIZED ({_newest(each, bounds, but)})
       SELECT k.kind, k.value, k.entity, k.id, coalesce(l.holder_id, c.owner, a.owner, o.owner), l.holder_kind,
         l.outcome, coalesce(l.updated_at, c.updated_at, a.owner_since, a.updated_at, o.updated_at),
         coalesce(c.name, a.name, o.name, ''), coalesce(c.account_id, o.account_id), a.type, a.tier, l.merged_into,
         a.parent_id, CASE WHEN k.kind = 'person' THEN c.facts END,
         CASE WHEN k.kind = 'person' THEN (SELECT n.name FROM account AS n WHERE n.id = c.account_id) END,
         CASE WHEN o.open THEN o.stage END
       FROM k LEFT JOIN lead AS l ON l.id = CASE WHEN k.entity = 'lead' THEN k.id END
       LEFT JOIN contact AS c ON c.id = CASE WHEN k.entity = 'contact' THEN k.id END
       LEFT JOIN account AS a ON a.id = CASE WHEN k.entity = 'account' THEN k.id END
       LEFT JOIN opportunity AS o ON o.id = CASE WHEN k.entity = 'opportunity' THEN k.id END ORDER BY k.rank, k.id DESC"""


_EACH = "SELECT {rank} AS rank, q.kind, q.value, '{entity}' AS entity"
# SQLite has no LATERAL, but the argument of a table-valued function may look at the rows to its left.
_WALKED = _EACH + ", n.value AS id FROM q, json_each((SELECT json_group_array(id) FROM ({walk}))) AS n"
_PG_WALKED = _EACH + ", n.id FROM q CROSS JOIN LATERAL ({walk}) AS n"
_ALL = Statement(_all(_GIVEN, _WALKED), postgresql=_all(_PG_GIVEN, _PG_WALKED))
_CHAINS = """WITH RECURSIVE chain (account, id, owner, parent_id, far) AS (
       SELECT a.id, p.id, p.owner, p.parent_id, 1 FROM account AS a JOIN account AS p ON p.id = a.parent_id
       WHERE a.id IN ({given})
       UNION ALL
       SELECT chain.account, p.id, p.owner, p.parent_id, far + 1 FROM chain JOIN account AS p ON p.id = chain.parent_id
       WHERE far < {most})
     SELECT account, id, owner FROM chain ORDER BY account, far"""
_PARENTS = Statement(
    _CHAINS.format(given="SELECT g.value FROM json_each(?) AS g", most=_HOPS),
    postgresql=_CHAINS.format(given="SELECT value::uuid FROM json_array_elements_text(%s::json)", most=_HOPS),
)
_encode = msgspec.json.Encoder().encode
_said = msgspec.json.Decoder(dict[str, Fact]).decode
People = dict[str, tuple[LeadRow, Lead]]  # by the lead a key led to: who stands for it now
_NOBODY: Mapping[str, LeadRow] = {}


def known(tx: Tx, keys: Iterable[Key], rows: Mapping[str, LeadRow] = _NOBODY) -> dict[Key, list[Candidate]]:
    """Records that share a key, by key: opportunities, accounts, contacts, leads, each newest first and bounded.

    A lead found by a personal key carries its state, and stands for those merged into it. Keys nobody has are left out.
    `rows` are leads the caller has fetched already, as they are stored.
    """
    wanted = list(dict.fromkeys(keys))
    return _found(tx, tx.all(_ALL, (_encode(wanted).decode(),)) if wanted else [], rows)


def leads_but(but: str, postgresql: str) -> Statement:
    """The newest leads under keys, for which `but` holds of each key row `m` besides: "AND ...", for either database."""
    bounds = {"lead": MOST_OF["lead"]}
    return Statement(
        _all(_GIVEN, _WALKED, bounds, but),
        postgresql=_all(_PG_GIVEN, _PG_WALKED, bounds, postgresql.replace("?", "%s")),
    )


def leads_known(
    tx: Tx, statement: Statement, keys: Iterable[Key], values: tuple[Value, ...]
) -> dict[Key, list[Candidate]]:
    """The same of leads only, by a statement of `leads_but` and the values it takes."""
    return _found(tx, tx.all(statement, (_encode(list(dict.fromkeys(keys))).decode(), *values)), _NOBODY)


def _found(tx: Tx, stored: Sequence[Row], rows: Mapping[str, LeadRow]) -> dict[Key, list[Candidate]]:
    above = _above(tx, sorted({row[3] for row in stored if row[13] is not None}))
    people = _people(tx, {row[3] for row in stored if row[2] == "lead" and row[0] in PERSONS}, rows)
    found: dict[Key, dict[str, Candidate]] = {}
    for row in stored:
        candidate = _candidate(row, people, above)
        if candidate is not None:
            found.setdefault((row[0], row[1]), {}).setdefault(candidate.id, candidate)
    return {key: list(candidates.values()) for key, candidates in found.items()}


def _people(tx: Tx, names: Set[str], rows: Mapping[str, LeadRow]) -> People:
    """Most are found by their address and by their telephone: each is read once."""
    missing = [name for name in names if name not in rows]
    fetched = leads.rows(tx, missing) if missing else {}
    found = {name: _standing(tx, row) for name in names if (row := rows.get(name) or fetched.get(name))}
    people = leads.with_tried(tx, [leads.as_lead(row) for row in found.values()])
    return {name: (row, lead) for (name, row), lead in zip(found.items(), people, strict=True)}


def _above(tx: Tx, accounts: list[str]) -> dict[str, tuple[str, ...]]:
    """Owners of the parents of accounts that have any, nearest first: one look up all their chains. A CRM that lets an
    account be its own grandparent ends where the chain comes back to itself."""
    seen: dict[str, dict[str, str]] = {}
    for account, parent, owner in tx.all(_PARENTS, (_encode(accounts).decode(),)) if accounts else ():
        chain = seen.setdefault(account, {})
        if parent != account:
            chain.setdefault(parent, owner)
    return {account: tuple(chain.values()) for account, chain in seen.items()}


def _candidate(row: Row, people: People, above: Mapping[str, tuple[str, ...]]) -> Candidate | None:
    """None for a key whose record is gone, and for a company's lead that another one stands for."""
    (
        kind,
        _,
        entity,
        name,
        owner,
        holder_kind,
        outcome,
        at,
        label,
        account,
        type_,
        tier,
        merged,
        _,
        said,
        firm,
        stage,
    ) = row
    if at is None:
        return None
    if entity == "lead":
        if kind in PERSONS:
            return _of_person(kind, *people[name])
        if merged is not None:
            return None
        owner = owner if holder_kind == HolderKind.REP else ""
        return Candidate(entity, name, kind, owner, outcome not in NOT_WORKED, instants.read(at))
    about = (("account.type", type_), ("account.tier", tier), ("opportunity.stage", stage))
    facts = tuple((n, v) for n, v in about if v)
    parents = above.get(name, ()) if entity == "account" else ()
    return Candidate(
        entity,
        name,
        kind,
        owner,
        True,
        instants.read(at),
        label,
        account or "",
        facts=facts,
        above=parents,
        said={**({"company": firm} if firm else {}), **_said(said)} if said else None,
    )


def _standing(tx: Tx, row: LeadRow) -> LeadRow:
    """Of one that was merged, the lead that stands for it."""
    for _ in range(_HOPS):
        if row.merged_into is None:
            break
        row = leads.rows(tx, [row.merged_into])[row.merged_into]
    return row


def _of_person(key: str, row: LeadRow, lead: Lead) -> Candidate:
    owner = lead.holder.id if lead.holder.kind is HolderKind.REP else ""
    return Candidate("lead", lead.id, key, owner, lead.outcome not in NOT_WORKED, row.updated_at, lead=lead)
