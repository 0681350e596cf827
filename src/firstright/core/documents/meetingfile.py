"""Reads [meetings.NAME] of a policy: what can be booked, with whom, how long and when. Whether its pool has anybody is
`meetinglint`'s business.
"""

from datetime import timedelta

from firstright.core.documents.mergefields import known_fields, problems
from firstright.core.documents.reading import Table, sentence
from firstright.core.meetings import GRIDS, LONGEST_HORIZON, NOTHING, MeetingType
from firstright.core.rules.durations import parse_duration
from firstright.core.rules.fields import Catalogue

OWNER, POOL = "owner", "pool:"
LONGEST, MOST_A_DAY, MOST_REMINDERS = timedelta(hours=8), 50, 5
LONGEST_BUFFER, LONGEST_NOTICE = timedelta(hours=4), timedelta(days=30)
SHIPPED = MeetingType("")


def read_meetings(root: Table, catalogue: Catalogue) -> dict[str, MeetingType]:
    """What is left out is as shipped."""
    return {name: _meeting(name, table, catalogue) for name, table in root.named("meetings", "meeting")}


def _meeting(name: str, table: Table, catalogue: Catalogue) -> MeetingType:
    length = _span(table, "length", SHIPPED.length, LONGEST)
    if not length:
        table.report("meeting.length", "length", "A meeting of no length cannot be booked.")
    notice = _span(table, "notice", SHIPPED.notice, LONGEST_NOTICE)
    horizon = _span(table, "horizon", SHIPPED.horizon, LONGEST_HORIZON)
    if horizon <= notice:
        text = "The notice is as long as the horizon, so that no slot is ever left between them."
        table.report("meeting.no_room", "horizon", text)
    title, about = _told(table, "title", catalogue), _told(table, "about", catalogue)
    return MeetingType(
        id=name,
        pool=_with(table),
        length=length or SHIPPED.length,
        before=_span(table, "before", NOTHING, LONGEST_BUFFER),
        after=_span(table, "after", NOTHING, LONGEST_BUFFER),
        notice=notice,
        horizon=horizon,
        grid=_grid(table),
        most=table.number("most", 1, MOST_A_DAY, 0) if table.has("most") else 0,
        title=title,
        location=table.text("location"),
        about=about,
        confirm=table.text("confirm"),
        reminder=table.text("reminder"),
        remind=_reminders(table, notice),
    )


def _with(table: Table) -> str:
    """The pool's id; empty for the owner."""
    value = table.text("with", OWNER)
    if value == OWNER:
        return ""
    if value.startswith(POOL) and len(value) > len(POOL):
        return value.removeprefix(POOL)
    table.report("meeting.with", "with", f'"{value}" is nobody: write "owner", or a pool as in "pool:smb".')
    return ""


def _span(table: Table, key: str, default: timedelta, longest: timedelta) -> timedelta:
    found = table.duration(key, zero=True)
    if found is not None and found > longest:
        table.report("value.range", key, f'"{key}" is at most {_said(longest)}.')
        return default
    return default if found is None else found


def _grid(table: Table) -> int:
    """Whole minutes that divide an hour."""
    found = table.duration("grid")
    minutes = SHIPPED.grid if found is None else int(found.total_seconds() // 60)
    if minutes not in GRIDS or (found and found != timedelta(minutes=minutes)):
        known = ", ".join(f"{each}min" for each in GRIDS)
        table.report("meeting.grid", "grid", f"Slots begin at parts of an hour: one of {known}.")
        return SHIPPED.grid
    return minutes


def _reminders(table: Table, notice: timedelta) -> tuple[timedelta, ...]:
    """Longest first. One longer than the notice is never sent for who books late: said, and kept."""
    found = []
    for text in table.texts("remind"):
        try:
            found.append(parse_duration(text))
        except ValueError as error:
            table.report("duration.invalid", "remind", sentence(str(error)))
    if len(found) > MOST_REMINDERS:
        table.report("value.range", "remind", f"At most {MOST_REMINDERS} reminders are sent of one meeting.")
    for each in found:
        if each > notice:
            text = f"Who books less than {_said(each)} ahead gets no reminder that long before; the notice is {_said(notice)}."
            table.report("meeting.late_reminder", "remind", text, "warning")
    return tuple(sorted(set(found), reverse=True)[:MOST_REMINDERS])


def _told(table: Table, key: str, catalogue: Catalogue) -> str:
    """A text everybody may read: it has no merge fields."""
    text = table.text(key)
    for code, said in problems(text, known_fields(catalogue)):
        table.report(code, key, said)
    return text


def _said(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}min"
