"""Hooks and what they were told. Secrets come and go sealed; whose lead an event is about is the desk's to say."""

from datetime import datetime

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema import hooked
from firstright.storage.sourceview import LAST
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

TAKEN, IGNORED, QUARANTINED = hooked.STATES


class HookSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """`map` is TOML; `source` is whose external ids are meant, `country` where phone numbers without a prefix are from.
    `ends` are the last four characters of each secret, `sealed_at` is when the newest was made; null: with the hook."""

    map: str = ""
    source: str = ""
    country: str = ""
    ends: tuple[str, ...] = ()
    sealed_at: datetime | None = None


class HookRow(msgspec.Struct):
    name: str
    secret: bytes  # secrets as JSON, newest first, sealed about `sealed_about(name)`
    settings: HookSettings
    enabled: bool
    created_at: datetime


class EventRow(msgspec.Struct):
    """One event of a hook, as it came. `lead_id` is empty while it is no lead's."""

    id: str
    hook: str
    event_id: str
    received_at: datetime
    body_hash: str
    raw: bytes
    state: str
    lead_id: str
    person_id: str
    problems: tuple[Problem, ...]


_HOOK = "name, secret, settings, enabled, created_at"
_EVENT = "id, hook, event_id, received_at, body_hash, raw, state, lead_id, person_id, problems"
_ADD = insert_into(hooked.hook)
_ALL = Statement(f"SELECT {_HOOK} FROM hook ORDER BY name")
_ONE = Statement(f"SELECT {_HOOK} FROM hook WHERE name = ?")
_CHANGE = Statement("UPDATE hook SET secret = ?, settings = ?, enabled = ? WHERE name = ?")
_REMOVE = Statement("DELETE FROM hook WHERE name = ?")
_TELL = insert_into(hooked.hook_event)
_TOLD = Statement(f"SELECT {_EVENT} FROM hook_event WHERE hook = ? AND event_id = ?")
_EVENT_ONE = Statement(f"SELECT {_EVENT} FROM hook_event WHERE id = ?")
_LATEST = Statement(f"SELECT {_EVENT} FROM hook_event WHERE hook = ? AND id < ? ORDER BY id DESC LIMIT ?")
_ASIDE = Statement(
    f"""SELECT {_EVENT} FROM hook_event WHERE state = 'quarantined' AND hook = ? AND id < ?
        ORDER BY id DESC LIMIT ?"""
)
_AFTER = Statement(
    f"""SELECT {_EVENT} FROM hook_event WHERE state = 'quarantined' AND hook = ? AND id > ? AND id < ? ORDER BY id LIMIT ?"""
)
_BEFORE = Statement("SELECT count(*) FROM hook_event WHERE state = 'quarantined' AND hook = ? AND id < ?")
_COUNTED = Statement(
    "SELECT hook, count(*) FROM hook_event WHERE state = 'quarantined' GROUP BY hook ORDER BY hook"
)
_HOURS = Statement(
    """SELECT e.hook, e.state, substr(e.received_at, 1, 13) AS hour, count(*) FROM hook AS h
       JOIN hook_event AS e ON e.hook = h.name AND e.received_at >= ? GROUP BY e.hook, hour, e.state ORDER BY hour, e.hook, e.state""",
    postgresql="""SELECT e.hook, e.state, date_trunc('hour', e.received_at, 'UTC') AS hour, count(*) FROM hook AS h
       JOIN hook_event AS e ON e.hook = h.name AND e.received_at >= %s GROUP BY e.hook, hour, e.state ORDER BY hour, e.hook, e.state""",
)
_LAST = Statement(
    "SELECT h.name, (SELECT max(e.received_at) FROM hook_event AS e WHERE e.hook = h.name) FROM hook AS h ORDER BY h.name"
)
_CONCLUDE = Statement(
    "UPDATE hook_event SET state = ?, lead_id = ?, person_id = ?, problems = ? WHERE id = ?"
)
_KEYED = Statement("SELECT DISTINCT id FROM match_key WHERE kind = ? AND value = ? AND entity = 'lead'")
# A phone number is a key with a last name behind it: half an office shares one. The range is for the index, whatever the
# database sorts by; the beginning is what counts.
_PHONED = Statement(
    """SELECT DISTINCT id FROM match_key
       WHERE kind = 'phone' AND value >= ? AND value < ? AND substr(value, 1, ?) = ? AND entity = 'lead'"""
)
_encode = msgspec.json.Encoder().encode
_settings = msgspec.json.Decoder(HookSettings).decode
_problems = msgspec.json.Decoder(tuple[Problem, ...]).decode
_secrets = msgspec.json.Decoder(tuple[str, ...]).decode


