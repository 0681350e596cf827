"""`firstright simulate ...`: the whole program over the past."""

from typing import Annotated

import typer

from firstright.cli.importing import Database
from firstright.cli.route import Json

app = typer.Typer(
    help="Play the whole program over past leads.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _simulate() -> None:
    """Play the whole program over past leads."""


@app.command("history")
def history(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="policy.toml, map.toml, happened.toml, and a roster.")
    ],
    data: Annotated[str, typer.Option("--data", metavar="FOLDER", help="Where the files of past leads are.")],
    database: Database = "",
    json: Json = False,
) -> None:
    """Decide past leads as of their arrival, and hold the result beside what really happened."""
    from firstright.cli import history as room
    from firstright.cli import replayed_history  # 0.4 s of imports that --help does not need

    room.history(folder, data, replayed_history.through(database), json=json)
