"""Reads the steps of owner precedence: how far back each looks, whose owner it asks for, what happens when they are away.

Whether a step stands there twice is `lint`'s business.
"""

from datetime import timedelta

from firstright.core.documents.reading import Table
from firstright.core.policy import DEFAULT_PRECEDENCE, Away, Hierarchy, Precedence, Step, WhenAway

AFTER = "This comes after an entry that holds for every longer absence, so it never happens."
ORDER = "Absences are named by how long they last, the shortest first."


def read_precedence(root: Table) -> tuple[Precedence, ...]:
    """In document order; the shipped order where the file says nothing about it."""
    if not root.has("precedence"):
        return DEFAULT_PRECEDENCE
    return tuple(_step(table) for table in root.rows("precedence", "precedence step"))


def _step(table: Table) -> Precedence:
    if not table.has("step"):
        table.report("key.missing", "step", f'"step" is missing; it is one of {", ".join(Step)}.')
    wait = table.duration("wait")
    when_away = table.choice("when_away", WhenAway, WhenAway.TIERS)
    if when_away is WhenAway.WAIT and wait is None and not table.has("wait"):
        table.report("precedence.no_wait", "when_away", 'when_away = "wait" needs a limit: wait = "8h".')
    step = table.choice("step", Step, Step.MANUAL_LOCK, code="precedence.unknown_step")
    starts, ends = table.period("active_from", "active_until")
    return Precedence(
        step=step,
        within=table.duration("within"),
        when_away=when_away,
        wait=wait,
        if_away=_if_away(table, wait),
        hierarchy=_hierarchy(table, step),
        active_from=starts,
        active_until=ends,
    )


def _hierarchy(table: Table, step: Step) -> Hierarchy:
    if table.has("hierarchy") and step is not Step.ACCOUNT_OWNER:
        text = f'Only the step "{Step.ACCOUNT_OWNER}" knows parent accounts.'
        table.report("key.no_effect", "hierarchy", text, "warning")
    return table.choice("hierarchy", Hierarchy, Hierarchy.SELF)


def _if_away(step: Table, wait: timedelta | None) -> tuple[Away, ...]:
    found: list[Away] = []
    for row in step.rows("if_away", f"{step.label} if_away"):
        if not row.has("do"):
            row.report("key.missing", "do", f'"do" is missing; it is one of {", ".join(WhenAway)}.')
        away = Away(row.choice("do", WhenAway, WhenAway.TIERS), row.duration("up_to"))
        last = found[-1] if found else None
        if last and last.up_to is None:
            row.report("away.unreachable", "up_to" if row.has("up_to") else None, AFTER)
        elif last and last.up_to and away.up_to and away.up_to <= last.up_to:
            row.report("away.order", "up_to", ORDER)
        if away.do is WhenAway.WAIT and not row.has("up_to") and wait is None:
            text = 'Waiting needs a limit: up_to = "8h" here, or wait = "8h" for the step.'
            row.report("precedence.no_wait", "do", text)
        found.append(away)
    if step.has("when_away") and any(away.up_to is None for away in found):
        text = "if_away says what happens, however long the owner is away."
        step.report("key.no_effect", "when_away", text, "warning")
    return tuple(found)
