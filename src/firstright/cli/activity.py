"""`firstright activity ...`: what we did to reach a lead and what it did itself, whatever the channel."""

from typing import Annotated

import typer

from firstright.cli.lead import At, Epoch, Lead, Note
from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Log a touch or something a lead did; list both, newest first.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command("log")
def log(
    lead: Lead,
    rep: Annotated[str, typer.Option("--rep", help="Who of us did it: a touch.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="call, email, sms, chat or meeting.")] = "",
    result: Annotated[str, typer.Option("--result", help="What came of it, such as connected.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--kind", help="What the lead did: reply, click, visit, download, chat, call-in or form."
        ),
    ] = "",
    what: Annotated[str, typer.Option("--what", help="The page or the file.")] = "",
    at: At = "",
    note: Note = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Log a touch of ours (--rep and --channel), or something that the lead did (--kind)."""
    from firstright.cli import activities  # 0.5 s of imports that --help does not need

    activities.log(
        database,
        lead,
        touch={"rep": rep, "channel": channel, "result": result, "note": note, "epoch": epoch},
        engagement={"kind": kind, "what": what},
        at=at,
    )


@app.command("list")
def list_(
    lead: Lead,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many, newest first.")] = 50,
    json: Json = False,
    database: Database = None,
) -> None:
    """List touches and engagements of a lead, newest first, with when each was logged and by whom."""
    from firstright.cli import activities  # as above

    activities.show(database, lead, limit, json=json)
