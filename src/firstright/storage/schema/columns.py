"""The few column types both databases share, and how a table is declared once for both. No table lives here."""

from typing import Any  # SQLAlchemy's own generic parameter for "a column of any Python type"

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import BYTEA, TIMESTAMP, UUID
from sqlalchemy.schema import SchemaItem

metadata = MetaData()

TEXT = Text()
ID = Text().with_variant(UUID(as_uuid=False), "postgresql")  # UUIDv7: sorts by the time it was given
INSTANT = Text().with_variant(TIMESTAMP(timezone=True), "postgresql")  # see `storage.instants`
NUMBER = Integer().with_variant(BigInteger(), "postgresql")
FLAG = Integer().with_variant(Boolean(), "postgresql")
BYTES = LargeBinary().with_variant(BYTEA(), "postgresql")
JSON = TEXT  # text on both databases: compared and hashed as bytes, and the same bytes come back


def col(
    name: str, kind: Any = TEXT, *, key: bool = False, null: bool = False, default: str | None = None
) -> Column[Any]:
    """`default` is SQL: what rows have that are older than the column."""
    given = None if default is None else text(default)
    return Column(name, kind, primary_key=key, nullable=null, autoincrement=False, server_default=given)


def one_of(column: str, *states: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(s) for s in states)})", name=f"{column}_known")


def table(name: str, *items: SchemaItem, clustered: bool = False) -> Table:
    """A STRICT table. `clustered`: SQLite keeps the rows in the primary key itself, one B-tree instead of two."""
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_with_rowid=not clustered)
