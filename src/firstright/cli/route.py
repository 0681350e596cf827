"""`firstright route`: decides about one lead from files, without a database. It writes nothing anywhere."""

from typing import Annotated

import typer

Policy = Annotated[str, typer.Option("--policy", metavar="FILE", help="The policy, as TOML.")]
Roster = Annotated[str, typer.Option("--roster", metavar="FILE", help="The roster, as TOML.")]
Lead = Annotated[
    str, typer.Option("--lead", metavar="FILE", help='The lead as it is submitted, as JSON; "-" is stdin.')
]
World = Annotated[
    str,
    typer.Option(
        "--world", metavar="FILE", help="What else is known: loads, credit, earlier leads, accounts."
    ),
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="The instant to decide at, as 2026-03-02T09:00:00Z.")
]
Cause = Annotated[str, typer.Option("--cause", metavar="CAUSE", help="Why it is decided.")]
Lists = Annotated[
    list[str] | None,
    typer.Option("--list", metavar="NAME=FILE.csv", help="A list of accounts the policy names; one each."),
]
Model = Annotated[
    str,
    typer.Option(
        "--model", metavar="FILE.json", help="The model its score names; `score train --out` wrote it."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def route(
    policy: Policy,
    roster: Roster,
    lead: Lead,
    at: At,
    world: World = "",
    cause: Cause = "arrived",
    list: Lists = None,
    model: Model = "",
    json: Json = False,
) -> None:
    """Decide who gets a lead, and what follows."""
    from firstright.cli import outcome, trial  # 0.2 s of imports that --help does not need

    tried = trial.decided(policy, roster, lead, world, at, cause, list or (), model)
    if json:
        outcome.print_json(tried)
    else:
        outcome.show(tried)
