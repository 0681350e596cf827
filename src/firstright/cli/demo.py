"""`firstright demo`: a workspace in a folder of its own, with an example policy and leads, decided, shown and served."""

import gc
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from firstright.cli.exits import Stop

COMMAND = ".venv/bin/firstright" if Path(".venv/bin/firstright").exists() else "firstright"

if TYPE_CHECKING:  # 0.3 s of imports that --help does not need
    from firstright.desk.desk import Desk


def demo(
    once: Annotated[bool, typer.Option("--once", help="Show the summary and end; do not serve.")] = False,
    folder: Annotated[
        str, typer.Option("--folder", help="Where the demo's workspace lives.")
    ] = "firstright-demo",
    port: Annotated[int, typer.Option("--port", help="Where it is served.")] = 8080,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Serve it as it is: no leads keep arriving.")
    ] = False,
) -> None:
    """Make a workspace, publish the example policy, import the example leads, show what happened, serve it: for ten
    minutes leads keep arriving, and simulated reps answer some of them."""
    from firstright import settings, wiring
    from firstright.cli import importing, screen, summary
    from firstright.cli.demos import served as demoserved
    from firstright.desk.files.importfile import import_file
    from firstright.storage import reports

    here = Path(folder)
    here.mkdir(parents=True, exist_ok=True)
    chosen = settings.read(database=f"sqlite:///{here / 'firstright.db'}", port=port)
    to, examples = screen.console(), example_folder()
    desk = wiring.open_desk(chosen)
    try:
        screen.line(to, f"Workspace in {here}/ (delete the folder to start again).")
        _publish(desk, examples)
        _accounts(desk, examples)
        gc.freeze()  # as the server does
        report = importing.run(
            lambda asked, progress: import_file(desk, asked.wanted, progress),
            examples / "leads/inbound.csv",
            examples / "maps/inbound.toml",
            to,
            history=True,
        )
        importing.show(report, to)
        names = {rep.id: rep.name for rep in desk.roster.document.reps} if desk.roster else {}
        rules = {rule.id: rule.name for rule in desk.policy.rules} if desk.policy else {}
        with desk.read() as tx:
            summary.show(tx, to, names=names, rules=rules, seconds=report.seconds)
            latest = reports.latest_turn(tx)
        tokens = {} if once else demoserved.begin(desk, examples)
    finally:
        desk.close()
    if latest:
        lead, rep = latest
        screen.heading(to, f"Why did {names.get(rep, rep)} get the last lead, and why not somebody else?")
        to.print(f"  {COMMAND} why {lead} --database {chosen.database}", soft_wrap=True)
    to.print()
    if not once:
        demoserved.serve(chosen, examples, tokens, quiet=quiet)


def example_folder() -> Path:
    """The examples: inside an installed package, or beside the sources of a checkout."""
    packaged = Path(str(resources.files("firstright"))) / "examples"
    for folder in (packaged, packaged.parents[2] / "examples"):
        if (folder / "policies/inbound.toml").is_file():
            return folder
    raise Stop("the examples are not installed beside this program")


def _publish(desk: "Desk", examples: Path) -> None:
    """Only in a workspace that has none: whoever tried out a policy of their own finds it again."""
    desk.warm()
    if desk.policy and desk.roster:
        return
    roster, policy = examples / "rosters/inbound.toml", examples / "policies/inbound.toml"
    desk.publish_roster(roster.read_text("utf-8"), file=str(roster), by="demo", reason="the example roster")
    desk.publish_policy(policy.read_text("utf-8"), file=str(policy), by="demo", reason="the example policy")


def _accounts(desk: "Desk", examples: Path) -> None:
    from firstright.desk.crm.accounts import TakeCrm
    from firstright.intake.crmfiles import read_accounts, read_opportunities

    known = list(read_accounts((examples / "leads/accounts.csv").read_text("utf-8")))
    deals = list(read_opportunities((examples / "leads/opportunities.csv").read_text("utf-8")))
    desk.writer.submit(TakeCrm("example-crm", known, deals)).result()
