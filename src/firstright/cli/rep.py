"""`firstright rep ...`: who is there, and who is not for a while or for good. It works beside a running server."""

from pathlib import Path
from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Pause a rep, say when they are away or there, have them join a pool or leave.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Rep = Annotated[str, typer.Argument(metavar="REP", help="The rep's id in the roster.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the change log.")]
TIME = "A day such as 2026-12-24 or a time such as 2026-12-24T09:30; without an offset, where the rep lives."
absence = typer.Typer(
    help="When a rep is away.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)
app.add_typer(absence, name="absence")
feed = typer.Typer(
    help="A rep's own calendar, read by URL.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(feed, name="feed")


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


@app.command("on")
def on(
    rep: Rep,
    reason: Reason,
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help=TIME + " Without it, no longer.")
    ] = "",
    database: Database = None,
) -> None:
    """This rep takes leads until then, whatever hours, holidays and absences say."""
    from firstright.cli import staff  # as above

    staff.on(database, rep, until, reason)


@app.command("hours")
def hours(
    rep: Rep,
    day: Annotated[str, typer.Argument(metavar="DATE", help="The day, such as 2026-12-24.")],
    spans: Annotated[
        list[str] | None,
        typer.Argument(metavar="[HOURS]...", help="09:00-12:00, or 22:00-02:00+1 for a night."),
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="They do not work that day.")] = False,
    reason: Reason = "",
    database: Database = None,
) -> None:
    """Other hours on one day. Without hours, and not closed, what the calendar says counts again."""
    from firstright.cli import staff  # as above

    staff.hours(database, rep, day, spans or [], closed=closed, reason=reason)


@app.command("leave")
def leave(
    rep: Rep,
    reason: Reason,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=TIME + " Without it, now.")] = "",
    stays: Annotated[bool, typer.Option("--stays", help="They do not leave after all.")] = False,
    database: Database = None,
) -> None:
    """This rep leaves for good: no new leads, and what they have goes to others."""
    from firstright.cli import staff  # as above

    staff.leave(database, rep, at, stays=stays, reason=reason)


@app.command("join")
def join(
    rep: Rep,
    pool: Annotated[str, typer.Argument(metavar="POOL", help="The pool's id in the policy.")],
    reason: Reason,
    weight: Annotated[
        int, typer.Option("--weight", help="Their share beside the weights of the others.")
    ] = 1,
    ramp: Annotated[
        list[str] | None,
        typer.Option("--ramp", metavar="DATE=WEIGHT", help="From then on another weight; may be repeated."),
    ] = None,
    joined: Annotated[str, typer.Option("--from", metavar="TIME", help=TIME)] = "",
    left: Annotated[str, typer.Option("--until", metavar="TIME", help=TIME)] = "",
    database: Database = None,
) -> None:
    """This rep's place in a pool, instead of the one they have there."""
    from firstright.cli import staff  # as above

    staff.join(database, rep, pool, weight, ramp or [], joined, left, reason)


@app.command("calendar")
def calendar(
    rep: Rep,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An iCalendar file, such as ada.ics.")],
    busy_over: Annotated[
        str,
        typer.Option("--busy-over", metavar="TIME", help="Being busy for that long is an absence, too: 4h."),
    ] = "",
    reason: Reason = "from their calendar",
    database: Database = None,
) -> None:
    """Absences from a rep's own calendar, instead of those it said before: whenever they are out of office."""
    from firstright.cli import staff  # as above

    staff.calendar(database, rep, file, busy_over, reason)


@absence.command("add")
def absence_add(
    rep: Rep,
    starts: Annotated[str, typer.Option("--from", metavar="TIME", help=TIME)],
    ends: Annotated[str, typer.Option("--until", metavar="TIME", help="When they are back. " + TIME)],
    reason: Reason,
    kind: Annotated[
        str, typer.Option("--type", help="vacation, sick, parental, training, or another.")
    ] = "vacation",
    backup: Annotated[str, typer.Option("--backup", metavar="REP", help="Who stands in.")] = "",
    database: Database = None,
) -> None:
    """This rep is to be away."""
    from firstright.cli import staff  # as above

    staff.absence_add(database, rep, kind, starts, ends, backup, reason)


@absence.command("end")
def absence_end(
    rep: Rep,
    starts: Annotated[str, typer.Option("--from", metavar="TIME", help="When the absence begins. " + TIME)],
    reason: Reason,
    database: Database = None,
) -> None:
    """Back as of now; an absence that has not begun is not to be."""
    from firstright.cli import staff  # as above

    staff.absence_end(database, rep, starts, reason)


@absence.command("list")
def absence_list(rep: Rep, database: Database = None) -> None:
    """Absences of this rep that are not over, by their beginning."""
    from firstright.cli import staff  # as above

    staff.absence_list(database, rep)


@feed.command("set")
def feed_set(
    rep: Rep,
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help='https://... or webcal://...; "-" reads it from standard input.'),
    ],
    busy_over: Annotated[
        str,
        typer.Option("--busy-over", metavar="TIME", help="Being busy for that long is an absence, too: 4h."),
    ] = "",
    database: Database = None,
) -> None:
    """Read this rep's calendar there every quarter of an hour. The address is kept sealed, and shown to nobody again."""
    from firstright.cli import feeds  # as above

    feeds.put(database, rep, url, busy_over)


@feed.command("off")
def feed_off(rep: Rep, reason: Reason = "", database: Database = None) -> None:
    """Read it no longer: what it said of now and later is taken back."""
    from firstright.cli import feeds  # as above

    feeds.off(database, rep, reason)


@feed.command("list")
def feed_list(database: Database = None) -> None:
    """Show every calendar that is read, when it last was, and why it is not."""
    from firstright.cli import feeds  # as above

    feeds.show(database)
