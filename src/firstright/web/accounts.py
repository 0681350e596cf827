"""GET /v1/accounts: what the CRM's extracts brought in, by name or domain, and one account with all that hangs on it. Reads only."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.seeking import LONGEST
from firstright.desk import Desk
from firstright.storage import accountview
from firstright.storage.accountview import FIRST, Account, Line
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut
from firstright.web.problems import away
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head

PARAMETERS = frozenset({"q", "owner", "after", "limit"})
_ABOUT = {
    "q": "the beginning of a name, or a domain",
    "owner": "only the accounts of this rep; empty: of nobody",
    "after": "`next` of the page before",
}


class AccountLine(msgspec.Struct, frozen=True):
    """`owner` is a rep, `owner_external` who owns it in the CRM; `open_opportunities` at most 100."""

    account: str
    name: str
    owner: str
    owner_external: str
    type: str
    tier: str
    system: str
    external_id: str
    domains: tuple[str, ...]
    parent: str | None
    open_opportunities: int


class AccountsView(msgspec.Struct, frozen=True):
    accounts: list[AccountLine]
    next: str | None


class RelativeView(msgspec.Struct, frozen=True):
    account: str
    name: str
    owner: str


class ContactView(msgspec.Struct, frozen=True):
    contact: str
    name: str
    owner: str
    external_id: str
    email: str


class OpportunityView(msgspec.Struct, frozen=True):
    """`state` is open, won or closed."""

    opportunity: str
    name: str
    owner: str
    stage: str
    state: str
    amount: int | None
    updated_at: datetime


class AccountView(msgspec.Struct, frozen=True):
    """`parents` nearest first; of each kind at most 50. `gone`: the CRM has it no more; `merged_into` stands for it."""

    about: AccountLine
    facts: dict[str, object]
    owner_since: datetime | None
    updated_at: datetime
    gone: bool
    merged_into: str | None
    parents: list[RelativeView]
    subsidiaries: list[RelativeView]
    contacts: list[ContactView]
    opportunities: list[OpportunityView]


def accounts(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "/accounts",
        summary="Accounts by the beginning of their name, or by a domain",
        openapi_extra=parameters(**_ABOUT),
    )
    def page(request: Request) -> Response:
        head = read_head(request.scope, PARAMETERS)
        scope = as_operations(keeper.admit(head.authorization, READ).key)
        given = queried(request.scope)
        text, limit = given.get("q", ""), page_size(given)
        if len(text) > LONGEST:
            raise away(400, "query.invalid", f"q has at most {LONGEST} characters")
        after = begins(given, FIRST, accountview.read_place, FOR_PROGRAMS)
        with desk.read() as tx:
            rows = accountview.found(
                tx, scope.actor, text, owner=given.get("owner"), after=after, limit=limit + 1
            )
        shown, last = cut(rows, limit)
        following = accountview.place_text(last.place) if last else None
        return said(AccountsView([_line(each) for each in shown], following))

    @router.get("/accounts/{account_id}", summary="One account with its people, opportunities and relatives")
    def one(request: Request, account_id: Id) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            found = accountview.one(tx, scope.actor, account_id)
        if found is None:
            raise nothing()
        return said(_view(found))

    return router


def _line(line: Line) -> AccountLine:
    return AccountLine(
        line.id,
        line.name,
        line.owner,
        line.owner_external,
        line.type,
        line.tier,
        line.system,
        line.external_id,
        line.domains,
        line.parent_id,
        line.deals,
    )


def _view(found: Account) -> AccountView:
    return AccountView(
        _line(found.line),
        found.facts,
        found.owner_since,
        found.updated_at,
        found.gone,
        found.merged_into,
        [RelativeView(each.id, each.name, each.owner) for each in found.above],
        [RelativeView(each.id, each.name, each.owner) for each in found.below],
        [
            ContactView(p.id, p.name, p.owner, p.external_id, str(p.facts.get("email", "")))
            for p in found.people
        ],
        [OpportunityView(*deal) for deal in found.deals],
    )
