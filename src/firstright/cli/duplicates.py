"""`firstright duplicates ...`: pairs of leads that may be one, as a clean-up found them."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Leads that may be one and the same.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def words() -> None:
    """Pairs of leads that may be one, to be said by somebody."""


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="At most so many.")] = 50,
    two: Annotated[
        bool, typer.Option("--two", help="Those somebody said are two people, the latest first.")
    ] = False,
    json: Json = False,
    database: Database = None,
) -> None:
    """Show the pairs that wait for somebody's word, the likeliest first; with --two those of which somebody said that they are two."""
    from firstright.cli import pairs  # 0.5 s of imports that --help does not need

    (pairs.show_two if two else pairs.show)(database, limit, json=json)
