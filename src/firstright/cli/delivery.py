"""`firstright deliveries ...`: shows what could not be sent, and has it sent once more."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Show deliveries, and send dead ones once more.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command("list")
def list_(
    state: Annotated[
        str, typer.Option("--state", help="behind, ready, leased, sent, dead or cancelled.")
    ] = "dead",
    destination: Annotated[str, typer.Option("--destination", help="Its name, such as webhook:crm.")] = "",
    after: Annotated[
        str, typer.Option("--after", metavar="ID", help="The last one of the page before.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 50,
    database: Database = None,
) -> None:
    """Show deliveries in one state, the oldest first."""
    from firstright.cli import deliveries  # 0.5 s of imports that --help does not need

    deliveries.show(database, state, destination, after, limit)


@app.command("show")
def show(
    delivery: Annotated[str, typer.Argument(metavar="ID", help="The delivery's id.")],
    database: Database = None,
) -> None:
    """Show one delivery: where to, about what, how often it was tried, and what was answered."""
    from firstright.cli import deliveries  # as above

    deliveries.one(database, delivery)


@app.command("replay")
def replay(
    names: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Dead deliveries.")] = None,
    destination: Annotated[
        str, typer.Option("--destination", help="All dead ones of a destination ...")
    ] = "",
    since: Annotated[
        str,
        typer.Option("--since", metavar="TIME", help="... that were decided since, as 2026-03-01T09:30:00Z."),
    ] = "",
    database: Database = None,
) -> None:
    """Send dead deliveries once more, under the same ids."""
    from firstright.cli import deliveries  # as above

    deliveries.replay(database, names or [], destination, since)
