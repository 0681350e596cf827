"""What `firstright key` does. Who may do what with one is the door's to say."""

from datetime import datetime

from firstright import wiring
from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.clean.places import country_code
from firstright.desk.access.keys import SCOPES, NewKey, judged
from firstright.errors import Refused
from firstright.storage import access
from firstright.storage.access import ApiKeyRow
from firstright.web.commands.people import MakeKey, RevokeKey

BY = "firstright key"


def new(
    database: str | None,
    name: str,
    source: str,
    *,
    reads: bool,
    writes: bool,
    acts: bool,
    deliveries: bool,
    decides: bool,
    users: bool,
    partner: bool,
    days: int,
    strict: bool,
    country: str,
    allow_extra: bool,
) -> None:
    may = {
        "leads:read": reads,
        "leads:write": writes,
        "leads:act": acts,
        "deliveries:read": deliveries,
        "deliveries:replay": deliveries,
        "leads:assign": decides,
        "reviews:work": decides,
        "roster:write": decides,
        "users:read": users,
        "partners:answer": partner,
    }
    scopes = tuple(scope for scope in SCOPES if may[scope])
    if not scopes:
        raise Stop("--read-only and --write-only together leave nothing a key may do")
    code = country_code(country) if country else ""
    if not isinstance(code, str):
        raise Stop(f"--country {safe(country)}: {code.reason}")
    if not source.strip() or not name.strip():
        raise Stop("--name and --source are texts with something in them")
    wanted = _judged(NewKey(name.strip(), source.strip(), scopes, days, strict, code, allow_extra))
    print(ask(database, MakeKey(key=wanted, by=BY)))


def _judged(wanted: NewKey) -> NewKey:
    try:
        return judged(wanted)
    except Refused as refused:
        raise Stop(*[f"--{reason}" for reason in refused.reasons]) from None


def show(database: str | None) -> None:
    now = wiring.now()
    with workspace(database) as (opened, _), opened.read() as tx:
        for row in access.keys(tx):
            state = "revoked" if row.revoked_at else "expired" if _expired(row, now) else "in force"
            until = f"until {row.expires_at:%Y-%m-%d}" if row.expires_at else "for ever"
            print(
                f"{row.prefix}  {state:<8}  {until}  source {safe(row.source)}  {row.scopes}  {safe(row.name)}"
            )


def revoke(database: str | None, key: str) -> None:
    prefix = "_".join(key.split("_")[:3])  # the secret of a whole key is nobody's business here
    if not ask(database, RevokeKey(prefix=prefix, by=BY)):
        raise Stop(f"{safe(prefix)}: there is no such key in force", code=FOUND)
    print(f"{safe(prefix)} is revoked")


def _expired(row: ApiKeyRow, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now
