"""POST /v1/pools/{id}/next: a member of a pull pool takes the next lead of it. Which one that is, the desk says.

`rep` is on whose behalf it is done; an Idempotency-Key makes a repeat find the same lead.
"""

from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.taking import TakeNext
from firstright.intake.strict import Fields
from firstright.web.acts import ACT, REP, ActDoor, text
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import command, problem_responses

NEXT: Fields = {"rep": REP}
LONGEST = 64


def pulling(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door = ActDoor(desk, keeper, ACT, named=lambda pool: 0 < len(pool) <= LONGEST)
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/pools/{pool_id}", responses=responses)

    @router.post("/next", summary="A member takes the next lead of a pull pool", openapi_extra=command(NEXT))
    async def following(request: Request, pool_id: str) -> Response:
        return await door.answered(request, pool_id, NEXT, _next)

    return router


def _next(pool: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return TakeNext(pool, text(values, "rep"), key=key)
