"""What `firstright sequence`, `consent` and `suppress` do. What may be done, the desk says."""

import csv
from io import StringIO
from pathlib import Path

import msgspec

from firstright.cli.exits import FOUND, Stop
from firstright.cli.files import read_text
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.identifiers import is_id
from firstright.core.why.outreachwords import because, happened, why_ended
from firstright.desk.optingout import Unfit, normalised
from firstright.desk.outreachasked import OutreachAsked, OutreachDone
from firstright.storage import consents, enrolments, leads
from firstright.storage.enrolments import Note
from firstright.storage.transactions import Tx
from firstright.web.commands.leads import ReachOut

BY = "firstright outreach"
AT_ONCE = 1_000  # entries of a file in one request
_json = msgspec.json.Encoder().encode


def sequences(database: str | None, lead: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        notes = enrolments.notes(tx, _standing(tx, lead)) if lead else []
        counts = enrolments.counts(tx)
    if lead:
        _told_of_lead(notes, json=json)
        return
    if json:
        print(_json(counts).decode())
        return
    for count in counts:
        step = f"before step {count.step + 1}" if count.state == "running" else ""
        why = why_ended(count.reason) if count.reason else step
        print(safe(f"{count.sequence}  {count.state}  {count.number}  {why}".rstrip()))
    if not counts:
        print("none was begun yet")


def start(database: str | None, lead: str, sequence: str) -> None:
    _done(database, OutreachAsked("start", lead, sequence=sequence))
    print(safe(f"lead {lead}: in sequence {sequence}"))


def stop(database: str | None, lead: str, reason: str) -> None:
    _done(database, OutreachAsked("stop", lead, reason=reason))
    print(safe(f"lead {lead}: its sequence stopped"))


def consented(database: str | None, lead: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        row = leads.standing(tx, lead) if is_id(lead) else None
        if row is None:
            raise Stop(f"there is no lead {safe(lead[:80])}", code=FOUND)
        found = consents.of_persons(tx, consents.as_one(tx, row.person_id).values())
    if json:
        print(_json(found).decode())
        return
    for each in found:
        line = f"{each.at:%Y-%m-%d %H:%M}  {each.channel}  {each.purpose}  {each.state}  {each.evidence}"
        print(safe(line))
    if not found:
        print("nothing was said")


def consent(database: str | None, lead: str, channel: str, purpose: str, state: str, text: str) -> None:
    asked = OutreachAsked(
        "consent", lead, channel=channel, purpose=purpose, state=state, source="console", text=text
    )
    done = _done(database, asked)
    ended = f"; {done.stopped} sequence(s) stopped" if done.stopped else ""
    print(safe(f"lead {lead}: {channel} {state}{ended}"))


def opt_out(database: str | None, lead: str, text: str) -> None:
    done = _done(database, OutreachAsked("opt-out", lead, source="console", text=text))
    before = "; this was so before" if done.repeat else ""
    print(safe(f"lead {lead}: opted out, {done.stopped} sequence(s) stopped{before}"))


def suppressions(database: str | None, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = consents.suppressions(tx)
    if json:
        print(_json(found).decode())
        return
    for kind, reason, number in found:
        print(safe(f"{kind}  {number}  {reason}"))
    if not found:
        print("the list is empty")


def suppress(database: str | None, entries: list[tuple[str, str]], reason: str) -> None:
    added = _done(database, OutreachAsked("suppress", reason=reason, entries=tuple(entries))).number
    print(f"{added} added, {len(entries) - added} known before")


def release(database: str | None, kind: str, value: str) -> None:
    gone = _done(database, OutreachAsked("release", entries=((kind, value),))).number
    if not gone:
        raise Stop("it is not on the list", code=FOUND)
    print("it is off the list")


def check(database: str | None, kind: str, value: str) -> None:
    found = _done(database, OutreachAsked("check", entries=((kind, value),))).listed
    if not found:
        print("it is not on the list")
        return
    raise Stop(f"it is on the list since {found[0].at:%Y-%m-%d}: {safe(found[0].reason)}", code=FOUND)


def import_list(database: str | None, file: Path, reason: str) -> None:
    entries = _entries(file)
    added = 0
    for first in range(0, len(entries), AT_ONCE):
        part = tuple(entries[first : first + AT_ONCE])
        added += _done(database, OutreachAsked("suppress", reason=reason, entries=part)).number
    print(f"{added} added, {len(entries) - added} known before")


def _entries(file: Path) -> list[tuple[str, str]]:
    """Everything in the file, or every line of it that is wrong."""
    reader = csv.DictReader(StringIO(read_text(str(file), "list"), newline=""))
    try:
        rows = [(reader.reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Stop(f"{safe(str(file))}:{reader.reader.line_num}: {error}") from None
    if not {"kind", "value"} <= set(reader.fieldnames or ("kind", "value")):
        raise Stop(f"{safe(str(file))}: its columns are not kind and value")
    found, wrong = [], []
    for line, row in rows:
        entry = normalised((row["kind"] or "").strip(), (row["value"] or "").strip())
        if isinstance(entry, Unfit):
            wrong.append(f"{safe(str(file))}:{line}: {safe(entry)}")
        else:
            found.append(entry)
    if wrong:
        raise Stop(*wrong[:20])
    return found


def _told_of_lead(notes: list[Note], *, json: bool) -> None:
    if json:
        print(_json(notes).decode())
        return
    for note in notes:
        why = because(note.what, note.code)
        said = happened(note.what, note.sequence, note.step, note.channel, note.code)
        print(safe(f"{note.at:%Y-%m-%d %H:%M}  {said}{': ' + why if why else ''}"))
    if not notes:
        print("it was in no sequence")


def _standing(tx: Tx, lead: str) -> str:
    row = leads.standing(tx, lead) if is_id(lead) else None
    if row is None:
        raise Stop(f"there is no lead {safe(lead[:80])}", code=FOUND)
    return row.id


def _done(database: str | None, asked: OutreachAsked) -> OutreachDone:
    if asked.lead and not is_id(asked.lead):
        raise Stop(f"there is no lead {safe(asked.lead[:80])}", code=FOUND)
    return ask(database, ReachOut(asked=asked, by=BY), lead=asked.lead)
