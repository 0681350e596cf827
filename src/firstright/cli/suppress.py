"""`firstright suppress ...`: the list of whom not to contact. It keeps digests, so it can be asked but not read."""

from pathlib import Path
from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Keep the list of whom not to contact: add, remove, import, check.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Kind = Annotated[str, typer.Argument(metavar="KIND", help="email, phone or domain.")]
Value = Annotated[str, typer.Argument(metavar="VALUE", help="The address, number or domain.")]
Reason = Annotated[str, typer.Option("--reason", help="Why: shown where somebody is on the list.")]


@app.command("list")
def list_(json: Json = False, database: Database = None) -> None:
    """How many entries there are, by kind and reason."""
    from firstright.cli import outreaching  # 0.5 s of imports that --help does not need

    outreaching.suppressions(database, json=json)


@app.command("add")
def add(kind: Kind, value: Value, reason: Reason = "asked for", database: Database = None) -> None:
    """Nobody writes to it by itself any more."""
    from firstright.cli import outreaching  # as above

    outreaching.suppress(database, [(kind, value)], reason)


@app.command("remove")
def remove(kind: Kind, value: Value, database: Database = None) -> None:
    """It is off the list. What the person said stays."""
    from firstright.cli import outreaching  # as above

    outreaching.release(database, kind, value)


@app.command("check")
def check(kind: Kind, value: Value, database: Database = None) -> None:
    """Whether it is on the list. The exit code is 1 when it is."""
    from firstright.cli import outreaching  # as above

    outreaching.check(database, kind, value)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with columns kind and value.")],
    reason: Reason = "imported",
    database: Database = None,
) -> None:
    """Adds every entry of a file; all of them are read before the first is added."""
    from firstright.cli import outreaching  # as above

    outreaching.import_list(database, file, reason)
