"""`firstright bench quality`: how many pairs are found rightly, wrongly and not at all, on bases whose truth is known, beside
rapidfuzz over every pair and splink. One set of thresholds for all of them; each base is cut in halves, and what counts is the half
on which nothing was chosen."""

import sys
from pathlib import Path

from firstright.cli.exits import Stop
from firstright.simulate.benches.measure import Extra, Figures, Method, Side, figure, figures, point
from firstright.simulate.quality import splinked
from firstright.simulate.quality.bases import BASES
from firstright.simulate.quality.report import Compared, compare

NAME = "quality"
DATA = "../shared/data"
QUICK = ("senzing-actual", "restaurants", "aliases")  # what is done in seconds
TARGET = 1.0


def run(method: Method, data: str = "") -> Figures:
    """Stop where the data is not, or is another than it says."""
    folder = Path(data or DATA)
    if not there(data):
        raise Stop(f"{folder}: no folder of data with dedupe/ in it", "say where it is with --data DIR")
    if not splinked.installed():
        print("left out: splink, which is not installed: pip install 'firstright[er]'", file=sys.stderr)
    names = tuple(BASES) if method.scale == 1.0 else QUICK
    return as_figures([measured(folder, name) for name in names])


def there(data: str = "") -> bool:
    return (Path(data or DATA) / "dedupe").is_dir()


def measured(folder: Path, name: str) -> Compared:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=1)
        try:
            base = BASES[name](folder)
        except (OSError, ValueError, KeyError) as error:
            raise Stop(f"{name}: {error}") from None
        return compare(
            base,
            lambda engine, done, of: progress.update(
                task, description=f"{name}: {engine}", completed=done, total=of
            ),
        )


def as_figures(found: list[Compared]) -> Figures:
    """F1 of the held-out halves at the link band; the headline is where we are worst against rapidfuzz, whose threshold the other
    half chose."""
    points = [
        point(each.base, each.ours.f1, each.brute.score.f1, _ratio(each), None, "at least") for each in found
    ]
    worst = min(found, key=_ratio)
    return figures(
        NAME,
        Side(f"F1 at the link band, held-out half of {worst.base}", "F1", worst.ours.f1),
        Side(
            "rapidfuzz token_sort_ratio of every pair, fields and threshold chosen on the other half",
            "F1",
            worst.brute.score.f1,
        ),
        _ratio(worst),
        TARGET,
        "at least",
        points,
        1,
        [extra for each in found for extra in _extras(each)],
    )


def _ratio(each: Compared) -> float:
    return each.ours.f1 / each.brute.score.f1 if each.brute.score.f1 else 1.0


def _extras(each: Compared) -> list[Extra]:
    told = [
        ("true pairs", each.pairs),
        ("precision", each.ours.precision),
        ("recall", each.ours.recall),
        ("recall with the review band", each.review.recall),
        ("precision of both bands", each.review.precision),
        ("recall of the blocking", each.blocked),
        ("F1 on the learning half", each.learning.f1),
        ("F1 on the whole base", each.whole.f1),
        (f"rapidfuzz precision ({each.brute.by})", each.brute.score.precision),
        ("rapidfuzz recall", each.brute.score.recall),
        ("rapidfuzz F1 at the best threshold there is", each.brute.hindsight.f1),
    ]
    if each.splink and each.splink_best:
        told += [
            ("splink F1 at one half", each.splink.f1),
            ("splink precision", each.splink.precision),
            ("splink recall", each.splink.recall),
            ("splink F1 at its best threshold", each.splink_best.f1),
        ]
    return [Extra(f"{each.base}: {what}", "", figure(value)) for what, value in told]
