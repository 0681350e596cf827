"""What `firstright quarantine` does. What can become a lead is the desk's to say."""

import msgspec

from firstright.cli.errandtold import bar
from firstright.cli.exits import FOUND, USAGE, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.desk.asked import operator
from firstright.desk.quarantine import ReplayAsked, Replayed
from firstright.desk.rereading import RereadAsked
from firstright.storage import quarantine
from firstright.storage.inbox import Scope
from firstright.web.commands.connections import ReplayArrivals, Reread

BY = "firstright quarantine"
MOST_SHOWN = 4_000  # characters


def show(database: str | None, source: str, limit: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = quarantine.listed(tx, Scope(operator(BY)), source=source, limit=limit)
    if json:
        print(msgspec.json.encode([each._asdict() for each in found]).decode())
        return
    for each in found:
        print(safe(f"{each.id}  {each.received_at:%Y-%m-%d %H:%M}  {each.source}  {_told(each.problems)}"))
    if not found:
        print("none")


def one(database: str | None, arrival: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        kept = quarantine.seen(tx, Scope(operator(BY)), arrival) if is_id(arrival) else None
    if kept is None:
        raise Stop(f"{safe(arrival[:80])}: is not in quarantine", code=FOUND)
    text = kept.raw.decode("utf-8", "replace")
    if json:
        print(msgspec.json.encode({**kept._asdict(), "raw": text}).decode())
        return
    print(safe(f"{kept.source}, {kept.received_at:%Y-%m-%d %H:%M} UTC, {kept.event_id}"))
    for problem in kept.problems:
        print(safe(f"  {problem.pointer or 'the whole'}: {problem.code}: {problem.reason}{_got(problem)}"))
    for line in text[:MOST_SHOWN].splitlines():
        print(safe(f"  | {line}"))


def replay(database: str | None, arrival: str, source: str, *, all_: bool, anyway: bool, json: bool) -> None:
    if bool(arrival) + bool(source) + all_ != 1:
        raise Stop("name one arrival, or --source NAME, or --all", code=USAGE)
    if anyway and not arrival:
        raise Stop("--anyway is said of one arrival: look at it first", code=USAGE)
    if arrival and not is_id(arrival):
        raise Stop(f"{safe(arrival[:80])}: is no arrival", code=FOUND)
    if arrival:
        again = ReplayArrivals(asked=ReplayAsked(arrival, anyway=anyway), by=BY)
        _report(ask(database, again), json=json)
        return
    with bar("Reading again") as progress:
        done = ask(database, Reread(asked=RereadAsked(source=source), by=BY), progress)
    if json:
        print(msgspec.json.encode(done).decode())
        return
    out = done.counts.get("created", 0) + done.counts.get("merged", 0)
    print(f"{out:,} of {done.done:,} became leads" if done.done else "nothing is in quarantine")
    if ended := done.how():
        print(safe(ended))


def _report(done: list[Replayed], *, json: bool) -> None:
    if json:
        print(msgspec.json.encode(done).decode())
        return
    for each in done:
        before = "; this was so before" if each.repeat else ""
        became = (
            f"{each.outcome}: lead {each.lead}{before}" if each.lead else f"stays: {_told(each.problems)}"
        )
        print(safe(f"{each.arrival}  {became}"))
    print(f"{sum(bool(each.lead) for each in done)} of {len(done)} became leads")


def _told(problems: tuple[Problem, ...]) -> str:
    return ", ".join(f"{p.pointer.removeprefix('/')} {p.code}".strip() for p in problems)


def _got(problem: Problem) -> str:
    return f" (got {problem.got})" if problem.got else ""
