"""`firstright dedupe`: which records of a file, or of a workspace, are one. It never merges anything."""

from pathlib import Path
from typing import Annotated

import typer

from firstright.cli.replay import Database


def dedupe(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.csv]", help="People or companies, one a row.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FACT", help='What a column holds; "COLUMN=" leaves it out.'),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="person|company", help="What rows are; else each is told by its columns."
        ),
    ] = "",
    country: Annotated[
        str, typer.Option("--country", metavar="CODE", help="Where telephone numbers are dialled.")
    ] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Of a file that is not Unicode, such as cp1252.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="The report as CSV.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE.html", help="The report as a page, side by side.")
    ] = None,
    workspace: Annotated[
        bool,
        typer.Option("--workspace", help="Leads and accounts of the workspace; pairs of leads go to review."),
    ] = False,
    report_only: Annotated[
        bool, typer.Option("--report-only", help="With --workspace: propose nothing for review.")
    ] = False,
    engine: Annotated[
        str, typer.Option("--engine", metavar="own|splink", help="Who compares; splink needs the extra er.")
    ] = "own",
    link: Annotated[
        int, typer.Option("--link", min=1, max=1000, help="From this score on two are one.")
    ] = 900,
    review: Annotated[
        int, typer.Option("--review", min=1, max=1000, help="From this score on a person looks.")
    ] = 750,
    database: Database = "",
) -> None:
    """Clusters of records that are one, pairs to look at, with scores and reasons. Nothing is ever merged."""
    from firstright.cli import deduping  # 0.5 s of imports that --help does not need

    wanted = deduping.Wanted(
        file=file,
        stated=deduping.stated(map_ or []),
        kind=kind,
        country=country,
        encoding=encoding,
        workspace=workspace,
        report_only=report_only,
        engine=engine,
        link=link,
        review=review,
        database=database,
    )
    deduping.dedupe(wanted, out, html)
