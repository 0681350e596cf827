"""The policy as a picture: leads come down a river, steps and tiers take theirs, lines lead to where they go. Places and
widths only, no markup: a line is as wide as what went along it. It counts nothing and knows no clock.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import msgspec

from firstright.core.pools import Method
from firstright.core.why.policyview import PolicyView, RuleView, TierView, To

LEFT, RIGHT = 132, 560  # the boxes of steps and tiers
ENDS = 856  # where the boxes of the places begin
RIVER = 30  # the widest the river gets
LINE = 14  # the widest a line gets
HEAD, ROW, GAP = 34, 25, 16
END, END_GAP = 46, 8
TOP = 56
MOST_ROWS, MOST_ENDS = 8, 14
SHOWN = 50  # rules of a tier that the page shows at once
LONGEST, LONGEST_END = 46, 27  # characters that fit
NO_RULE = "no-dead-end"
OWNER = To("owner", "", "Whoever had them", "")
NET = To("review", NO_RULE, "Review: no rule took it", "")
PULLED = "pulled"  # a pool whose leads lie in a queue until a member takes one
KINDS = {
    "pool": ("Pool", "accent"),
    "rep": ("Person", "accent"),
    "owner": ("By owner precedence", "accent"),
    "territory": ("Territories", "accent"),
    "on-call": ("On call", "accent"),
    PULLED: ("Members take from it", "accent"),
    "queue": ("Queue", "accent"),
    "review": ("Review", "warn"),
    "partner": ("Partner", "good"),
    "nurture": ("Nurture", ""),
    "support": ("Support", ""),
    "reject": ("Rejected", ""),
}
LINES = ("queue", PULLED)  # where every lead waits
WAITS = ("waiting", "queued", "pending")


class Row(msgspec.Struct, frozen=True):
    """A step or a rule in its box. `href` is where it is told in full."""

    label: str
    title: str
    href: str
    n: int
    y: float
    bar: float  # width of the bar beneath it


class Stage(msgspec.Struct, frozen=True):
    """Owner precedence, or a tier. `branch` leaves the river for it."""

    label: str
    href: str
    n: int
    y: float
    height: float
    branch: str
    width: float  # of the branch
    rows: tuple[Row, ...]


class End(msgspec.Struct, frozen=True):
    """Where leads go."""

    label: str
    title: str
    says: str
    tone: str
    href: str
    n: int
    y: float


class Line(msgspec.Struct, frozen=True):
    path: str
    width: float
    tone: str
    empty: bool  # nothing went along it


class Reach(msgspec.Struct, frozen=True):
    """A stretch of the river."""

    y: float
    height: float
    width: float


class Picture(msgspec.Struct, frozen=True):
    n: int
    height: float
    river: tuple[Reach, ...]
    stages: tuple[Stage, ...]
    ends: tuple[End, ...]
    lines: tuple[Line, ...]


class Part(msgspec.Struct, frozen=True):
    """What one row stands for before it has a place."""

    label: str
    href: str
    n: int
    to: tuple[tuple[str, int], ...]  # (key of an end, how many)


class Group(msgspec.Struct, frozen=True):
    label: str
    href: str
    parts: tuple[Part, ...]

    @property
    def n(self) -> int:
        return sum(part.n for part in self.parts)


def picture(view: PolicyView, untaken: int) -> Picture:
    """`untaken` is how many no step and no rule took."""
    groups = _groups(view, untaken)
    total = sum(group.n for group in groups)
    most = max((part.n for group in groups for part in group.parts), default=0)
    stages = _stages(groups, total, most)
    below = stages[-1].y + stages[-1].height if stages else TOP
    targets = _targets(view, untaken)
    kept, merged = _kept(groups, targets)
    ends = _ends(groups, stages, kept, merged, below)
    height = max([below, *(end.y + END for end in ends.values())]) + 2
    return Picture(
        total,
        height,
        _river(stages, total),
        stages,
        tuple(ends.values()),
        _lines(groups, stages, ends, merged, most),
    )


def _groups(view: PolicyView, untaken: int) -> list[Group]:
    steps = tuple(Part(step.name, "#precedence", step.n, ((_key(OWNER), step.n),)) for step in view.steps)
    claimed = [Group("Owner precedence", "#precedence", steps)] if steps else []
    found = [_of_tier(t) for t in view.tiers if t.gate] + claimed
    found += [_of_tier(t) for t in view.tiers if not t.gate]
    if untaken:
        net = Part("No rule took it", "/review", untaken, ((_key(NET), untaken),))
        found.append(Group("The last net", "/review", (net,)))
    return found


def _of_tier(tier: TierView) -> Group:
    parts = [_part(tier.id, place, rule) for place, rule in enumerate(tier.rules)]
    return Group(tier.title, f"#tier-{quote(tier.id)}", _shortened(parts))


def _part(tier: str, place: int, rule: RuleView) -> Part:
    """Its link leads to the page on which the rule stands: a tier of hundreds has several."""
    page = f"/policy?tier={quote(tier)}&from={place - place % SHOWN + 1}" if place >= SHOWN else ""
    return Part(rule.name, f"{page}#rule-{quote(rule.id)}", rule.n, ((_key(rule.then), rule.n),))


def _shortened(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Those that took most, in their order; the others as one."""
    if len(parts) <= MOST_ROWS:
        return tuple(parts)
    best = sorted(range(len(parts)), key=lambda place: (-parts[place].n, place))[: MOST_ROWS - 1]
    others = [part for place, part in enumerate(parts) if place not in best]
    to: Counter[str] = Counter()
    for part in others:
        for key, n in part.to:
            to[key] += n
    rest = Part(
        f"{len(others):,} other rules", others[0].href, sum(part.n for part in others), tuple(to.items())
    )
    return (*(parts[place] for place in sorted(best)), rest)


