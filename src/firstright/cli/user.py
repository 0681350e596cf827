"""`firstright user`: invite people to the console, give them new links, keep them out. Passwords are set in the browser alone."""

from typing import Annotated

import typer

Database = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="sqlite:///FILE or postgresql://HOST/NAME.")
]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="People who sign in to the console.")


@app.command("invite")
def invite(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="What they are called.")],
    role: Annotated[str, typer.Option("--role", help="rep, manager, operations or admin.")],
    rep: Annotated[
        str, typer.Option("--rep", help="Who they are in the roster; reps and managers are somebody there.")
    ] = "",
    database: Database = None,
) -> None:
    """Make somebody a user, and show the link by which they set a password: once, for 24 hours."""
    from firstright.cli import users  # 0.5 s of imports that --help does not need

    users.invite(database, email, name, role, rep)


@app.command("list")
def list_(database: Database = None) -> None:
    """Show everybody who may sign in, and as what."""
    from firstright.cli import users  # as above

    users.show(database)


@app.command("disable")
def disable(email: Email, database: Database = None) -> None:
    """Keep somebody out, and end all their sessions."""
    from firstright.cli import users  # as above

    users.let_in(database, email, enabled=False)


@app.command("enable")
def enable(email: Email, database: Database = None) -> None:
    """Let somebody in again."""
    from firstright.cli import users  # as above

    users.let_in(database, email, enabled=True)


@app.command("reset")
def reset(email: Email, database: Database = None) -> None:
    """Show a new link by which a user sets a password: once, for 24 hours."""
    from firstright.cli import users  # as above

    users.reset(database, email)


@app.command("drop-factor")
def drop_factor(email: Email, database: Database = None) -> None:
    """Let somebody who has lost the device sign in with the password alone again."""
    from firstright.cli import users  # as above

    users.drop_factor(database, email)


@app.command("link")
def link(database: Database = None) -> None:
    """Show a link by which the first admin comes in: once, for 30 minutes, while there is no user."""
    from firstright.cli import users  # as above

    users.set_up(database)
