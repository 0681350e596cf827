"""The pools somebody takes leads from by themselves: how many wait in each, and the button that takes the next one.

Of a pool whose members take blindly nothing is shown but the number.
"""

from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Actor, Right
from firstright.desk.taking import TakeNext
from firstright.errors import NoPolicy, NotFound, NothingWaits, Refused
from firstright.storage import inbox as lists
from firstright.storage.inbox import MOST, Scope
from firstright.storage.transactions import Tx
from firstright.web.console.form import Posted
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away

BACK = "/inbox/queues"


class Pull(NamedTuple):
    """One pool of theirs. `blind`: its leads are in no list they see."""

    id: str
    name: str
    waiting: int
    blind: bool

    @property
    def held(self) -> str:
        return f"{MOST - 1}+" if self.waiting >= MOST else str(self.waiting)


def pulls(tx: Tx, visit: Visit) -> list[Pull]:
    """In the policy's order; asks nothing where there are none."""
    mine = visit.pulled
    if not mine:
        return []
    asks = Actor(visit.actor.user, visit.actor.name, visit.actor.role, visit.actor.rep)
    found = lists.by_queue(tx, Scope(asks, tuple(pool.id for pool in mine)))
    return [
        Pull(pool.id, pool.name or pool.id, found.get(pool.id, 0), blind=not pool.preview) for pool in mine
    ]


def taking(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/inbox/pools/{pool_id}/next")
    def following(request: Request, pool_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        try:
            acted = room.desk.act(TakeNext(pool_id, visit.actor.rep))
        except NothingWaits as nothing:
            return room.done(BACK, f"Somebody was faster: {nothing}.", "warn")
        except Refused as refusal:
            said = "; ".join(reason.partition(": ")[2] or reason for reason in refusal.reasons)
            return room.done(BACK, f"{said[:1].upper()}{said[1:]}.", "warn")
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        return room.done(f"/leads/{acted.lead}", "Taken: it is yours.")

    return router
