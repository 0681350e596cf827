"""Who may sign in to the console, and the links that let somebody in once. Hashes and digests only; rights are `core`'s."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema import people
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class UserRow(msgspec.Struct, frozen=True):
    id: str
    email: str  # in small letters
    name: str
    role: str
    rep: str
    password_hash: str  # empty while invited
    state: str  # invited | active | disabled
    created_at: datetime
    password_changed_at: datetime | None = None
    totp: bytes | None = None  # sealed
    totp_step: int = 0


class LinkRow(msgspec.Struct, frozen=True):
    digest: bytes  # SHA-256 of what stands in the link
    purpose: str  # set-up | invite | reset
    user: str | None  # null: whoever follows it becomes the first admin
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None = None


COLUMNS = (
    "id, email, name, role, rep_id, password_hash, state, created_at, password_changed_at, totp, totp_step"
)
_ADD = insert_into(people.user_account)
# as text: an address that somebody made up is no uuid, which PostgreSQL would not even compare
_USER = Statement(f"SELECT {COLUMNS} FROM user_account WHERE CAST(id AS TEXT) = ?")
_BY_EMAIL = Statement(f"SELECT {COLUMNS} FROM user_account WHERE email = ?")
_USERS = Statement(f"SELECT {COLUMNS} FROM user_account ORDER BY email")
_SAVE = Statement(
    """UPDATE user_account SET name = ?, role = ?, rep_id = ?, password_hash = ?, state = ?, password_changed_at = ?,
       totp = ?, totp_step = ? WHERE id = ?"""
)
_USE_STEP = Statement("UPDATE user_account SET totp_step = ? WHERE id = ? AND totp_step < ?")
_ANY = Statement("SELECT 1 FROM user_account LIMIT 1")
_ADMINS = Statement("SELECT id FROM user_account WHERE role = 'admin' AND state = 'active'")
_REP = Statement("SELECT 1 FROM rep WHERE id = ?")
_ADD_LINK = insert_into(people.door_link)
_LINK = Statement(
    "SELECT digest, purpose, user_id, created_at, created_by, expires_at, used_at FROM door_link WHERE digest = ?"
)
_NAMES = Statement("SELECT id, name FROM user_account")
_VOID_LINKS = Statement("UPDATE door_link SET used_at = ? WHERE user_id = ? AND used_at IS NULL")
_VOID_SET_UP = Statement("UPDATE door_link SET used_at = ? WHERE purpose = 'set-up' AND used_at IS NULL")


def add(tx: Tx, row: UserRow) -> None:
    """A new user. Conflict when the address is taken."""
    tx.run(_ADD, _stored(row))


def user(tx: Tx, user_id: str) -> UserRow | None:
    row = tx.one(_USER, (user_id,))
    return None if row is None else read_user(row)


def by_email(tx: Tx, email: str) -> UserRow | None:
    """`email` in small letters, as it is stored."""
    row = tx.one(_BY_EMAIL, (email,))
    return None if row is None else read_user(row)


def users(tx: Tx) -> list[UserRow]:
    """By address."""
    return [read_user(row) for row in tx.all(_USERS)]


def names(tx: Tx) -> dict[str, str]:
    """Of everybody who may sign in or might, by id."""
    return dict(tx.all(_NAMES))


def any_user(tx: Tx) -> bool:
    return tx.one(_ANY) is not None


def active_admins(tx: Tx) -> frozenset[str]:
    return frozenset(row[0] for row in tx.all(_ADMINS))


def has_rep(tx: Tx, rep: str) -> bool:
    """Whether the current roster has this rep."""
    return tx.one(_REP, (rep,)) is not None


def save(tx: Tx, row: UserRow) -> None:
    """Everything but id, address and creation, which never change."""
    changed = instants.text(row.password_changed_at) if row.password_changed_at else None
    values = (row.name, row.role, row.rep, row.password_hash, row.state, changed, row.totp, row.totp_step)
    tx.run(_SAVE, (*values, row.id))


def use_step(tx: Tx, user_id: str, step: int) -> bool:
    """False when a code of this step, or of a later one, was used before."""
    return tx.run(_USE_STEP, (step, user_id, step)) == 1


def with_factor(tx: Tx) -> list[UserRow]:
    """Those who give a code, too."""
    return [row for row in users(tx) if row.totp is not None]


def add_link(tx: Tx, row: LinkRow) -> None:
    tx.run(_ADD_LINK, _stored(row))


def link(tx: Tx, digest: bytes) -> LinkRow | None:
    row = tx.one(_LINK, (digest,))
    if row is None:
        return None
    kept, purpose, user_id, created, by, expires, used = row
    return LinkRow(
        bytes(kept),
        purpose,
        user_id,
        instants.read(created),
        by,
        instants.read(expires),
        instants.read_maybe(used),
    )


def void_links(tx: Tx, user_id: str, now: datetime) -> None:
    """Every link this user was given and has not used."""
    tx.run(_VOID_LINKS, (instants.text(now), user_id))


def void_set_up_links(tx: Tx, now: datetime) -> None:
    tx.run(_VOID_SET_UP, (instants.text(now),))


def read_user(row: Row) -> UserRow:
    """From `COLUMNS`."""
    id_, email, name, role, rep, hash_, state, created, changed, totp, step = row
    return UserRow(
        id_,
        email,
        name,
        role,
        rep,
        hash_,
        state,
        instants.read(created),
        instants.read_maybe(changed),
        None if totp is None else bytes(totp),
        step,
    )


def _stored(row: msgspec.Struct) -> list[Value]:
    values = msgspec.structs.astuple(row)
    return [instants.text(value) if isinstance(value, datetime) else value for value in values]
