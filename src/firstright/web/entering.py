"""How a request that has something done comes in, the same at every door: who asks, and what they say.

What is done is for the door to say. Who leaves before the request is whole raises Gone, which the application answers.
"""

import asyncio

from fastapi import Request

from firstright.intake.refused import Refused as BadBody
from firstright.intake.strict import LARGEST, Fields, parse_command
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


async def commanded(
    request: Request, keeper: Doorkeeper, fields: Fields, scope: str = REPLAY
) -> tuple[Caller, dict[str, object]]:
    """Who asks, and the values they gave. Raises TurnedAway, with everything that is wrong with them, and Gone."""
    caller, body = await entered(request, keeper, bare=False, scope=scope)
    values = parse_command(body, fields)
    if isinstance(values, BadBody):
        raise TurnedAway(values.status, *values.errors)
    return caller, values
