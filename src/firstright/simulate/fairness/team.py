"""A team with all that makes fairness hard: shifts in five zones, leave, ramps, who joins and who leaves, skills, capacity.

The same team for the same seed, every time. It gives nobody a lead.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

from firstright.core.calendar import Calendar, Shift
from firstright.core.roster import Absence, Document, Membership, Rep, Step
from firstright.simulate.workload import Draws

POOL = "inbound"
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(2027, 1, 1, tzinfo=UTC)
WORKDAYS, ALL_DAYS = range(5), range(7)
CALENDARS = (
    Calendar(
        "berlin",
        "Europe/Berlin",
        tuple(Shift(day, 8 * 60, 17 * 60) for day in WORKDAYS),
        (date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25)),
    ),
    Calendar(
        "split",
        "Europe/Berlin",
        tuple(
            Shift(day, opens * 60, closes * 60) for day in WORKDAYS for opens, closes in ((7, 11), (16, 20))
        ),
    ),
    Calendar("london", "Europe/London", tuple(Shift(day, 9 * 60, 18 * 60) for day in WORKDAYS)),
    Calendar(
        "new-york",
        "America/New_York",
        tuple(Shift(day, 9 * 60, 18 * 60) for day in WORKDAYS),
        (date(2026, 7, 3), date(2026, 11, 26), date(2026, 12, 25)),
    ),
    Calendar("pacific", "America/Los_Angeles", tuple(Shift(day, 10 * 60, 19 * 60) for day in range(1, 6))),
    Calendar("night", "Asia/Kolkata", tuple(Shift(day, 20 * 60, 29 * 60) for day in ALL_DAYS)),
)


class Member(msgspec.Struct, frozen=True):
    """One line of the team, from which a rep is made. Days count from the first of January."""

    id: str
    calendar: str
    weight: int
    capacity: int
    languages: tuple[str, ...] = ("en",)
    skills: dict[str, int] = {}
    joins: int = 0
    leaves: int = 0  # 0: stays
    ramp: tuple[tuple[int, int], ...] = ()  # (day, weight)
    long_leave: tuple[int, int] = (0, 0)  # (first day, days)


MEMBERS = (
    Member("ada", "berlin", 5, 45, ("en", "de"), {"enterprise": 3, "fintech": 2}),
    Member("ben", "berlin", 3, 35, ("en", "de"), {"enterprise": 1}),
    Member("cleo", "berlin", 3, 35, ("en", "de", "fr"), {"fintech": 3}, long_leave=(60, 84)),
    Member("dina", "split", 2, 25, ("en", "de", "fr"), {"enterprise": 2}),
    Member("emil", "split", 2, 25, ("en", "de")),
    Member("fay", "london", 4, 40, ("en", "fr"), {"enterprise": 2, "fintech": 1}),
    Member("gil", "london", 3, 30, ("en",), {"enterprise": 1}, leaves=181),
    Member("hana", "london", 1, 20, ("en", "fr")),
    Member("ian", "new-york", 5, 45, ("en",), {"enterprise": 3}),
    Member("june", "new-york", 4, 40, ("en", "fr"), {"fintech": 2}, long_leave=(150, 42)),
    Member("kofi", "new-york", 3, 30, ("en",), {"enterprise": 2}),
    Member("lea", "new-york", 1, 20, ("en", "de")),
    Member("max", "pacific", 4, 40, ("en",), {"enterprise": 2, "fintech": 3}),
    Member("nia", "pacific", 2, 25, ("en",), {}, leaves=273),
    Member("omar", "night", 2, 30, ("en",), {"enterprise": 1}),
    Member("pia", "night", 3, 30, ("en", "de"), {"fintech": 1}),
    Member("quin", "berlin", 1, 30, ("en", "de"), {"enterprise": 1}, joins=74, ramp=((104, 2), (135, 3))),
    Member("rosa", "london", 1, 35, ("en", "fr"), {}, joins=182, ramp=((212, 2), (243, 4))),
    Member("sven", "new-york", 1, 35, ("en",), {"enterprise": 2}, joins=227, ramp=((258, 3),)),
    Member("tess", "night", 2, 30, ("en", "de", "fr"), {"fintech": 2}, joins=288),
)


def team(seed: int) -> Document:
    """The roster of the year. Who is on holiday or ill when is the seed's; performance weights are for each quarter's end."""
    draws = Draws(seed)
    reps = tuple(_rep(member, draws) for member in MEMBERS)
    earned = {member.id: _earned(member, draws) for member in MEMBERS}
    return Document(f"team-{seed}", reps, CALENDARS, performance={POOL: earned})


def day(number: int) -> datetime:
    return BEGINS + timedelta(days=number)


def _rep(member: Member, draws: Draws) -> Rep:
    left = day(member.leaves) if member.leaves else None
    place = Membership(
        POOL,
        member.weight,
        joined=day(member.joins) if member.joins else None,
        ramp=tuple(Step(day(at), weight) for at, weight in member.ramp),
    )
    return Rep(
        member.id,
        member.id.title(),
        calendar=member.calendar,
        capacity=member.capacity,
        languages=member.languages,
        skills=member.skills,
        left=left,
        absences=_absences(member, draws),
        memberships=(place,),
    )


def _absences(member: Member, draws: Draws) -> tuple[Absence, ...]:
    """Two holidays of one to three weeks, four short illnesses, and the long leave; never two at once."""
    found = [("parental", *member.long_leave)] if member.long_leave[1] else []
    for kind, most, times in (("vacation", 21, 2), ("sick", 4, 4)):
        for _ in range(times):
            length = 1 + draws.below(most) if kind == "sick" else 7 + draws.below(most - 6)
            first = member.joins + 20 + draws.below(320 - member.joins)
            if all(first + length < begin or first > begin + days for _, begin, days in found):
                found.append((kind, first, length))
    rows = sorted(found, key=lambda each: each[1])
    return tuple(Absence(kind, day(first), day(first + length)) for kind, first, length in rows)


def _earned(member: Member, draws: Draws) -> int:
    """A weight by conversion, in hundredths of what the base weight would be: 60 to 140 per cent."""
    return member.weight * (60 + draws.below(81))
