"""`firstright key ...`: makes, lists and revokes API keys. A key is shown once, when it is made."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Make, list and revoke API keys.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@app.command("new")
def new(
    name: Annotated[str, typer.Option("--name", help="What it is for, so that it can be told from others.")],
    source: Annotated[str, typer.Option("--source", help="The source its leads belong to.")] = "api",
    read_only: Annotated[bool, typer.Option("--read-only", help="It may read leads, not send them.")] = False,
    write_only: Annotated[
        bool, typer.Option("--write-only", help="It may send leads, not read them.")
    ] = False,
    act: Annotated[
        bool, typer.Option("--act", help="It may also accept, decline, and log what happens to leads.")
    ] = False,
    deliveries: Annotated[
        bool,
        typer.Option(
            "--deliveries", help="It may also see deliveries, and have dead ones and dead jobs done again."
        ),
    ] = False,
    decide: Annotated[
        bool,
        typer.Option(
            "--decide", help="It may also move leads, decide reviews and pause reps, as operations may."
        ),
    ] = False,
    users: Annotated[
        bool, typer.Option("--users", help="It may also see who comes into the console.")
    ] = False,
    partner: Annotated[
        bool,
        typer.Option("--partner", help="It may also answer what is shared with the partner --source names."),
    ] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is valid.")] = 365,
    strict: Annotated[
        bool, typer.Option("--strict", help="New source: refuse leads with wrong values (422).")
    ] = False,
    country: Annotated[
        str, typer.Option("--country", help="New source: where phone numbers without a prefix are from.")
    ] = "",
    allow_extra: Annotated[
        bool, typer.Option("--allow-extra", help="New source: keep fields we do not know.")
    ] = False,
    database: Database = None,
) -> None:
    """Make a key and show it, once."""
    from firstright.cli import keys  # 0.5 s of imports that --help does not need

    keys.new(
        database,
        name,
        source,
        reads=not write_only,
        writes=not read_only,
        acts=act,
        deliveries=deliveries,
        decides=decide,
        users=users,
        partner=partner,
        days=days,
        strict=strict,
        country=country,
        allow_extra=allow_extra,
    )


@app.command("list")
def list_(database: Database = None) -> None:
    """Show every key without its secret."""
    from firstright.cli import keys  # as above

    keys.show(database)


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key, or its part before the secret.")],
    database: Database = None,
) -> None:
    """Refuse a key from now on. A running server has forgotten it within a second."""
    from firstright.cli import keys  # as above

    keys.revoke(database, key)
