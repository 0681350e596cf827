"""What `firstright stuck` does. What makes a lead stuck is the policy's to say."""

import msgspec

from firstright import wiring
from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.sweep import CAUSES
from firstright.core.why.stuckwords import since_words
from firstright.desk.asked import operator
from firstright.desk.watch.stuck import StuckAsked, StuckDone
from firstright.storage import stuck
from firstright.web.commands.leads import LookAtStuck

BY = "firstright stuck"
MOST = 500


def show(database: str | None, cause: str, owner: str, *, json: bool) -> None:
    if cause and cause not in CAUSES:
        raise Stop(f"--cause: {safe(cause[:40])} is none of {', '.join(CAUSES)}")
    now = wiring.now()
    with workspace(database) as (opened, _), opened.read() as tx:
        found = stuck.listed(tx, operator(BY), cause=cause, owner=owner, limit=MOST)
    if json:
        rows = [
            {
                "lead": one.lead,
                "owner": one.holder if one.holder_kind == "rep" else None,
                "status": one.status,
                "causes": [{"cause": c.cause, "since": c.since} for c in one.causes],
            }
            for one in found
        ]
        print(msgspec.json.encode(rows).decode())
        return
    for one in found:
        causes = "; ".join(since_words(each, now) for each in one.causes)
        print(safe(f"{one.lead}  {one.holder_kind} {one.holder}  {causes}"))
    if not found:
        print("none")


def sweep(database: str | None) -> None:
    done = _ask(database, StuckAsked())
    if done.swept:
        print(
            f"{done.swept.leads} leads looked at: {done.swept.began} causes began, {done.swept.ended} ended"
        )


def decide(database: str | None, lead: str, decided: str, reason: str, rep: str, why: str) -> None:
    done = _ask(database, StuckAsked(lead, decided, reason, rep, why))
    if done.acted:
        print(safe(f"lead {done.acted.lead}: {decided}, with {done.acted.owner or done.acted.outcome}"))


def _ask(database: str | None, asked: StuckAsked) -> StuckDone:
    return ask(database, LookAtStuck(asked=asked, by=BY), lead=asked.lead)
