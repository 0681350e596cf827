"""How a clean-up tells what it found: a summary for the terminal, a CSV with a row for each pair, a page with records side by side."""

from collections.abc import Mapping, Sequence
from html import escape

import msgspec
from rich.console import Console

from firstright.cli.screen import heading, line
from firstright.core.lead import Value
from firstright.intake.formulas import csv_row

LONGEST = 60  # characters of a value there
SHOWN = 5  # clusters, and pairs to look at, that the terminal shows
ON_PAGE = 2_000  # pairs on a page: with more the CSV is for it
_SAID = (
    "name",
    "first_name",
    "last_name",
    "company",
    "email",
    "phone",
    "street",
    "postcode",
    "city",
    "birth_date",
)


class Found(msgspec.Struct, frozen=True):
    """Two records by place, how alike in per mille, whether they are one, and why, as codes."""

    a: int
    b: int
    score: int
    linked: bool
    reasons: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    what: str
    names: Sequence[str]
    records: Sequence[Mapping[str, Value]]
    kinds: Sequence[str]
    found: Sequence[Found]
    clusters: Mapping[int, tuple[int, ...]]

    def ranked(self) -> list[Found]:
        """Those that are one first, the likest first, then by place: each time the same."""
        return sorted(self.found, key=lambda each: (not each.linked, -each.score, each.a, each.b))

    def label(self, at: int) -> str:
        record = self.records[at]
        parts = [_short(record[name]) for name in _SAID if record.get(name) and not _repeated(name, record)]
        return ", ".join(parts) or "nothing that is compared"


def _short(value: Value) -> str:
    """On one line of a terminal, and no more than a line of it; the CSV and the page have all."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _repeated(name: str, record: Mapping[str, Value]) -> bool:
    return name == "name" and bool(record.get("last_name"))


def show(report: Report, to: Console) -> None:
    linked = [each for each in report.ranked() if each.linked]
    unsure = [each for each in report.ranked() if not each.linked]
    copies = sum(len(members) - 1 for members in report.clusters.values())
    line(
        to,
        f"{len(report.records):,} {report.what}: {len(report.clusters):,} clusters, {copies:,} of them copies;"
        f" {len(unsure):,} pairs to look at",
    )
    for title, pairs in (("One and the same", linked), ("To look at", unsure)):
        if pairs:
            heading(to, f"{title} (first {min(SHOWN, len(pairs))} of {len(pairs):,} pairs)")
        for each in pairs[:SHOWN]:
            line(to, f"{each.score}  {report.names[each.a]}: {report.label(each.a)}", indent=2)
            line(to, f"     {report.names[each.b]}: {report.label(each.b)}", indent=2)
            if each.reasons:
                line(to, f"     {' '.join(each.reasons)}", indent=2)
    line(to, "nothing was merged")


def as_csv(report: Report) -> str:
    """A row for each pair; `cluster` counts clusters from 1, and is empty for a pair that is only to be looked at."""
    numbers = _numbers(report)
    head = ["cluster", "band", "score", "record_a", "record_b", "a", "b", "reasons"]
    lines = [csv_row(head)]
    for each in report.ranked():
        cluster = str(numbers[each.a]) if each.linked else ""
        band = "link" if each.linked else "review"
        sides = (each.a, each.b)
        cells = [
            cluster,
            band,
            str(each.score),
            *(report.names[at] for at in sides),
            *(report.label(at) for at in sides),
        ]
        lines.append(csv_row([*cells, " ".join(each.reasons)], frozenset({0, 2, 3, 4})))
    return "".join(text if text.endswith("\n") else f"{text}\r\n" for text in lines)


def _numbers(report: Report) -> dict[int, int]:
    return {at: number for number, members in enumerate(report.clusters.values(), start=1) for at in members}


_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1d2430}
table{border-collapse:collapse;width:100%;margin:.25rem 0 1.5rem}th,td{border:1px solid #c9ced6;padding:.3rem .6rem;
text-align:left;vertical-align:top}th{background:#f2f4f7;width:9rem}caption{text-align:left;font-weight:600}
.differs{background:#fdf0e6}.why{color:#4a5566}"""


def as_html(report: Report) -> str:
    """One page without anything from elsewhere: pairs side by side, what differs marked."""
    pairs = report.ranked()
    shown = "".join(_side_by_side(report, each) for each in pairs[:ON_PAGE])
    more = f"<p>{len(pairs) - ON_PAGE:,} more pairs are in the CSV.</p>" if len(pairs) > ON_PAGE else ""
    title = f"{len(report.clusters):,} clusters among {len(report.records):,} {escape(report.what)}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>Nothing was merged.</p>{shown}{more}</main></body></html>\n"
    )


def _side_by_side(report: Report, each: Found) -> str:
    a, b = report.records[each.a], report.records[each.b]
    fields = [name for name in dict.fromkeys((*_SAID, *a, *b)) if name in a or name in b]
    rows = "".join(_row(name, a.get(name), b.get(name)) for name in fields)
    band = "One and the same" if each.linked else "To look at"
    names = "".join(f'<th scope="col">{escape(report.names[at])}</th>' for at in (each.a, each.b))
    return (
        f"<table><caption>{band}: {each.score} per mille</caption><thead><tr><td></td>{names}</tr></thead><tbody>{rows}"
        f'</tbody></table><p class="why">{escape(" ".join(each.reasons))}</p>'
    )


def _row(name: str, a: Value | None, b: Value | None) -> str:
    marked = ' class="differs"' if a is not None and b is not None and a != b else ""
    cells = "".join(f"<td{marked}>{escape(_text(value))}</td>" for value in (a, b))
    return f'<tr><th scope="row">{escape(name.replace("_", " "))}</th>{cells}</tr>'


def _text(value: Value | None) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)
