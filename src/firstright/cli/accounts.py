"""`firstright accounts ...`: what the CRM knows, brought in, and who of ours its owners are."""

from typing import Annotated

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Bring in accounts, contacts, opportunities and owners of a CRM, and show what is there.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _accounts() -> None:
    """Bring in accounts, contacts, opportunities and owners of a CRM, and show what is there."""


@app.command("import")
def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE.csv...", help="Extracts of the CRM, in any order.")
    ],
    system: Annotated[
        str,
        typer.Option(
            "--system", metavar="NAME", help="salesforce, hubspot, marketo or any name; else by the header."
        ),
    ] = "",
    kind: Annotated[
        str,
        typer.Option("--kind", help="account, contact, opportunity or owner; else by the header."),
    ] = "",
    map: Annotated[
        str,
        typer.Option("--map", metavar="MAP.toml", help="Which column is which, and which owner which rep."),
    ] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="Of a file that is not Unicode.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Take a file that was imported before once more, keys and all.")
    ] = False,
    errors: Annotated[
        str, typer.Option("--errors", metavar="OUT.csv", help="Write the rows with problems, to be mended.")
    ] = "",
    database: Database = None,
) -> None:
    """Import records of a CRM: each row has one outcome, and the same file twice changes nothing."""
    from firstright.cli import accountwork  # 0.3 s of imports that --help does not need

    asked = accountwork.Asked(system, kind, map, encoding, dry_run, again, errors)
    accountwork.import_(database, files, asked)


@app.command("owners")
def owners(
    system: Annotated[str, typer.Argument(metavar="[SYSTEM]", help="Only of this one.")] = "",
    database: Database = None,
) -> None:
    """Show the CRM's owners, which rep each is, and what those nobody is own."""
    from firstright.cli import accountwork  # as above

    accountwork.owners(database, system)


@app.command("owner")
def owner(
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="salesforce, hubspot, ...")],
    external_id: Annotated[str, typer.Argument(metavar="ID", help="What the CRM calls the owner.")],
    rep: Annotated[str, typer.Argument(metavar="REP", help='Of the roster; "" for nobody of ours.')],
    database: Database = None,
) -> None:
    """Say which rep an owner is: what they own in the CRM is that rep's from then on."""
    from firstright.cli import accountwork  # as above

    accountwork.owner(database, system, external_id, rep)
