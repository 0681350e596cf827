"""Addresses of the booking pages: a lead's link, a pool's page, and their style."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.web.booking.door import BookingDoor
from firstright.web.booking.pages import BookingPages, company_of
from firstright.web.console.form import Posted
from firstright.web.request import queried, read_head

_ASKED = frozenset({"what", "zone", "day", "at", "move", "done"})


def booking(desk: Desk, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = BookingPages(company_of(desk))
    door = BookingDoor(desk, now, pages)

    @router.get("/booking.css")
    async def style(request: Request) -> Response:
        return pages.style(request)

    @router.get("/b/pool/{name}")
    async def pool(request: Request, name: str) -> Response:
        read_head(request.scope, _ASKED)
        return await door.show_pool(request, name, queried(request.scope))

    @router.post("/b/pool/{name}")
    async def book_with_pool(request: Request, name: str, given: Posted) -> Response:
        return await door.do_pool(request, name, given)

    @router.get("/b/{token}")
    async def page(request: Request, token: str) -> Response:
        read_head(request.scope, _ASKED)
        return await door.show(request, token, queried(request.scope))

    @router.post("/b/{token}")
    async def book(request: Request, token: str, given: Posted) -> Response:
        return await door.do(request, token, given)

    return router
