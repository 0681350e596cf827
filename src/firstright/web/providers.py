"""GET /v1/providers: whom facts are asked of, how they answer, and what they have cost. Reads only; no address in full, no key."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.desk.providerstate import ProviderState, states
from firstright.web.auth import Doorkeeper
from firstright.web.lists import as_operations
from firstright.web.openapi import problem_responses
from firstright.web.reading import READ, said
from firstright.web.request import read_head


class ProviderView(msgspec.Struct, frozen=True):
    """Figures of answers are of the last 30 days; `took` is the median in milliseconds, `hit_rate` per cent of answers that knew
    something; `shelf` are answers that were there already, `wrong` those some of which could not be read.
    """

    provider: str
    name: str
    state: str
    why: str
    ask: str
    fields: tuple[str, ...]
    url: str
    month: str
    spent: int
    budget: int | None
    waiting: int
    known: int
    unknown: int
    failed: int
    shelf: int
    wrong: int
    hit_rate: int | None
    took: int | None
    problem: str
    problem_at: datetime | None
    failing_since: datetime | None
    paused_until: datetime | None


class ProvidersView(msgspec.Struct, frozen=True):
    """Those the policy asks in its order, then whoever is registered beside them."""

    providers: list[ProviderView]


def providers(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/providers", responses=problem_responses(400, 401, 403, 503))

    @router.get(
        "", summary="Whom facts are asked of: state, requests of this month, answers of the last 30 days"
    )
    def listed(request: Request) -> Response:
        as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            found = states(tx, desk.policy.policy if desk.policy else None, now())
        return said(ProvidersView([_view(each) for each in found]))

    return router


def _view(each: ProviderState) -> ProviderView:
    return ProviderView(
        provider=each.name,
        name=each.title,
        state=each.state,
        why=each.why,
        ask=each.ask,
        fields=each.fields,
        url=each.url,
        month=each.month,
        spent=each.spent,
        budget=each.budget,
        waiting=each.waiting,
        known=each.known,
        unknown=each.unknown,
        failed=each.failed,
        shelf=each.shelf,
        wrong=each.wrong,
        hit_rate=each.hits,
        took=each.took,
        problem=each.problem,
        problem_at=each.problem_at,
        failing_since=each.since,
        paused_until=each.until,
    )
