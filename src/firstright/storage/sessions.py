"""Signed-in browsers: rows by the digest of a token. When one has gone on for too long is for the gate to say."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema import people
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx
from firstright.storage.users import COLUMNS as USER_COLUMNS
from firstright.storage.users import UserRow, read_user


class SessionRow(msgspec.Struct, frozen=True):
    digest: bytes  # SHA-256 of its token
    user: str
    created_at: datetime
    seen_at: datetime
    proved_at: datetime  # when a password was last given
    expires_at: datetime
    revoked_at: datetime | None = None
    agent: str = ""


_COLUMNS = ", ".join(
    f"s.{name}"
    for name in (
        "digest",
        "user_id",
        "created_at",
        "seen_at",
        "proved_at",
        "expires_at",
        "revoked_at",
        "agent",
    )
)
_USER = ", ".join(f"u.{name}" for name in USER_COLUMNS.split(", "))
_START = insert_into(people.session)
_SIGNED_IN = Statement(
    f"SELECT {_COLUMNS}, {_USER} FROM session s JOIN user_account u ON u.id = s.user_id WHERE s.digest = ?"
)
_OF = Statement(
    f"SELECT {_COLUMNS} FROM session s WHERE s.user_id = ? AND s.revoked_at IS NULL ORDER BY s.seen_at DESC"
)
_SEEN = Statement("UPDATE session SET seen_at = ? WHERE digest = ? AND revoked_at IS NULL")
_PROVED = Statement("UPDATE session SET proved_at = ?, seen_at = ? WHERE digest = ? AND revoked_at IS NULL")
_END = Statement("UPDATE session SET revoked_at = ? WHERE digest = ? AND user_id = ? AND revoked_at IS NULL")
_END_ALL = Statement("UPDATE session SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL")
_END_OTHERS = Statement(
    "UPDATE session SET revoked_at = ? WHERE user_id = ? AND digest <> ? AND revoked_at IS NULL"
)
_LAST_SEEN = Statement("SELECT user_id, max(seen_at) FROM session GROUP BY user_id")
_FORGET = Statement("DELETE FROM session WHERE user_id = ? AND expires_at < ?")
_SIZE = len(SessionRow.__struct_fields__)


def start(tx: Tx, row: SessionRow) -> None:
    """A new one. Those of the same user that have long expired go."""
    tx.run(_FORGET, (row.user, instants.text(row.created_at)))
    instant = [instants.text(at) for at in (row.created_at, row.seen_at, row.proved_at, row.expires_at)]
    tx.run(_START, (row.digest, row.user, *instant, None, row.agent))


def signed_in(tx: Tx, digest: bytes) -> tuple[SessionRow, UserRow] | None:
    """A session and whose it is, as they are now; whether they still count is not judged."""
    row = tx.one(_SIGNED_IN, (digest,))
    return None if row is None else (_session(row[:_SIZE]), read_user(row[_SIZE:]))


def of_user(tx: Tx, user_id: str) -> list[SessionRow]:
    """Those nobody has ended, last seen first; expired ones are among them."""
    return [_session(row) for row in tx.all(_OF, (user_id,))]


def seen(tx: Tx, digest: bytes, now: datetime) -> None:
    tx.run(_SEEN, (instants.text(now), digest))


def proved(tx: Tx, digest: bytes, now: datetime) -> None:
    """Its user has just given the password again."""
    tx.run(_PROVED, (instants.text(now), instants.text(now), digest))


def end(tx: Tx, digest: bytes, user_id: str, now: datetime) -> bool:
    """False when this user has no such session, or it was ended before."""
    return tx.run(_END, (instants.text(now), digest, user_id)) == 1


def end_all(tx: Tx, user_id: str, now: datetime) -> int:
    """How many there were."""
    return tx.run(_END_ALL, (instants.text(now), user_id))


def end_others(tx: Tx, user_id: str, kept: bytes, now: datetime) -> int:
    """All but one; how many there were."""
    return tx.run(_END_OTHERS, (instants.text(now), user_id, kept))


def last_seen(tx: Tx) -> dict[str, datetime]:
    """When each user was last here, as far as anybody remembers."""
    return {user_id: instants.read(at) for user_id, at in tx.all(_LAST_SEEN)}


def _session(row: Row) -> SessionRow:
    digest, user_id, *times, revoked, agent = row
    created, seen_at, proved_at, expires = map(instants.read, times)
    return SessionRow(
        bytes(digest),
        user_id,
        created,
        seen_at,
        proved_at,
        expires,
        instants.read_maybe(revoked),
        agent,
    )
