"""The reporting line: who somebody's manager is, and who acts in the place of whoever is away. It moves no lead.

Rosters are written by people: a line may go in a circle, name somebody who has left, or end in nobody.
"""

from collections.abc import Collection
from datetime import datetime

from firstright.core.assignment.eligibility import is_away
from firstright.core.roster import Rep, Roster


def manager_of(rep: str, roster: Roster, as_of: datetime, past: Collection[str] = ()) -> str:
    """The first up the line who is there, or who stands in for one who is away; empty when nobody is.

    Never the rep themselves, and none of those `past`: who had a lead before does not get it as a manager.
    """
    seen = {rep}
    above = _above(rep, roster)
    while above and above not in seen:
        seen.add(above)
        for name in (above, *_stand_ins(roster.reps.get(above), as_of)):
            if name != rep and name not in past and is_there(name, roster, as_of):
                return name
        above = _above(above, roster)
    return ""


def stand_in_of(rep: str, roster: Roster, as_of: datetime, past: Collection[str] = ()) -> str:
    """The backup of the absence somebody has at that instant, else their own; empty when neither is there."""
    named = _stand_ins(roster.reps.get(rep), as_of)
    found = (name for name in named if name != rep and name not in past and is_there(name, roster, as_of))
    return next(found, "")


def is_there(rep: str, roster: Roster, as_of: datetime) -> bool:
    """Whether somebody of that id can take a lead at all: known, active, neither paused nor absent."""
    return not is_away(roster.reps.get(rep), roster, as_of)


def _above(rep: str, roster: Roster) -> str:
    known = roster.reps.get(rep)
    return known.manager if known else ""


def _stand_ins(rep: Rep | None, as_of: datetime) -> tuple[str, ...]:
    if rep is None:
        return ()
    of_absences = [absence.backup for absence in rep.absences if absence.starts <= as_of < absence.ends]
    return tuple(dict.fromkeys(name for name in (*of_absences, rep.backup) if name))
