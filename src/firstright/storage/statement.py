"""A statement: built once from the declared tables, compiled once per database, run with a tuple of values."""

from functools import cached_property

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import CompilerElement

_SQLITE = sqlite.dialect(paramstyle="qmark")
_POSTGRESQL = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Statement:
    """SQL for both databases with positional values.

    From a SQLAlchemy clause, `names` are its bind parameters in the order in which values will be given; a clause that
    needs them in another order is refused, as is one that hides a value of its own. From text, `?` marks a value on
    SQLite and `%s` on PostgreSQL, where a percent sign is written twice; one text with `?` serves both when that is all
    in which they differ.
    """

    def __init__(self, clause: CompilerElement | str, *names: str, postgresql: str = "") -> None:
        self._clause = clause
        self._names = names
        self._postgresql = postgresql

    @cached_property
    def sqlite(self) -> str:
        return self._clause if isinstance(self._clause, str) else self._compiled(_SQLITE)

    @cached_property
    def postgresql(self) -> str:
        if isinstance(self._clause, str):
            return self._postgresql or self._clause.replace("%", "%%").replace("?", "%s")
        return self._compiled(_POSTGRESQL)

    def _compiled(self, dialect: object) -> str:
        assert not isinstance(self._clause, str)
        compiled = self._clause.compile(dialect=dialect)  # type: ignore[arg-type]  # both dialects qualify
        order = tuple(compiled.positiontup or ())  # type: ignore[attr-defined]  # SQLCompiler has it, Compiled not
        if order != self._names:
            raise TypeError(f"values are declared as {self._names}, the statement takes them as {order}")
        return str(compiled)
