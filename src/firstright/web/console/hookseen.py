"""Hooks as they are seen: what came of each on each of the last days, what it reads, and what it turned away. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from firstright.core.why.moments import MONTHS
from firstright.intake.activity import CATALOGUE
from firstright.intake.fieldmap import usable_map
from firstright.storage.hooks import IGNORED, QUARANTINED, TAKEN, HookRow
from firstright.storage.refusals import REQUESTS, AtHook
from firstright.web.console.stacked import Columns, stacked

DAYS = 14
REFUSED = "refused"
LABELS = (  # what became of events, with colours, from below
    (TAKEN, "taken", "one"),
    (IGNORED, "ignored", "two"),
    (QUARANTINED, "kept aside", "three"),
    (REFUSED, "turned away", "bad"),
)
Hour = tuple[str, str, datetime, int]  # hook, what became of it, when, how many


class HookSeen(msgspec.Struct, frozen=True):
    name: str
    on: bool
    created_at: datetime
    sealed_at: datetime
    ends: tuple[str, ...]
    source: str
    country: str
    reads: tuple[tuple[str, str], ...]  # their field, ours
    aside: int
    last_at: datetime | None
    days: Columns

    @property
    def rotating(self) -> bool:
        return len(self.ends) > 1


def seen(
    row: HookRow, hours: Iterable[Hour], aside: int, last_at: datetime | None, days: list[date]
) -> HookSeen:
    """`hours` are on the clock of whoever looks, whose `days` are drawn, oldest first."""
    by_day: dict[date, dict[str, int]] = {day: {} for day in days}
    for name, state, at, n in hours:
        if name == row.name and at.date() in by_day:
            of_day = by_day[at.date()]
            of_day[state] = of_day.get(state, 0) + n
    said = row.settings
    return HookSeen(
        row.name,
        row.enabled,
        row.created_at,
        said.sealed_at or row.created_at,
        said.ends,
        said.source,
        said.country,
        _reads(said.map),
        aside,
        last_at,
        stacked([(f"{day.day} {MONTHS[day.month - 1]}", of_day) for day, of_day in by_day.items()], LABELS),
    )


def last_days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def refused_hours(refused: Iterable[AtHook]) -> list[Hour]:
    return [(each.hook, REFUSED, each.hour, each.n) for each in refused if each.code == REQUESTS]


def reasons(refused: Iterable[AtHook], hook: str) -> list[tuple[str, int, datetime]]:
    """Why one hook turned events away: the sentence, how often, and the last hour of it."""
    found: dict[str, tuple[str, int, datetime]] = {}
    for each in refused:
        if each.hook == hook and each.code != REQUESTS:
            reason, n, at = found.get(each.code, (each.reason, 0, each.hour))
            found[each.code] = (reason, n + each.n, max(at, each.hour))
    return sorted(found.values(), key=lambda each: (-each[1], each[0]))


def _reads(text: str) -> tuple[tuple[str, str], ...]:
    found = usable_map(text, CATALOGUE) if text else None
    if found is None:
        return ()
    columns = [(" and ".join(each.columns), each.field.replace("_", " ")) for each in found.fields]
    always = [(f"always {value}", name.replace("_", " ")) for name, value in found.constants.items()]
    return (*columns, *always)
