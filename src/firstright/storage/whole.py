"""All leads and all accounts of a workspace, a page at a time, as they are compared with one another."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from firstright.core.lead import Value
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

PAGE = 2_000
_FIRST = "00000000-0000-0000-0000-000000000000"
_LEADS = Statement(
    f"SELECT id, facts, source FROM lead WHERE id > ? AND merged_into IS NULL ORDER BY id LIMIT {PAGE}"
)
_ACCOUNTS = Statement(
    f"""SELECT a.id, a.facts, a.name, (SELECT min(d.domain) FROM account_domain AS d WHERE d.account_id = a.id)
       FROM account AS a WHERE a.id > ? AND a.deleted_at IS NULL AND a.merged_into IS NULL
       ORDER BY a.id LIMIT {PAGE}"""
)
_COUNTS = Statement("SELECT (SELECT count(*) FROM lead), (SELECT count(*) FROM account)")
_facts = msgspec.json.Decoder(dict[str, str | int | bool | tuple[str, ...] | None]).decode


class Known(NamedTuple):
    id: str
    facts: dict[str, Value]


def counts(tx: Tx) -> tuple[int, int]:
    """Leads and accounts there are, those that are merged among them."""
    row = tx.all(_COUNTS)[0]
    return int(row[0]), int(row[1])


def leads(tx: Tx) -> Iterator[Known]:
    """Every lead that stands for itself, by id."""
    for name, facts, source in _paged(tx, _LEADS):
        yield Known(name, {"source": source, **_read(facts)})


def accounts(tx: Tx) -> Iterator[Known]:
    """Every account that was neither deleted nor merged, by id."""
    for name, facts, label, domain in _paged(tx, _ACCOUNTS):
        yield Known(name, {**_read(facts), "company": label, **({"domain": domain} if domain else {})})


def _paged(tx: Tx, statement: Statement) -> Iterator[Row]:
    after = _FIRST
    while rows := tx.all(statement, (after,)):
        after = str(rows[-1][0])
        yield from ((str(row[0]), *row[1:]) for row in rows)


def _read(facts: object) -> dict[str, Value]:
    """PostgreSQL may hand JSON over read already."""
    held = _facts(facts) if isinstance(facts, str | bytes) else msgspec.convert(facts, dict)
    return {name: value for name, value in held.items() if value is not None}
