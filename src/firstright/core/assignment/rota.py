"""Who is on call at an instant: by turns of days from a start on, handed over at the same wall-clock time, swaps first.

It does not ask whether they can take a lead.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstright.core.hours import NeverOpen
from firstright.core.roster import Roster, Rota


def on_call(roster: Roster, rota: str, as_of: datetime) -> str:
    """The rep whose turn it is; empty before it starts, outside its calendar, and for a rota there is not."""
    known = roster.rotas.get(rota)
    if known is None or not known.members or as_of < known.starts:
        return ""
    if known.calendar:
        try:
            if not roster.hours(known.calendar).is_open(as_of):
                return ""
        except NeverOpen:
            return ""
    for swap in known.swaps:
        if swap.starts <= as_of < swap.ends:
            return swap.rep
    return known.members[turn_of(known, as_of) % len(known.members)]


def turn_of(rota: Rota, as_of: datetime) -> int:
    """How many turns have ended since it started. A turn ends at its wall-clock time, whatever the clock did meanwhile.

    A time that comes twice hands over the first time, and is not taken back when the clock is; one that the clock skips
    hands over at the first instant after the gap.
    """
    zone = ZoneInfo(rota.zone)
    began, now = rota.starts.astimezone(zone), as_of.astimezone(zone)
    ended = (now.date() - began.date()).days // rota.days
    for turn in (ended + 1, ended):
        if _is_past(began.replace(fold=0) + turn * rota.days * timedelta(days=1), as_of, now):
            return turn
    return ended - 1


def _is_past(wall: datetime, as_of: datetime, now: datetime) -> bool:
    """Whether a local clock has shown at least that time once. `now` is `as_of` in its zone."""
    if as_of >= wall.astimezone(UTC):
        return True
    # In a gap the later reading is the earlier instant; between the two the clock has jumped already, or not yet.
    return as_of >= wall.replace(fold=1).astimezone(UTC) and now.replace(tzinfo=None) >= wall.replace(
        tzinfo=None
    )
