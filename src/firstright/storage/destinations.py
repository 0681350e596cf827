"""Destinations: where deliveries go, and how each is doing. Secrets come and go sealed; nothing here can open them."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.intake import destination as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class DestinationRow(msgspec.Struct):
    """`url` is what may be shown: without a password, a query or a path that is a secret itself."""

    id: str
    name: str  # "webhook:crm", "slack:floor", "slack", "email"
    kind: str  # webhook | slack | email
    url: str
    settings: str  # JSON
    secret: bytes | None  # Secrets as JSON, sealed about `sealed_about(name)`
    enabled: bool
    failing_since: datetime | None
    created_at: datetime
    paused_until: datetime | None = None
    failures: int = 0  # in a row
    off_reason: str = ""  # why it is not enabled


class Secrets(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sealed. `url` is the whole address, where the row shows less of it."""

    secrets: tuple[str, ...] = ()  # whsec_..., newest first; both sign during a rotation
    password: str = ""
    url: str = ""


_COLUMNS = "id, name, kind, url, settings, secret, enabled, failing_since, created_at, paused_until, failures, off_reason"
_ADD = insert_into(table)
_ALL = Statement(f"SELECT {_COLUMNS} FROM destination ORDER BY name")
_ONE = Statement(f"SELECT {_COLUMNS} FROM destination WHERE name = ?")
_CHANGE = Statement("UPDATE destination SET url = ?, settings = ?, secret = ? WHERE name = ?")
_SWITCH = Statement(
    """UPDATE destination SET enabled = ?, off_reason = ?, failing_since = NULL, paused_until = NULL, failures = 0
       WHERE name = ?"""
)
_FARED = Statement(
    "UPDATE destination SET failures = ?, failing_since = ?, paused_until = ? WHERE name = ? AND enabled = ?"
)
_REMOVE = Statement("DELETE FROM destination WHERE name = ?")
_sealed = msgspec.json.Decoder(Secrets).decode


def load(tx: Tx) -> dict[str, DestinationRow]:
    """All of them by name."""
    return {row.name: row for row in map(_read, tx.all(_ALL))}


def one(tx: Tx, name: str) -> DestinationRow | None:
    row = tx.one(_ONE, (name,))
    return None if row is None else _read(row)


def add(tx: Tx, row: DestinationRow) -> None:
    """A new one. Conflict when the name is taken."""
    values: list[Value] = [
        instants.text(value) if isinstance(value, datetime) else value
        for value in msgspec.structs.astuple(row)
    ]
    tx.run(_ADD, values)


def change(tx: Tx, row: DestinationRow) -> bool:
    """Writes address, settings and secrets as the row has them now; False when there is no such destination."""
    return tx.run(_CHANGE, (row.url, row.settings, row.secret, row.name)) == 1


def switch(tx: Tx, name: str, enabled: bool, reason: str = "") -> bool:
    """On, with a clean slate, or off for a reason. False when there is no such destination."""
    return tx.run(_SWITCH, (enabled, reason, name)) == 1


def fared(tx: Tx, row: DestinationRow) -> None:
    """Writes how an enabled destination is doing as the row has it now: failures in a row, since when, paused until when."""
    since, until = (None if at is None else instants.text(at) for at in (row.failing_since, row.paused_until))
    tx.run(_FARED, (row.failures, since, until, row.name, True))


def remove(tx: Tx, name: str) -> bool:
    return tx.run(_REMOVE, (name,)) == 1


def sealed_about(name: str) -> str:
    """What a destination's secrets are sealed about: those of one cannot be put under another."""
    return f"destination:{name}"


def opened(row: DestinationRow, open_secret: Callable[[bytes, str], bytes]) -> Secrets:
    """The secrets of a destination. Whatever `open_secret` raises when it was sealed with another key."""
    return Secrets() if row.secret is None else _sealed(open_secret(row.secret, sealed_about(row.name)))


def whole_url(row: DestinationRow, secrets: Secrets) -> str:
    """The address with everything that a channel needs: the whole path, and the password behind the user's name."""
    url = secrets.url or row.url
    if not secrets.password:
        return url
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(secrets.password, safe='')}{at}{host}"))


def _read(row: Row) -> DestinationRow:
    *head, enabled, failing, created, paused, failures, reason = row
    name, title, kind, url, settings, secret = head
    return DestinationRow(
        name,
        title,
        kind,
        url,
        settings,
        None if secret is None else bytes(secret),
        bool(enabled),
        instants.read_maybe(failing),
        instants.read(created),
        instants.read_maybe(paused),
        failures,
        reason,
    )
