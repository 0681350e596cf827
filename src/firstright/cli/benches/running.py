"""What `firstright bench` does: which benches there are, running them one after another, and showing their figures."""

import sys
from collections.abc import Callable, Iterable

import msgspec

from firstright.cli.benches import console as bench_console
from firstright.cli.benches import deadlines as bench_deadlines
from firstright.cli.benches import imports as bench_import
from firstright.cli.benches import intake as bench_intake
from firstright.cli.benches import match as bench_match
from firstright.cli.benches import nodes as bench_nodes
from firstright.cli.benches import quality as bench_quality
from firstright.cli.benches import rules as bench_rules
from firstright.cli.exits import Stop
from firstright.simulate.benches import deciding, matching
from firstright.simulate.benches.measure import Figures, Method

QUICK = 0.1


class Where(msgspec.Struct, frozen=True):
    """What the benches may use: a PostgreSQL URL, a folder, a folder of data with known truth; empty when not given."""

    postgres: str = ""
    folder: str = ""
    data: str = ""


class Bench(msgspec.Struct, frozen=True):
    run: Callable[[Method, Where], Figures]
    about: str
    needs_postgres: bool = False
    needs_data: bool = False


BENCHES = {
    deciding.DECIDE: Bench(
        lambda method, _: deciding.run_decide(method),
        "one decision up to the bytes of its record, against zen-engine's rule match alone: at most 2.5",
    ),
    matching.NAME: Bench(
        lambda method, _: matching.run(method),
        "first matching rule, against zen-engine: at least 15 times as fast up to 1,000 rules, 8 times at 10,000",
    ),
    bench_rules.NAME: Bench(
        lambda method, _: bench_rules.run(method),
        "a request without HTTP and database, 10,000 rules against 10: at most 1.3",
    ),
    deciding.REPS: Bench(
        lambda method, _: deciding.run_reps(method),
        "a decision with 10,000 reps in 500 pools, against one pool of 20: at most 1.5",
    ),
    bench_intake.SQLITE: Bench(
        lambda method, where: bench_intake.run_sqlite(method, where.folder),
        "durable leads/s over HTTP, against the bare driver: at least 0.3, 0.45, 0.6 at 1, 8, 32 connections",
    ),
    bench_intake.POSTGRES: Bench(
        lambda method, where: bench_intake.run_postgres(method, where.postgres),
        "the same on PostgreSQL: at least 0.3, 0.6, 1.0",
        needs_postgres=True,
    ),
    bench_deadlines.SQLITE: Bench(
        lambda method, where: bench_deadlines.run_sqlite(method, where.folder),
        "missed deadlines/s of a node that slept, against their rows by the bare driver: at least 0.4",
    ),
    bench_deadlines.POSTGRES: Bench(
        lambda method, where: bench_deadlines.run_postgres(method, where.postgres),
        "the same on PostgreSQL: at least 0.4",
        needs_postgres=True,
    ),
    bench_match.NAME: Bench(
        lambda method, where: bench_match.run(method, where.folder),
        "a company among 1,000,000 accounts by its keys, against rapidfuzz over every name: at least 50 times as fast",
    ),
    bench_quality.NAME: Bench(
        lambda method, where: bench_quality.run(method, where.data),
        "precision and recall on bases whose truth is known, against rapidfuzz over every pair: at least 1.0 of its F1",
        needs_data=True,
    ),
    bench_import.NAME: Bench(
        lambda method, where: bench_import.run(method, where.folder),
        "rows/s of a CSV file, matched, routed and durable, beside polars reading it: at most 500 MB resident",
    ),
    bench_console.SQLITE: Bench(
        lambda method, where: bench_console.run_sqlite(method, where.folder),
        "pages of the inbox with 100,000 leads, p95 over HTTP, against 1,000 leads: at most 1.5",
    ),
    bench_console.POSTGRES: Bench(
        lambda method, where: bench_console.run_postgres(method, where.postgres),
        "the same on PostgreSQL: at most 1.5",
        needs_postgres=True,
    ),
    bench_nodes.NAME: Bench(
        lambda method, where: bench_nodes.run(method, where.postgres),
        "two nodes on one workspace, against one: at least 0.75; take-over of a killed node within 16 s",
        needs_postgres=True,
    ),
}


