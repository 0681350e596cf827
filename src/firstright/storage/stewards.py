"""When parts of the policy were last looked at, by whom and with which note. Every review stays; which parts there are is the
policy's."""

from datetime import datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.repairs import steward_review
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_ADD = insert_into(steward_review)
_LATEST = Statement(
    """SELECT id, part, at, "by", note, version FROM (
         SELECT s.*, row_number() OVER (PARTITION BY part ORDER BY at DESC, id DESC) AS place FROM steward_review AS s
       ) AS latest WHERE place = 1"""
)
_OF = Statement(
    'SELECT id, part, at, "by", note, version FROM steward_review WHERE part = ? ORDER BY at DESC, id DESC LIMIT ?'
)
_BEGAN = Statement("SELECT min(published_at) FROM policy_version")


class Reviewed(NamedTuple):
    """`version` is that of the policy that was looked at."""

    id: str
    part: str
    at: datetime
    by: str
    note: str
    version: int


def add(tx: Tx, reviewed: Reviewed) -> None:
    at = instants.text(reviewed.at)
    tx.run(_ADD, (reviewed.id, reviewed.part, at, reviewed.by, reviewed.note, reviewed.version))


def latest(tx: Tx) -> dict[str, Reviewed]:
    """The last review of each part that had one."""
    return {row[1]: _read(row) for row in tx.all(_LATEST)}


def of(tx: Tx, part: str, limit: int = 50) -> list[Reviewed]:
    """Newest first."""
    return [_read(row) for row in tx.all(_OF, (part, limit))]


def began(tx: Tx) -> datetime | None:
    """When the first policy was published: from then on a part counts that nobody has looked at yet."""
    row = tx.one(_BEGAN)
    return instants.read_maybe(row[0]) if row else None


def _read(row: Row) -> Reviewed:
    name, part, at, by, note, version = row
    return Reviewed(str(name), part, instants.read(at), by, note, version)
