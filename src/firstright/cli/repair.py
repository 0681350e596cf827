"""`firstright repair ...`: after a bad publish, which leads its rules placed, and having them decided again."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Decide again what a wrong policy version or rule has decided.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Version = Annotated[
    list[int] | None,
    typer.Option("--version", help="A policy version that decided. More than once for several."),
]
Rule = Annotated[list[str] | None, typer.Option("--rule", help="A rule that placed leads, by its id.")]
Source = Annotated[list[str] | None, typer.Option("--source", help="Only leads of this source.")]
Since = Annotated[str, typer.Option("--since", help="Decided at or after, such as 2026-03-02T09:00:00Z.")]
Until = Annotated[str, typer.Option("--until", help="Decided before.")]
Touched = Annotated[
    bool, typer.Option("--also-touched", help="Also leads that were touched or accepted meanwhile.")
]
Named = Annotated[str, typer.Argument(metavar="REPAIR", help="Its id; the latest when not given.")]


@app.command("preview")
def preview(
    version: Version = None,
    rule: Rule = None,
    source: Source = None,
    since: Since = "",
    until: Until = "",
    also_touched: Touched = False,
    preview: Annotated[str, typer.Option("--preview", help="Show one that is kept, or under way.")] = "",
    leads: Annotated[
        str, typer.Option("--leads", help="List its leads: moved, stayed, kept or failed.")
    ] = "",
    after: Annotated[str, typer.Option("--after", help="Begin the list behind this lead.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Leads of the list.")] = 50,
    json: Json = False,
    database: Database = None,
) -> None:
    """Work out which leads are meant, who would have them now, what would end and what nobody can take back. It is kept."""
    from firstright.cli import repairwork  # 0.5 s of imports that --help does not need

    asked = repairwork.Asked(version or [], rule or [], source or [], since, until, also_touched)
    page = repairwork.page(preview, leads, after, limit)
    repairwork.preview(database, asked, page, json=json)


@app.command("run")
def run(
    reason: Annotated[
        str, typer.Option("--reason", help="Why, for the audit trail and every lead's history.")
    ],
    version: Version = None,
    rule: Rule = None,
    source: Source = None,
    since: Since = "",
    until: Until = "",
    also_touched: Touched = False,
    preview: Annotated[
        str, typer.Option("--preview", help="Of the leads of this preview, and no others.")
    ] = "",
    database: Database = None,
) -> None:
    """Begin a repair. The worker decides its leads again, behind everything else."""
    from firstright.cli import repairwork  # as above

    asked = repairwork.Asked(version or [], rule or [], source or [], since, until, also_touched)
    repairwork.run(database, asked, reason, preview)


@app.command("status")
def status(repair: Named = "", json: Json = False, database: Database = None) -> None:
    """Show how far a repair is, whose leads went to whom, and which were left alone."""
    from firstright.cli import repairwork  # as above

    repairwork.status(database, repair, json=json)


@app.command("stop")
def stop(
    repair: Named,
    reason: Annotated[str, typer.Option("--reason", help="Why: it is kept with a preview.")] = "",
    database: Database = None,
) -> None:
    """Decide no more of its leads. What was decided stays."""
    from firstright.cli import repairwork  # as above

    repairwork.stop(database, repair, reason)
