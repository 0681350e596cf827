"""How every bench measures: both sides by turns in one run, medians, and what machine it was. It judges no figure by itself."""

import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import process_time
from typing import Literal

import msgspec

Sense = Literal["at most", "at least"]
_LIBRARIES = ("firstright", "msgspec", "zen-engine", "polars", "psycopg", "uvicorn", "httptools", "uvloop")
_DIGITS = 4  # significant ones: more would promise more than was measured


class Side(msgspec.Struct, frozen=True):
    """One of the two sides: what was done, in which unit, the median of its runs."""

    what: str
    unit: str
    median: float


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """The same figure at another size of the work. Without `ratio` it is only reported."""

    at: str
    a: float
    b: float | None = None
    ratio: float | None = None
    target: float | None = None
    met: bool | None = None


class Extra(msgspec.Struct, frozen=True, omit_defaults=True):
    """A further figure of the same run, with a target of its own or none."""

    what: str
    unit: str
    value: float
    target: float | None = None
    met: bool | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a bench. `met` speaks of the headline, of every point and of every extra that has a target."""

    name: str
    a: Side
    b: Side
    ratio: float
    target: float
    sense: Sense
    met: bool
    growth: tuple[Point, ...]
    extras: tuple[Extra, ...] = ()
    runs: int
    machine: dict[str, str | int | float]


class Method(msgspec.Struct, frozen=True):
    """How long to measure: rounds of both sides, and how much of the work in each (1.0 is a real run). `before` is how
    many leads the workspace already holds when the growth of the intake benches is measured; 0 leaves that out."""

    rounds: int = 7
    scale: float = 1.0
    before: int = 0

    def of(self, count: int, least: int = 1) -> int:
        """That many of something, at this method's scale."""
        return max(least, round(count * self.scale))


class Disagreement(Exception):
    """The two sides did not do the same work: their figures must not be compared."""


def alternate(a: Callable[[], float], b: Callable[[], float], rounds: int) -> tuple[list[float], list[float]]:
    """A B A B …, after one unmeasured turn of each."""
    a(), b()
    pairs = [(a(), b()) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def compared(a: Callable[[], float], b: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Medians of both sides."""
    ours, theirs = alternate(a, b, rounds)
    return median(ours), median(theirs)


def cpu_micros(work: Callable[[], object], pieces: int) -> float:
    """Processor time of this process for one of `pieces`, in µs."""
    began = process_time()
    work()
    return (process_time() - began) / pieces * 1e6


def figure(value: float) -> float:
    """A measured value without digits nobody measured."""
    return float(f"{value:.{_DIGITS}g}")


def is_met(ratio: float, target: float, sense: Sense) -> bool:
    return ratio <= target if sense == "at most" else ratio >= target


def point(
    at: str, a: float, b: float | None, ratio: float | None, target: float | None, sense: Sense
) -> Point:
    met = is_met(ratio, target, sense) if ratio is not None and target is not None else None
    return Point(
        at, figure(a), None if b is None else figure(b), None if ratio is None else figure(ratio), target, met
    )


def figures(
    name: str,
    a: Side,
    b: Side,
    ratio: float,
    target: float,
    sense: Sense,
    growth: Sequence[Point],
    runs: int,
    extras: Sequence[Extra] = (),
) -> Figures:
    verdicts = (is_met(ratio, target, sense), *(p.met for p in growth), *(e.met for e in extras))
    return Figures(
        name=name,
        a=msgspec.structs.replace(a, median=figure(a.median)),
        b=msgspec.structs.replace(b, median=figure(b.median)),
        ratio=figure(ratio),
        target=target,
        sense=sense,
        met=False not in verdicts,
        growth=tuple(growth),
        extras=tuple(extras),
        runs=runs,
        machine=machine(),
    )


def machine() -> dict[str, str | int | float]:
    """What it ran on: processor, load, versions. A figure without it says nothing."""
    found: dict[str, str | int | float] = {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 2),
        "sqlite": sqlite3.sqlite_version,
    }
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
