"""Whether this node can do its work: the database answers, and how much is waiting. It changes nothing."""

from datetime import datetime

import msgspec

from firstright.desk import Desk
from firstright.errors import DatabaseError
from firstright.storage import turns


class Turn(msgspec.Struct, frozen=True):
    """Where the decision turn stands; versions are 0 before anything is published."""

    n: int
    node: str
    at: datetime
    policy_version: int
    roster_version: int


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """`status` is "ok" or "unavailable". `waiting` counts leads and decisions in this node's lanes."""

    status: str
    turn: Turn | None = None
    waiting: dict[str, int] = {}


def health(desk: Desk) -> Health:
    try:
        with desk.read() as tx:
            turn = turns.peek(tx)
    except DatabaseError:
        return Health("unavailable")
    seen = Turn(turn.n, turn.previous_node, turn.now, turn.policy_version, turn.roster_version)
    return Health("ok" if desk.writer.alive else "unavailable", seen, desk.writer.depth())
