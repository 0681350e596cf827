"""`firstright replay`: makes stored decisions again from their records and says whether the same bytes come out."""

from typing import Annotated

import typer

from firstright.cli.exits import Stop
from firstright.cli.route import Json

Name = Annotated[
    str, typer.Argument(metavar="[ID]", help="A decision, or a lead: then every decision about it.")
]
All = Annotated[bool, typer.Option("--all", help="Every decision there is, in order, and the whole ledger.")]
Database = Annotated[str, typer.Option("--database", metavar="URL", help="Where the decisions are stored.")]


def replay(name: Name = "", all: All = False, database: Database = "", json: Json = False) -> None:
    """Recompute stored decisions byte for byte. Exit code 1 when one differs."""
    from firstright.cli import replaying  # 0.2 s of imports that --help does not need

    if bool(name) == all:
        raise Stop("name a decision or a lead, or ask for --all")
    raise typer.Exit(replaying.replay(name, database, json=json))
