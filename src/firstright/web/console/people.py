"""The pages about who signs in, put together: they share one pool that hashes and one memory of wrong passwords."""

from fastapi import APIRouter

from firstright import wiring
from firstright.desk.access.passwords import Hasher
from firstright.desk.access.secondfactor import SecondFactor
from firstright.desk.access.signin import SigningIn
from firstright.web.console.account import account_pages
from firstright.web.console.factor import factor_pages
from firstright.web.console.room import Room
from firstright.web.console.signing import Doors, link_pages, signing_pages
from firstright.web.console.users import user_pages


def people(room: Room) -> APIRouter:
    hasher = Hasher()
    sealing = room.gate.sealing
    factor = None if sealing is None else SecondFactor(room.desk, room.now, sealing)
    doors = Doors(room, hasher, SigningIn(room.desk, room.now, hasher, wiring.new_token), factor)
    router = APIRouter()
    for pages in (signing_pages, link_pages, account_pages, factor_pages, user_pages):
        router.include_router(pages(doors))
    return router
