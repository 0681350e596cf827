"""Whether a source has changed: what it sent lately against the days before, field by field, and when it came against its rhythm.

Pure, and it raises no alarm: it says what is alarming and what has settled. A difference must be large and rare, both.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import isqrt

import msgspec

from firstright.core.hygiene import Hygiene
from firstright.core.surprise import Part, is_fall, is_rise

FILL_DROPPED, VANISHED, APPEARED = "fill-dropped", "field-vanished", "field-appeared"
UNMAPPED_ROSE, WRONG_ROSE, SHIFTED = "unmapped-rose", "problems-rose", "format-changed"
SILENT, SPIKE = "source-silent", "volume-spike"
OF_FIELDS = (FILL_DROPPED, VANISHED, APPEARED, UNMAPPED_ROSE, WRONG_ROSE, SHIFTED)
OF_SOURCES = (SILENT, SPIKE)
SEVERITY = {APPEARED: "note", SPIKE: "note", SILENT: "critical", VANISHED: "critical"}  # others: warning

LEAST_DAYS = 3
ENOUGH = 100  # arrivals of a window that is as short as can be
LATELY = timedelta(days=1)
LEAST_PAST = 100  # arrivals before, below which nothing is known of a source
EXPECTED = 8  # values of a field that should have come, before it is missed
USUAL = 6  # shapes of a field's values that are looked at one by one; all others are one
TOO_VARIED = 40  # per cent of a field's values beyond the usual shapes: it has no format
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
RHYTHM = timedelta(days=14)  # history without which nobody knows when a source is due
LEAST_STEADY = 50  # 10⁻³: of a source that comes in heaps next to nothing can be said
BUSY = 3  # hours in which a spike is counted
ABOVE = 2  # times the busiest such hours of the past

Rhythm = Mapping[datetime, int]  # arrivals by hour, UTC


class FieldProfile(msgspec.Struct):
    """Of one field: arrivals that had it, whose value could not be read, or is in no table. Shapes are of a sample."""

    filled: int = 0
    wrong: int = 0
    unmapped: int = 0
    shapes: dict[str, int] = {}


class Profile(msgspec.Struct):
    """What a source sent in a while."""

    arrivals: int = 0
    fields: dict[str, FieldProfile] = {}

    def field(self, name: str) -> FieldProfile:
        return self.fields.get(name) or FieldProfile()


class Alarming(msgspec.Struct, frozen=True):
    """What has changed: `before` and `after` are parts, or numbers of arrivals; `word` is the shape that changed most."""

    kind: str
    field: str
    before: Part
    after: Part
    word: str = ""

    @property
    def severity(self) -> str:
        return SEVERITY.get(self.kind, "warning")


def judge(recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> list[Alarming]:
    """What is alarming in `recent`, of each field the most telling thing; nothing while too little is known."""
    past = sum(day.arrivals for day in days)
    if not is_judged(recent, days, hygiene):
        return []
    names = sorted({name for each in (recent, *days) for name in each.fields} - {""})
    found = []
    for name in names:
        checks = (_wrong, _vanished, _unmapped, _dropped, _appeared, _shifted)
        said = (check(name, recent, days, hygiene) for check in checks)
        found += [each for each in said if each is not None][:1]
    return found if past else []


def look(
    hours: Sequence[tuple[datetime, Profile]],
    days: Sequence[tuple[datetime, Profile]],
    now: datetime,
    hygiene: Hygiene,
) -> tuple[list[Alarming], bool]:
    """What is alarming in the latest hundred arrivals or in the latest day, and whether there was enough to judge by.

    Both in order of time. A window is compared with the days before the one it begins in: a day is never its own past.
    """
    found: dict[str, Alarming] = {}
    judged = False
    for begins, recent in _windows(hours, now, hygiene):
        past = _before(days, begins)
        judged = judged or is_judged(recent, past, hygiene)
        for each in judge(recent, past, hygiene):
            found.setdefault(each.field, each)
    return list(found.values()), judged


def _before(days: Sequence[tuple[datetime, Profile]], begins: datetime) -> list[Profile]:
    """The days before a window, without the last week where there are enough: broken days that were not noticed at once would
    make the source look wild, and hide the break for good."""
    older = [profile for at, profile in days if at.date() < (begins - WEEK).date()]
    if _is_enough(older):
        return older
    return [profile for at, profile in days if at.date() < begins.date()]


def _windows(
    hours: Sequence[tuple[datetime, Profile]], now: datetime, hygiene: Hygiene
) -> Iterator[tuple[datetime, Profile]]:
    """The shortest with enough to judge by, with twice that, with a hundred, and a day; none is longer than a week."""
    recent = Profile()
    enough = sorted({hygiene.least, 2 * hygiene.least, max(ENOUGH, hygiene.least)})
    for at, profile in reversed(hours):
        if at < now - WEEK:
            return
        recent = together(recent, profile)
        if enough and recent.arrivals >= enough[0]:
            yield at, recent
            enough = [each for each in enough if each > recent.arrivals]
        if at <= now - LATELY and not enough:
            yield at, recent
            return


def together(one: Profile, other: Profile) -> Profile:
    """Both in one."""
    fields: dict[str, FieldProfile] = {}
    for name in {**one.fields, **other.fields}:
        a, b = one.field(name), other.field(name)
        shapes = dict(a.shapes)
        for shape, n in b.shapes.items():
            shapes[shape] = shapes.get(shape, 0) + n
        fields[name] = FieldProfile(a.filled + b.filled, a.wrong + b.wrong, a.unmapped + b.unmapped, shapes)
    return Profile(one.arrivals + other.arrivals, fields)


def is_judged(recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> bool:
    return _is_enough(days) and recent.arrivals >= hygiene.least


def _is_enough(days: Sequence[Profile]) -> bool:
    known = [day for day in days if day.arrivals]
    return len(known) >= LEAST_DAYS and sum(day.arrivals for day in known) >= LEAST_PAST


def judge_rhythm(hours: Rhythm, now: datetime, closed: Collection[date], hygiene: Hygiene) -> list[Alarming]:
    """Whether a source is silent or floods, by what it did at the same hours of the four weeks before.

    `closed` are days on which nobody expects it. An hour's neighbours count too: clocks are put forward and back.
    """
    begun = min(hours, default=now)
    if now - begun < RHYTHM:
        return []
    usual = _usual(hours, now, closed)
    return [
        each
        for each in (_silent(hours, now, closed, usual, hygiene), _spike(hours, now, usual, hygiene))
        if each
    ]


def _parts(days: Sequence[Profile], count: Callable[[Profile], Part]) -> list[Part]:
    return [part for part in map(count, days) if part.of]


def _told(kind: str, field: str, days: Sequence[Part], now: Part, word: str = "") -> Alarming:
    return Alarming(kind, field, Part(sum(d.n for d in days), sum(d.of for d in days)), now, word)


def _risen(now: Part, days: Sequence[Part], points: int) -> bool:
    n, of = sum(d.n for d in days), sum(d.of for d in days)
    large = of > 0 and now.of > 0 and 100 * (now.n * of - n * now.of) >= points * of * now.of
    return large and is_rise(now, days)


def _fallen(now: Part, days: Sequence[Part], points: int) -> bool:
    n, of = sum(d.n for d in days), sum(d.of for d in days)
    large = of > 0 and now.of > 0 and 100 * (n * now.of - now.n * of) >= points * of * now.of
    return large and is_fall(now, days)


def _share(name: str, what: str) -> Callable[[Profile], Part]:
    return lambda profile: Part(min(getattr(profile.field(name), what), profile.arrivals), profile.arrivals)


def _wrong(name: str, recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> Alarming | None:
    share = _share(name, "wrong")
    past, now = _parts(days, share), share(recent)
    return _told(WRONG_ROSE, name, past, now) if _risen(now, past, hygiene.wrong_rise) else None


def _unmapped(name: str, recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> Alarming | None:
    share = _share(name, "unmapped")
    past, now = _parts(days, share), share(recent)
    return _told(UNMAPPED_ROSE, name, past, now) if _risen(now, past, hygiene.unmapped_rise) else None


def _dropped(name: str, recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> Alarming | None:
    share = _share(name, "filled")
    past, now = _parts(days, share), share(recent)
    return _told(FILL_DROPPED, name, past, now) if _fallen(now, past, hygiene.fill_drop) else None


def _vanished(name: str, recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> Alarming | None:
    share = _share(name, "filled")
    past, now = _parts(days, share), share(recent)
    n, of = sum(d.n for d in past), sum(d.of for d in past)
    missed = now.n == 0 and n * now.of >= EXPECTED * of
    return _told(VANISHED, name, past, now) if missed and is_fall(now, past) else None


def _appeared(name: str, recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> Alarming | None:
    share = _share(name, "filled")
    past, now = _parts(days, share), share(recent)
    new = now.n >= EXPECTED and not any(d.n for d in past)
    return _told(APPEARED, name, past, now) if new and is_rise(now, past) else None


def _shifted(name: str, recent: Profile, days: Sequence[Profile], hygiene: Hygiene) -> Alarming | None:
    """Values of a shape that was not usual, or many more of one that was."""
    total: dict[str, int] = {}
    for day in days:
        for shape, n in day.field(name).shapes.items():
            total[shape] = total.get(shape, 0) + n
    usual = sorted(total, key=lambda shape: (-total[shape], shape))[:USUAL]
    beyond = sum(total.values()) - sum(total[shape] for shape in usual)
    if not total or beyond * 100 > TOO_VARIED * sum(total.values()):
        return None
    for shapes in (None, *usual):
        count = _shaped(name, usual, shapes)
        past, now = _parts(days, count), count(recent)
        if _risen(now, past, hygiene.format_shift):
            return _told(SHIFTED, name, past, now, shapes or _newest(recent.field(name).shapes, usual))
    return None


def _shaped(name: str, usual: Sequence[str], shape: str | None) -> Callable[[Profile], Part]:
    def count(profile: Profile) -> Part:
        shapes = profile.field(name).shapes
        of = sum(shapes.values())
        return Part(shapes.get(shape, 0) if shape else of - sum(shapes.get(each, 0) for each in usual), of)

    return count


def _newest(shapes: Mapping[str, int], usual: Sequence[str]) -> str:
    return max(
        (shape for shape in shapes if shape not in usual),
        key=lambda shape: (shapes[shape], shape),
        default="",
    )


def _usual(hours: Rhythm, now: datetime, closed: Collection[date]) -> Callable[[datetime], int]:
    """10⁻³ arrivals of an hour, by the same hours of the weeks before that are known; the least of it and its neighbours."""
    begun = min(hours)

    def mean(hour: datetime) -> int:
        before = [hour - week * WEEK for week in range(1, 5)]
        known = [each for each in before if each >= begun and each.date() not in closed]
        return 1_000 * sum(hours.get(each, 0) for each in known) // len(known) if known else 0

    return lambda hour: min(mean(hour - HOUR), mean(hour), mean(hour + HOUR))


def _silent(
    hours: Rhythm, now: datetime, closed: Collection[date], usual: Callable[[datetime], int], hygiene: Hygiene
) -> Alarming | None:
    last = max((hour for hour, n in hours.items() if n), default=None)
    if last is None:
        return None
    missed = sum(usual(hour) for hour in _between(last + HOUR, now) if hour.date() not in closed)
    if missed * _steadiness(hours, last, closed) < hygiene.silent_after * 1_000_000:
        return None
    silent = int((now - last) // HOUR)
    return Alarming(SILENT, "", Part(missed // 1_000, silent), Part(0, silent))


def _steadiness(hours: Rhythm, last: datetime, closed: Collection[date]) -> int:
    """10⁻³: how much of what is usual a bad day still brings: two deviations below, beyond what chance alone makes."""
    totals: dict[date, int] = {}
    for hour, n in hours.items():
        totals[hour.date()] = totals.get(hour.date(), 0) + n
    begun = min(hours).date()
    days = [begun + timedelta(days=n) for n in range(1, (last.date() - begun).days)]
    excess, squares = Fraction(0), Fraction(0)
    for weekday in range(7):
        same = [totals.get(day, 0) for day in days if day.weekday() == weekday and day not in closed]
        if len(same) > 1:
            mean = Fraction(sum(same), len(same))
            excess += Fraction(sum((x - mean) ** 2 for x in same), len(same) - 1) - mean
            squares += mean * mean
    if excess <= 0 or not squares:
        return 1_000
    return max(LEAST_STEADY, 1_000 - 2 * isqrt(int(1_000_000 * excess / squares)))


def _spike(
    hours: Rhythm, now: datetime, usual: Callable[[datetime], int], hygiene: Hygiene
) -> Alarming | None:
    this = now.replace(minute=0, second=0, microsecond=0)
    lately = sum(hours.get(this - n * HOUR, 0) for n in range(BUSY))
    expected = sum(usual(this - n * HOUR) for n in range(BUSY))
    begun = min(hours)
    busiest = max(
        (
            sum(hours.get(at + n * HOUR, 0) for n in range(BUSY))
            for at in _between(begun, this - 2 * BUSY * HOUR)
        ),
        default=0,
    )
    flood = (
        lately >= hygiene.least and lately * 1_000 >= hygiene.spike * expected and lately > ABOVE * busiest
    )
    return Alarming(SPIKE, "", Part(expected // 1_000, BUSY), Part(lately, BUSY)) if flood else None


def _between(begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Whole hours of [begins, ends) that are over at its end."""
    hour = begins.replace(minute=0, second=0, microsecond=0)
    while hour + HOUR <= ends:
        yield hour
        hour += HOUR