def sealed_about(name: str) -> str:
    """What a hook's secrets are sealed about: those of one cannot be put under another."""
    return f"hook:{name}"


def secrets_text(secrets: tuple[str, ...]) -> bytes:
    return _encode(secrets)


def secrets_of(opened: bytes) -> tuple[str, ...]:
    """What was sealed: newest first."""
    return _secrets(opened)


def load(tx: Tx) -> dict[str, HookRow]:
    return {row[0]: _hook(row) for row in tx.all(_ALL)}


def one(tx: Tx, name: str) -> HookRow | None:
    row = tx.one(_ONE, (name,))
    return None if row is None else _hook(row)


def add(tx: Tx, row: HookRow) -> None:
    """A new one. Conflict when the name is taken."""
    at = instants.text(row.created_at)
    tx.run(_ADD, (row.name, row.secret, _encode(row.settings).decode(), row.enabled, at))


def change(tx: Tx, row: HookRow) -> None:
    tx.run(_CHANGE, (row.secret, _encode(row.settings).decode(), row.enabled, row.name))


def remove(tx: Tx, name: str) -> None:
    """What it told stays."""
    tx.run(_REMOVE, (name,))


def tell(tx: Tx, row: EventRow) -> None:
    """A new event. Conflict when the hook had one of this id."""
    head = (row.id, row.hook, row.event_id, instants.text(row.received_at), row.body_hash, row.raw, row.state)
    tx.run(_TELL, (*head, row.lead_id or None, row.person_id or None, _encode(row.problems).decode()))


def conclude(tx: Tx, row: EventRow) -> None:
    """State, lead and problems of an event that was told before."""
    told = _encode(row.problems).decode()
    tx.run(_CONCLUDE, (row.state, row.lead_id or None, row.person_id or None, told, row.id))


def event(tx: Tx, hook: str, event_id: str) -> EventRow | None:
    row = tx.one(_TOLD, (hook, event_id))
    return None if row is None else _event(row)


def event_named(tx: Tx, name: str) -> EventRow | None:
    row = tx.one(_EVENT_ONE, (name,)) if is_id(name) else None
    return None if row is None else _event(row)


def events(tx: Tx, hook: str, *, aside: bool, before: str = LAST, limit: int = 50) -> list[EventRow]:
    """Newest first; `aside`: those in quarantine only."""
    return [_event(row) for row in tx.all(_ASIDE if aside else _LATEST, (hook, before, limit))]


def aside_after(tx: Tx, hook: str, after: str, until: str, limit: int) -> list[EventRow]:
    """Those in quarantine between two ids, both excluded, oldest first."""
    return [_event(row) for row in tx.all(_AFTER, (hook, after, until, limit))]


def aside_before(tx: Tx, hook: str, until: str) -> int:
    """How many there are."""
    row = tx.one(_BEFORE, (hook, until))
    return int(row[0]) if row else 0


def aside_counted(tx: Tx) -> dict[str, int]:
    """How many events of each hook are in quarantine."""
    return dict(tx.all(_COUNTED))


def hours(tx: Tx, since: datetime) -> list[tuple[str, str, datetime, int]]:
    """(hook, state, hour, how many) of what hooks that are there were told since an instant, by the state it has now."""
    rows = tx.all(_HOURS, (instants.text(since),))
    return [(hook, state, instants.read(hour), int(n)) for hook, state, hour, n in rows]


def last_told(tx: Tx) -> dict[str, datetime | None]:
    """When each hook that is there was told something last."""
    return {name: instants.read_maybe(at) for name, at in tx.all(_LAST)}


def leads_keyed(tx: Tx, kind: str, value: str) -> list[str]:
    """Leads that stand under an exact key, also such as were merged since; of a phone number whatever the last name."""
    if kind != "phone":
        return [str(name) for (name,) in tx.all(_KEYED, (kind, value))]
    behind = value.rstrip("9")
    if not behind[-1:].isdigit():
        return []
    behind = f"{behind[:-1]}{int(behind[-1]) + 1}"
    whole = f"{value}|"
    return [str(name) for (name,) in tx.all(_PHONED, (value, behind, len(whole), whole))]


def _hook(row: Row) -> HookRow:
    name, secret, settings, enabled, at = row
    return HookRow(name, bytes(secret), _settings(settings), bool(enabled), instants.read(at))


def _event(row: Row) -> EventRow:
    name, hook, event_id, at, digest, raw, state, lead, person, problems = row
    return EventRow(
        name,
        hook,
        event_id,
        instants.read(at),
        digest,
        bytes(raw),
        state,
        lead or "",
        person or "",
        _problems(problems),
    )
