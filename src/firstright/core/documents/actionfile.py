"""Reads what a policy says is to be done: [actions.NAME], the rows of [[next_action]], and [next_actions].

Whether what they name is there is `lint`'s business.
"""

from enum import StrEnum

from firstright.core.actions import (
    AFTER_QUALIFIED,
    CAUSES,
    NEXT,
    SHIPPED_ACTIONS,
    SHIPPED_NEXT,
    FirstAction,
    NextAction,
    NextActions,
)
from firstright.core.documents.reading import Table
from firstright.core.documents.whenfile import read_when
from firstright.core.leadtypes import STATUSES
from firstright.core.rules.fields import Catalogue
from firstright.core.rules.predicates import Condition

MOST_TRIES = 100


class Channel(StrEnum):
    """How an action reaches the lead."""

    CALL = "call"
    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    MEETING = "meeting"


class Gate(StrEnum):
    """Before what a rule lets nothing be sent."""

    NONE = "at-once"
    QUALIFIED = AFTER_QUALIFIED


def read_actions(root: Table, catalogue: Catalogue) -> dict[str, FirstAction]:
    """Those of the file; over the shipped ones where it has a table of next actions."""
    own = {name: _action(name, table, catalogue) for name, table in root.named("actions", "action")}
    return SHIPPED_ACTIONS | own if root.has("next_actions") else own


def read_next(root: Table, catalogue: Catalogue) -> NextActions:
    """Rows in document order, the shipped ones behind them where [next_actions] does not say otherwise. Without either nothing is
    given but what a rule names."""
    seen: dict[str, int] = {}
    rows = tuple(_row(row, catalogue, seen) for row in root.rows("next_action", "next_action"))
    if not root.has("next_actions"):
        return NextActions(rows) if rows else NEXT
    table = root.table("next_actions", "[next_actions]")
    shipped = SHIPPED_NEXT if table.flag("shipped", True) else ()
    found = NextActions((*rows, *shipped), table.duration("silent") or NEXT.silent)
    table.close()
    return found


def read_gate(row: Table) -> str:
    """`outreach` of a rule."""
    gate = row.choice("outreach", Gate, Gate.NONE)
    return "" if gate is Gate.NONE else gate.value


def read_channels(table: Table, key: str = "channels") -> tuple[str, ...]:
    return _among(table, key, tuple(Channel), "channel.unknown")


def read_statuses(table: Table, key: str = "statuses") -> tuple[str, ...]:
    return _among(table, key, STATUSES, "status.unknown")


def _action(name: str, table: Table, catalogue: Catalogue) -> FirstAction:
    channels = read_channels(table)
    first = Channel(channels[0]) if channels else Channel.CALL
    return FirstAction(
        id=name,
        task=table.text("task", needed=True),
        channel=table.choice("channel", Channel, first).value,
        within=table.duration("within"),
        template=table.text("template"),
        channels=channels,
        intents=table.texts("intents"),
        when=_when(table, catalogue),
        sequence=table.text("sequence"),
    )


def _row(row: Table, catalogue: Catalogue, seen: dict[str, int]) -> NextAction:
    return NextAction(
        id=row.id("next_action", seen),
        action=row.text("action", needed=True),
        causes=_among(row, "causes", CAUSES, "next_action.unknown_cause"),
        results=row.texts("results"),
        channels=read_channels(row),
        statuses=read_statuses(row),
        rules=row.texts("rules"),
        queues=row.texts("queues"),
        intents=row.texts("intents"),
        tries=row.number("tries", 0, MOST_TRIES, 0),
        when=_when(row, catalogue),
    )


def _when(table: Table, catalogue: Catalogue) -> Condition | None:
    return read_when(table, catalogue) if table.has("when") else None


def _among(table: Table, key: str, known: tuple[str, ...], code: str) -> tuple[str, ...]:
    found = table.texts(key)
    for one in found:
        if one not in known:
            table.unknown(code, key, one, [str(each) for each in known])
    return tuple(str(one) for one in found)
