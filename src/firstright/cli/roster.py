"""`firstright roster ...`: who can take leads."""

from typing import Annotated

import typer

from firstright.cli.importing import Database

app = typer.Typer(
    help="Publish rosters: reps, hours, absences, weights.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Reason = Annotated[str, typer.Option("--reason", help="Why, for the change log.")]
By = Annotated[str, typer.Option("--by", help="Who publishes it.")]


@app.callback()
def _roster() -> None:
    """Publish rosters: reps, hours, absences, weights."""


@app.command("publish")
def publish(
    roster: Annotated[str, typer.Argument(metavar="ROSTER", help="The roster file.")],
    database: Database = "",
    reason: Reason = "",
    by: By = "cli",
) -> None:
    """Make a roster the current one. Refused, with every error, when the current policy could not work with it."""
    from firstright.cli import publishing  # 0.3 s of imports that --help does not need

    publishing.publish("roster", roster, database, reason, by)
