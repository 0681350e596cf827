"""Draws chances beside what came of them, as one SVG: a panel for each split, a point for each tenth. No library, no colour alone."""

from collections.abc import Sequence
from html import escape

from firstright.core.accuracy import Tenth
from firstright.simulate.learning.checking import Checked

WIDE, HIGH, SIDE, GAP = 380, 420, 300, 40
_MARKS = {"model": ("#1f5fa8", "circle"), "points": ("#b4551d", "square")}
_TITLES = {"time": "what came later", "chance": "rows strewn over all"}


def plotted(found: Sequence[Checked]) -> str:
    panels = "".join(_panel(each, place * WIDE) for place, each in enumerate(found))
    said = "; ".join(f"{_TITLES[one.cut]}: {_told(one)}" for one in found)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE * len(found)} {HIGH}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12"><title>Chances beside what came of them</title>'
        f'<desc>{escape(said)}</desc><rect width="100%" height="100%" fill="#ffffff"/>{panels}</svg>\n'
    )


def _told(one: Checked) -> str:
    return ", ".join(f"{c.name} calibration error {c.accuracy.error:.3f}" for c in one.contestants)


def _panel(one: Checked, left: int) -> str:
    most = _most(one)
    x0, y0 = left + GAP + 10, GAP

    def at(chance: float, rate: float) -> tuple[float, float]:
        return round(x0 + SIDE * chance / most, 1), round(y0 + SIDE * (1 - rate / most), 1)

    parts = [f'<text x="{x0}" y="{y0 - 16}" font-weight="600">Judged by {_TITLES[one.cut]}</text>']
    for step in range(6):
        share = most * step / 5
        (x, y), label = at(share, share), f"{100 * share:.0f} %"
        parts.append(f'<line x1="{x0}" y1="{y}" x2="{x0 + SIDE}" y2="{y}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x0 - 6}" y="{y + 4}" text-anchor="end" fill="#444444">{label}</text>')
        parts.append(f'<text x="{x}" y="{y0 + SIDE + 16}" text-anchor="middle" fill="#444444">{label}</text>')
    parts.append(
        f'<text x="{x0 + SIDE}" y="{y0 + SIDE - 6}" text-anchor="end" fill="#444444">chance given</text>'
    )
    parts.append(f'<text x="{x0 + 4}" y="{y0 + 14}" fill="#444444">came to it</text>')
    low, high = at(0, 0), at(most, most)
    parts.append(
        f'<path d="M{low[0]} {low[1]}L{high[0]} {high[1]}" stroke="#888888" stroke-dasharray="4 4"/>'
    )
    base = at(0, one.judged_rate)[1]
    parts.append(f'<line x1="{x0}" y1="{base}" x2="{x0 + SIDE}" y2="{base}" stroke="#888888"/>')
    parts.append(f'<text x="{x0 + SIDE}" y="{base - 4}" text-anchor="end" fill="#444444">base rate</text>')
    for place, each in enumerate(c for c in one.contestants if c.name in _MARKS):
        colour, shape = _MARKS[each.name]
        where = [at(tenth.chance, tenth.rate) for tenth in each.accuracy.tenths]
        line = "L".join(f"{x} {y}" for x, y in where)
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts += [
            _mark(x, y, shape, colour, tenth)
            for (x, y), tenth in zip(where, each.accuracy.tenths, strict=True)
        ]
        y = y0 + SIDE + 36 + 16 * place
        parts.append(_mark(x0 + 4, y - 4, shape, colour, None))
        parts.append(
            f'<text x="{x0 + 14}" y="{y}">{each.name}: {_figures(each.accuracy.auc, each.accuracy.brier)}</text>'
        )
    return "".join(parts)


def _most(one: Checked) -> float:
    seen = [max(t.chance, t.rate) for c in one.contestants for t in c.accuracy.tenths]
    return min(1.0, (int(max(seen) * 10) + 1) / 10)


def _mark(x: float, y: float, shape: str, colour: str, tenth: Tenth | None) -> str:
    told = (
        f"<title>{tenth.leads} leads: chance {100 * tenth.chance:.1f} %, came to it {100 * tenth.rate:.1f} %</title>"
        if tenth
        else ""
    )
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}">{told}</circle>'
    return f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{colour}">{told}</rect>'


def _figures(auc: float | None, brier: float) -> str:
    return f"AUC {0.5 if auc is None else auc:.3f}, Brier {brier:.4f}"
