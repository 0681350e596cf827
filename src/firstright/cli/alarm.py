"""`firstright alarms ...`: what somebody should look at, and ending it."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Alarms about sources, providers and models.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _alarms() -> None:
    """Alarms about sources, providers and models."""


@app.command("list")
def list_(
    ended: Annotated[int, typer.Option("--ended", min=0, max=500, help="So many that ended last.")] = 0,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show those that are open, newest first."""
    from firstright.cli import tended  # 0.4 s of imports that --help does not need

    tended.show_alarms(database, ended, json=json)


@app.command("end")
def end(
    alarm: Annotated[str, typer.Argument(metavar="ALARM", help="Its id.")],
    database: Database = None,
) -> None:
    """Accept how it is now: what was alarming is normal from then on."""
    from firstright.cli import tended  # as above

    tended.end(database, alarm)
