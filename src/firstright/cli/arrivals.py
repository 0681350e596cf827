"""What `firstright lead arrivals` says: how a lead came, each time, and what it wanted then."""

import msgspec

from firstright.cli.exits import FOUND, Stop
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.attribution import Came
from firstright.core.identifiers import is_id
from firstright.desk.attribution import arrivals_of
from firstright.storage import leads


def show(database: str | None, lead: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        row = leads.standing(tx, lead) if is_id(lead) else None
        if row is None:
            raise Stop(f"there is no lead {safe(lead[:80])}", code=FOUND)
        found = arrivals_of(tx, row.id)
    if json:
        print(msgspec.json.encode(found).decode())
        return
    for each in found:
        print(safe(f"{each.at:%Y-%m-%d %H:%M}  {each.label}  {_told(each)}"))
    if not found:
        print("none")


def _told(each: Came) -> str:
    by = f" ({each.intent_by})" if each.intent_by else ""
    said = (
        ("", each.source),
        ("medium", each.medium),
        ("campaign", each.campaign),
        ("channel", each.channel),
        ("landed on", f"{each.landing} page {each.landing_page}" if each.landing_page else ""),
        ("offer", each.offer),
        ("pages", ", ".join(each.pages)),
        ("wanted", f"{each.intent}{by}" if each.intent else ""),
    )
    return "; ".join(f"{name} {value}".strip() for name, value in said if value)
