"""`firstright sequence ...`: what is sent to leads by itself: which sequences there are, and a lead that begins or leaves one."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="List sequences of outreach, start one for a lead, stop the one it is in.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Lead = Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.")]


@app.command("list")
def list_(
    lead: Annotated[str, typer.Option("--lead", help="What became of the steps of one lead instead.")] = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """Lists sequences with how many leads are in them and how they ended."""
    from firstright.cli import outreaching  # 0.5 s of imports that --help does not need

    outreaching.sequences(database, lead, json=json)


@app.command("start")
def start(
    lead: Lead,
    sequence: Annotated[str, typer.Argument(metavar="SEQUENCE", help="Its name in the policy.")],
    database: Database = None,
) -> None:
    """A lead begins a sequence, with who has it now."""
    from firstright.cli import outreaching  # as above

    outreaching.start(database, lead, sequence)


@app.command("stop")
def stop(
    lead: Lead,
    reason: Annotated[str, typer.Option("--reason", help="A few words for who reads the history.")] = "",
    database: Database = None,
) -> None:
    """The sequence of a lead stops: nothing more of it is sent."""
    from firstright.cli import outreaching  # as above

    outreaching.stop(database, lead, reason)
