"""`firstright bench import`: a CSV file of leads through the command as a process of its own: rows a second durable, matched and
routed, and how much memory that process ever had; beside polars, which only reads the same file.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import msgspec
import polars

from firstright import wiring
from firstright.cli.benches.server import prepared
from firstright.cli.exits import FOUND
from firstright.errors import FirstrightError
from firstright.settings import Settings
from firstright.simulate.benches import leadfile
from firstright.simulate.benches.measure import Extra, Figures, Method, Point, Side, figure, figures, point
from firstright.storage import reports

NAME = "import"
SIZES, LEAST = (
    (10_000, 100_000),
    50,
)  # rows; a million take the better part of an hour: --before says how many more
MEMORY = 500.0  # MB resident


class Taken(msgspec.Struct, frozen=True):
    """One run of the command. `resident` is the most the process ever had, in MB of 10^6 bytes."""

    rows: int
    seconds: float
    resident: float
    read: float  # seconds polars took to read the file


def run(method: Method, folder: str) -> Figures:
    """`folder` must be on the disk that is to be measured. `method.before` is one more size, for whoever has the time."""
    sizes = sorted({method.of(size, LEAST) for size in SIZES} | ({method.before} if method.before else set()))
    found = {size: [imported(size, folder) for _ in range(_rounds(method, size))] for size in sizes}
    points = [_point(size, runs) for size, runs in found.items()]
    largest = found[sizes[-1]]
    most = max(each.resident for each in largest)
    extras = [
        Extra(f"most memory of {size:,} rows", "MB", figure(max(each.resident for each in runs)))
        for size, runs in found.items()
        if size != sizes[-1]
    ]
    crm = [accounts(size, folder) for size in sizes]
    extras += [
        Extra(f"{each.rows:,} accounts of a CRM", "rows/s", figure(each.rows / each.seconds)) for each in crm
    ]
    extras += [
        Extra(
            f"most memory of {each.rows:,} accounts",
            "MB",
            figure(each.resident),
            MEMORY,
            each.resident <= MEMORY,
        )
        for each in crm[-1:]
    ]
    last = Extra(f"most memory of {sizes[-1]:,} rows", "MB", figure(most), MEMORY, most <= MEMORY)
    headline = points[-1]
    return figures(
        NAME,
        Side("rows of a CSV file, each a lead matched, routed and durable, SQLite", "rows/s", headline.a),
        Side("polars reading the same file", "rows/s", headline.b or 0.0),
        headline.ratio or 0.0,
        0.0,
        "at least",
        points,
        len(largest),
        [*extras, last],
    )


def _rounds(method: Method, size: int) -> int:
    return 1 if size > SIZES[0] else max(1, method.rounds // 2)


def _point(size: int, runs: Sequence[Taken]) -> Point:
    ours = median(each.rows / each.seconds for each in runs)
    theirs = median(each.rows / each.read for each in runs)
    return point(f"{size:,} rows", ours, theirs, ours / theirs, None, "at least")


def imported(rows: int, folder: str) -> Taken:
    """A file of that many rows into a new workspace with 1,000 rules and 200 reps."""
    with TemporaryDirectory(prefix="firstright-bench-", dir=folder or None) as place:
        file, fieldmap = Path(place, "leads.csv"), Path(place, "map.toml")
        leadfile.write(file, rows)
        fieldmap.write_text(leadfile.MAP)
        url = f"sqlite:///{Path(place, 'import.db')}"
        prepared(url)
        read = _read(file, rows)
        seconds, resident = commanded(["import", str(file), "--map", str(fieldmap), "--database", url])
        _check(url, rows)
        return Taken(rows, seconds, resident, read)


def accounts(rows: int, folder: str) -> Taken:
    """An extract of that many accounts into a new workspace, with their domains, owners, parents and keys of their names."""
    with TemporaryDirectory(prefix="firstright-bench-", dir=folder or None) as place:
        file, url = Path(place, "accounts.csv"), f"sqlite:///{Path(place, 'accounts.db')}"
        leadfile.write_accounts(file, rows)
        prepared(url)
        read = _read(file, rows)
        seconds, resident = commanded(["accounts", "import", str(file), "--database", url])
        return Taken(rows, seconds, resident, read)


def commanded(arguments: Sequence[str]) -> tuple[float, float]:
    """(seconds, MB resident at most) of one command, its start included. FirstrightError when it failed."""
    began = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "firstright", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, FOUND):  # rows with problems are taken all the same
        raise FirstrightError(f"firstright {arguments[0]} ended with {process.returncode}")
    return perf_counter() - began, used.ru_maxrss * 1024 / 1e6


def _read(file: Path, rows: int) -> float:
    began = perf_counter()
    found = polars.read_csv(file, infer_schema=False).height
    if found != rows:
        raise FirstrightError(f"polars read {found} rows of {rows}")
    return perf_counter() - began


def _check(url: str, rows: int) -> None:
    """Each row is a lead of its own or joined one: that two of them are one person is the matcher's to say."""
    with closing(wiring.open_desk(Settings(database=url, node="bench"))) as desk, desk.read() as tx:
        labels = dict(reports.arrivals(tx))
    found = labels.get("created", 0) + labels.get("merged", 0)
    if found != rows:
        raise FirstrightError(f"{found} leads came of {rows} rows")
