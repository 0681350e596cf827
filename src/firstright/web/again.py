"""What the doors of dead deliveries and dead jobs share: a POST that says nothing but whom it is about.

What is done once more is theirs to say.
"""

import asyncio

from fastapi import Request

from firstright.intake.refused import Refused as BadBody
from firstright.intake.strict import LARGEST, parse_command
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.problems import TurnedAway
from firstright.web.request import must_be_json, read_body, read_head

READ = "deliveries:read"
REPLAY = "deliveries:replay"


async def entered(
    request: Request, keeper: Doorkeeper, *, bare: bool, scope: str = REPLAY
) -> tuple[Caller, bytes]:
    """Who asks, and the body; a `bare` request has none, or an empty object. Raises TurnedAway and Gone."""
    head = read_head(request.scope)
    caller = await asyncio.to_thread(keeper.admit, head.authorization, scope)
    body = await read_body(request.receive, head, LARGEST)
    if body or not bare:
        must_be_json(head)
    if body and bare and isinstance(values := parse_command(body, {}), BadBody):
        raise TurnedAway(values.status, *values.errors)
    return caller, body
