"""Addresses of the forms' door: what is sent, the form as a page, and its script."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.web.forms.describing import SENT
from firstright.web.forms.door import FormDoor, allowed, cors
from firstright.web.forms.known import Forms
from firstright.web.forms.pages import FormPages
from firstright.web.forms.script import Files


def forms(desk: Desk, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter()
    known, files = Forms(desk), Files()
    pages = FormPages(files)
    door = FormDoor(desk, now, known, pages)
    _api(router, door)
    _pages(router, known, pages, now)

    @router.get("/forms.js", include_in_schema=False)
    async def script(request: Request) -> Response:
        return files.script(request)

    @router.get("/forms.css", include_in_schema=False)
    async def style(request: Request) -> Response:
        return files.style(request)

    return router


def _api(router: APIRouter, door: FormDoor) -> None:
    @router.post("/v1/forms/{source}", **SENT)
    async def send_form(request: Request, source: str) -> Response:
        return await door.take(request, source)

    @router.options("/v1/forms/{source}", include_in_schema=False)
    async def ask_form(request: Request, source: str) -> Response:
        return await door.ask(request, source)


def _pages(router: APIRouter, known: Forms, pages: FormPages, now: Callable[[], datetime]) -> None:
    @router.get("/forms/{source}", include_in_schema=False)
    async def page(request: Request, source: str) -> Response:
        form = await known.find(source)
        response = pages.form(form, request.query_params, now())
        response.headers.update(cors(allowed(request, form)))
        return response

    @router.get("/forms/{source}/thanks", include_in_schema=False)
    async def thanks(request: Request, source: str) -> Response:
        return pages.thanks(await known.find(source))
