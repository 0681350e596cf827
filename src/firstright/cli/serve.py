"""`firstright serve`: takes leads over HTTP, decides about them, and rings what is due, until it is told to stop."""

from typing import Annotated

import typer

Database = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="sqlite:///FILE or postgresql://HOST/NAME.")
]

LogFormat = Annotated[
    str | None,
    typer.Option(
        "--log-format",
        metavar="json|plain",
        help="How log lines look on stderr; plain on a terminal, else json.",
    ),
]


def serve(
    database: Database = None,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="The port to listen on.")] = None,
    insecure_public: Annotated[
        bool, typer.Option("--insecure-public", help="Listen beyond this machine without TLS in front.")
    ] = False,
    log_format: LogFormat = None,
) -> None:
    """Run the server."""
    from firstright.cli import serving  # 0.8 s of imports that --help does not need

    serving.run(database, host, port, insecure_public=insecure_public, log_format=log_format)
