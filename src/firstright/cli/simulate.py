"""`firstright simulate ...`: the whole program over the past, and its methods over a made-up year."""

from typing import Annotated

import typer

from firstright.cli.importing import Database
from firstright.cli.route import Json

app = typer.Typer(
    help="Play the program over past leads, or its methods over a made-up year.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _simulate() -> None:
    """Play the program over past leads, or its methods over a made-up year."""


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


@app.command("fairness")
def fairness(
    leads: Annotated[int, typer.Option("--leads", min=1, help="How many come in the year.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another year of the same team.")] = 1,
    method: Annotated[
        list[str] | None, typer.Option("--method", help="Only this method of ours; may be repeated.")
    ] = None,
    json: Json = False,
) -> None:
    """Every method, and four rules of other programs, over one year of a team with leave, shifts and bursts."""
    from firstright.cli import fairness_played  # 0.4 s of imports that --help does not need

    fairness_played.fairness(leads, seed, method or [], json=json)
