"""A workspace to be rough with: one pool of equal reps who never sleep, leads by number, desks, and what must hold after."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

from firstright.core.replay import Verdict
from firstright.desk import Arrival, Desk, Source
from firstright.desk.access.keys import NewKey
from firstright.desk.arrival import cleaned, fingerprint
from firstright.desk.explain.replaying import Replayed, Replaying
from firstright.storage import invariants
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from firstright.wiring import desk_over, make_key

POLICY = """
[policy]
name = "Always open"
zone = "UTC"
tiers = ["all", "rest"]
responsible = "ops@ours.example"

[[precedence]]
step = "previous-owner"
within = "90d"

[pools.round]
name = "Round the clock"

[queues.desk]
name = "Front desk"

[services.standard]
routing = "30min"
first_touch = "2h"
review = "4h"

[[rule]]
id = "all"
tier = "all"
when = { email = { present = true } }
send_to = { pool = "round" }

[[rule]]
id = "rest"
tier = "rest"
when = {}
send_to = { queue = "desk" }
"""
HELD = Statement(
    "SELECT holder_id, count(*) FROM lead WHERE holder_kind = 'rep' GROUP BY holder_id ORDER BY holder_id"
)


def reps(count: int) -> list[str]:
    return [f"rep{number}" for number in range(count)]


def roster(
    names: list[str], *, left: dict[str, str] | None = None, capacity: dict[str, int] | None = None
) -> str:
    """Equal members of the pool, in this order. `left`: from when on a rep is no longer there."""
    blocks = ['[roster]\nzone = "UTC"\n']
    for name in names:
        gone = f'left = "{left[name]}"\n' if left and name in left else ""
        most = f"capacity = {capacity[name]}\n" if capacity and name in capacity else ""
        blocks.append(f'[[rep]]\nid = "{name}"\nname = "{name}"\n{gone}{most}pools = {{ round = 1 }}\n')
    return "\n".join(blocks)


def publish(desk: Desk, count: int = 5) -> None:
    desk.publish_policy(POLICY, file="policy.toml", by="mara", reason="test")
    desk.publish_roster(roster(reps(count)), file="roster.toml", by="mara", reason="test")


@contextmanager
def opened(url: str, node: str = "ada") -> Iterator[Desk]:
    with closing(desk_over(open_database(url, node=node), node)) as desk:
        desk.warm()
        yield desk


def person(number: int) -> dict[str, str]:
    """Somebody who shares no match key with anybody else."""
    return {"first_name": f"P{number}", "last_name": f"Q{number}", "email": f"p{number}@firm{number}.example"}


def arrival(raw: dict[str, str], event: str, *, source: str = "web", lane: str = "intake") -> Arrival:
    body = json.dumps(raw).encode()
    clean = cleaned(raw, Source(source, country="DE"), None)
    facts, problems = clean.facts, clean.problems
    return Arrival(source, event, fingerprint("POST", "/v1/leads", body), body, facts, problems, lane=lane)


def holders(database: Database) -> Counter[str]:
    with database.read() as tx:
        return Counter(dict(tx.all(HELD)))


def spread(counts: Counter[str], names: list[str]) -> int:
    """How far the luckiest is ahead of the unluckiest."""
    found = [counts[name] for name in names]
    return max(found) - min(found)


def replayed(database: Database) -> tuple[Counter[Verdict], list[Replayed]]:
    """Every decision made again: verdicts, and those that are not equal."""
    done = list(Replaying(database).everything())
    return Counter(each.verdict for each in done), [d for d in done if d.verdict is not Verdict.EQUAL]


def api_key(desk: Desk) -> str:
    return make_key(desk, NewKey("chaos", "web", country="DE"), by="mara")


def broken(database: Database) -> list[str]:
    """Every promise that does not hold in what is stored now."""
    with database.read() as tx:
        return [f"{v.check.promise} {v.check.name}: {v.rows[:3]}" for v in invariants.run(tx)]
