"""`firstright worker`: another process that does what is due and sends what was told, beside the servers of a PostgreSQL workspace."""

from typing import Annotated

import typer

from firstright.cli.serve import Database, LogFormat


def worker(
    database: Database = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            "--metrics-port",
            min=0,
            max=65535,
            help="Show /metrics and /heartbeat on this port of 127.0.0.1; 0 takes a free one.",
        ),
    ] = None,
    log_format: LogFormat = None,
) -> None:
    """Do what is due and send what was told, without taking leads. PostgreSQL only."""
    from firstright.cli import working  # as much to import as `serve`

    working.run(database, metrics_port, log_format)
