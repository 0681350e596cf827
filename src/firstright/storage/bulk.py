"""Many rows of many tables at once: `executemany` per table on SQLite, one statement in one round trip on PostgreSQL.

On PostgreSQL each list of rows travels as one JSON value, because binding fifteen rows a lead one value at a time
took twice the processor time of everything else together. It knows tables and row types, not what they mean.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, get_args, get_type_hints

import msgspec
from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert as insert_or

from firstright.errors import BadValue
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx, Value

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_encode = msgspec.json.Encoder().encode
OnKnown = Literal["refuse", "keep", "replace", "add", "only"]


class Bulk:
    """How rows of one type go into one table. `on_known` says what becomes of a row whose primary key is taken.

    "add" adds numbers to those that are there. "only" writes nothing else: it changes rows that are there, all but what `fixed` names, and adds none.
    """

    def __init__(
        self,
        table: Table,
        row: type[msgspec.Struct],
        on_known: OnKnown = "refuse",
        fixed: tuple[str, ...] = (),
    ) -> None:
        names = tuple(field.name for field in msgspec.structs.fields(row))
        if names != tuple(table.columns.keys()):
            raise TypeError(
                f"{row.__name__} has fields {names}, {table.name} has columns {tuple(table.columns.keys())}"
            )
        self.row = row
        self.names = names
        self.instants = _fields_with(row, datetime)
        keys = tuple(table.primary_key.columns.keys())
        changing = tuple(name for name in names if name not in keys and name not in fixed)
        order = (*changing, *keys) if on_known == "only" else names
        self._at = tuple(order.index(name) for name in self.instants if name in order)
        self._order = attrgetter(*order) if on_known == "only" else msgspec.structs.astuple
        self._instants = attrgetter(*self.instants, "__class__") if self.instants else None
        if on_known == "only":
            self.statement = Statement(_update(table, changing, keys), *order)
            self.record = _record_update(table, changing, keys)
        else:
            self.statement = Statement(_insert(table, on_known), *order)
            self.record = _record(table, on_known)

    def values(self, rows: Iterable[msgspec.Struct]) -> list[list[Value]]:
        """For SQLite. ValueError for an instant without a zone."""
        return [self._value(row) for row in rows]

    def json(self, rows: Sequence[msgspec.Struct]) -> str:
        """For PostgreSQL. ValueError for an instant without a zone, BadValue for text that is not Unicode."""
        if self._instants is not None:
            for row in rows:
                for instant in self._instants(row)[:-1]:
                    if instant is not None and instant.tzinfo is not UTC:
                        instants.text(instant)
        try:
            return _encode(rows).decode()
        except UnicodeEncodeError as error:
            raise BadValue(str(error)) from error

    def _value(self, row: msgspec.Struct) -> list[Value]:
        values: list[Any] = list(self._order(row))
        for place in self._at:
            if values[place] is not None:
                values[place] = instants.text(values[place])
        return values


def insert_into(table: Table, on_known: OnKnown = "refuse") -> Statement:
    """An insert of one row, values in column order."""
    return Statement(_insert(table, on_known), *table.columns.keys())


def write_all(tx: Tx, work: Iterable[tuple[Bulk, Sequence[msgspec.Struct]]]) -> None:
    """Every list into its table, those without rows left out."""
    given = [(bulk, rows) for bulk, rows in work if rows]
    if tx.dialect == "sqlite":
        for bulk, rows in given:
            tx.many(bulk.statement, bulk.values(rows))
    elif given:
        together = statement_for(tuple([bulk for bulk, _ in given]))
        tx.run(together, [bulk.json(rows) for bulk, rows in given])


@lru_cache(256)
def statement_for(bulks: tuple[Bulk, ...]) -> Statement:
    """All of it as one statement for PostgreSQL: its parts see one snapshot, so none may depend on another's rows.

    A part without rows takes the server 70 µs all the same, so there is a statement for every set of tables that comes.
    """
    parts = ", ".join(f"into_{place} AS ({bulk.record})" for place, bulk in enumerate(bulks))
    return Statement("SELECT 1", postgresql=f"WITH {parts} SELECT 1")


def _insert(table: Table, on_known: OnKnown) -> Any:
    if on_known == "refuse":
        return insert(table)
    keys = list(table.primary_key.columns)
    statement = insert_or(table)
    if on_known == "keep":
        return statement.on_conflict_do_nothing(index_elements=keys)
    given = {c: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    rest = {c.name: c + new if on_known == "add" else new for c, new in given.items()}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def _update(table: Table, changing: Sequence[str], keys: Sequence[str]) -> Any:
    same = [table.columns[name] == bindparam(name) for name in keys]
    return update(table).where(*same).values({name: bindparam(name) for name in changing})


def _record_update(table: Table, changing: Sequence[str], keys: Sequence[str]) -> str:
    name = _quoted(table.name)
    sets = ", ".join(
        f"{_quoted(c)} = {one}" for c, one in zip(changing, _picked(table, changing), strict=True)
    )
    same = " AND ".join(f"{name}.{_quoted(c)} = r.{_quoted(c)}" for c in keys)
    return f"UPDATE {name} SET {sets} FROM {record_set(table, *changing, *keys)} WHERE {same}"


def _record(table: Table, on_known: OnKnown) -> str:
    """The insert whose rows come out of one JSON value: bytes as base64, everything else as PostgreSQL reads it."""
    full = str(_insert(table, on_known).compile(dialect=_DIALECT))
    tail = full[full.index("ON CONFLICT") :] if "ON CONFLICT" in full else ""
    names = ", ".join(map(_quoted, table.columns.keys()))
    values = ", ".join(_picked(table, table.columns.keys()))
    return f"INSERT INTO {_quoted(table.name)} ({names}) SELECT {values} FROM {record_set(table)} {tail}".rstrip()


def _picked(table: Table, names: Iterable[str]) -> list[str]:
    def one(name: str) -> str:
        kind = table.columns[name].type.compile(dialect=_DIALECT)
        return f"decode(r.{_quoted(name)}, 'base64')" if kind == "BYTEA" else f"r.{_quoted(name)}"

    return [one(name) for name in names]


def record_set(table: Table, *names: str) -> str:
    """`json_to_recordset` over one value, with the types of the table's columns (all of them, or those named)."""

    def typed(name: str) -> str:
        kind = table.columns[name].type.compile(dialect=_DIALECT)
        return f"{_quoted(name)} {'TEXT' if kind == 'BYTEA' else kind}"

    return f"json_to_recordset(%s::json) AS r({', '.join(map(typed, names or table.columns.keys()))})"


def _quoted(name: str) -> str:
    return _DIALECT.identifier_preparer.quote(name)


def _fields_with(row: type[msgspec.Struct], kind: type) -> tuple[str, ...]:
    hints = get_type_hints(row)
    return tuple(name for name, hint in hints.items() if hint is kind or kind in get_args(hint))
