"""`firstright consent ...`: what a lead agreed to, and what it takes back."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Show what a lead agreed to, say what it agrees to now, or that it wants to hear no more.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Lead = Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.")]
Channel = Annotated[str, typer.Option("--channel", help="email, sms or call.")]
Purpose = Annotated[str, typer.Option("--purpose", help="What for; every purpose when left out.")]
Text = Annotated[str, typer.Option("--text", help="What they had before their eyes, or said.")]


@app.command("list")
def list_(lead: Lead, json: Json = False, database: Database = None) -> None:
    """What a lead agreed to, newest first, with the evidence."""
    from firstright.cli import outreaching  # 0.5 s of imports that --help does not need

    outreaching.consented(database, lead, json=json)


@app.command("give")
def give(
    lead: Lead, channel: Channel, purpose: Purpose = "", text: Text = "", database: Database = None
) -> None:
    """They agree to be contacted."""
    from firstright.cli import outreaching  # as above

    outreaching.consent(database, lead, channel, purpose, "given", text)


@app.command("withdraw")
def withdraw(
    lead: Lead, channel: Channel, purpose: Purpose = "", text: Text = "", database: Database = None
) -> None:
    """They do no longer: what is under way ends."""
    from firstright.cli import outreaching  # as above

    outreaching.consent(database, lead, channel, purpose, "withdrawn", text)


@app.command("opt-out")
def opt_out(lead: Lead, text: Text = "", database: Database = None) -> None:
    """They want to hear no more: nothing is sent to them by itself, under any name of theirs."""
    from firstright.cli import outreaching  # as above

    outreaching.opt_out(database, lead, text)
