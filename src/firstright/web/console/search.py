"""Search: leads, accounts and contacts under exactly what somebody has in hand. One lead alone is opened at once."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.seeking import Sought, sought
from firstright.storage import searching
from firstright.storage.inbox import Scope
from firstright.storage.searching import Found, Results
from firstright.web.console.room import Room
from firstright.web.request import queried, read_head

_PARAMETERS = frozenset({"q"})
KINDS = {"account": "Accounts", "contact": "Contacts"}


def search(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/search")
    def look(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, _PARAMETERS)
        text = queried(request.scope).get("q", "").strip()
        asked = sought(text)
        results = Results([], [], False)
        if asked is not None:
            with room.desk.read() as tx:
                results = searching.search(tx, Scope(visit.actor, visit.queues), asked)
        if (only := _only(results)) is not None:
            return room.done(f"/leads/{quote(only)}")
        return room.page(
            visit,
            "search.html",
            q=text,
            asked=asked,
            understood=understood(asked) if asked else "",
            leads=results.leads,
            records=_by_kind(results.records),
            more=results.more,
        )

    return router


def understood(asked: Sought) -> str:
    """What the text was taken for, as the end of a sentence."""
    kinds = (
        ("the id {}", asked.id),
        ("the e-mail address {}", asked.email),
        ("the telephone number {}", asked.phone),
        ("the domain {}", asked.domain),
    )
    told = [form.format(value) for form, value in kinds if value]
    elsewhere = "this id in other systems" if told else f"the id {asked.external} in other systems"
    return " and ".join([", ".join(told), elsewhere]) if told else elsewhere


def _only(results: Results) -> str | None:
    alone = len(results.leads) == 1 and not results.records and not results.more
    return results.leads[0].id if alone else None


def _by_kind(records: list[Found]) -> list[tuple[str, list[Found]]]:
    return [(label, [r for r in records if r.kind == kind]) for kind, label in KINDS.items()]
