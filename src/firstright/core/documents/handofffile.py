"""Reads [handoffs.NAME] of a policy: who hands leads to whom, with what. Whether what it names is there is `lint`'s business."""

import re
from datetime import timedelta

from firstright.core.documents.reading import Table
from firstright.core.documents.whenfile import read_when
from firstright.core.handnotes import NOTES
from firstright.core.handoff import BACK, DECLINED, FIRST, KINDS, RECEIVERS, HandoffType
from firstright.core.rules.fields import Catalogue

MOST_HOPS = 20
_ROLE = re.compile(r"[a-z][a-z0-9-]{0,31}")
# What each kind may go to; nothing: it takes no `to`.
TAKES = {
    "sales": ("pool", "rep", "queue"),
    "quote": ("pool", "rep", "queue"),
    "support": (),
    "nurture": (),
    "partner": ("partner",),
}
# Keys that mean something for one kind only.
_ONLY = {"wait": ("nurture",), "share": ("partner",), "back": ("nurture", "support", "partner")}


def read_handoffs(root: Table, catalogue: Catalogue) -> dict[str, HandoffType]:
    """Every `[handoffs.NAME]`, in document order."""
    return {name: _type(name, table, catalogue) for name, table in root.named("handoffs", "handoff")}


def _type(name: str, table: Table, catalogue: Catalogue) -> HandoffType:
    if name == FIRST:
        text = f'"{FIRST}" is what an offer at first routing is called; name the handoff otherwise.'
        table.report("handoff.reserved", None, text)
    kind = _one_of(table, "kind", KINDS, "sales")
    receiver, to = _receiver(table, kind)
    accept = table.duration("accept")
    if accept is not None and kind in ("support", "nurture"):
        text = f'Nobody is asked in a handoff to {kind}, so "accept" has no effect.'
        table.report("key.no_effect", "accept", text, "warning")
    _without_effect(table, kind, accept)
    return HandoffType(
        id=name,
        kind=kind,
        name=table.text("name"),
        receiver=receiver,
        to=to,
        accept=accept,
        service=table.text("service"),
        needs=_notes(table),
        on=table.text("on"),
        when=read_when(table, catalogue) if table.has("when") else None,
        giver=_role(table, "giver"),
        taker=_role(table, "taker"),
        declined=_one_of(table, "declined", DECLINED, "next"),
        hops=table.number("hops", 1, MOST_HOPS, 3),
        wait=_wait(table, kind),
        back=_one_of(table, "back", BACK, "owner"),
        share=table.texts("share"),
    )


def _wait(table: Table, kind: str) -> timedelta | None:
    found = table.duration("wait")
    if kind == "nurture" and not table.has("wait"):
        text = '"wait" is missing: how long it rests before it comes back by itself, such as "30d".'
        table.report("key.missing", "wait", text)
    return found


def _without_effect(table: Table, kind: str, accept: timedelta | None) -> None:
    for key, kinds in _ONLY.items():
        if table.has(key) and kind not in kinds:
            text = f'"{key}" has an effect in a handoff to {" or ".join(kinds)} only.'
            table.report("key.no_effect", key, text, "warning")
    for key in ("declined", "hops"):
        if table.has(key) and accept is None:
            text = f'Without "accept" nobody can decline, so "{key}" has no effect.'
            table.report("key.no_effect", key, text, "warning")


def _receiver(table: Table, kind: str) -> tuple[str, str]:
    """(pool, rep, queue or partner, its name)."""
    takes = TAKES[kind]
    if not takes:
        if table.has("to"):
            table.report("key.no_effect", "to", f"A handoff to {kind} goes to nobody by name.", "warning")
            table.table("to")
        return "", ""
    if not table.has("to"):
        shown = " or ".join(f'to = {{ {one} = "..." }}' for one in takes)
        table.report("key.missing", "to", f'"to" is missing: say who takes it over, {shown}.')
        return "", ""
    inner = table.table("to")
    named = [(one, inner.text(one)) for one in RECEIVERS if inner.has(one)]
    inner.close()
    if len(named) != 1 or not named[0][1] or named[0][0] not in takes:
        table.report("handoff.receiver", "to", f"Name exactly one {', '.join(takes)}.")
        return "", ""
    return named[0]


def _notes(table: Table) -> tuple[str, ...]:
    found = table.texts("notes")
    for note in found:
        if note not in NOTES:
            table.unknown("handoff.unknown_note", "notes", note, NOTES)
    return tuple([note for note in NOTES if note in found])


def _role(table: Table, key: str) -> str:
    found = table.text(key)
    if found and not _ROLE.fullmatch(found):
        table.report("handoff.role", key, f'"{found}" cannot name a role: small letters, digits and hyphens.')
        return ""
    return found


def _one_of(table: Table, key: str, known: tuple[str, ...], default: str) -> str:
    value = table.raw(key)
    if value is None:
        return default
    if isinstance(value, str) and value in known:
        return value
    table.unknown("value.unknown", key, value, known)
    return default
