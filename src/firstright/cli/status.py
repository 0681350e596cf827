"""`firstright status ...`: the pipeline of leads, and what stands in it."""

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Show the pipeline: what each status asks for, how many leads are in it, how long they stay.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def statuses() -> None:
    """Statuses are defined in the policy; `firstright lead move` moves a lead."""


@app.command("list")
def list_(json: Json = False, database: Database = None) -> None:
    """Show every status in its order."""
    from firstright.cli import statuses as work  # 0.5 s of imports that --help does not need

    work.list_(database, json=json)
