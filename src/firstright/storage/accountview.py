"""Accounts as people look at them: by the beginning of a name, by a domain, by who owns them; and one with all that hangs on it.

A record of the CRM is seen like a lead of its owner: what is not theirs to see is not even fetched. Reads only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor, Role
from firstright.core.clean.domain import registrable, website
from firstright.core.clean.text import fold
from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

MOST = 50  # of each kind of thing on the page of one account
_HOPS = 10  # parents, before we call it a circle
_BEYOND = "\U0010ffff"  # sorts behind everything that can be typed


class Place(NamedTuple):
    """Behind which account a page begins."""

    sort_name: str
    id: str


class Line(NamedTuple):
    """An account in a list. `deals` are its open opportunities, at most 100."""

    id: str
    name: str
    owner: str  # rep
    owner_external: str
    type: str
    tier: str
    system: str
    external_id: str
    sort_name: str
    parent_id: str | None
    domains: tuple[str, ...]
    deals: int

    @property
    def place(self) -> Place:
        return Place(self.sort_name, self.id)


class Relative(NamedTuple):
    """A parent or a subsidiary. `seen`: whether it is theirs to open."""

    id: str
    name: str
    owner: str
    seen: bool = True


class Person(NamedTuple):
    id: str
    name: str
    owner: str
    external_id: str
    facts: dict[str, object]


class Deal(NamedTuple):
    """`state` is open, won or closed."""

    id: str
    name: str
    owner: str
    stage: str
    state: str
    amount: int | None
    updated_at: datetime


class Account(NamedTuple):
    """One account with what hangs on it; `above` are its parents, nearest first, `merged_into` who stands for it since."""

    line: Line
    facts: dict[str, object]
    owner_since: datetime | None
    updated_at: datetime
    gone: bool
    merged_into: str | None
    above: list[Relative]
    below: list[Relative]
    people: list[Person]
    deals: list[Deal]


FIRST = Place("", "")
_LINE = """a.id, a.name, a.owner, a.owner_external, a.type, a.tier, a.system, a.external_id, a.sort_name, a.parent_id"""
_DEALS_OF = "(SELECT count(*) FROM (SELECT 1 FROM opportunity AS o WHERE o.account_id = a.id AND o.open AND o.deleted_at IS NULL LIMIT 100) AS d)"
_BY_NAME = f"""SELECT {_LINE}, {_DEALS_OF} FROM account AS a WHERE a.deleted_at IS NULL AND a.sort_name >= ? AND a.sort_name < ?
       AND (a.sort_name, a.id) > (?, ?){{whose}} ORDER BY a.sort_name, a.id LIMIT ?"""
_WHOSE = " AND a.owner IN (SELECT value FROM json_each(?))"
_PG_WHOSE = " AND a.owner = ANY (ARRAY(SELECT json_array_elements_text(?::json)))"


def _pg(text: str) -> str:
    return (
        text.replace("(a.sort_name, a.id) > (?, ?)", "(a.sort_name, a.id) > (?, ?::uuid)")
        .replace("%", "%%")
        .replace("?", "%s")
    )


_ALL = Statement(_BY_NAME.format(whose=""), postgresql=_pg(_BY_NAME.format(whose="")))
_THEIRS = Statement(_BY_NAME.format(whose=_WHOSE), postgresql=_pg(_BY_NAME.format(whose=_PG_WHOSE)))
_OF_DOMAIN = Statement(
    f"""SELECT {_LINE}, {_DEALS_OF} FROM match_key AS k JOIN account AS a ON a.id = k.id
       WHERE k.kind = 'domain' AND k.value = ? AND k.entity = 'account' AND a.deleted_at IS NULL
       ORDER BY a.sort_name, a.id LIMIT ?"""
)
_ONE = Statement(
    f"SELECT {_LINE}, {_DEALS_OF}, a.facts, a.owner_since, a.updated_at, a.deleted_at, a.merged_into FROM account AS a WHERE a.id = ?"
)
_DOMAINS = Statement(
    "SELECT account_id, domain FROM account_domain WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY domain",
    postgresql="""SELECT account_id, domain FROM account_domain
       WHERE account_id = ANY (ARRAY(SELECT value::uuid FROM json_array_elements_text(%s::json))) ORDER BY domain""",
)
_BELOW = Statement(
    "SELECT id, name, owner FROM account WHERE parent_id = ? AND deleted_at IS NULL ORDER BY sort_name, id LIMIT ?"
)
_PEOPLE = Statement(
    """SELECT id, name, owner, external_id, facts FROM contact WHERE account_id = ? AND deleted_at IS NULL
       ORDER BY name, id LIMIT ?"""
)
_DEALS = Statement(
    """SELECT id, name, owner, stage, CASE WHEN open THEN 'open' WHEN won THEN 'won' ELSE 'closed' END, amount, updated_at
       FROM opportunity WHERE account_id = ? AND deleted_at IS NULL ORDER BY open DESC, updated_at DESC, id LIMIT ?"""
)
_ABOVE = f"""WITH RECURSIVE chain (id, parent_id, name, owner, far) AS (
         SELECT p.id, p.parent_id, p.name, p.owner, 1 FROM account AS a JOIN account AS p ON p.id = a.parent_id WHERE a.id = ?
         UNION ALL
         SELECT p.id, p.parent_id, p.name, p.owner, c.far + 1 FROM chain AS c JOIN account AS p ON p.id = c.parent_id
         WHERE c.far < {_HOPS})
       SELECT id, name, owner FROM chain ORDER BY far"""
_PARENTS = Statement(_ABOVE)
_encode = msgspec.json.Encoder().encode
_facts = msgspec.json.Decoder(dict[str, object]).decode


def found(
    tx: Tx, actor: Actor, text: str = "", *, owner: str | None = None, after: Place = FIRST, limit: int = 50
) -> list[Line]:
    """Accounts whose name begins with `text`, or all under a domain; of one rep only when `owner` says so (empty: nobody's)."""
    whose = _whose(actor, owner)
    if whose == []:
        return []
    if domain := domain_in(text):
        rows = tx.all(_OF_DOMAIN, (domain, limit))
        return [line for line in _lines(tx, rows) if whose is None or line.owner in whose]
    begins = fold(text)
    values: list[Value] = [begins, begins + _BEYOND, after.sort_name, after.id or _NOBODY]
    rows = (
        tx.all(_ALL, (*values, limit))
        if whose is None
        else tx.all(_THEIRS, (*values, _encode(whose).decode(), limit))
    )
    return _lines(tx, rows)


def one(tx: Tx, actor: Actor, account_id: str) -> Account | None:
    row = tx.one(_ONE, (account_id,)) if is_id(account_id) else None
    if row is None or not sees(actor, row[2]):
        return None
    [line] = _lines(tx, [row[:11]])
    facts, since, updated, deleted, merged = row[11:]
    above = [
        Relative(str(name), said, owner, sees(actor, owner))
        for name, said, owner in tx.all(_PARENTS, (account_id,))
    ]
    below = [
        Relative(str(name), said, owner, sees(actor, owner))
        for name, said, owner in tx.all(_BELOW, (account_id, MOST))
    ]
    people = [Person._make((str(r[0]), *r[1:4], _facts(r[4]))) for r in tx.all(_PEOPLE, (account_id, MOST))]
    deals = [
        Deal._make((str(r[0]), *r[1:6], instants.read(r[6]))) for r in tx.all(_DEALS, (account_id, MOST))
    ]
    return Account(
        line,
        _facts(facts),
        instants.read_maybe(since),
        instants.read(updated),
        deleted is not None,
        None if merged is None else str(merged),
        above,
        below,
        people,
        deals,
    )


def sees(actor: Actor, owner: str) -> bool:
    whose = _whose(actor, None)
    return whose is None or owner in whose


def domain_in(text: str) -> str:
    """The domain a text is, if it is one: a name may have a dot in it, and then a blank, too."""
    if "." not in text or any(letter.isspace() for letter in text.strip()):
        return ""
    host = website(text.strip().rpartition("@")[2])
    return registrable(host) or "" if isinstance(host, str) else ""


def read_place(text: str) -> Place:
    """Where a page begins, as `place_text` writes it. Raises ValueError."""
    name, mark, sort_name = text.partition(":")
    if not mark or not is_id(name) or len(sort_name) > 100:
        raise ValueError("no place")
    return Place(sort_name, name)


def place_text(place: Place) -> str:
    return f"{place.id}:{place.sort_name}"


_NOBODY = "00000000-0000-0000-0000-000000000000"


def _whose(actor: Actor, owner: str | None) -> list[str] | None:
    """The owners whose accounts are asked for and theirs to see; None for everybody's."""
    if actor.sees_all:
        return None if owner is None else [owner]
    theirs = {actor.rep, *actor.team} - {""} if actor.role is not Role.REP else {actor.rep} - {""}
    if actor.role is not Role.REP:
        theirs.add("")
    return sorted(theirs) if owner is None else [owner] if owner in theirs else []


def _lines(tx: Tx, rows: Sequence[Row]) -> list[Line]:
    domains: dict[str, list[str]] = {}
    ids = [str(row[0]) for row in rows]
    for name, domain in tx.all(_DOMAINS, (_encode(ids).decode(),)) if ids else ():
        domains.setdefault(str(name), []).append(domain)
    return [
        Line._make(
            (
                str(row[0]),
                *row[1:9],
                None if row[9] is None else str(row[9]),
                tuple(domains.get(str(row[0]), ())),
                row[10],
            )
        )
        for row in rows
    ]
