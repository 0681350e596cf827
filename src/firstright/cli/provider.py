"""`firstright provider ...`: registers whom facts are asked of. What is asked, and about which leads, the policy says."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Register whom facts about leads are asked of, and see how they answer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="As in [enrich.NAME] of the policy.", show_default=False)
]
Headers = Annotated[
    str,
    typer.Option(
        "--headers", metavar="FILE", help='Lines such as "X-Api-Key: ..."; "-" reads standard input.'
    ),
]

Body = Annotated[
    str,
    typer.Option(
        "--body",
        metavar="FILE",
        help='JSON that is posted, such as {"website": "{domain}"}; else it is a GET.',
    ),
]


@app.command("add")
def add(
    name: Name,
    url: Annotated[str, typer.Option("--url", help="With a place for what is asked: https://.../{domain}")],
    headers: Headers = "",
    body: Body = "",
    database: Database = None,
) -> None:
    """Register a provider. Address, headers and body are kept sealed."""
    from firstright.cli import providers  # 0.5 s of imports that --help does not need

    providers.add(database, name, url, headers, body)


@app.command("change")
def change(
    name: Name,
    url: Annotated[str, typer.Option("--url", help="The new address.")] = "",
    headers: Headers = "",
    body: Body = "",
    get: Annotated[bool, typer.Option("--get", help="Ask by GET from now on, without a body.")] = False,
    database: Database = None,
) -> None:
    """Give a provider another address, other headers or another body."""
    from firstright.cli import providers  # as above

    providers.change(database, name, url, headers, body, get=get)


@app.command("rotate")
def rotate(name: Name, headers: Headers, database: Database = None) -> None:
    """Ask with other headers from now on: a new key in place of the old one."""
    from firstright.cli import providers  # as above

    providers.change(database, name, "", headers)


@app.command("on")
def on(name: Name, database: Database = None) -> None:
    """Ask it again, with a clean slate."""
    from firstright.cli import providers  # as above

    providers.switch(database, name, on=True)


@app.command("off")
def off(name: Name, database: Database = None) -> None:
    """Ask it nothing for now: questions that are due end, and no lead waits for them."""
    from firstright.cli import providers  # as above

    providers.switch(database, name, on=False)


@app.command("remove")
def remove(name: Name, database: Database = None) -> None:
    """Forget a provider, its headers and everything it ever answered."""
    from firstright.cli import providers  # as above

    providers.remove(database, name)


@app.command("list")
def list_(database: Database = None) -> None:
    """Show every provider: state, requests of this month, how often it knows something, its last problem."""
    from firstright.cli import providers  # as above

    providers.show_all(database)


@app.command("show")
def show(name: Name, database: Database = None) -> None:
    """Show one provider with the questions it failed last."""
    from firstright.cli import providers  # as above

    raise typer.Exit(providers.show(database, name))


@app.command("test")
def test(
    name: Name,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="What to ask about, such as acme.com.", show_default=False)
    ],
    database: Database = None,
) -> None:
    """Ask one thing from here, now, and show what the policy would use of the answer. Exit code 1 when nothing came."""
    from firstright.cli import providers  # as above

    raise typer.Exit(providers.test(database, name, key))
