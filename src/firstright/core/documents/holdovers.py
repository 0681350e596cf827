"""What is wrong with holdovers: those that are over, that begin when their territory has ended, and that hold nothing over.

It places no lead: `territory` does.
"""

from collections.abc import Iterator

from firstright.core.calendar import zone_of
from firstright.core.documents.case import Case
from firstright.core.policy import Holdover, Territory
from firstright.core.rules.findings import Finding


def holdovers(case: Case) -> Iterator[Finding]:
    territories = {territory.id: territory for territory in case.policy.territories}
    before: dict[tuple[str, str], list[Holdover]] = {}
    for i, holdover in enumerate(case.policy.holdovers):
        territory = territories.get(holdover.territory)
        if ("holdover", i) in case.how.broken:
            continue
        if case.as_of and holdover.until <= case.as_of:
            ended = holdover.until.astimezone(zone_of(case.policy.zone))
            text = f"The holdover ended at {ended:%Y-%m-%d %H:%M}; it can be taken out."
            yield case.of_holdover(i, "holdover.over", text, "until", "warning")
        if territory is not None:
            yield from _apart(case, i, holdover, territory)
        yield from _doubled(case, i, holdover, before)


def _apart(case: Case, i: int, holdover: Holdover, territory: Territory) -> Iterator[Finding]:
    ended = territory.active_until and holdover.active_from and territory.active_until <= holdover.active_from
    if ended or (territory.active_from and holdover.until <= territory.active_from):
        text = f'Territory "{territory.id}" is never in force while this holds, so it holds nothing over.'
        yield case.of_holdover(i, "holdover.outside", text, "territory", "warning")
    elif holdover.send_to == territory.send_to:
        text = f'Territory "{territory.id}" sends there anyway.'
        yield case.of_holdover(i, "holdover.same", text, "send_to", "warning")


def _doubled(
    case: Case, i: int, holdover: Holdover, before: dict[tuple[str, str], list[Holdover]]
) -> Iterator[Finding]:
    """An earlier one holds the same accounts at the same time: only that is asked. `before` are those by what they hold."""
    found = ""
    for account in holdover.accounts or ("",):
        earlier = before.setdefault((holdover.territory, account), [])
        if not found and any(_meet(other, holdover) for other in earlier):
            found = f'"{account}"' if account else "the whole territory"
        earlier.append(holdover)
    if found:
        text = f"An earlier holdover of the same time holds {found} already, and is asked first."
        yield case.of_holdover(i, "holdover.repeated", text, "territory")


def _meet(one: Holdover, two: Holdover) -> bool:
    begins = [h.active_from for h in (one, two) if h.active_from]
    return not begins or max(begins) < min(one.until, two.until)
