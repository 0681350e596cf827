"""`firstright hook ...`: by which hooks foreign systems report activity. A secret is shown once, when it is made."""

from typing import Annotated

import typer

from firstright.cli.route import Json
from firstright.cli.serve import Database

app = typer.Typer(
    help="Take calls, mail and chat from other systems as touches and engagements; see what could not be matched.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The last part of its address: /v1/hooks/NAME.")]
Map = Annotated[str, typer.Option("--map", metavar="FILE", help="A map of its fields (TOML).")]
Source = Annotated[str, typer.Option("--source", help="Whose external ids its events name.")]
Country = Annotated[
    str, typer.Option("--country", metavar="CC", help="Where phone numbers without a prefix are from.")
]


@app.command("add")
def add(
    name: Name, map: Map = "", source: Source = "", country: Country = "", database: Database = None
) -> None:
    """Register a hook. Its secret is made and shown, once."""
    from firstright.cli import hooks  # 0.5 s of imports that --help does not need

    hooks.add(database, name, map, source, country)


@app.command("change")
def change(
    name: Name, map: Map = "", source: Source = "", country: Country = "", database: Database = None
) -> None:
    """Say anew how its events are read; what is in quarantine can be replayed then. Secrets stay."""
    from firstright.cli import hooks  # as above

    hooks.change(database, name, map, source, country)


@app.command("list")
def list_(database: Database = None) -> None:
    """Show every hook, the ends of its secrets, and how many of its events are in quarantine."""
    from firstright.cli import hooks  # as above

    hooks.show(database)


@app.command("rotate")
def rotate(
    name: Name,
    finish: Annotated[bool, typer.Option("--finish", help="Take the secret before no more.")] = False,
    database: Database = None,
) -> None:
    """Make a new secret. Events signed with either are taken until --finish."""
    from firstright.cli import hooks  # as above

    hooks.rotate(database, name, finish=finish)


@app.command("on")
def on(name: Name, database: Database = None) -> None:
    """Take its events again."""
    from firstright.cli import hooks  # as above

    hooks.switch(database, name, on=True)


@app.command("off")
def off(name: Name, database: Database = None) -> None:
    """Take no events of it for now: their sender is told there is nothing, and tries again."""
    from firstright.cli import hooks  # as above

    hooks.switch(database, name, on=False)


@app.command("remove")
def remove(name: Name, database: Database = None) -> None:
    """Forget a hook and its secrets. What it told stays."""
    from firstright.cli import hooks  # as above

    hooks.remove(database, name)


@app.command("events")
def events(
    name: Name,
    aside: Annotated[bool, typer.Option("--quarantined", help="Only what could not be used.")] = False,
    json: Json = False,
    database: Database = None,
) -> None:
    """Show the latest events of a hook and what became of each."""
    from firstright.cli import hooks  # as above

    hooks.events(database, name, aside=aside, json=json)


@app.command("replay")
def replay(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="All that a hook has in quarantine.")] = "",
    event: Annotated[str, typer.Option("--event", metavar="ID", help="One event, by our id.")] = "",
    database: Database = None,
) -> None:
    """Read what is in quarantine again, with today's map, leads and roster."""
    from firstright.cli import hooks  # as above

    hooks.replay(database, name, event)