def chosen(names: list[str], *, every: bool, postgres: str, data: str = "") -> list[str]:
    """The benches asked for, in their order; `every` leaves out, with a word, what cannot run here."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown or not (names or every):
        said = [f'there is no bench "{name}"' for name in unknown]
        raise Stop(*said, f"name a bench, or --all: {', '.join(BENCHES)}")
    lacking = [name for name in (names or BENCHES) if BENCHES[name].needs_postgres and not postgres]
    if lacking and not every:
        raise Stop(*[f"{name} needs --postgres URL or FIRSTRIGHT_BENCH_POSTGRES" for name in lacking])
    absent = [
        name for name in BENCHES if every and BENCHES[name].needs_data and not bench_quality.there(data)
    ]
    for name in absent:
        print(f"left out: {name} needs --data DIR, with dedupe/ in it", file=sys.stderr)
    lacking += absent
    for name in (name for name in lacking if name not in absent):
        print(f"left out: {name} needs --postgres URL or FIRSTRIGHT_BENCH_POSTGRES", file=sys.stderr)
    wanted = set(BENCHES) if every else set(names)
    return [name for name in BENCHES if name in wanted and name not in lacking]


def method(rounds: int, before: int = 0, *, quick: bool) -> Method:
    return Method(rounds, QUICK if quick else 1.0, before)


def show_list() -> None:
    for name, bench in BENCHES.items():
        print(f"{name:<18} {bench.about}")


def run(names: Iterable[str], how: Method, where: Where, *, json: bool, markdown: bool) -> None:
    """Each figure is shown as soon as it is there: a run of all takes minutes."""
    for name in names:
        figures = BENCHES[name].run(how, where)
        if json:
            print(msgspec.json.encode(figures).decode(), flush=True)
        elif markdown:
            print("\n".join(as_markdown(figures)), flush=True)
        else:
            print("\n".join(as_text(figures)), flush=True)


def as_text(figures: Figures) -> list[str]:
    a, b = figures.a, figures.b
    lines = [
        f"{figures.name}: {figures.ratio:g}, target {figures.sense} {figures.target:g}{_verdict(figures.met)}",
        f"  A {a.median:>10g} {a.unit}  {a.what}",
        f"  B {b.median:>10g} {b.unit}  {b.what}",
    ]
    for point in figures.growth:
        other = "" if point.b is None else f" against {point.b:g}"
        ratio = "" if point.ratio is None else f": {point.ratio:g}"
        lines.append(f"  {point.at}: {point.a:g}{other}{ratio}{_target(point.target, point.met, figures)}")
    for extra in figures.extras:
        lines.append(f"  {extra.what}: {extra.value:g} {extra.unit}{_extra(extra.target, extra.met)}")
    lines.append("  " + ", ".join(f"{name} {value}" for name, value in figures.machine.items()))
    return lines


def _verdict(met: bool | None) -> str:
    return "" if met is None else ": met" if met else ": NOT met"


def _target(target: float | None, met: bool | None, figures: Figures) -> str:
    return "" if target is None else f" (target {figures.sense} {target:g}{_verdict(met)})"


def _extra(target: float | None, met: bool | None) -> str:
    return "" if target is None else f" (target at most {target:g}{_verdict(met)})"


def as_markdown(figures: Figures) -> list[str]:
    """A table for docs/performance.md; the line below it says on what it was measured."""
    a, b, sign = figures.a, figures.b, "≤" if figures.sense == "at most" else "≥"
    lines = [
        f"### {figures.name}",
        "",
        f"A: {a.what}, {a.unit}. B: {b.what}, {b.unit}. Medians of {figures.runs} turns.",
        "",
        "| at | A | B | ratio | target | |",
        "|---|---|---|---|---|---|",
    ]
    for point in figures.growth:
        target = "" if point.target is None else f"{sign} {point.target:g}"
        cells = (point.at, f"{point.a:g}", _cell(point.b), _cell(point.ratio), target, _mark(point.met))
        lines.append(f"| {' | '.join(cells)} |")
    for extra in figures.extras:
        target = "" if extra.target is None else f"≤ {extra.target:g} {extra.unit}"
        lines.append(f"| {extra.what} | {extra.value:g} {extra.unit} | | | {target} | {_mark(extra.met)} |")
    machine = ", ".join(f"{name} {value}" for name, value in figures.machine.items())
    return [*lines, "", f"Measured on: {machine}.", ""]


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _mark(met: bool | None) -> str:
    return "" if met is None else "met" if met else "**not met**"
