"""`firstright verify`: looks for broken promises in a workspace."""

import typer

from firstright.cli.replay import Database
from firstright.cli.route import Json


def verify(database: Database = "", json: Json = False) -> None:
    """Check every promise that can be seen in what is stored. Exit code 1 when one is broken."""
    from firstright.cli import verifying  # 0.2 s of imports that --help does not need

    raise typer.Exit(verifying.verify(database, json=json))
