"""`firstright lead ...`: shows a lead, does to it what its owner does, and gives it to somebody by hand."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Show a lead; accept it, claim it, decline or return it, reassign it, log what happened, add what was learnt.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Lead = Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.")]
Rep = Annotated[str, typer.Option("--rep", help="On whose behalf: a rep of the roster.")]
Epoch = Annotated[
    int | None, typer.Option("--epoch", min=0, help="Refuse when the lead has moved on from this epoch.")
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="When it happened, such as 2026-03-01T09:30:00Z; now.")
]
Behalf = Annotated[str, typer.Option("--rep", help="On whose behalf: a rep; none: as operations do.")]
Note = Annotated[str, typer.Option("--note", help="A few words for who reads the history.")]


@app.command("show")
def show(lead: Lead, json: Json = False, database: Database = None) -> None:
    """Show where a lead stands, its clocks, and the latest of what happened to it."""
    from firstright.cli import leads  # 0.5 s of imports that --help does not need

    leads.show(database, lead, json=json)


@app.command("arrivals")
def arrivals(lead: Lead, json: Json = False, database: Database = None) -> None:
    """Show how a lead came, each time: source, campaign, page, offer, and what it wanted then."""
    from firstright.cli import arrivals as told  # as above

    told.show(database, lead, json=json)


@app.command("accept")
def accept(lead: Lead, rep: Rep, epoch: Epoch = None, database: Database = None) -> None:
    """The owner says the lead is theirs."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="accept", lead=lead, rep=rep, epoch=epoch)


@app.command("claim")
def claim(lead: Lead, rep: Rep, epoch: Epoch = None, database: Database = None) -> None:
    """A rep takes the lead out of its queue."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="claim", lead=lead, rep=rep, epoch=epoch)


@app.command("decline")
def decline(
    lead: Lead,
    rep: Rep,
    reason: Annotated[str, typer.Option("--reason", help="One of the list; a wrong one shows it.")],
    note: Note = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """The owner gives the lead back: it goes to somebody who has not had it."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="decline", lead=lead, rep=rep, reason=reason, note=note, epoch=epoch)


@app.command("return")
def return_(
    lead: Lead,
    rep: Rep,
    reason: Annotated[str, typer.Option("--reason", help="One of the list; a wrong one shows it.")],
    note: Note = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """The owner gives back a lead they had begun to work. Where the reason is none of theirs, so does their turn."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="return", lead=lead, rep=rep, reason=reason, note=note, epoch=epoch)


@app.command("reassign")
def reassign(
    lead: Lead,
    reason: Annotated[str, typer.Option("--reason", help="Why, for who reads the history.")],
    to: Annotated[str, typer.Option("--to", metavar="REP", help="Who is to have it.")] = "",
    by_rules: Annotated[bool, typer.Option("--by-rules", help="Have the rules decide once more.")] = False,
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Give a lead to somebody by hand, from wherever it is, or have the rules decide once more."""
    from firstright.cli import leads  # as above

    leads.reassign(database, lead=lead, to=to, by_rules=by_rules, reason=reason, epoch=epoch)


@app.command("move")
def move(
    lead: Lead,
    to: Annotated[
        str, typer.Option("--to", metavar="STATUS", help="Such as qualified, won, lost; new opens it again.")
    ],
    rep: Behalf = "",
    reason: Annotated[str, typer.Option("--reason", help="Of the list to disqualify, in words else.")] = "",
    met: Annotated[
        list[str] | None, typer.Option("--met", help="A criterion you give your word for; several times.")
    ] = None,
    note: Note = "",
    fact: Annotated[
        list[str] | None, typer.Option("--fact", metavar="FIELD=VALUE", help="What is known by now.")
    ] = None,
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Say where a lead is in the pipeline. All that its status still asks for is told at once."""
    from firstright.cli import statuses  # as above

    statuses.move(database, lead, to, rep, reason, met or [], note, fact or [], epoch)


@app.command("role")
def role(
    lead: Lead,
    role: Annotated[str, typer.Option("--role", help="sdr, ae, solutions or partner-manager.")],
    to: Annotated[
        str, typer.Option("--to", metavar="REP", help="Who has it from now on; none: nobody.")
    ] = "",
    rep: Behalf = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Give somebody a role on a lead beside its owner, or take it from who has it."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="role", lead=lead, role=role, to=to, rep=rep, epoch=epoch)


@app.command("convert")
def convert(
    lead: Lead,
    deal: Annotated[str, typer.Option("--deal", metavar="NAME", help="An opportunity with it.")] = "",
    amount: Annotated[int | None, typer.Option("--amount", min=0, help="Of the deal, whole units.")] = None,
    rep: Behalf = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Make a lead a contact with its account and, where you name it, a deal. Once: again tells what it became."""
    from firstright.cli import statuses  # as above

    statuses.convert(database, lead, deal, amount, rep, epoch)


@app.command("merge")
def merge(
    lead: Lead,
    into: Annotated[
        str, typer.Option("--into", metavar="LEAD", help="Which lead stands for it from now on.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, for who reads the history.")],
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Say that a lead is the same person as another: that one keeps its owner, and this one is read with it."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="merge", lead=lead, to=into, reason=reason, epoch=epoch)


@app.command("unmerge")
def unmerge(
    lead: Lead,
    reason: Annotated[str, typer.Option("--reason", help="Why, for who reads the history.")],
    database: Database = None,
) -> None:
    """Take a lead out of the one it was merged into: it is what it was, with its own owner where they still can."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="unmerge", lead=lead, reason=reason)


@app.command("distinct")
def distinct(
    lead: Lead,
    other: Annotated[str, typer.Option("--from", metavar="LEAD", help="Which lead it is not.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for who reads the history.")],
    database: Database = None,
) -> None:
    """Say that two leads are two people: they are proposed and linked no more, and one that waited for it is decided."""
    from firstright.cli import pairs  # as above

    pairs.tell_apart(database, lead, other, reason)


@app.command("touch")
def touch(
    lead: Lead,
    rep: Rep,
    channel: Annotated[str, typer.Option("--channel", help="call, email, sms, chat or meeting.")],
    result: Annotated[str, typer.Option("--result", help="What came of it, such as connected.")] = "",
    at: At = "",
    note: Note = "",
    epoch: Epoch = None,
    database: Database = None,
) -> None:
    """Log that one of us tried to reach the lead."""
    from firstright.cli import leads  # as above

    leads.act(
        database,
        verb="touch",
        lead=lead,
        rep=rep,
        channel=channel,
        result=result,
        at=at,
        note=note,
        epoch=epoch,
    )


@app.command("engaged")
def engaged(
    lead: Lead,
    kind: Annotated[
        str, typer.Option("--kind", help="reply, click, visit, download, chat, call-in or form.")
    ],
    what: Annotated[str, typer.Option("--what", help="The page or the file.")] = "",
    at: At = "",
    database: Database = None,
) -> None:
    """Log something that the lead did."""
    from firstright.cli import leads  # as above

    leads.act(database, verb="engaged", lead=lead, kind=kind, what=what, at=at)


@app.command("learn")
def learn(
    lead: Lead,
    facts: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="country=DE employees=500")],
    database: Database = None,
) -> None:
    """Tell what was found out about a lead; it may be routed again by it."""
    from firstright.cli import leads  # as above

    leads.learn(database, lead, facts)
