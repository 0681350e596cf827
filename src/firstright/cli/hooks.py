"""What `firstright hook` does. What an event means, and whose lead it is about, is the desk's to say."""

import msgspec

from firstright.cli.errandtold import bar
from firstright.cli.files import read_text
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.desk.hooks import (
    HookAdd,
    HookAsked,
    HookChange,
    HookNow,
    HookRemove,
    HookReplay,
    HookRotate,
    HookSwitch,
)
from firstright.desk.rereading import RereadAsked
from firstright.storage import hooks
from firstright.storage.hooks import TAKEN, EventRow, HookRow
from firstright.web.commands.connections import Hooked, Reread

BY = "firstright hook"
LATEST = 50


def add(database: str | None, name: str, map: str, source: str, country: str) -> None:
    made = _done(database, HookAdd(name, _map(map), source, country))
    print(f"{made.name} is registered: POST /v1/hooks/{made.name}")
    _shown(made)


def change(database: str | None, name: str, map: str, source: str, country: str) -> None:
    made = _done(database, HookChange(name, _map(map), source, country))
    print(f"{made.name} is changed; what could not be read: firstright hook replay {made.name}")


def rotate(database: str | None, name: str, *, finish: bool) -> None:
    made = _done(database, HookRotate(name, finish))
    if finish:
        print(f"{made.name} takes its newest secret alone")
        return
    print(f"{made.name} takes both secrets until: firstright hook rotate {made.name} --finish")
    _shown(made)


def switch(database: str | None, name: str, *, on: bool) -> None:
    made = _done(database, HookSwitch(name, on))
    print(f"{made.name} is switched {'on' if on else 'off'}")


def remove(database: str | None, name: str) -> None:
    made = _done(database, HookRemove(name))
    print(f"{made.name} is removed, and its secrets with it")


def show(database: str | None) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found, aside = hooks.load(tx), hooks.aside_counted(tx)
    for row in found.values():
        print(
            "  ".join([f"{safe(row.name):<16}", f"{'on' if row.enabled else 'off':<3}", *_told(row, aside)])
        )
    if not found:
        print("none: firstright hook add NAME")


def events(database: str | None, name: str, *, aside: bool, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = hooks.events(tx, name, aside=aside, limit=LATEST)
    if json:
        print(msgspec.json.encode([_view(row) for row in found]).decode())
        return
    for row in found:
        why = "; ".join(f"{p.pointer}{': ' if p.pointer else ''}{p.reason} ({p.got})" for p in row.problems)
        about = f"lead {row.lead_id}" if row.lead_id else why
        print(safe(f"{row.received_at:%Y-%m-%d %H:%M}  {row.id}  {row.state:<11}  {about}"))
    if not found:
        print("none")


def replay(database: str | None, name: str, event: str) -> None:
    if name and not event:
        with bar("Reading again") as progress:
            all_ = ask(database, Reread(asked=RereadAsked(hook=name), by=BY), progress)
        taken = all_.counts.get(TAKEN, 0)
        print(f"{taken:,} of {all_.done:,} could be used now" if all_.done else "nothing is in quarantine")
        if ended := all_.how():
            print(safe(ended))
        return
    for each in _done(database, HookReplay(name, event)).replayed:
        why = "; ".join(p.reason for p in each.problems)
        print(safe(f"{each.event}  {each.state:<11}  {each.lead or why}{'; before' if each.repeat else ''}"))


def _done(database: str | None, asked: HookAsked) -> HookNow:
    return ask(database, Hooked(asked=asked, by=BY))


def _map(file: str) -> str:
    return read_text(file, "map") if file else ""


def _shown(made: HookNow) -> None:
    if made.secret:
        print("Its events are signed with this secret, which is shown once:")
        print(made.secret)


def _told(row: HookRow, aside: dict[str, int]) -> list[str]:
    said = row.settings
    told = [f"secret ...{' and ...'.join(said.ends)}"]
    told += [f"external ids of {safe(said.source)}"] if said.source else []
    told += ["with a map"] if said.map else []
    return [*told, f"{aside.get(row.name, 0)} in quarantine"]


def _view(row: EventRow) -> dict[str, object]:
    return {
        "event": row.id,
        "event_id": row.event_id,
        "received_at": row.received_at,
        "state": row.state,
        "lead": row.lead_id or None,
        "problems": row.problems,
    }
