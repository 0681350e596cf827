"""`firstright policy ...`: works on policy files."""

from typing import Annotated

import typer

from firstright.cli.importing import Database
from firstright.cli.roster import By, Reason
from firstright.cli.route import Json

app = typer.Typer(
    help="Check, compare and publish policies.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _policy() -> None:
    """Check, compare and publish policies."""


@app.command("lint")
def lint(
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="The policy file.")],
    roster: Annotated[
        str, typer.Option("--roster", metavar="FILE", help="The roster it will meet: pools, reps, hours.")
    ] = "",
    json: Json = False,
) -> None:
    """Find everything wrong with a policy. Exit code 1 when something is."""
    from firstright.cli import linting  # 0.2 s of imports that --help does not need

    raise typer.Exit(linting.lint(policy, roster, json=json))


@app.command("publish")
def publish(
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="The policy file.")],
    database: Database = "",
    reason: Reason = "",
    by: By = "cli",
) -> None:
    """Make a policy the current version. Refused, with every error, when it would not work with the current roster."""
    from firstright.cli import publishing  # 0.3 s of imports that --help does not need

    publishing.publish("policy", policy, database, reason, by)
