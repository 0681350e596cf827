"""What `firstright alarms` and `firstright hygiene` do: show what was found, end an alarm, look at once. Nothing found is changed."""

import msgspec

from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.identifiers import is_id
from firstright.core.why.alarmwords import title
from firstright.core.why.findingwords import finding_sentence, remedy
from firstright.core.why.findingwords import title as title_of
from firstright.storage import alarms, hygiene
from firstright.storage.alarms import Alarm
from firstright.storage.hygiene import Finding
from firstright.web.commands.tending import Audit, EndAlarm

BY = "firstright"


def show_alarms(database: str | None, ended: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = alarms.ended_alarms(tx, ended) if ended else alarms.open_alarms(tx)
    if json:
        print(msgspec.json.encode([each._asdict() for each in found]).decode())
        return
    for each in found:
        print(safe(_alarm(each)))
    if not found:
        print("no alarm has ended" if ended else "no alarm is open")


def _alarm(each: Alarm) -> str:
    said = each.detail.get("said") or f"{title(each.kind)}: {each.subject}"
    over = f"  ended {each.ended_at:%Y-%m-%d %H:%M} by {each.ended_by}" if each.ended_at else ""
    return f"{each.id}  {each.raised_at:%Y-%m-%d %H:%M}  {each.severity:<8}  {said}{over}"


def end(database: str | None, alarm: str) -> None:
    if not is_id(alarm):
        raise Stop(f"{safe(alarm[:80])}: is no alarm's id")
    done = ask(database, EndAlarm(alarm=alarm, by=BY))
    print(safe(f"{title(done.kind)}, {done.subject}: {'was ended before' if done.repeat else 'ended'}"))


def run(database: str | None) -> None:
    done = ask(database, Audit(by=BY))
    print(f"{done.leads:,} open leads were read")
    for kind, n in done.findings.items():
        print(f"{n:>6,}  {title_of(kind)}")
    if not done.findings:
        print("nothing was found")


def show(database: str | None, kind: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = [each for each in hygiene.findings(tx) if not kind or each.kind == kind]
    if json:
        print(msgspec.json.encode([each._asdict() for each in found]).decode())
        return
    last = ""
    for each in found:
        if each.kind != last:
            print(f"{title_of(each.kind)}. {remedy(each.kind)}")
            last = each.kind
        print(safe(f"  {_finding(each)}"))
    if not found:
        print("nothing was found")


def _finding(each: Finding) -> str:
    owner = f"  for {each.owner}" if each.owner else ""
    said = finding_sentence(each.kind, each.subject, each.n, each.detail.more)
    return f"{said}  since {each.first_at:%Y-%m-%d}{owner}"
