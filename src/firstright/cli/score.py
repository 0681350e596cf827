"""`firstright score ...`: models learned from what became of leads, beside the points of a policy."""

from typing import Annotated, Literal

import typer

from firstright.cli.serve import Database

app = typer.Typer(
    help="Train a model of outcomes, check it, and watch whether it still fits.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
File = Annotated[
    str,
    typer.Argument(metavar="[FILE.csv]", help="Leads with their outcome, also gzipped; else --workspace."),
]
Outcome = Annotated[
    str,
    typer.Option("--outcome", metavar="COLUMN=VALUE", help="Where a row came to it; several values with |."),
]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help="A column that is called otherwise.")
]
Drop = Annotated[list[str] | None, typer.Option("--drop", metavar="FIELD", help="Not to be learned from.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="FIELD=REASON",
        help="Learn from it although it looks like a leak; the reason is kept.",
    ),
]
At = Annotated[
    str, typer.Option("--at", metavar="COLUMN", help="The day of each row; else rows are in order.")
]
First = Annotated[str, typer.Option("--from", metavar="DAY", help="Only rows from this day on.")]
Last = Annotated[str, typer.Option("--to", metavar="DAY", help="Only rows before this day.")]
Workspace = Annotated[
    bool, typer.Option("--workspace", help="Learn from this workspace's own leads that are won or lost.")
]


@app.callback()
def _score() -> None:
    """Train a model of outcomes, check it, and watch whether it still fits."""


@app.command("train")
def train(
    file: File = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What policies will call it.")] = "",
    outcome: Outcome = "",
    map_: Map = None,
    drop: Drop = None,
    allow: Allow = None,
    at: At = "",
    first: First = "",
    last: Last = "",
    workspace: Workspace = False,
    out: Annotated[
        str, typer.Option("--out", metavar="FILE.json", help="Write it there; no workspace is touched.")
    ] = "",
    database: Database = None,
) -> None:
    """Train a model and keep it as a version. No policy changes by it: one names the version by the hash that is printed."""
    from firstright.cli import scored  # 2 s of imports that --help does not need

    asked = scored.Asked(file, outcome, map_ or [], drop or [], allow or [], at, first, last, workspace)
    scored.train(database, asked, name, out)


@app.command("check")
def check(
    file: File = "",
    outcome: Outcome = "",
    map_: Map = None,
    drop: Drop = None,
    allow: Allow = None,
    at: At = "",
    first: First = "",
    last: Last = "",
    workspace: Workspace = False,
    split: Annotated[
        Literal["time", "random", "both"],
        typer.Option(
            "--split", help="Judge by what came later, by rows strewn over all, or by each in turn."
        ),
    ] = "both",
    percent: Annotated[int, typer.Option("--percent", min=10, max=90, help="Of the rows to train on.")] = 70,
    policy: Annotated[
        str, typer.Option("--policy", metavar="FILE.toml", help="A policy whose points are judged beside it.")
    ] = "",
    plot: Annotated[
        str, typer.Option("--plot", metavar="FILE.svg", help="Draw chances beside what came of them.")
    ] = "",
    database: Database = None,
) -> None:
    """Train on one part of the leads and judge by the rest: model, points and base rate beside one another."""
    from firstright.cli import scored  # as above

    asked = scored.Asked(file, outcome, map_ or [], drop or [], allow or [], at, first, last, workspace)
    scored.check(database, asked, split, percent, policy, plot)


@app.command("add")
def add(
    file: Annotated[str, typer.Argument(metavar="FILE.json", help="What `score train --out` wrote.")],
    database: Database = None,
) -> None:
    """Add a version that was trained elsewhere."""
    from firstright.cli import scoredkept  # as above

    scoredkept.add(database, file)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only this model, with its weights.")] = "",
    version: Annotated[
        str, typer.Option("--hash", metavar="HASH", help="Which version of it; else the newest.")
    ] = "",
    database: Database = None,
) -> None:
    """Show every version of every model, or what one has learned."""
    from firstright.cli import scoredkept  # as above

    scoredkept.show(database, name, version)


@app.command("drift")
def drift(
    json: Annotated[bool, typer.Option("--json", help="As GET /v1/score/drift.")] = False,
    database: Database = None,
) -> None:
    """Compare the leads of late with those the model was trained on, and its chances with what came of them."""
    from firstright.cli import scoredkept  # as above

    scoredkept.drift(database, json=json)
