"""Accounts in a browser: found by name, domain or owner; one with its parents, people and deals. What is theirs to see, the
storage says.
"""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.rules.phrases import label
from firstright.core.seeking import LONGEST
from firstright.storage import accountview
from firstright.storage.accountview import FIRST, Account
from firstright.web.console.room import Room
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
PARAMETERS = frozenset({"q", "owner", "after"})
NOBODY = "-"  # in the choice of owners: accounts that have none
HIDDEN = (
    "zone",
    "phone_zone",
    "phone_country",
    "revenue_band",
    "employees_band",
)  # follow from what is shown


def companies(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/accounts")
    def listed(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        read_head(request.scope, PARAMETERS)
        given = queried(request.scope)
        text, chosen = given.get("q", "").strip()[:LONGEST], given.get("owner", "")
        owner = None if not chosen else "" if chosen == NOBODY else chosen
        after = begins(given, FIRST, accountview.read_place)
        with room.desk.read() as tx:
            found = accountview.found(tx, visit.actor, text, owner=owner, after=after, limit=PAGE + 1)
        shown, last = cut(found, PAGE)
        further = {"q": text, "owner": chosen, "after": accountview.place_text(last.place)} if last else {}
        reps = sorted(visit.roster.reps.values(), key=lambda rep: rep.name or rep.id) if visit.roster else []
        return room.page(
            visit,
            "accounts.html",
            here="/accounts",
            q=text,
            owner=chosen,
            owners=[(rep.id, rep.name or rep.id) for rep in reps if accountview.sees(visit.actor, rep.id)],
            rows=shown,
            following=urlencode({name: value for name, value in further.items() if value}),
            narrowed=bool(text or chosen),
        )

    @router.get("/accounts/{account_id}")
    def one(request: Request, account_id: str) -> Response:
        visit = room.enter(request, Right.SEE_LEADS)
        with room.desk.read() as tx:
            found = accountview.one(tx, visit.actor, account_id)
        if found is None:
            raise away(404, "not_found", "there is no such account")
        return room.page(visit, "company.html", here="/accounts", it=found, facts=_facts(found))

    return router


def _facts(found: Account) -> list[tuple[str, str]]:
    """What the CRM says of the company, in words."""
    return [
        (label(name), f"{value:,}" if isinstance(value, int) else str(value))
        for name, value in found.facts.items()
        if name not in HIDDEN and isinstance(value, str | int)
    ]
