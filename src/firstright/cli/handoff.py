"""`firstright handoff ...`: leads that are offered, given, taken, declined, and had back."""

from typing import Annotated

import typer

from firstright.cli.lead import Epoch, Lead, Note, Rep
from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="List what is offered and not answered; hand a lead over, accept, decline, or have it back.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Notes = Annotated[
    list[str] | None,
    typer.Option("--say", metavar="NOTE=TEXT", help="A handoff note, such as next_step=Call; repeat it."),
]


@app.command("list")
def list_(
    rep: Annotated[str, typer.Option("--rep", help="Only what is offered to this rep.")] = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """Show every open offer: the lead, to whom, of which kind, until when."""
    from firstright.cli import handoffs  # 0.5 s of imports that --help does not need

    handoffs.show(database, rep, json=json)


@app.command("give")
def give(
    lead: Lead,
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="A handoff of the policy.")],
    rep: Rep,
    to: Annotated[str, typer.Option("--to", help="To whom by name; none: whoever the type finds.")] = "",
    notes: Notes = None,
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Hand a lead over. It stays with its owner until somebody says yes."""
    from firstright.cli import handoffs  # as above

    handoffs.act(database, notes, verb="hand-over", lead=lead, kind=kind, rep=rep, to=to, epoch=epoch)


@app.command("accept")
def accept(lead: Lead, rep: Rep, epoch: Epoch = None, database: Database = None) -> None:
    """Somebody takes what is offered to them."""
    from firstright.cli import handoffs  # as above

    handoffs.act(database, None, verb="accept-offer", lead=lead, rep=rep, epoch=epoch)


@app.command("decline")
def decline(
    lead: Lead,
    rep: Rep,
    reason: Annotated[str, typer.Option("--reason", help="Why, as for a lead that is declined.")],
    note: Note = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Somebody does not take what is offered to them: another is asked, or it stays with who gave it."""
    from firstright.cli import handoffs  # as above

    handoffs.act(
        database, None, verb="decline-offer", lead=lead, rep=rep, reason=reason, note=note, epoch=epoch
    )


@app.command("recall")
def recall(
    lead: Lead,
    rep: Annotated[str, typer.Option("--rep", help="On whose behalf: a rep; none: as operations do.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="A few words for who reads the history.")] = "",
    notes: Notes = None,
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Withdraw an offer, or have a lead back from support, a partner or nurture."""
    from firstright.cli import handoffs  # as above

    handoffs.act(database, notes, verb="take-back", lead=lead, rep=rep, reason=reason, epoch=epoch)
