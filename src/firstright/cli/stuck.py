"""`firstright stuck ...`: leads that lie, why and since when, and what is decided about them."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Leads that lie: why, since when, and what becomes of them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command("list")
def list_(
    cause: Annotated[str, typer.Option("--cause", help="Only these, such as no-touch.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Only this rep's.")] = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """Show the leads that lie, those that do so longest first."""
    from firstright.cli import stuckleads  # 0.5 s of imports that --help does not need

    stuckleads.show(database, cause, owner, json=json)


@app.command("sweep")
def sweep(database: Database = None) -> None:
    """Look now, instead of when it is time to."""
    from firstright.cli import stuckleads  # as above

    stuckleads.sweep(database)


@app.command("decide")
def decide(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="Its id.")],
    decided: Annotated[str, typer.Argument(metavar="keep|move|close")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for who reads the history.")],
    rep: Annotated[str, typer.Option("--rep", help="To whom it moves.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why it is closed, such as unreachable.")] = "",
    database: Database = None,
) -> None:
    """Keep a lead that lies where it is, move it to a rep, or close it."""
    from firstright.cli import stuckleads  # as above

    stuckleads.decide(database, lead, decided, reason, rep, why)
