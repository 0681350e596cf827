"""`firstright clock ...`: clocks that stand still or go on, and misses that are excused or put right."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Have clocks of a lead stand still, and excuse what was missed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Lead = Annotated[str, typer.Argument(metavar="LEAD", help="Its id.")]
Why = Annotated[str, typer.Option("--why", help="A reason of the list: firstright clock reasons.")]
Note = Annotated[str, typer.Option("--note", help="In your own words, for who reads the history.")]
Since = Annotated[str, typer.Option("--since", help="Due from then on, such as 2026-03-02T09:00:00Z.")]
Until = Annotated[str, typer.Option("--until", help="Due before then.")]
Calendar = Annotated[str, typer.Option("--calendar", help="Counted in this calendar.")]
Pool = Annotated[str, typer.Option("--pool", help="Of leads that rules send to this pool.")]
Clock = Annotated[str, typer.Option("--clock", help="Its name, such as owner, or the id of one.")]


@app.command("list")
def list_(
    since: Since = "",
    until: Until = "",
    calendar: Calendar = "",
    pool: Pool = "",
    clock: Clock = "",
    json: Json = False,
    database: Database = None,
) -> None:
    """Show what was missed and not excused: of the last seven days, unless you say when."""
    from firstright.cli import clocks  # 0.5 s of imports that --help does not need

    clocks.show(database, clocks.Span(since, until, calendar, pool, clock), json=json)


@app.command("reasons")
def reasons() -> None:
    """Show for what clocks may stand still, and for what a miss may be excused."""
    from firstright.cli import clocks  # as above

    clocks.reasons()


@app.command("pause")
def pause(
    lead: Lead,
    why: Why,
    until: Annotated[str, typer.Option("--until", help="At the latest, such as 2026-03-09T09:00:00Z.")],
    note: Note = "",
    database: Database = None,
) -> None:
    """Clocks of whoever has the lead stand still. The first touch is owed all the same."""
    from firstright.cli import clocks  # as above

    clocks.pause(database, lead, why, until, note)


@app.command("resume")
def resume(lead: Lead, note: Note = "", database: Database = None) -> None:
    """They go on, with the business time that was left."""
    from firstright.cli import clocks  # as above

    clocks.resume(database, lead, note)


@app.command("excuse")
def excuse(
    why: Why,
    note: Note,
    lead: Annotated[str, typer.Argument(metavar="[LEAD]", help="Its id; else a span of time.")] = "",
    clock: Clock = "",
    since: Since = "",
    until: Until = "",
    calendar: Calendar = "",
    pool: Pool = "",
    database: Database = None,
) -> None:
    """Excuse a miss of a lead, or all misses of a span of time."""
    from firstright.cli import clocks  # as above

    span = clocks.Span(since, until, calendar, pool, clock)
    clocks.excuse(database, lead, span, why, note, correct=False)


@app.command("correct")
def correct(
    why: Why,
    note: Note,
    lead: Annotated[str, typer.Argument(metavar="[LEAD]", help="Its id; else a span of time.")] = "",
    clock: Clock = "",
    since: Since = "",
    until: Until = "",
    calendar: Calendar = "",
    pool: Pool = "",
    database: Database = None,
) -> None:
    """Work out a miss anew in the calendars as they are now: it was met, missed, or goes on. With a lead, --calendar names
    another one."""
    from firstright.cli import clocks  # as above

    span = clocks.Span(since, until, calendar, pool, clock)
    clocks.excuse(database, lead, span, why, note, correct=True)
