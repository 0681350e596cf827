"""`firstright hygiene ...`: what the audit of the base found, and an audit at once."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="What is wrong in the base: stale owners, leads no rule takes, fields, rules and pools without use.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _hygiene() -> None:
    """What is wrong in the base."""


@app.command("run")
def run(database: Database = None) -> None:
    """Audit now, and say how much was found of each kind. Nothing but the findings is changed."""
    from firstright.cli import tended  # 0.4 s of imports that --help does not need

    tended.run(database)


@app.command("list")
def list_(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="Only this kind, such as owner-gone.")] = "",
    database: Database = None,
    json: Json = False,
) -> None:
    """Show what the last audit found, with its cause and who is to see to it."""
    from firstright.cli import tended  # as above

    tended.show(database, kind, json=json)
