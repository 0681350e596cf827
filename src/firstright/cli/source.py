"""`firstright source ...`: where leads come from, what a form asks, and how its answers are mapped."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Describe where leads come from: forms, files, programs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What leads say of where they came from.")]
Settings = Annotated[
    str, typer.Option("--settings", metavar="FORM.toml", help="Of a form: origins, fields, thanks, limits.")
]
Map = Annotated[
    str, typer.Option("--map", metavar="MAP.toml", help="Of a form: which answer is which field.")
]
Country = Annotated[
    str, typer.Option("--country", help="Where phone numbers without a prefix are from; none: nowhere.")
]


@app.command("add")
def add(
    name: Name,
    kind: Annotated[str, typer.Option("--kind", help="form, api or file.")] = "form",
    settings: Settings = "",
    map: Map = "",
    country: Country = "",
    strict: Annotated[bool, typer.Option("--strict", help="Send back leads with wrong values.")] = False,
    database: Database = None,
) -> None:
    """Describe a new source. A form is open to the world, for pages of its origins, until it is switched off."""
    from firstright.cli import sources  # 0.5 s of imports that --help does not need

    sources.add(database, name, kind, settings, map, country, strict=strict)


@app.command("change")
def change(
    name: Name,
    settings: Settings = "",
    map: Map = "",
    country: Country = "",
    strict: Annotated[bool | None, typer.Option("--strict/--lenient", help="Send wrong values back.")] = None,
    database: Database = None,
) -> None:
    """Describe a source anew. What is not given stays as it is."""
    from firstright.cli import sources  # as above

    sources.change(database, name, settings, map, country, strict=strict)


@app.command("list")
def list_(database: Database = None) -> None:
    """Show every source that is described."""
    from firstright.cli import sources  # as above

    sources.show_all(database)


@app.command("show")
def show(
    name: Name,
    only: Annotated[str, typer.Option("--only", help="settings or map: as a file to be changed.")] = "",
    database: Database = None,
) -> None:
    """Show what a source says of itself."""
    from firstright.cli import sources  # as above

    sources.show(database, name, only)


@app.command("on")
def on(name: Name, database: Database = None) -> None:
    """Take leads from a source again."""
    from firstright.cli import sources  # as above

    sources.switch(database, name, on=True)


@app.command("off")
def off(name: Name, database: Database = None) -> None:
    """Take no leads from a source: whoever sends is told so, and nothing is stored."""
    from firstright.cli import sources  # as above

    sources.switch(database, name, on=False)
