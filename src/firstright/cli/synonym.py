"""`firstright synonym ...`: what values of a field mean, out to a file and in from one."""

from typing import Annotated

import typer

from firstright.cli.serve import Database
from firstright.cli.unmapped import Reason

app = typer.Typer(
    help="What values of a field mean: tables of synonyms as CSV.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Field = Annotated[str, typer.Argument(metavar="FIELD")]


@app.callback()
def _synonym() -> None:
    """What values of a field mean: tables of synonyms as CSV."""


@app.command("export")
def export(
    field: Field,
    file: Annotated[str, typer.Argument(metavar="[FILE.csv]", help="Else standard output.")] = "",
    database: Database = None,
) -> None:
    """Write the table of a field: value, means. Values without a meaning yet come last, with none."""
    from firstright.cli import meanings  # 0.5 s of imports that --help does not need

    meanings.export(database, field, file)


@app.command("import")
def import_(
    field: Field,
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="With the columns value and means.")],
    reason: Reason = "",
    again: Annotated[
        bool, typer.Option("--again", help="Decide the leads that wait with them again.")
    ] = False,
    database: Database = None,
) -> None:
    """Add or change what the file says, and publish it. What it does not name stays."""
    from firstright.cli import meanings  # as above

    meanings.import_(database, field, file, reason, again=again)
