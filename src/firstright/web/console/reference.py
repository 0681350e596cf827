"""The API as a page: what `/openapi.json` says, in groups, each operation with its fields, answers and a command. It works as
plain links and text; programs read the document itself.
"""

from typing import Any  # the document

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.rules.fields import CATALOGUE
from firstright.web.console.apibook import Book, book
from firstright.web.console.problemcodes import CODES, VALUES
from firstright.web.console.room import Room
from firstright.web.openapi import with_intake
from firstright.web.request import read_head

FEW = 12  # fields that are shown without being asked for


def reference(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    known: dict[tuple[str, str], Book] = {}

    @router.get("/reference")
    def read(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_SOURCES)
        read_head(request.scope)
        url = room.gate.url(request)
        key = (visit.policy.policy.hash if visit.policy else "", url)
        if key not in known:
            known.clear()  # a policy's own fields are in it: the last version is enough
            catalogue = visit.policy.policy.catalogue if visit.policy else CATALOGUE
            known[key] = book(with_intake(_document(request), catalogue), url)
        return room.page(
            visit,
            "reference.html",
            here="/reference",
            book=known[key],
            url=url,
            few=FEW,
            codes=CODES,
            values_of=VALUES,
        )

    return router


def _document(request: Request) -> dict[str, Any]:
    """Of the application this page is in; a copy, because it is completed."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(request.app.openapi()))
    return found
