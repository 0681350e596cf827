"""`firstright pool ...`: how the members of a performance pool are weighed. It works beside a running server."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Weigh the members of a pool by what became of their leads.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def pools() -> None:
    """Weigh the members of a pool by what became of their leads."""


@app.command("weigh")
def weigh(
    pool: Annotated[str, typer.Argument(metavar="POOL", help="The pool's id in the policy.")],
    look: Annotated[bool, typer.Option("--look", help="Only work it out; publish nothing.")] = False,
    database: Database = None,
) -> None:
    """Works out the weights of a performance pool from its closed window, and publishes them as a roster version."""
    from firstright.cli import pools  # 0.5 s of imports that --help does not need

    pools.weigh(database, pool, look)
