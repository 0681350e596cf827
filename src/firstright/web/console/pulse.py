"""Whether anything has happened since a page was made: a page asks every few seconds, and fetches anew only when it has."""

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.web.console.room import NotSignedIn, Room
from firstright.web.request import queried, read_head

_PARAMETERS = frozenset({"since"})


def pulse(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/pulse")
    def beat(request: Request) -> Response:
        read_head(request.scope, _PARAMETERS)
        room.gate.must_know_host(request)
        try:
            room.session(request)
        except NotSignedIn:
            return Response(status_code=401)
        turn = room.turn()
        if queried(request.scope).get("since") == str(turn):
            return Response(status_code=204)
        return Response(msgspec.json.encode({"turn": turn}), media_type="application/json")

    return router
