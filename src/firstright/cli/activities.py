"""What `firstright activity` does."""

from datetime import datetime

import msgspec

from firstright.cli import leads
from firstright.cli.exits import FOUND, Stop
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.identifiers import is_id
from firstright.storage import leads as stored
from firstright.storage import timeline
from firstright.storage.timeline import Happened

_told = msgspec.json.Decoder(dict[str, object]).decode
UNSAID = 5 * 60  # seconds between what happened and its being logged, of which nobody need hear


def log(
    database: str | None, lead: str, *, touch: dict[str, object], engagement: dict[str, object], at: str
) -> None:
    ours, theirs = any(v not in ("", None) for v in touch.values()), any(engagement.values())
    if ours == theirs:
        raise Stop("give --rep and --channel for what we did, or --kind for what the lead did: one of them")
    if ours:
        leads.act(database, verb="touch", lead=lead, at=at, **touch)
    else:
        leads.act(database, verb="engaged", lead=lead, at=at, **engagement)


def show(database: str | None, lead: str, limit: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        row = stored.standing(tx, lead) if is_id(lead) else None
        if row is None:
            raise Stop(f"there is no lead {safe(lead[:80])}", code=FOUND)
        found = timeline.page(tx, row.id, limit=limit, activities=True)
    if json:
        print(msgspec.json.encode([_view(each) for each in found]).decode())
        return
    for each in found:
        print(safe(f"{each.at:%Y-%m-%d %H:%M}  {_line(each)}"))
    if not found:
        print("none")


def _line(each: Happened) -> str:
    about = {name: "" if value is None else str(value) for name, value in _told(each.told).items()}
    if each.kind == "touch":
        said = f"{about['rep_id']}: {about['channel']}{', ' + about['result'] if about['result'] else ''}"
        said += f": {about['note']}" if about["note"] else ""
    else:
        said = f"the lead: {about['kind']}{', ' + about['what'] if about['what'] else ''}"
    said += f" (told by {about['reported_by']})" if about["reported_by"] else ""
    return f"{said}{_late(each.at, about['logged_at'])}"


def _late(at: datetime, logged: str) -> str:
    seconds = int((datetime.fromisoformat(logged) - at).total_seconds()) if logged else 0
    return f", logged {seconds // 3600}:{seconds // 60 % 60:02} h later" if seconds >= UNSAID else ""


def _view(each: Happened) -> dict[str, object]:
    return {"at": each.at, "kind": each.kind, "id": each.name, "about": msgspec.Raw(each.told.encode())}
