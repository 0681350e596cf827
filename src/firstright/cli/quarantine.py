"""`firstright quarantine ...`: what could not become a lead, why, and another try once that is mended."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="What could not become a lead: see why, and try again.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Arrival = Annotated[str, typer.Argument(metavar="ARRIVAL", help="Its id: firstright quarantine list.")]
Source = Annotated[str, typer.Option("--source", help="Those of one source.")]


@app.command("list")
def list_(
    source: Source = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")] = 50,
    json: Json = False,
    database: Database = None,
) -> None:
    """Show what is in quarantine, the newest first, with what is wrong with each."""
    from firstright.cli import quarantined  # 0.5 s of imports that --help does not need

    quarantined.show(database, source, limit, json=json)


@app.command("show")
def show(arrival: Arrival, json: Json = False, database: Database = None) -> None:
    """Show one of them as it was received."""
    from firstright.cli import quarantined  # as above

    quarantined.one(database, arrival, json=json)


@app.command("replay")
def replay(
    arrival: Annotated[
        str, typer.Argument(metavar="[ARRIVAL]", help="One; none with --all or --source.")
    ] = "",
    source: Source = "",
    all_: Annotated[bool, typer.Option("--all", help="Those of every source.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also what looks like a machine's, or came under another's name.")
    ] = False,
    json: Json = False,
    database: Database = None,
) -> None:
    """Read it again with today's map, source and policy: it becomes a lead, or stays with today's reasons."""
    from firstright.cli import quarantined  # as above

    quarantined.replay(database, arrival, source, all_=all_, anyway=anyway, json=json)