def _key(to: To) -> str:
    return f"{to.kind}:{to.id}"


class Target(msgspec.Struct, frozen=True):
    to: To
    n: int
    waiting: int


def _targets(view: PolicyView, untaken: int) -> dict[str, Target]:
    found: dict[str, Target] = {}
    pulled = {_key(To("pool", pool.id, "", "")) for pool in view.pools if pool.method == Method.PULL}

    def add(to: To, n: int, waiting: int = 0) -> None:
        key = _key(to)
        if key in pulled:
            to = msgspec.structs.replace(to, kind=PULLED)
        known = found.get(key, Target(to, 0, 0))
        found[key] = Target(to, known.n + n, known.waiting + waiting)

    for step in view.steps:
        add(OWNER, step.n)
    for tier in view.tiers:
        for rule in tier.rules:
            add(rule.then, rule.n, sum(rule.outcomes.get(outcome, 0) for outcome in WAITS))
    if untaken:
        add(NET, untaken)
    return found


OTHERS = "others"


def _kept(groups: Iterable[Group], targets: dict[str, Target]) -> tuple[dict[str, Target], dict[str, str]]:
    """The places that are drawn, and the key under which each is: where most went, the others as one."""
    keys = dict.fromkeys(key for group in groups for part in group.parts for key, _ in part.to)
    if len(keys) <= MOST_ENDS:
        return {key: targets[key] for key in keys}, {key: key for key in keys}
    best = set(sorted(keys, key=lambda key: -targets[key].n)[: MOST_ENDS - 1])
    rest = [targets[key] for key in keys if key not in best]
    other = To(OTHERS, "", f"{len(rest):,} other places", "")
    kept = {key: targets[key] for key in keys if key in best}
    kept[OTHERS] = Target(other, sum(t.n for t in rest), sum(t.waiting for t in rest))
    return kept, {key: key if key in best else OTHERS for key in keys}


def _stages(groups: Sequence[Group], total: int, most: int) -> tuple[Stage, ...]:
    found: list[Stage] = []
    y, left = float(TOP), total
    for group in groups:
        width = _scaled(group.n, total, RIVER)
        across = LEFT - 100 + _scaled(left, total, RIVER) - width / 2  # the right bank turns off
        middle = y + HEAD / 2
        rows = tuple(
            Row(
                cut(part.label, LONGEST),
                part.label,
                part.href,
                part.n,
                y + HEAD + place * ROW,
                _scaled(part.n, most, RIGHT - LEFT - 24),
            )
            for place, part in enumerate(group.parts)
        )
        height = HEAD + len(rows) * ROW + 6
        path = f"M{across:.1f} {y - GAP:.1f} Q{across:.1f} {middle:.1f} {LEFT} {middle:.1f}"
        found.append(
            Stage(cut(group.label, LONGEST), group.href, group.n, y, height, path, max(width, 1.0), rows)
        )
        y += height + GAP
        left -= group.n
    return tuple(found)


