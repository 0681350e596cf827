"""GET /v1/team and /v1/reps/{id}/turns: who is on, what the rotations owe whom, and why leads went elsewhere. Reads only."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.compiled import Compiled
from firstright.core.roster import Roster
from firstright.core.why.skips import MyTurn, Skip
from firstright.desk import Desk
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.skips import turns
from firstright.desk.explain.teams import team
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins
from firstright.web.reading import READ, nothing, said
from firstright.web.request import page_size, queried, read_head

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, int]).decode
_MOST_SEQ = 2**62


class TurnsView(msgspec.Struct, frozen=True):
    """`skips` newest first; `next` is what to give as `after` for those behind them, null at the end."""

    rep: str
    now: tuple[MyTurn, ...]
    skips: tuple[Skip, ...]
    next: str | None


def teams(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))
    versions = Versions()

    @router.get("/team", summary="Every rep: on, off or full, leads in hand, credit and turns by pool")
    def everybody(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        policy, roster = _published(desk)
        with desk.read() as tx:
            return said(team(tx, scope.actor, policy, roster, now()))

    @router.get(
        "/reps/{rep_id}/turns",
        summary="A rep's place in each rotation, and the latest leads of their pools",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def one(request: Request, rep_id: str) -> Response:
        head = read_head(request.scope, frozenset({"after", "limit"}))
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        after = begins(given, None, read_place, FOR_PROGRAMS)
        policy, roster = _published(desk)
        with desk.read() as tx:
            found = turns(
                tx,
                scope.actor,
                scope.queues,
                rep_id,
                policy,
                roster,
                versions,
                now(),
                after,
                page_size(given),
            )
        if found is None:
            raise nothing()
        return said(TurnsView(found.rep, found.now, found.skips, place_text(found.following)))

    return router


def _published(desk: Desk) -> tuple[Compiled, Roster]:
    if desk.policy is None or desk.roster is None:
        raise nothing()
    return desk.policy, desk.roster


def place_text(place: dict[str, int] | None) -> str | None:
    """For a link: which row of each pool comes next."""
    return None if place is None else base64.urlsafe_b64encode(_encode(place)).decode().rstrip("=")


def read_place(text: str) -> dict[str, int]:
    """ValueError for what no `place_text` wrote."""
    try:
        found = _decode(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (UnicodeError, binascii.Error, msgspec.DecodeError):
        raise ValueError("this is no place in a list") from None
    if any(not 0 <= seq <= _MOST_SEQ for seq in found.values()):
        raise ValueError("this is no place in a list")
    return found
