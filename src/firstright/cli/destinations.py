"""What `firstright destination` does. No password is taken from the command line, where every process can read it."""

import asyncio
import sys
from datetime import datetime

import msgspec
import typer

from firstright import settings, wiring
from firstright.cli.exits import FOUND, OK, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.desk import addresses
from firstright.desk.destinations import (
    Add,
    Asked,
    Change,
    Ends,
    Registered,
    Remove,
    Rotate,
    Switch,
    Wanted,
    kind_of,
)
from firstright.outbound.channel import Message, Place, Result, Verdict
from firstright.outbound.channels import channels
from firstright.storage import destinations
from firstright.storage.destinations import DestinationRow
from firstright.web.commands.connections import Destine

BY = "firstright destination"
KINDS = ("webhook", "slack", "email")
TEXT = "firstright is set up to tell you of leads here. This message is a test."

_ends = msgspec.json.Decoder(Ends).decode


def add(database: str | None, name: str, url: str, kind: str, password_file: str) -> None:
    name = _named(name, kind)
    password = _password(name, url, password_file)
    made = _done(database, Add(Wanted(name, url, password)))
    print(f"{made.name} is registered: {made.url}")
    _shown(made)


def change(database: str | None, name: str, url: str, password_file: str) -> None:
    if not url and not password_file:
        raise Stop("change what? Give a new URL, a --password-file, or both")
    password = _from_file(password_file) if password_file else ""
    made = _done(database, Change(Wanted(name, url, password)))
    print(f"{made.name} is changed: {made.url}")


def rotate(database: str | None, name: str, *, finish: bool) -> None:
    made = _done(database, Rotate(name, finish))
    if finish:
        print(f"{made.name} signs with its newest secret alone")
        return
    print(f"{made.name} signs with both secrets until: firstright destination rotate {made.name} --finish")
    _shown(made)


def switch(database: str | None, name: str, *, on: bool) -> None:
    made = _done(database, Switch(name, on))
    print(
        f"{made.name} is switched {'on' if on else 'off: what is due to it dies, and can be sent once more'}"
    )
    print(f"What has died: firstright deliveries replay --destination {made.name} --since TIME")


def remove(database: str | None, name: str) -> None:
    made = _done(database, Remove(name))
    print(f"{made.name} is removed, and its secrets with it")


def show(database: str | None) -> None:
    now = wiring.now()
    with workspace(database) as (opened, _), opened.read() as tx:
        found = destinations.load(tx)
    for row in found.values():
        print("  ".join([f"{safe(row.name):<16}", f"{_state(row, now):<9}", safe(row.url), *_told(row)]))
    if not found:
        print("none: firstright destination add NAME URL")


def test(database: str | None, name: str, to: str) -> int:
    """Sent by this process, with the egress policy of its settings: what it can reach a server here can, too."""
    if kind_of(name) == "email" and not to:
        raise Stop("whom shall it write to? --to ADDRESS")
    if kind_of(name) != "email" and to:
        raise Stop("--to is for mail servers")
    chosen = settings.read(database=database or None)
    with workspace(database) as (opened, _), opened.read() as tx:
        row = destinations.one(tx, name)
    if row is None:
        raise Stop(f"{safe(name)}: is no destination; firstright destination list shows all", code=FOUND)
    secrets = destinations.opened(row, wiring.sealer(chosen).open)
    place = Place(row.name, row.kind, destinations.whole_url(row, secrets), secrets.secrets)
    now = wiring.now()
    result = asyncio.run(_sent(chosen, _message(row.kind, to, now), place, now))
    taken = result.verdict is Verdict.SENT
    status = f"{result.status} " if result.status else ""
    said = f": {status}{safe(result.detail.removeprefix(status))}".rstrip(": ")
    print(f"{row.name} {'took it' if taken else 'did not take it'}{said}")
    return OK if taken else FOUND


async def _sent(chosen: settings.Settings, message: Message, place: Place, now: datetime) -> Result:
    async with channels(wiring.egress(chosen)) as known:
        return await known[place.kind].send(message, place, now)


def _message(kind: str, to: str, now: datetime) -> Message:
    name = wiring.Names()()
    body = msgspec.json.encode({"type": "firstright.test", "timestamp": now, "data": {"text": TEXT}})
    if kind == "webhook":
        return Message(name, kind, body=body)
    return Message(name, kind, to, "A test from firstright", TEXT)


def _done(database: str | None, asked: Asked) -> Registered:
    return ask(database, Destine(asked=asked, by=BY))


def _named(name: str, kind: str) -> str:
    """With --kind, NAME may be the ID alone."""
    if not kind:
        return name
    if kind not in KINDS:
        raise Stop(f"--kind {safe(kind)}: is one of {', '.join(KINDS)}")
    if name == kind or name.startswith(f"{kind}:"):
        return name
    if ":" in name:
        raise Stop(f"--kind {kind}: {safe(name)} says otherwise")
    return f"{kind}:{name}"


def _password(name: str, url: str, file: str) -> str:
    if file:
        return _from_file(file)
    if kind_of(name) != "email" or not addresses.user(url):
        return ""
    if not sys.stdin.isatty():
        raise Stop("the mail server's password: give --password-file FILE, or - for standard input")
    asked: str = typer.prompt(f"Password of {safe(addresses.user(url) or '')}", hide_input=True, err=True)
    return asked


def _from_file(file: str) -> str:
    password = read_text(file, "password").removesuffix("\n").removesuffix("\r")
    if not password:
        raise Stop(f"{file}: the password file is empty")
    return password


def _shown(made: Registered) -> None:
    if made.secret:
        print("It signs with this secret, which is shown once:")
        print(made.secret)


def _state(row: DestinationRow, now: datetime) -> str:
    if not row.enabled:
        return "off"
    if row.paused_until is not None and row.paused_until > now:
        return "paused"
    return "failing" if row.failing_since else "on"


def _told(row: DestinationRow) -> list[str]:
    ends = _ends(row.settings)
    told = []
    if ends.secrets:
        told.append("secret ..." + " and ...".join(ends.secrets))
    if ends.password:
        told.append("with a password")
    if row.failing_since:
        told.append(f"failing since {row.failing_since:%Y-%m-%d %H:%M} UTC, {row.failures} in a row")
    if row.off_reason:
        told.append(safe(row.off_reason))
    return told
