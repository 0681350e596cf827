"""`firstright field ...`: everything rules may ask about, with a policy's own fields, and how often it is filled."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Show the fields rules, maps and forms know.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
PolicyFile = Annotated[
    str, typer.Option("--policy", metavar="FILE", help="A policy whose own fields belong to it; - is stdin.")
]


@app.callback()
def _field() -> None:
    """Show the fields rules, maps and forms know."""


@app.command("list")
def list_(
    policy: PolicyFile = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole reference, as a page.")] = False,
) -> None:
    """List every field with its type and what it says."""
    from firstright.cli import fields  # 0.2 s of imports that --help does not need

    fields.list_(policy, markdown=markdown)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As rules write it, such as employees_band.")],
    policy: PolicyFile = "",
    database: Database = None,
) -> None:
    """Show one field: its type and values, where it is filled from and how; with --database also how often."""
    from firstright.cli import fields  # as above

    fields.show(name, policy, database)
