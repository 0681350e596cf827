"""`firstright job ...`: shows jobs that were given up, and has them done once more."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Show jobs that were given up, and have them done once more.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.command("list")
def list_(
    after: Annotated[
        str, typer.Option("--after", metavar="ID", help="The last one of the page before.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 50,
    database: Database = None,
) -> None:
    """Show dead jobs: what each was for, since when it is due, and what was tried."""
    from firstright.cli import jobs  # 0.5 s of imports that --help does not need

    jobs.show(database, after, limit)


@app.command("replay")
def replay(
    names: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Dead jobs.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,
    database: Database = None,
) -> None:
    """Have dead jobs done once more, now."""
    from firstright.cli import jobs  # as above

    jobs.replay(database, names or [], everything=everything)
