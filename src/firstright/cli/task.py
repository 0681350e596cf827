"""`firstright task ...`: what is to be done for leads, by whom and by when; put down, done, put off."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="List what is to be done; put a task down, end it, put it off.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Task = Annotated[str, typer.Argument(metavar="TASK", help="The task's id: see firstright task list.")]
Rep = Annotated[str, typer.Option("--rep", help="On whose behalf: a rep; none: as operations do.")]
Within = Annotated[
    str, typer.Option("--in", metavar="SPAN", help="Business time from now, such as 4h or 30min.")
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="Instead: an instant, such as 2026-03-01T09:30:00Z.")
]


@app.command("list")
def list_(
    rep: Annotated[str, typer.Option("--rep", help="Of this rep alone.")] = "",
    lead: Annotated[str, typer.Option("--lead", help="Of this lead alone.")] = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """List open tasks, the first due first."""
    from firstright.cli import taskwork  # 0.5 s of imports that --help does not need

    taskwork.show(database, rep, lead, json=json)


@app.command("add")
def add(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be done, in a few words.")],
    rep: Rep = "",
    to: Annotated[str, typer.Option("--to", help="Whose task it is; else whoever has the lead.")] = "",
    channel: Annotated[
        str, typer.Option("--channel", help="call, email, sms, chat, meeting or internal.")
    ] = "internal",
    within: Within = "8h",
    at: At = "",
    database: Database = None,
) -> None:
    """Put a task down."""
    from firstright.cli import taskwork  # as above

    taskwork.add(database, lead, text, rep=rep, to=to, channel=channel, within=within, at=at)


@app.command("done")
def done(
    task: Task,
    rep: Rep = "",
    cancelled: Annotated[bool, typer.Option("--cancelled", help="There is no need for it any more.")] = False,
    database: Database = None,
) -> None:
    """End a task that is done without a touch of the lead; a touch ends its own."""
    from firstright.cli import taskwork  # as above

    taskwork.end(database, task, rep, "cancelled" if cancelled else "done")


@app.command("later")
def later(task: Task, rep: Rep = "", within: Within = "8h", at: At = "", database: Database = None) -> None:
    """Put a task off; how often that was done is kept."""
    from firstright.cli import taskwork  # as above

    taskwork.later(database, task, rep, within, at)
