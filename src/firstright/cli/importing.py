"""`firstright import`: a CSV file of leads through the desk, exact and resumable, with a progress bar."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from firstright.cli.exits import FOUND, Stop

if TYPE_CHECKING:  # 0.3 s of imports that --help does not need
    from rich.console import Console

    from firstright.desk.desk import Desk
    from firstright.desk.importing import Report

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
    from firstright import settings, wiring
    from firstright.cli import screen

    desk = wiring.open_desk(settings.read(database=database or None))
    try:
        desk.warm()
        report = run(desk, Path(file), Path(map), screen.console(stderr=True), history=history, ledger=ledger)
    finally:
        desk.close()
    show(report, screen.console())
    if report.counts.get("quarantined"):
        raise typer.Exit(FOUND)


def run(
    desk: "Desk", file: Path, map_file: Path, bar: "Console", *, history: bool = False, ledger: str = "main"
) -> "Report":
    """Imports with a progress bar on `bar`. Stop, with every reason, when the map or the file cannot be used."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from firstright.cli.files import read_text
    from firstright.desk.importing import Importing
    from firstright.errors import Refused
    from firstright.intake.fieldmap import read_map
    from firstright.intake.mapping import read_lookups
    from firstright.intake.refused import Refused as RefusedFile

    catalogue = {"catalogue": desk.policy.policy.catalogue} if desk.policy else {}
    text = read_text(str(map_file), "map")
    fieldmap, findings = read_map(text, file=str(map_file), **catalogue)
    if fieldmap is None:
        raise Stop(*[f"{f.file}:{f.line}: {f.text}" for f in findings], code=FOUND)
    lookups = read_lookups(fieldmap, lambda name: (file.parent / name).open("rb"))
    if isinstance(lookups, RefusedFile):
        raise Stop(*[p.reason for p in lookups.errors], code=FOUND)
    try:
        stream = file.open("rb")
    except OSError as error:
        raise Stop(f"{file}: cannot be read: {error.strerror}") from None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with stream, Progress(*columns, console=bar, transient=not bar.is_terminal) as progress:
        try:
            importing = Importing(
                desk,
                stream,
                fieldmap,
                map_hash=hashlib.sha256(text.encode()).hexdigest(),
                name=file.name,
                actor="cli",
                lookups=lookups,
                pinned=history,
                ledger=ledger,
            )
        except Refused as refused:
            raise Stop(*[f"{file}: {reason}" for reason in refused.reasons], code=FOUND) from None
        task = progress.add_task(f"Importing {file.name}", total=importing.records())
        return importing.run(
            lambda taken: progress.update(
                task, completed=taken.number if not history else None, advance=1 if history else None
            )
        )


def show(report: "Report", to: "Console") -> None:
    from firstright.cli import screen

    if report.already_done:
        screen.line(to, f"{report.name} was imported before under this map: nothing was changed.")
    elif report.resumed:
        screen.line(to, f"{report.name}: resumed; {report.resumed} records had been taken before.")
    total = sum(report.counts.values())
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.counts.items(), key=lambda x: -x[1]))
    screen.line(to, f"{report.name}: {total} records: {counts}.")
