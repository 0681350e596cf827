"""`firstright meeting ...`: what is free, which meetings there are, and to book, move, call off one or say how it went."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Show free slots and meetings; book for a lead, move, call off, say how it went.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Lead = Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help="A kind of meeting of the policy.")]
When = Annotated[str, typer.Argument(metavar="TIME", help="When it begins, such as 2026-03-01T09:30:00Z.")]
Reason = Annotated[str, typer.Option("--reason", help="A few words; of a meeting called off both read it.")]


@app.command("slots")
def slots(
    kind: Kind,
    lead: Annotated[str, typer.Option("--lead", help="With its owner; else with the pool of the kind.")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="How many.")] = 20,
    json: Json = False,
    database: Database = None,
) -> None:
    """Show when a meeting can begin."""
    from firstright.cli import meetings  # 0.5 s of imports that --help does not need

    meetings.slots(database, kind, lead, most, json=json)


@app.command("list")
def list_(
    lead: Annotated[str, typer.Option("--lead", help="Of one lead, whatever became of them.")] = "",
    rep: Annotated[str, typer.Option("--rep", help="With one rep.")] = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """Show the meetings of the next two weeks."""
    from firstright.cli import meetings  # as above

    meetings.show(database, lead, rep, json=json)


@app.command("book")
def book(lead: Lead, kind: Kind, time: When, database: Database = None) -> None:
    """Book a slot for a lead: with its owner, else with whoever of the pool has the turn."""
    from firstright.cli import meetings  # as above

    meetings.act(database, "book", lead, kind=kind, at=time)


@app.command("move")
def move(lead: Lead, time: When, database: Database = None) -> None:
    """Move a lead's meeting to another time."""
    from firstright.cli import meetings  # as above

    meetings.act(database, "meeting-move", lead, at=time)


@app.command("cancel")
def cancel(lead: Lead, reason: Reason = "", database: Database = None) -> None:
    """Call a lead's meeting off."""
    from firstright.cli import meetings  # as above

    meetings.act(database, "meeting-cancel", lead, reason=reason)


@app.command("held")
def held(lead: Lead, reason: Reason = "", database: Database = None) -> None:
    """A lead's meeting was held."""
    from firstright.cli import meetings  # as above

    meetings.act(database, "meeting-held", lead, reason=reason)


@app.command("no-show")
def no_show(lead: Lead, reason: Reason = "", database: Database = None) -> None:
    """Nobody came: the turn comes back where it was spent, and there is a task to offer another time."""
    from firstright.cli import meetings  # as above

    meetings.act(database, "meeting-no-show", lead, reason=reason)
