"""What a decision may look at beyond its lead: who shares a key with it, and where rotations and loads stand.

It fetches candidates and bounds them; whether they are the same person or company is judged in the core.
"""

from collections.abc import Iterable

import msgspec

from firstright.core.lead import HolderKind, Lead
from firstright.core.matching import MOST_OF, NOT_WORKED, PERSONAL
from firstright.core.world import Candidate, Key, PoolStanding
from firstright.storage import instants, leads
from firstright.storage.rows import LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_HOPS = 10  # of merged leads, before we call it a circle

_LIGHT = """k.entity, k.id, coalesce(l.holder_id, c.owner, a.owner, o.owner),
       l.holder_kind, l.outcome, coalesce(l.updated_at, c.updated_at, a.owner_since, a.updated_at, o.updated_at),
       coalesce(c.name, a.name, o.name, ''), coalesce(c.account_id, o.account_id), a.type, a.tier, l.merged_into"""
_FULL = ", ".join(f"f.{name}" for name in leads.COLUMNS)
_JOINS = """LEFT JOIN lead AS l ON k.entity = 'lead' AND l.id = k.id
       LEFT JOIN contact AS c ON k.entity = 'contact' AND c.id = k.id
       LEFT JOIN account AS a ON k.entity = 'account' AND a.id = k.id
       LEFT JOIN opportunity AS o ON k.entity = 'opportunity' AND o.id = k.id"""
_ORDER = "ORDER BY k.rank, k.id DESC"


def _newest(kind: str, value: str) -> str:
    """The newest keys of each entity: four short walks down one index."""
    each = (
        f"""SELECT * FROM (SELECT {rank} AS rank, entity, id FROM match_key WHERE kind = {kind} AND value = {value}
            AND entity = '{entity}' ORDER BY id DESC LIMIT {most}) AS {entity}s"""
        for rank, (entity, most) in enumerate(MOST_OF.items())
    )
    return " UNION ALL ".join(each)


_COMPANY = Statement(f"SELECT {_LIGHT} FROM ({_newest('?1', '?2')}) AS k {_JOINS} {_ORDER}", postgresql="-")
_PERSON = Statement(
    f"SELECT {_LIGHT}, {_FULL} FROM ({_newest('?1', '?2')}) AS k {_JOINS} LEFT JOIN lead AS f ON f.id = l.id {_ORDER}",
    postgresql="-",
)
# Most personal keys of a new lead belong to nobody yet: one look over all keys spares each of them four walks.
_HELD = Statement(
    """SELECT given.value ->> 0, given.value ->> 1 FROM json_each(?) AS given WHERE EXISTS (
       SELECT 1 FROM match_key AS k WHERE k.kind = given.value ->> 0 AND k.value = given.value ->> 1)""",
    postgresql="-",
)
_ALL = Statement(
    "-",
    postgresql=f"""SELECT q ->> 0, q ->> 1, {_LIGHT}, {_FULL} FROM json_array_elements(%s::json) AS q
       CROSS JOIN LATERAL ({_newest("q ->> 0", "q ->> 1")}) AS k {_JOINS}
       LEFT JOIN lead AS f ON f.id = l.id AND (q ->> 0) IN ('external', 'email', 'phone') {_ORDER}""",
)
_STANDING = Statement("SELECT scope, data FROM standing WHERE turn > ?")
_encode = msgspec.json.Encoder().encode
_pool = msgspec.json.Decoder(tuple[int, tuple[str, ...], tuple[int, ...], tuple[int, ...]]).decode
_LIGHT_COLUMNS = 11

People = dict[str, tuple[LeadRow, Lead]]  # by the lead a key led to: who stands for it now


def known(tx: Tx, keys: Iterable[Key]) -> dict[Key, list[Candidate]]:
    """Records that share a key, by key: opportunities, accounts, contacts, leads, each newest first and bounded.

    A lead found by a personal key carries its state, and stands for those merged into it. Keys nobody has are left out.
    """
    found: dict[Key, dict[str, Candidate]] = {}
    people: People = {}  # most are found by their address and by their telephone
    for key, row in _rows(tx, list(dict.fromkeys(keys))):
        candidate = _candidate(tx, key[0], row, people)
        if candidate is not None:
            found.setdefault(key, {}).setdefault(candidate.id, candidate)
    return {key: list(candidates.values()) for key, candidates in found.items()}


def _rows(tx: Tx, keys: list[Key]) -> list[tuple[Key, Row]]:
    if tx.dialect == "postgresql":
        return [((row[0], row[1]), row[2:]) for row in tx.all(_ALL, (_encode(keys).decode(),))]
    held = tx.all(_HELD, (_encode(keys).decode(),)) if keys else []
    return [(key, row) for key in held for row in tx.all(_PERSON if key[0] in PERSONAL else _COMPANY, key)]


def _candidate(tx: Tx, key: str, row: Row, people: People) -> Candidate | None:
    """None for a key whose record is gone, and for a company's lead that another one stands for."""
    entity, name, owner, holder_kind, outcome, at, label, account, kind, tier, merged = row[:_LIGHT_COLUMNS]
    if entity == "lead":
        if holder_kind is None:
            return None
        if key in PERSONAL:
            if name not in people:
                people[name] = _person(tx, row[_LIGHT_COLUMNS:])
            return _of_person(key, *people[name])
        if merged is not None:
            return None
        owner = owner if holder_kind == HolderKind.REP else ""
        return Candidate(entity, name, key, owner, outcome not in NOT_WORKED, instants.read(at))
    if at is None:
        return None
    facts = tuple((f"account.{n}", v) for n, v in (("type", kind), ("tier", tier)) if v)
    return Candidate(entity, name, key, owner, True, instants.read(at), label, account or "", facts=facts)


def _person(tx: Tx, stored: Row) -> tuple[LeadRow, Lead]:
    row = leads.as_row(stored)
    for _ in range(_HOPS):
        if row.merged_into is None:
            break
        row = leads.rows(tx, [row.merged_into])[row.merged_into]
    return row, leads.with_tried(tx, leads.as_lead(row))


def _of_person(key: str, row: LeadRow, lead: Lead) -> Candidate:
    owner = lead.holder.id if lead.holder.kind is HolderKind.REP else ""
    return Candidate("lead", lead.id, key, owner, lead.outcome not in NOT_WORKED, row.updated_at, lead=lead)


def standing(tx: Tx, since: int) -> tuple[dict[tuple[str, str], PoolStanding], dict[str, int]]:
    """Rotations by (pool, lane) and open leads by rep, as far as turns after `since` changed them; -1 for all."""
    pools: dict[tuple[str, str], PoolStanding] = {}
    loads: dict[str, int] = {}
    for scope, data in tx.all(_STANDING, (since,)):
        kind, _, name = scope.partition(":")
        if kind == "rep":
            loads[name] = int(data)
        else:
            pool, _, lane = name.partition(":")  # an id holds no colon, the name of a lane may
            pools[pool, lane] = pool_standing(data)
    return pools, loads


def pool_scope(pool: str, lane: str) -> str:
    return f"pool:{pool}:{lane}"


def rep_scope(rep: str) -> str:
    return f"rep:{rep}"


def pool_text(standing: PoolStanding) -> str:
    return _encode((standing.seq, standing.members, standing.credit, standing.last)).decode()


def pool_standing(data: str) -> PoolStanding:
    """What `pool_text` wrote."""
    return PoolStanding(*_pool(data))


def load_text(load: int) -> str:
    return str(load)
