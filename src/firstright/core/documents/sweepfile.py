"""Reads [sweep] of a policy: when a lead counts as stuck."""

from datetime import timedelta

from firstright.core.documents.reading import Table
from firstright.core.rules.fields import Catalogue
from firstright.core.statuses import STATUSES
from firstright.core.sweep import SWEEP, Sweep

SHORTEST = timedelta(minutes=5)  # between two sweeps


def read_sweep(root: Table, catalogue: Catalogue) -> Sweep:
    """What is left out is as shipped; without the table nothing is swept."""
    if not root.has("sweep"):
        return SWEEP
    table = root.table("sweep", "[sweep]")
    every = table.duration("every") or SWEEP.every
    if every < SHORTEST:
        table.report("sweep.too_often", "every", "Leads lie for days: sweep every five minutes at most.")
    sweep = Sweep(
        on=True,
        every=max(every, SHORTEST),
        no_action=_after(table, "no_action", SWEEP.no_action),
        no_touch=_after(table, "no_touch", SWEEP.no_touch),
        away=_after(table, "away", SWEEP.away),
        untouched=_after(table, "untouched", SWEEP.untouched),
        review=_after(table, "review", SWEEP.review),
        statuses=_statuses(table),
        quiet=table.duration("quiet") or SWEEP.quiet,
    )
    table.close()
    return sweep


def _after(table: Table, key: str, shipped: timedelta | None) -> timedelta | None:
    """ "none" says that this never makes a lead stuck."""
    found = table.duration(key, zero=True)
    if found is None:
        return shipped
    return found or None


def _statuses(table: Table) -> dict[str, timedelta]:
    holder = table.table("statuses", "[sweep.statuses]")
    found = {}
    for name in holder.data:
        if name not in STATUSES:
            holder.unknown("sweep.unknown_status", name, name, STATUSES)
        longest = holder.duration(name)
        if longest:
            found[name] = longest
    return found
