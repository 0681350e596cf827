"""The change of a roster's text that makes one rep another: their own keys and rows that people change, nothing else.

What is equal on both sides is not touched, so that comments and order stay. Whether the text then says so, its reader says.
"""

from collections.abc import Iterator, Mapping

from firstright.core.calendar import DAY, DatedHours
from firstright.core.documents.repfile import Append, Drop, Edit, Put, Written
from firstright.core.documents.spans import Path
from firstright.core.roster import Absence, Membership, Rep

INSTANTS = ("left", "paused_until", "on_until")


def edits_between(place: int, before: Rep, after: Rep) -> list[Edit]:
    """For the rep at this place of the document: of `left`, `paused_until`, `on_until`, `exceptions`, `absences`, `pools`,
    `limits`."""
    row: Path = ("rep", place)
    return [
        *_instants(row, before, after),
        *_hours((*row, "exceptions"), before.exceptions, after.exceptions),
        *_absences((*row, "absences"), before.absences, after.absences),
        *_named((*row, "pools"), _pools(before), _pools(after)),
        *_named((*row, "limits"), before.limits, after.limits),
    ]


def hours_text(opens: int, closes: int) -> str:
    """Minutes of a local day as a roster writes them: "09:00-12:00", and "22:00-06:00+1" for a night."""
    overnight = closes > DAY
    shown = closes - DAY if overnight else closes
    return f"{opens // 60:02d}:{opens % 60:02d}-{shown // 60:02d}:{shown % 60:02d}{'+1' if overnight else ''}"


def _instants(row: Path, before: Rep, after: Rep) -> Iterator[Edit]:
    for key in INSTANTS:
        was, now = getattr(before, key), getattr(after, key)
        if was != now:
            yield Drop((*row, key)) if now is None else Put((*row, key), now)


def _hours(path: Path, before: tuple[DatedHours, ...], after: tuple[DatedHours, ...]) -> Iterator[Edit]:
    kept = [day for day in before if day in after]
    yield from _gone(path, [day not in kept for day in before])
    rows = [_day(day) for day in after if day not in kept]
    if rows:
        yield Append(path, rows)


def _absences(path: Path, before: tuple[Absence, ...], after: tuple[Absence, ...]) -> Iterator[Edit]:
    """One that only ends otherwise keeps its row."""
    waiting = list(after)
    gone = []
    for place, was in enumerate(before):
        same = waiting[0] if waiting and _is_same(was, waiting[0]) else None
        gone.append(same is None)
        if same is not None:
            waiting.pop(0)
            if same.ends != was.ends:
                yield Put((*path, place, "until"), same.ends)
    yield from _gone(path, gone)
    if waiting:
        yield Append(path, [_absence(each) for each in waiting])


def _is_same(was: Absence, now: Absence) -> bool:
    return (was.type, was.starts, was.backup, was.feed) == (now.type, now.starts, now.backup, now.feed)


def _gone(path: Path, gone: list[bool]) -> Iterator[Edit]:
    """From the last to the first, so that the places of the others stay what they are."""
    for place in reversed(range(len(gone))):
        if gone[place]:
            yield Drop((*path, place))


def _named(path: Path, before: Mapping[str, Written], after: Mapping[str, Written]) -> Iterator[Edit]:
    for name in before:
        if name not in after:
            yield Drop((*path, name))
    for name, value in after.items():
        if before.get(name) != value:
            yield Put((*path, name), value)


def _day(day: DatedHours) -> Mapping[str, Written]:
    return {"date": day.date, "hours": [hours_text(*span) for span in day.spans]}


def _absence(absence: Absence) -> Mapping[str, Written]:
    row: dict[str, Written] = {"type": absence.type, "from": absence.starts, "until": absence.ends}
    more = {"backup": absence.backup, "feed": absence.feed}
    return row | {key: value for key, value in more.items() if value}


def _pools(rep: Rep) -> Mapping[str, Written]:
    return {place.pool: _membership(place) for place in rep.memberships}


def _membership(place: Membership) -> Written:
    """A plain number where there is nothing else to say."""
    table: dict[str, Written] = {"weight": place.weight}
    if place.ramp:
        table["ramp"] = [{"from": step.at, "weight": step.weight} for step in place.ramp]
    if place.joined:
        table["joined"] = place.joined
    if place.left:
        table["left"] = place.left
    return table if len(table) > 1 else place.weight
