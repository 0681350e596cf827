"""`firstright stewards`: who answers for each part of the policy, what is overdue, and noting that somebody has looked."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Show who answers for which part of the policy, and note reviews.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
)
Part = Annotated[str, typer.Argument(metavar="PART", help="Such as rule:smb-emea: firstright stewards.")]


@app.callback()
def stewards(
    context: typer.Context,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    json: Json = False,
    database: Database = None,
) -> None:
    """Show who answers for which part of the policy, what is overdue first."""
    if context.invoked_subcommand is None:
        from firstright.cli import stewardwork  # 0.5 s of imports that --help does not need

        stewardwork.show(database, overdue=overdue, json=json)


@app.command("reviewed")
def reviewed(
    part: Part,
    note: Annotated[str, typer.Option("--note", help="What was found, in a few words.")],
    database: Database = None,
) -> None:
    """Note that somebody has looked at a part."""
    from firstright.cli import stewardwork  # as above

    stewardwork.reviewed(database, part, note)


@app.command("history")
def history(part: Part, database: Database = None) -> None:
    """Show when a part was looked at, by whom and with which note."""
    from firstright.cli import stewardwork  # as above

    stewardwork.history(database, part)
