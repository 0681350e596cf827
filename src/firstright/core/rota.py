"""Who is on call at an instant: by turns of days from a start on, handed over at the same wall-clock time, swaps first.

It does not ask whether they can take a lead.
"""

from datetime import datetime
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
    """How many turns have ended since it started. A turn ends at its wall-clock time, whatever the clock did meanwhile."""
    zone = ZoneInfo(rota.zone)
    began, now = rota.starts.astimezone(zone), as_of.astimezone(zone)
    days = (now.date() - began.date()).days - (
        now.timetz().replace(tzinfo=None) < began.timetz().replace(tzinfo=None)
    )
    return days // rota.days
