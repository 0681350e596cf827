"""`firstright unmapped ...`: values that came and no table knows, and saying once what one means."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Values that no table knows, and what they mean.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Reason = Annotated[str, typer.Option("--reason", help="Why: it stands beside the version.")]


@app.callback()
def _unmapped() -> None:
    """Values that no table knows, and what they mean."""


@app.command("list")
def list_(
    field: Annotated[str, typer.Argument(metavar="[FIELD]", help="Only this field.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Values of a field.")] = 20,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show them by field, the most frequent first, with what is nearest."""
    from firstright.cli import meanings  # 0.5 s of imports that --help does not need

    meanings.show(database, field, limit, json=json)


@app.command("map")
def map_(
    field: Annotated[str, typer.Argument(metavar="FIELD")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="As it came; case does not matter.")],
    means: Annotated[str, typer.Argument(metavar="MEANS", help="The value it stands for.")],
    reason: Reason = "",
    again: Annotated[
        bool, typer.Option("--again", help="Clean the leads that wait with it, and decide them again.")
    ] = False,
    database: Database = None,
) -> None:
    """Add the synonym to the policy and publish it: one line, nothing else changes."""
    from firstright.cli import meanings  # as above

    meanings.map_(database, field, value, means, reason, again=again)
