"""`firstright bench`: figures as ratios of two sides, measured by turns in one run. It judges no build: a noisy machine may miss."""

from typing import Annotated

import typer


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Which benches; see --list.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every bench that can run here.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Name the benches and their targets.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each bench.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The tables of docs/performance.md.")] = False,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Turns of each side.")] = 7,
    quick: Annotated[
        bool, typer.Option("--quick", help="A tenth of the work, for a look; not for a report.")
    ] = False,
    before: Annotated[
        int,
        typer.Option(
            "--before", min=0, metavar="LEADS", help="Intake also on a workspace that holds this many."
        ),
    ] = 0,
    postgres: Annotated[
        str,
        typer.Option(
            "--postgres",
            metavar="URL",
            envvar="FIRSTRIGHT_BENCH_POSTGRES",
            help="postgresql:// URL of a role that may create databases.",
        ),
    ] = "",
    folder: Annotated[
        str, typer.Option("--folder", metavar="DIR", help="Where SQLite files go: the disk that is measured.")
    ] = "",
    data: Annotated[
        str,
        typer.Option(
            "--data", metavar="DIR", help="Bases whose truth is known, for quality: ../shared/data."
        ),
    ] = "",
) -> None:
    """Measure this program against others and against itself."""
    from firstright.cli.benches import running  # 0.9 s of imports that --help does not need

    if listing:
        running.show_list()
        return
    chosen = running.chosen(names or [], every=every, postgres=postgres, data=data)
    method = running.method(rounds, before, quick=quick)
    running.run(chosen, method, running.Where(postgres, folder, data), json=json, markdown=markdown)
