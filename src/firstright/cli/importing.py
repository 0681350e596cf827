"""`firstright import`: a CSV file of leads through the desk, exact and resumable, with a progress bar."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from firstright.cli.exits import FOUND, Stop

if TYPE_CHECKING:  # 0.3 s of imports that --help does not need
    from rich.console import Console

    from firstright.desk.files.importing import Report
    from firstright.web.commands.files import Import
    from firstright.web.commands.house import Progress as Told

Database = Annotated[
    str, typer.Option("--database", metavar="URL", help="sqlite:///PATH or postgresql://HOST/NAME.")
]


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="The file of leads.")],
    map: Annotated[str, typer.Option("--map", metavar="MAP.toml", help="Which column is which field.")],
    database: Database = "",
    history: Annotated[
        bool, typer.Option("--history", help="Decide each lead as of the instant it arrived, in that order.")
    ] = False,
    ledger: Annotated[
        str,
        typer.Option(
            "--lane", help="The ledger of turns this file counts on; another one spares the rotation."
        ),
    ] = "main",
) -> None:
    """Import leads from a CSV file: each record gets exactly one outcome; a second run changes nothing."""
    from firstright.cli import screen
    from firstright.cli.reach import reach

    with reach(database) as ask:
        report = run(ask, Path(file), Path(map), screen.console(stderr=True), history=history, ledger=ledger)
    show(report, screen.console())
    if report.counts.get("quarantined"):
        raise typer.Exit(FOUND)


def run(
    ask: "Callable[[Import, Told], Report]",
    file: Path,
    map_file: Path,
    bar: "Console",
    *,
    history: bool = False,
    ledger: str = "main",
) -> "Report":
    """Imports with a progress bar on `bar`. Stop, with every reason, when the map or the file cannot be used."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from firstright.cli.files import read_text
    from firstright.errors import Refused
    from firstright.web.commands.files import Import

    wanted = Import(
        file=str(file.absolute()),
        shown=str(file),
        map=read_text(str(map_file), "map"),
        map_file=str(map_file),
        history=history,
        ledger=ledger,
    )
    try:
        os.close(os.open(file, os.O_RDONLY | os.O_NONBLOCK))  # a pipe without a writer would keep us waiting
    except OSError as error:
        raise Stop(f"{file}: cannot be read: {error.strerror}") from None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=bar, transient=not bar.is_terminal) as progress:
        task = progress.add_task(f"Importing {file.name}", total=None)
        try:
            return ask(wanted, lambda done, of: progress.update(task, completed=done, total=of or None))
        except Refused as refused:
            raise Stop(*refused.reasons, code=FOUND) from None


def show(report: "Report", to: "Console") -> None:
    from firstright.cli import screen

    if report.already_done:
        screen.line(to, f"{report.name} was imported before under this map: nothing was changed.")
    elif report.resumed:
        screen.line(to, f"{report.name}: resumed; {report.resumed} records had been taken before.")
    total = sum(report.counts.values())
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.counts.items(), key=lambda x: -x[1]))
    screen.line(to, f"{report.name}: {total} records: {counts}.")
