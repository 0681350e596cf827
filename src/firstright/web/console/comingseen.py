"""What is coming for one rep, as a page shows it: absences, hours of one day, taking leads, changes of places, and leaving.

It fetches nothing. What of it can be ended by hand has the act and the instant that its form sends.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.documents.repedits import hours_text
from firstright.core.pools import Method
from firstright.core.roster import Rep, Roster
from firstright.core.world import Presence, Standing
from firstright.desk.staff.absences import TYPES
from firstright.web.console.gate import zone_of
from firstright.web.console.visit import Visit
from firstright.web.console.weekseen import dates, day

MOST_MATES = 200
PRESENT = {Presence.ONLINE: "at the desk", Presence.AWAY: "away for a moment", Presence.OFFLINE: "not there"}


class Coming(msgspec.Struct, frozen=True):
    """`ends` is what the form that ends it posts to, `key` its `from`; both empty where nothing can be ended here."""

    at: datetime
    kind: str
    said: str
    more: str = ""
    now: bool = False
    ends: str = ""
    key: str = ""
    does: str = ""


class PresenceSeen(msgspec.Struct, frozen=True):
    state: str
    said: str
    tone: str
    until: datetime | None


def coming(visit: Visit, rep: Rep, roster: Roster) -> list[Coming]:
    """What is on now or ahead, the first first."""
    zone = ZoneInfo(zone_of(rep.id, roster))
    found = [*_absences(visit, rep, zone), *_hours(visit, rep, zone), *_places(visit, rep)]
    if rep.on_until and rep.on_until > visit.now:
        said = f"until {visit.moment(rep.on_until)}, whatever hours and absences say"
        found.append(Coming(visit.now, "takes leads", said, now=True, ends="on/end", does="End"))
    if rep.left and rep.left > visit.now:
        said = f"on {visit.moment(rep.left)}; open leads go to others then"
        found.append(Coming(rep.left, "leaves", said, ends="leave/end", does="Stays"))
    return sorted(found, key=lambda each: (not each.now, each.at))


def kinds(visit: Visit) -> list[tuple[str, str]]:
    """Types of absences to choose from: the usual ones, and those the policy says something about."""
    own = visit.policy.policy.absences if visit.policy else {}
    return [(kind, kind.replace("-", " ")) for kind in dict.fromkeys((*TYPES, *own))]


def mates(visit: Visit, rep: Rep, roster: Roster) -> list[tuple[str, str]]:
    """Who may stand in: those of the same pools or the same manager, by name."""
    pools = {place.pool for place in rep.memberships}
    found = [
        (each.id, each.name or each.id)
        for each in roster.document.reps
        if each.id != rep.id
        and (
            (each.manager and each.manager == rep.manager)
            or each.id == rep.manager
            or pools & {place.pool for place in each.memberships}
        )
    ]
    return sorted(found, key=lambda pair: pair[1].casefold())[:MOST_MATES]


def presence(visit: Visit, rep: Rep, standing: Standing) -> PresenceSeen | None:
    """What they last said; None where no pool of theirs asks for it."""
    pools = visit.policy.policy.pools if visit.policy else {}
    asked = [pools[place.pool] for place in rep.memberships if place.pool in pools]
    if not any(pool.presence or pool.method is Method.SOONEST for pool in asked):
        return None
    state = standing.presence(rep.id, visit.now)
    seen = standing.seen.get(rep.id)
    until = seen.until if seen and seen.until > visit.now else None
    tone = {Presence.ONLINE: "good", Presence.AWAY: "warn", Presence.OFFLINE: ""}[state]
    return PresenceSeen(state, PRESENT[state], tone, until)


def _absences(visit: Visit, rep: Rep, zone: ZoneInfo) -> Iterator[Coming]:
    for each in rep.absences:
        if each.ends > visit.now:
            backup = f"{visit.rep(each.backup)} stands in" if each.backup else ""
            now = each.starts <= visit.now
            yield Coming(
                each.starts,
                each.type.replace("-", " "),
                dates(each, zone),
                backup if not each.feed else "from the calendar",
                now,
                "" if each.feed else "absences/end",
                each.starts.isoformat(),
                "Back now" if now else "Cancel",
            )


def _hours(visit: Visit, rep: Rep, zone: ZoneInfo) -> Iterator[Coming]:
    today = visit.now.astimezone(zone).date()
    for each in rep.exceptions:
        if each.date >= today:
            begins = datetime(each.date.year, each.date.month, each.date.day, tzinfo=zone)
            spans = ", ".join(hours_text(*span).replace("-", "–") for span in each.spans)
            now = each.date == today
            said = f"{day(begins)}: {spans or 'not there'}"
            yield Coming(begins, "hours", said, "", now, "hours/end", each.date.isoformat(), "As usual")


def _places(visit: Visit, rep: Rep) -> Iterator[Coming]:
    for place in rep.memberships:
        name = visit.pool(place.pool)
        for at, said in ((place.joined, "joins"), (place.left, "leaves")):
            if at and at > visit.now:
                yield Coming(at, f"{said} {name}", visit.moment(at))
        for step in place.ramp:
            if step.at > visit.now:
                yield Coming(step.at, f"weight {step.weight} in {name}", f"from {visit.moment(step.at)}")
