"""`firstright doctor`: looks at the machine, the database and what is published, and says what to do."""

import typer

from firstright.cli.replay import Database
from firstright.cli.route import Json


def doctor(database: Database = "", json: Json = False) -> None:
    """Check what firstright stands on. Exit code 1 when something is a problem."""
    from firstright.cli import examining  # 0.2 s of imports that --help does not need

    raise typer.Exit(examining.examine(database, json=json))
