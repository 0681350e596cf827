"""`firstright fairness POOL`: how fair a pool was over a period, in a stored workspace."""

from typing import Annotated

import typer

from firstright.cli.replay import Database
from firstright.cli.route import Json

Day = "A day in the pool's zone, or an instant"


def fairness(
    pool: Annotated[str, typer.Argument(metavar="POOL", help="The pool's id in the policy.")],
    begins: Annotated[
        str, typer.Option("--from", metavar="WHEN", help=f"{Day}; else thirty days back.")
    ] = "",
    ends: Annotated[
        str, typer.Option("--until", metavar="WHEN", help=f"{Day}, not counted itself; else now.")
    ] = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """Each rep's target beside what they got, their waits, what kept leads from them, and quality."""
    from firstright.cli import fairness_told  # 0.5 s of imports that --help does not need

    fairness_told.fairness(database, pool, begins, ends, json=json)
