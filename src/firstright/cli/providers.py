"""What `firstright provider` does. No key is taken from the command line, where every process can read it."""

import asyncio
from contextlib import aclosing
from datetime import datetime

from firstright import settings, wiring
from firstright.cli.exits import FOUND, OK, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.policy import Policy
from firstright.core.providers import Provider
from firstright.desk.providers import (
    AddProvider,
    ChangeProvider,
    ProviderChange,
    ProviderNow,
    RemoveProvider,
    SwitchProvider,
)
from firstright.desk.providerstate import ADD, ProviderState, failures, states
from firstright.desk.versions import compiled
from firstright.enrich.picking import about_another, picked
from firstright.outbound.http import Client
from firstright.outbound.lookup import Came, Found, Question, lookup
from firstright.storage import policies, providers
from firstright.storage.transactions import Tx
from firstright.web.commands.connections import Provide

BY = "firstright provider"


def add(database: str | None, name: str, url: str, file: str, body: str) -> None:
    posted = read_text(body, "--body") if body else ""
    made = _done(database, AddProvider(name, url, _headers(file) if file else {}, posted))
    print(f"{made.name} is registered: {made.url}{_sent(made)}")


def change(
    database: str | None, name: str, url: str, file: str, body: str = "", *, get: bool = False
) -> None:
    if not (url or file or body or get):
        raise Stop("change what? Give --url, --headers FILE, --body FILE or --get")
    posted = "" if get else read_text(body, "--body") if body else None
    made = _done(database, ChangeProvider(name, url, _headers(file) if file else None, posted))
    print(f"{made.name} is changed: {made.url}{_sent(made)}")


def switch(database: str | None, name: str, *, on: bool) -> None:
    made = _done(database, SwitchProvider(name, on))
    print(f"{made.name} is switched {'on' if on else 'off: nobody waits for it'}")


def remove(database: str | None, name: str) -> None:
    made = _done(database, RemoveProvider(name))
    print(f"{made.name} is removed, with its headers and everything it answered")


def show_all(database: str | None) -> None:
    found = _states(database)
    for each in found:
        print(
            "  ".join(
                [f"{safe(each.name):<16}", f"{each.state:<14}", f"{_spent(each):<18}", _rate(each)]
            ).rstrip()
        )
        if each.why:
            print(f"{'':<16}  {safe(each.why)}")
    if not found:
        print(f"none: {ADD} NAME --url URL")


def show(database: str | None, name: str) -> int:
    each = next((each for each in _states(database) if each.name == name), None)
    if each is None:
        raise Stop(f"{safe(name)}: is no provider; firstright provider list shows all", code=FOUND)
    print(f"{safe(each.title or each.name)}: {each.state}{f', {safe(each.why)}' if each.why else ''}")
    rows = {
        "address": safe(each.url),
        "headers": safe(", ".join(each.headers)),
        "asked for": f"{', '.join(each.fields)}, by {each.ask}" if each.ask else "",
        "requests": _spent(each),
        "waiting": f"{each.waiting:,}" if each.waiting else "",
        "answers": _rate(each),
        "last problem": f"{each.problem_at:%Y-%m-%d %H:%M} UTC  {safe(each.problem)}"
        if each.problem_at
        else "",
    }
    for label, said in rows.items():
        if said:
            print(f"  {label:<14}{said}")
    with workspace(database) as (opened, _), opened.read() as tx:
        lost = failures(tx, name)
    for row in lost:
        print(f"  gave up       {row.answered_at:%Y-%m-%d %H:%M} UTC  {safe(row.key)}: {safe(row.detail)}")
    return OK


def test(database: str | None, name: str, key: str) -> int:
    """Sent by this process, with the egress policy of its settings. It is not counted against the budget."""
    chosen = settings.read(database=database or None)
    with workspace(database) as (opened, _), opened.read() as tx:
        row, asked = providers.one(tx, name), _asked(tx, name)
    if row is None:
        raise Stop(f"{safe(name)}: is no provider; firstright provider list shows all", code=FOUND)
    if asked is None:
        raise Stop(
            f"{safe(name)}: the policy has no [enrich.{safe(name)}], so nobody knows what to ask", code=FOUND
        )
    access = providers.opened(row, wiring.sealer(chosen).open)
    question = Question(access.url, access.headers, asked.ask, key, access.body)
    return _told(name, asked, key, asyncio.run(_answer(chosen, question, asked, wiring.now())))


async def _answer(chosen: settings.Settings, question: Question, asked: Provider, now: datetime) -> Came:
    client = Client(wiring.egress(chosen), seconds=asked.timeout.total_seconds())
    async with aclosing(client):
        return await lookup(client, question, now)


def _told(name: str, asked: Provider, key: str, came: Came) -> int:
    if not isinstance(came, Found):
        print(f"{name}: {safe(came.why)}")
        return FOUND
    if other := about_another(asked, key, came.answer):
        print(f"{name} answered about {safe(other)}, and was asked about {safe(key)}: nothing of it is used")
        return FOUND
    values, wrong = picked(asked, came.answer)
    for field, value in values.items():
        print(f"{field:<16}{safe(str(value))}")
    for path in wrong:
        print(f"{path:<16}is there, and nobody can read it")
    if not values:
        print(f"{name} answered, and nothing of it is used")
    return OK if values else FOUND


def _asked(tx: Tx, name: str) -> Provider | None:
    policy = _policy(tx)
    return policy.providers.get(name) if policy else None


def _policy(tx: Tx) -> Policy | None:
    current = policies.current(tx)
    return compiled(tx, policies.load(tx, current.version), current.version).policy if current else None


def _states(database: str | None) -> list[ProviderState]:
    now = wiring.now()
    with workspace(database) as (opened, _), opened.read() as tx:
        return states(tx, _policy(tx), now)


def _spent(each: ProviderState) -> str:
    most = "" if each.budget is None else f" of {each.budget:,}"
    return f"{each.spent:,}{most} in {each.month}"


def _rate(each: ProviderState) -> str:
    if each.hits is None:
        return ""
    answers = each.known + each.unknown
    took = f", {each.took:,} ms" if each.took is not None else ""
    return f"knows {each.hits} % of {answers:,}{took}"


def _sent(made: ProviderNow) -> str:
    return f", with {', '.join(made.headers)}" if made.headers else ""


def _headers(file: str) -> dict[str, str]:
    """Lines "Name: value"; the names of what is wrong, never a value."""
    found: dict[str, str] = {}
    for number, line in enumerate(read_text(file, "headers").splitlines(), 1):
        name, colon, value = line.partition(":")
        if line.strip() and not colon:
            raise Stop(f"{file}: line {number}: write NAME: VALUE")
        if line.strip():
            found[name.strip()] = value.strip()
    if not found:
        raise Stop(f"{file}: there are no headers in it")
    return found


def _done(database: str | None, asked: ProviderChange) -> ProviderNow:
    return ask(database, Provide(asked=asked, by=BY))
