"""What `firstright deliveries` does. It shows no content: what a lead was told about is in the lead's own history."""

from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import ask
from firstright.cli.screen import console, pairs, safe
from firstright.cli.workspace import workspace
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.core.identifiers import is_id
from firstright.storage import deliveries
from firstright.storage.rows import DeliveryRow
from firstright.web.commands.connections import Again

BY = "firstright deliveries"
STATES = ("behind", "ready", "leased", "sent", "dead", "cancelled")


def show(database: str | None, state: str, destination: str, after: str, limit: int) -> None:
    if state not in STATES:
        raise Stop(f"--state {safe(state)}: is one of {', '.join(STATES)}")
    if after and not is_id(after):
        raise Stop(f"--after {safe(after)}: is no delivery's id")
    with workspace(database) as (opened, _), opened.read() as tx:
        found = deliveries.listed(tx, state, destination, after or deliveries.FIRST_ID, limit)
    for row in found:
        print(
            "  ".join([row.id, f"{row.due_at:%Y-%m-%d %H:%M}", safe(row.destination), row.event, _tried(row)])
        )
    if not found:
        print(f"no delivery is {state}")
    elif len(found) == limit:
        print(f"there may be more: --after {found[-1].id}")


def one(database: str | None, delivery: str) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        row = deliveries.one(tx, delivery) if is_id(delivery) else None
    if row is None:
        raise Stop(f"there is no delivery {safe(delivery[:80])}", code=FOUND)
    told = [
        ("delivery", row.id),
        ("lead", row.lead_id or "none"),
        ("destination", row.destination),
        ("event", row.event),
        ("template", row.template or "none"),
        ("state", row.state),
        ("due", f"{row.due_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("tried", _tried(row)),
    ]
    if row.sent_at:
        told.append(("sent", f"{row.sent_at:%Y-%m-%d %H:%M:%S} UTC"))
    pairs(console(), told, indent=0)


def replay(database: str | None, names: list[str], destination: str, since: str) -> None:
    if bool(names) == bool(destination or since) or bool(destination) != bool(since):
        raise Stop("send which ones once more? Give ids, or --destination and --since")
    at = instant(since) if since else None
    if isinstance(at, Refusal):
        raise Stop(f"--since {safe(since)}: {at.reason}")
    wrong = [name for name in names if not is_id(name)]
    if wrong:
        raise Stop(*[f"{safe(name[:80])}: is no delivery's id" for name in wrong])
    done = ask(database, Again(deliveries=names, destination=destination, since=at, by=BY))
    print(
        f"{len(done.deliveries)} {'delivery is' if len(done.deliveries) == 1 else 'deliveries are'} ready again"
    )
    if done.more:
        print("there may be more: run this once more")
    left = sorted(set(names) - set(done.deliveries))
    if left:
        raise Stop(*[f"{name}: is not dead, or not there" for name in left], code=FOUND)


def _tried(row: DeliveryRow) -> str:
    status = f", {row.last_status}" if row.last_status else ""
    said = f": {safe(row.last_error)}" if row.last_error else ""
    return f"{row.attempts} {'try' if row.attempts == 1 else 'tries'}{status}{said}"
