"""`firstright why`: decides as `route` does and says everything that was asked and found on the way."""

from typing import Annotated

import typer

from firstright.cli.route import At, Cause, Json, Lead, Policy, Roster, World

Rep = Annotated[
    str, typer.Option("--rep", metavar="ID", help="Show what this rep may see; colleagues stay unnamed.")
]


def why(
    policy: Policy,
    roster: Roster,
    lead: Lead,
    at: At,
    world: World = "",
    cause: Cause = "arrived",
    rep: Rep = "",
    json: Json = False,
) -> None:
    """Explain a decision: every rule, every pool member, every clock."""
    from firstright.cli import reasons, trial  # 0.2 s of imports that --help does not need

    tried = trial.decided(policy, roster, lead, world, at, cause)
    explanation = trial.explained(tried, rep)
    if json:
        reasons.print_json(explanation)
    else:
        reasons.show(explanation)
