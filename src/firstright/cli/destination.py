"""`firstright destination ...`: registers where people and programs are told. A secret is shown once, when it is made."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Register mail servers, Slack channels and webhooks, and test them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="webhook:ID, slack:ID, slack, email:ID or email.", show_default=False
    ),
]
PasswordFile = Annotated[
    str,
    typer.Option(
        "--password-file", metavar="FILE", help='Holds the mail server\'s password; "-" reads standard input.'
    ),
]


@app.command("add")
def add(
    name: Name,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="https://... or smtp://USER@HOST:587?from=ADDRESS")
    ],
    kind: Annotated[
        str, typer.Option("--kind", help="webhook, slack or email, where NAME does not say so.")
    ] = "",
    password_file: PasswordFile = "",
    database: Database = None,
) -> None:
    """Register a destination. A webhook's signing secret is made and shown, once."""
    from firstright.cli import destinations  # 0.5 s of imports that --help does not need

    destinations.add(database, name, url, kind, password_file)


@app.command("change")
def change(
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="The new address.")] = "",
    password_file: PasswordFile = "",
    database: Database = None,
) -> None:
    """Give a destination another address, or a mail server another password. Secrets and what waits stay."""
    from firstright.cli import destinations  # as above

    destinations.change(database, name, url, password_file)


@app.command("list")
def list_(database: Database = None) -> None:
    """Show every destination, how it does, and the ends of its secrets."""
    from firstright.cli import destinations  # as above

    destinations.show(database)


@app.command("rotate")
def rotate(
    name: Name,
    finish: Annotated[bool, typer.Option("--finish", help="Stop signing with the secret before.")] = False,
    database: Database = None,
) -> None:
    """Make a new signing secret. Both sign until --finish."""
    from firstright.cli import destinations  # as above

    destinations.rotate(database, name, finish=finish)


@app.command("on")
def on(name: Name, database: Database = None) -> None:
    """Send there again, with a clean slate."""
    from firstright.cli import destinations  # as above

    destinations.switch(database, name, on=True)


@app.command("off")
def off(name: Name, database: Database = None) -> None:
    """Send nothing there for now: what is due dies, and can be replayed once it is on again."""
    from firstright.cli import destinations  # as above

    destinations.switch(database, name, on=False)


@app.command("remove")
def remove(name: Name, database: Database = None) -> None:
    """Forget a destination and its secrets."""
    from firstright.cli import destinations  # as above

    destinations.remove(database, name)


@app.command("test")
def test(
    name: Name,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Whom to write to, by e-mail.")] = "",
    database: Database = None,
) -> None:
    """Send one message there from here, now. Exit code 1 when it was not taken."""
    from firstright.cli import destinations  # as above

    raise typer.Exit(destinations.test(database, name, to))
