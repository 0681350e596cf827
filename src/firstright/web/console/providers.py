"""Providers: whom facts are asked of, what that has cost this month, how they answer, what went wrong last. It changes nothing."""

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.rules.phrases import label
from firstright.desk.providerstate import ProviderState, failures, states
from firstright.storage.enrichments import EnrichmentRow
from firstright.web.console.room import Room

TONES = {
    "on": "good",
    "not asked": "",
    "failing": "warn",
    "paused": "warn",
    "over budget": "warn",
}  # else bad
WIDTH = 100  # of a bar


class ProviderSeen(msgspec.Struct, frozen=True):
    """`used` is how much of the budget is spent, from 0 to 100; `bars` are answers by kind as parts of 100."""

    state: ProviderState
    name: str
    tone: str
    fields: str
    used: int
    bars: tuple[int, int, int]
    lost: list[EnrichmentRow]


def providers(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/providers")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_DELIVERIES)
        policy = visit.policy.policy if visit.policy else None
        with room.desk.read() as tx:
            found = [_seen(each, failures(tx, each.name)) for each in states(tx, policy, visit.now)]
        return room.page(visit, "providers.html", here="/providers", rows=found)

    return router


def _seen(state: ProviderState, lost: list[EnrichmentRow]) -> ProviderSeen:
    fields = ", ".join(label(field) for field in state.fields)
    used = 0 if not state.budget else min(WIDTH, WIDTH * state.spent // state.budget)
    return ProviderSeen(
        state, state.title or state.name, TONES.get(state.state, "bad"), fields, used, _bars(state), lost
    )


def _bars(state: ProviderState) -> tuple[int, int, int]:
    """Known, unknown, failed: what is there is seen, however little."""
    numbers = (state.known, state.unknown, state.failed)
    whole = sum(numbers)
    known, unknown, failed = (max(1, WIDTH * n // whole) if n else 0 for n in numbers) if whole else (0, 0, 0)
    return known, unknown, failed
