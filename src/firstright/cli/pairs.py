"""What `firstright duplicates` and `firstright lead distinct` do: pairs of leads, listed, and said to be two. That two are one says
`firstright lead merge`.
"""

import msgspec

from firstright.cli.exits import FOUND, Stop
from firstright.cli.leads import told
from firstright.cli.reach import reach
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.glance import glance
from firstright.core.lead import Fact
from firstright.errors import NotFound, Refused
from firstright.storage import duplicates, leads
from firstright.storage.duplicates import Pair
from firstright.storage.rows import LeadRow
from firstright.web.commands.leads import TellApart

BY = "firstright lead"


def tell_apart(database: str | None, lead: str, other: str, reason: str) -> None:
    try:
        with reach(database) as ask:
            apart = ask(TellApart(lead=lead, other=other, reason=reason, by=BY))
    except NotFound:
        raise Stop("there is no such lead: name two that are stored", code=FOUND) from None
    except Refused as refused:
        raise Stop(*refused.reasons) from None
    print(safe(f"leads {apart.one} and {apart.other} are two: nobody is asked about them again"))
    for _, acted in apart.decided:
        told(acted)


def show_two(database: str | None, limit: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = duplicates.marks(tx, limit)
    if json:
        print(msgspec.json.encode([mark._asdict() for mark in found]).decode())
        return
    for mark in found:
        print(
            safe(f"{mark.lead} is not {mark.other}, said {mark.by} {mark.at:%Y-%m-%d %H:%M}: {mark.reason}")
        )
    if not found:
        print("none")


def show(database: str | None, limit: int, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = duplicates.open_pairs(tx, limit=limit)
        rows = leads.rows(tx, {name for pair in found for name in (pair.a, pair.b)})
        facts = leads.facts_of(tx, rows)
    if json:
        print(msgspec.json.encode([pair._asdict() for pair in found]).decode())
        return
    for pair in found:
        print(safe(_line(pair, rows, facts)))
    if not found:
        print("none")


def _line(pair: Pair, rows: dict[str, LeadRow], facts: dict[str, tuple[dict[str, Fact], str]]) -> str:
    said = {name: glance(theirs).name for name, (theirs, _) in facts.items()}
    sides = " = ".join(_side(name, rows.get(name), said.get(name, "")) for name in (pair.a, pair.b))
    why = f" ({', '.join(pair.reasons)})" if pair.reasons else ""
    return f"{pair.id} {pair.score / 10:.1f} %: {sides}{why}"


def _side(name: str, row: LeadRow | None, called: str) -> str:
    if row is None:
        return name
    holder = f"{row.holder_kind} {row.holder_id}".strip()
    return f"{called or 'somebody'} ({name}, {holder})"
