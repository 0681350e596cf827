"""What `firstright stewards` does. Who answers for what is the policy's to say."""

import msgspec

from firstright import wiring
from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.desk.versions import compiled
from firstright.desk.watch.stewards import Answering, PartReviewed, answering
from firstright.storage import policies, stewards
from firstright.web.commands.tending import ReviewPart

BY = "firstright stewards"


def show(database: str | None, *, overdue: bool, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        version = policies.current(tx)
        if version is None:
            raise Stop("no policy is published", code=FOUND)
        policy = compiled(tx, policies.load(tx, version.version), version.version).policy
        found = [each for each in answering(tx, policy, wiring.now()) if each.overdue or not overdue]
    if json:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    for each in found:
        print(safe(_line(each)))
    if not found:
        said = policy.stewards.said
        print("nothing is overdue" if said else "the policy has no [stewards]: nobody answers for anything")


def reviewed(database: str | None, part: str, note: str) -> None:
    done = ask(database, ReviewPart(asked=PartReviewed(part, note), by=BY))
    print(safe(f"{done.part}: noted{f', next by {done.due}' if done.due else ''}"))


def history(database: str | None, part: str) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = stewards.of(tx, part)
    for each in found:
        print(safe(f"{each.at:%Y-%m-%d %H:%M}  {each.by}  version {each.version}  {each.note}"))
    if not found:
        raise Stop(f"{safe(part[:80])}: nobody has looked at it yet", code=FOUND)


def _line(each: Answering) -> str:
    mine = each.steward
    due = f"overdue since {each.due}" if each.overdue else f"by {each.due}" if each.due else "no date"
    inform = f"  informs {', '.join(mine.inform)}" if mine.inform else ""
    who = f"responsible {mine.responsible or 'nobody'}, accountable {mine.accountable or 'nobody'}"
    return f"{mine.part:<30} {due:<24} {who}{inform}"