def _river(stages: Sequence[Stage], total: int) -> tuple[Reach, ...]:
    found: list[Reach] = []
    left, y = total, float(TOP - GAP)
    for stage in stages:
        found.append(Reach(y, stage.y - GAP - y, max(_scaled(left, total, RIVER), 1.0)))
        y, left = stage.y - GAP, left - stage.n
    return tuple(reach for reach in found if reach.height > 0)


def _ends(
    groups: Sequence[Group],
    stages: Sequence[Stage],
    kept: dict[str, Target],
    merged: dict[str, str],
    below: float,
) -> dict[str, End]:
    """In the order of where their lines come from, so that few cross, spread over the height of the tiers."""
    weights: dict[str, list[float]] = {key: [] for key in kept}
    for group, stage in zip(groups, stages, strict=True):
        for part, row in zip(group.parts, stage.rows, strict=True):
            for key, _ in part.to:
                weights[merged[key]].append(row.y)
    order = sorted(kept, key=lambda key: sum(weights[key]) / len(weights[key]))
    gap = max(END_GAP, (below - TOP - len(order) * END) / max(len(order), 1))
    found: dict[str, End] = {}
    y = TOP + (gap - END_GAP) / 2
    for key in order:
        found[key] = _end(kept[key], y)
        y += END + gap
    return found


def _end(target: Target, y: float) -> End:
    kind, tone = KINDS.get(target.to.kind, ("", ""))
    waits = f"{target.waiting:,} waited" if target.waiting and target.to.kind not in LINES else ""
    says = ", ".join(text for text in (kind, waits) if text)
    name = target.to.name
    if target.to.kind == "nurture":
        name, says = "Nurture", waits or "Asked again later"
    elif target.to.kind in ("reject", "review", "support"):  # a reason, not a name
        name = name[:1].upper() + name[1:]
    return End(cut(name, LONGEST_END), name, says, tone, _href(target.to), target.n, y)


def _href(to: To) -> str:
    match to.kind:
        case "pool" | "pulled":
            return f"#pool-{quote(to.id)}"
        case "on-call":
            return f"#rota-{quote(to.id)}"
        case "queue":
            return f"#queue-{quote(to.id)}"
        case "territory":
            return "#territories"
        case "owner":
            return "#precedence"
        case _:
            return ""


def _lines(
    groups: Sequence[Group],
    stages: Sequence[Stage],
    ends: dict[str, End],
    merged: dict[str, str],
    most: int,
) -> tuple[Line, ...]:
    drawn = [
        (row.y + ROW / 2, key, n)
        for group, stage in zip(groups, stages, strict=True)
        for part, row in zip(group.parts, stage.rows, strict=True)
        for key, n in _together(part, merged).items()
    ]
    arriving = Counter(key for _, key, _ in drawn)
    come: Counter[str] = Counter()
    found: list[Line] = []
    for y, key, n in drawn:
        end = ends[key]
        come[key] += 1
        at = end.y + 4 + (END - 8) * (come[key] - 0.5) / arriving[key]
        middle = (RIGHT + ENDS) / 2
        path = f"M{RIGHT} {y:.1f} C{middle:.0f} {y:.1f} {middle:.0f} {at:.1f} {ENDS} {at:.1f}"
        found.append(Line(path, max(_scaled(n, most, LINE), 1.0), end.tone, not n))
    return tuple(sorted(found, key=lambda line: not line.empty))  # what is empty lies below


def _together(part: Part, merged: dict[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, n in part.to:
        found[merged[key]] += n
    return found


def _scaled(n: int, most: int, width: float) -> float:
    return width * n / most if most else 0.0


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
