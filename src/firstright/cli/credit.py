"""`firstright credit ...`: turns that reps asked back, agreed to or not, and rotations set right by hand."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Answer who asked a turn back, and set a rotation right by hand.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Asked = Annotated[str, typer.Argument(metavar="REQUEST", help="Its id: firstright credit list.")]


@app.command("list")
def list_(
    rep: Annotated[str, typer.Option("--rep", help="The latest of one rep, whatever became of them.")] = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """Show the turns that somebody must agree to give back, the oldest first."""
    from firstright.cli import credits  # 0.5 s of imports that --help does not need

    credits.show(database, rep, json=json)


@app.command("approve")
def approve(
    request: Asked,
    reason: Annotated[str, typer.Option("--reason", help="For who reads the history.")] = "",
    database: Database = None,
) -> None:
    """The turn goes back to who had it."""
    from firstright.cli import credits  # as above

    credits.answer(database, request, reason, approve=True)


@app.command("refuse")
def refuse(
    request: Asked,
    reason: Annotated[str, typer.Option("--reason", help="Why not: they are told.")],
    database: Database = None,
) -> None:
    """The turn stays spent."""
    from firstright.cli import credits  # as above

    credits.answer(database, request, reason, approve=False)


@app.command("adjust", context_settings={"ignore_unknown_options": True})
def adjust(
    pool: Annotated[str, typer.Argument(metavar="POOL")],
    rep: Annotated[str, typer.Argument(metavar="REP")],
    leads: Annotated[str, typer.Argument(metavar="LEADS", help="Such as 1, 0.5 or -1.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail.")],
    lane: Annotated[
        str, typer.Option("--lane", help="A ledger of its own, such as that of an import.")
    ] = "main",
    database: Database = None,
) -> None:
    """Give a rep credit in a pool, or take it away, by hand. Nobody pays for it."""
    from firstright.cli import credits  # as above

    credits.adjust(database, pool, rep, leads, reason, lane)
