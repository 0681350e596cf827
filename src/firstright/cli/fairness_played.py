"""What `firstright simulate fairness` does: plays the year and prints how far each rule left people from their share."""

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from firstright.cli.exits import USAGE, Stop
from firstright.cli.screen import console, heading, line
from firstright.core.pools import LEAD, Method
from firstright.simulate.fairness.figures import Figures
from firstright.simulate.fairness.play import METHODS, simulate
from firstright.simulate.fairness.scattered import Scattered, scattered

MOST = 1_000_000  # leads of one play
HEADS = (
    "furthest", "at the end", "RMS", "Jain", "longest wait", "after leave", "on joining",
)  # fmt: skip
SAID = (
    "Deviations are leads got less the share of the leads somebody could have had. Furthest: the largest of anybody at "
    "any time. RMS: over everybody and the whole year. Longest wait: leads in a row that somebody could have had and "
    "others got. After leave, on joining: what people got beyond their share of the first leads in which they were "
    "entitled to ten: the most and the least of anybody, so +90 is a burst and -10 is nothing at all."
)


class Played(msgspec.Struct, frozen=True):
    """What --json prints. Credit is in 10⁻⁹ leads."""

    leads: int
    seed: int
    rules: list[Figures]
    scattered: Scattered


def fairness(leads: int, seed: int, methods: list[str], *, json: bool) -> None:
    if not 1 <= leads <= MOST:
        raise Stop(f"--leads {leads}: from 1 to {MOST:,}", code=USAGE)
    found = played(leads, seed, _chosen(methods))
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        show(found, console())


def played(leads: int, seed: int, methods: tuple[Method, ...]) -> Played:
    """With a bar on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=leads)

        def told(rule: str, done: int, of: int) -> None:
            progress.update(task, description=rule, completed=done, total=of)

        return Played(leads, seed, simulate(leads, seed, methods, told), scattered(seed))


def _chosen(methods: list[str]) -> tuple[Method, ...]:
    known = [method.value for method in METHODS]
    wrong = [name for name in methods if name not in known]
    if wrong:
        raise Stop(f"--method {wrong[0]}: one of {', '.join(known)}", code=USAGE)
    return tuple(method for method in METHODS if not methods or method.value in methods)


def show(found: Played, to: Console) -> None:
    first = found.rules[0]
    heading(to, f"{found.leads:,} leads, a year, seed {found.seed}")
    line(
        to,
        "The same leads and the same team of twenty for every rule: shifts in five zones, leave, ramps, skills.",
    )
    for title, ours in (("Methods of firstright", True), ("Rules of others, as documented", False)):
        rows = [each for each in found.rules if each.ours is ours]
        if rows:
            heading(to, title)
            to.print(_table(rows))
    to.print()
    line(to, SAID)
    line(
        to,
        f"{first.held:,} leads of the first rule had to wait for somebody who could take them; {first.unserved:,} still did.",
    )
    worst = found.scattered
    line(
        to,
        f"Chance alone says who of {worst.reps} can take each of {worst.leads:,} leads ({worst.seeds} seeds): credit stays within "
        f"{_leads(worst.even)} with equal weights, {_leads(worst.uneven)} with weights 1 to 5.",
    )


def _table(rows: list[Figures]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rule")
    for head in HEADS:
        table.add_column(head, justify="right")
    for each in rows:
        table.add_row(each.rule, *cells(each))
    return table


def cells(each: Figures) -> tuple[str, ...]:
    """In the order of HEADS."""
    return (
        _leads(each.furthest),
        _leads(each.at_end),
        f"{each.rms:,.2f}",
        f"{each.jain:.4f}",
        f"{each.wait:,}",
        _span(each.leave),
        _span(each.joining),
    )


def _leads(units: int) -> str:
    return f"{units / LEAD:,.2f}"


def _span(most_and_least: tuple[int, int]) -> str:
    most, least = most_and_least
    return f"{most / LEAD:+.1f} {least / LEAD:+.1f}"
