"""`firstright list ...`: lists of named accounts, imported beside the policy that names them."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Import lists of named accounts, and show what is there.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What policies call the list.")]


@app.callback()
def _list() -> None:
    """Import lists of named accounts, and show what is there."""


@app.command("import")
def import_(
    name: Name,
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="The file, with a column of domains.")],
    column: Annotated[
        str, typer.Option("--column", metavar="TITLE", help="Which column; else domain, website or url.")
    ] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="Of a file that is not Unicode.")] = "",
    database: Database = None,
) -> None:
    """Add a version of a list. No policy changes by it: one names the version by the hash that is printed."""
    from firstright.cli import namedlists  # 0.3 s of imports that --help does not need

    namedlists.import_(database, name, file, column, encoding)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only this list, with its domains.")] = "",
    version: Annotated[
        str, typer.Option("--hash", metavar="HASH", help="Which version of it; else the newest.")
    ] = "",
    database: Database = None,
) -> None:
    """Show every version of every list, or what one lists."""
    from firstright.cli import namedlists  # as above

    namedlists.show(database, name, version)
