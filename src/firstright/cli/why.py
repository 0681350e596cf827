"""`firstright why`: decides as `route` does and says everything that was asked and found on the way."""

from typing import Annotated

import typer

from firstright.cli.exits import Stop
from firstright.cli.route import At, Cause, Json, Lead, Lists, Model, Policy, Roster, World

Rep = Annotated[
    str, typer.Option("--rep", metavar="ID", help="Show what this rep may see; colleagues stay unnamed.")
]


Name = Annotated[
    str,
    typer.Argument(metavar="[ID]", help="A stored lead or decision; without it, files are decided about."),
]
Database = Annotated[
    str, typer.Option("--database", metavar="URL", help="Where the lead or decision is stored.")
]


def why(
    name: Name = "",
    policy: Policy = "",
    roster: Roster = "",
    lead: Lead = "",
    at: At = "",
    world: World = "",
    cause: Cause = "arrived",
    list: Lists = None,
    model: Model = "",
    rep: Rep = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """Explain a decision: every rule, every pool member, every clock. Of a stored lead, the latest one."""
    from firstright.cli import reasons, stored, trial  # 0.2 s of imports that --help does not need

    if name:
        explanation = stored.explanation(name, database, rep)
    else:
        given = {"--policy": policy, "--roster": roster, "--lead": lead, "--at": at}
        missing = [option for option, value in given.items() if not value]
        if missing:
            raise Stop(f"name a stored lead or decision, or give files: {', '.join(missing)} missing")
        tried = trial.decided(policy, roster, lead, world, at, cause, list or (), model)
        explanation = trial.explained(tried, rep)
    if json:
        reasons.print_json(explanation)
    else:
        reasons.show(explanation)
