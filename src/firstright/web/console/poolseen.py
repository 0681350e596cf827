"""A pool's fairness as a page shows it: figures, bars, words and the links behind them. It fetches nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.decision import Code
from firstright.core.pools import LEAD, Method
from firstright.core.why.moments import MONTHS, Moments
from firstright.desk.explain.fairness import Period, RepFairness, Report
from firstright.web.console.methodwords import BY
from firstright.web.console.saying import several
from firstright.web.console.teamseen import credit_part, owed

MOST_SHOWN = 60  # reps; of more, those farthest from their share
LIKELY = 0.05  # below it, chance seldom sets means so far apart
AIMS = frozenset({Method.CREDIT, Method.PERFORMANCE})  # at the share, lead by lead
WORDS = {
    Code.INACTIVE: "not active",
    Code.LEFT: "had left",
    Code.NOT_IN_POOL: "not in the pool yet",
    Code.PAUSED: "paused",
    Code.ABSENT: "absent",
    Code.HOLIDAY: "public holiday",
    Code.OUT_OF_HOURS: "out of hours",
    Code.OFFLINE: "not online",
    Code.CAP_REACHED: "cap reached",
    Code.LOAD_FULL: "full",
    Code.OFFER_PENDING: "one lead unanswered",
    Code.SKILL_MISSING: "skill missing",
    Code.LANGUAGE: "language",
    Code.TERRITORY: "territory",
    Code.CONFLICT: "conflict of interest",
    Code.DO_NOT_ASSIGN: "not to be given it",
    Code.TRIED_BEFORE: "had it before",
    Code.COOLDOWN: "had one just now",
    Code.NO_LICENCE: "licence missing",
    Code.BURST_GUARD: "many at once",
    Code.CRM_INACTIVE: "not active in the CRM",
    Code.MEETING: "not free for the meeting",
}
Link = Callable[..., str]


class Skip(msgspec.Struct, frozen=True):
    said: str
    n: int
    href: str
    chosen: bool


class Line(msgspec.Struct, frozen=True):
    """One rep. Parts of 100 are of the widest bar; `off_part` and `score_part` around zero, −50 to 50; `got_part`, `could_part`
    of all counted leads."""

    rep: str
    name: str
    seen: bool
    turns: int
    href: str
    target: str
    off: str
    actual_part: float
    target_part: float
    off_part: float
    wait: int
    returned: str
    could: int  # leads they could have had and others got
    could_not: int
    got_part: float
    could_part: float
    skips: tuple[Skip, ...]
    scored: int
    score: str
    score_off: str
    score_part: float


class Preset(msgspec.Struct, frozen=True):
    label: str
    begins: str
    ends: str


def lines(found: Report, link: Link, rep: str, code: str) -> list[Line]:
    """Largest share first; where there are too many to read, the farthest from theirs."""
    reps = list(found.reps)
    if len(reps) > MOST_SHOWN:
        reps = sorted(reps, key=lambda each: -abs(each.share.deviation))[:MOST_SHOWN]
    widest = max([LEAD, *[max(each.share.actual, each.share.target) for each in reps]])
    farthest = max([LEAD, *[abs(each.share.deviation) for each in reps]])
    mean = found.parity.mean if found.parity else 0.0
    spread = max([1.0, *[abs(each.share.score - mean) for each in reps if each.share.score is not None]])
    made = [_line(found, each, link, widest, farthest, mean, spread, (rep, code)) for each in reps]
    return sorted(made, key=lambda line: (-line.target_part, line.name.casefold()))


def _line(
    found: Report,
    each: RepFairness,
    link: Link,
    widest: int,
    farthest: int,
    mean: float,
    spread: float,
    chosen: tuple[str, str],
) -> Line:
    share = each.share
    off = 0.0 if share.score is None else share.score - mean
    return Line(
        rep=each.rep,
        name=each.name,
        seen=each.seen,
        turns=share.turns,
        href=link(rep=each.rep, code="") + "#leads",
        target=f"{share.target / LEAD:,.1f}",
        off=owed(share.deviation),
        actual_part=round(100 * share.actual / widest, 1),
        target_part=round(100 * share.target / widest, 1),
        off_part=credit_part(share.deviation, farthest),
        wait=share.wait,
        returned=owed(share.returned) if share.returned else "",
        could=share.eligible - share.turns,
        could_not=found.counted - share.eligible,
        got_part=_part(share.turns, found.counted),
        could_part=_part(share.eligible, found.counted),
        skips=tuple(
            Skip(WORDS[code], n, link(rep=each.rep, code=code.value) + "#leads", (each.rep, code) == chosen)
            for code, n in sorted(share.skips.items(), key=lambda skip: -skip[1])
        ),
        scored=share.scored,
        score="" if share.score is None else f"{share.score:,.1f}",
        score_off="" if share.score is None else _signed(off),
        score_part=round(50 * off / spread, 1),
    )


def _part(n: int, of: int) -> float:
    return round(100 * n / of, 1) if of else 0.0


def _signed(value: float) -> str:
    shown = f"{abs(value):,.1f}"
    return shown if shown == "0.0" else f"{'+' if value > 0 else '−'}{shown}"


def figures(found: Report) -> list[tuple[str, str, str]]:
    """Label, number, tone."""
    made = [
        ("leads counted", f"{found.counted:,}", ""),
        ("largest deviation, leads", f"{found.furthest / LEAD:.2f}", ""),
        ("evenness, 1 is even", f"{found.jain:.3f}", ""),
    ]
    if found.parity:
        made.append(
            ("parity of quality, p", f"{found.parity.p:.2f}", "warn" if found.parity.p < LIKELY else "")
        )
    return made


def verdict(found: Report) -> str:
    """How it stands in one sentence."""
    far = found.furthest / LEAD
    if found.furthest <= 3 * LEAD // 2:
        return f"Nobody is farther than {far:.2f} leads from the share of the leads they could have had."
    if Method(found.method) in AIMS:
        return f"Somebody is {far:.2f} leads from their share. People who come and go, large leads and credit given back do that."
    return f"Somebody is {far:.2f} leads from their share: this pool gives leads {BY[Method(found.method)]}, which does not aim at it."


def quality(found: Report) -> str:
    parity = found.parity
    if parity is None:
        return "There are no two reps with scored leads to compare."
    sure = "chance alone seldom does that" if parity.p < LIKELY else "chance alone does that easily"
    return (
        f"The mean score is {parity.mean:,.1f}. Dealing the same {several(parity.scored, 'scored lead')} out at random sets reps at "
        f"least so far apart in {_p(parity.p)} of {parity.rounds:,} tries: {sure}."
    )


def _p(p: float) -> str:
    return f"{100 * p:.1f} %" if p < 0.1 else f"{round(100 * p)} %"


def said(asked: Period, now: datetime) -> str:
    """`1 Mar to 31 Mar, Berlin time`, or with hours where it does not go by days."""
    zone = ZoneInfo(asked.zone)
    begin, end = asked.begins.astimezone(zone), asked.ends.astimezone(zone)
    tell = Moments(asked.zone, now)
    ends = asked.ends >= now - timedelta(minutes=1)
    if _is_midnight(begin) and (ends or _is_midnight(end)):
        last = end if ends else end - timedelta(days=1)
        year = now.astimezone(zone).year
        until = "now" if ends else _day(last, year)
        return f"{_day(begin, year)} to {until}, {tell.place} time"
    return f"{tell(asked.begins)} to {tell(asked.ends)}"


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _day(local: datetime, year: int) -> str:
    return f"{local.day} {MONTHS[local.month - 1]}{'' if local.year == year else f' {local.year}'}"


def presets(asked: Period, now: datetime) -> list[Preset]:
    today = now.astimezone(ZoneInfo(asked.zone)).date()
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return [
        Preset("30 days", "", ""),
        Preset("7 days", str(today - timedelta(days=7)), ""),
        Preset("This month", str(first), ""),
        Preset("Last month", str(before), str(first)),
    ]


def dates(asked: Period) -> tuple[str, str]:
    """For the fields of the form: days of the zone. A day that is not over is in the period: it ends before the next."""
    zone = ZoneInfo(asked.zone)
    begin, end = asked.begins.astimezone(zone), asked.ends.astimezone(zone)
    until = end.date() if _is_midnight(end) else end.date() + timedelta(days=1)
    return str(begin.date()), str(until)


def pools_of(pools: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pools, key=lambda each: each[1].casefold())
