"""`firstright rep ...`: who takes no new leads for a while. It works beside a running server."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Pause a rep, and have them take leads again.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Rep = Annotated[str, typer.Argument(metavar="REP", help="The rep's id in the roster.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the change log.")]


@app.command("pause")
def pause(
    rep: Rep,
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="TIME",
            help="The first minute that counts again, such as 2026-03-01T09:30:00Z.",
        ),
    ],
    reason: Reason,
    database: Database = None,
) -> None:
    """No new leads for this rep until then; their own leads stay theirs. A new roster version says so."""
    from firstright.cli import reps  # 0.5 s of imports that --help does not need

    reps.pause(database, rep, until, reason)


@app.command("resume")
def resume(rep: Rep, reason: Reason, database: Database = None) -> None:
    """A paused rep takes leads again, as of now."""
    from firstright.cli import reps  # as above

    reps.resume(database, rep, reason)
