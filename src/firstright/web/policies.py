"""GET /v1/policy and its versions: how leads are routed now, in sentences and with counts, and what was published. Reads only."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.why.policyview import PolicyView, view
from firstright.desk import Desk
from firstright.desk.changed import KINDS, changed, published
from firstright.storage import flow
from firstright.storage.transactions import Tx
from firstright.storage.versions import LAST
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import Json, parameters, problem_responses
from firstright.web.paging import cut
from firstright.web.problems import away
from firstright.web.reading import READ, nothing, said
from firstright.web.request import page_size, queried, read_head

DAYS = 7  # counted when nobody says
MOST_DAYS = 90
MOST_VERSIONS = 10**9 - 1


class PolicyNow(msgspec.Struct, frozen=True):
    """The policy in force. `since` is when counting begins, where there were more decisions than are counted."""

    version: int
    roster_version: int
    days: int
    since: datetime | None
    policy: PolicyView


class VersionView(msgspec.Struct, frozen=True):
    version: int
    hash: str
    published_at: datetime
    published_by: str
    reason: str


class VersionsView(msgspec.Struct, frozen=True):
    """Newest first; `next` is what to give as `after` for the page behind this one, null at the end."""

    kind: str
    versions: list[VersionView]
    next: int | None


class LineView(msgspec.Struct, frozen=True):
    """One line: same, minus, plus, or a gap, whose text is how many lines it is. Numbers count from 1, 0: in one text only."""

    side: str
    text: str
    before: int
    after: int


class ChangedView(msgspec.Struct, frozen=True):
    """Changed lines with three around them; null when more changed than anybody would read. Version 0 is the empty text."""

    kind: str
    before: int
    after: int
    plus: int
    minus: int
    lines: list[LineView] | None


def policies(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/policy", responses=problem_responses(400, 401, 403, 404, 503))
    kind = _parameter("kind", f"one of {', '.join(KINDS)}; policy when not given")

    @router.get(
        "",
        summary="The policy in force, with the decisions of the last days",
        openapi_extra={"parameters": [_parameter("days", f"1 to {MOST_DAYS}; {DAYS} when not given")]},
    )
    def in_force(request: Request) -> Response:
        head = read_head(request.scope, frozenset({"days"}))
        keeper.admit(head.authorization, READ)
        days = _number(queried(request.scope).get("days", str(DAYS)), "days", 1, MOST_DAYS)
        policy, roster = desk.policy, desk.roster
        if policy is None or roster is None:
            raise nothing()
        at = now()
        with desk.read() as tx:
            counted = flow.latest(tx, at - timedelta(days=days))
        told = view(policy.policy, roster, at, counted.went)
        return said(PolicyNow(policy.version, roster.version, days, counted.since, told))

    @router.get(
        "/versions",
        summary="What was published",
        openapi_extra=parameters(
            kind=f"one of {', '.join(KINDS)}; policy when not given", after="`next` of the page before"
        ),
    )
    def versions(request: Request) -> Response:
        head = read_head(request.scope, frozenset({"kind", "after", "limit"}))
        keeper.admit(head.authorization, READ)
        given = queried(request.scope)
        asked, limit = _kind(given), page_size(given)
        before = _number(given["after"], "after", 1, MOST_VERSIONS) if "after" in given else LAST
        with desk.read() as tx:
            found = published(tx, asked, limit + 1, before)
        shown, last = cut(found, limit)
        return said(
            VersionsView(asked, [VersionView(*each) for each in shown], last.version if last else None)
        )

    @router.get(
        "/versions/{before}/{after}",
        summary="What changed between two versions",
        openapi_extra={"parameters": [kind]},
    )
    def compared(request: Request, before: str, after: str) -> Response:
        head = read_head(request.scope, frozenset({"kind"}))
        keeper.admit(head.authorization, READ)
        asked = _kind(queried(request.scope))
        with desk.read() as tx:
            return said(_changed(tx, asked, before, after))

    return router


def _changed(tx: Tx, kind: str, before: str, after: str) -> ChangedView:
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in (before, after)):
        raise nothing()
    try:
        found = changed(tx, kind, int(before), int(after))
    except LookupError:
        raise nothing() from None
    lines, plus, minus = found.difference
    shown = None if lines is None else [LineView(*line) for line in lines]
    return ChangedView(kind, found.before, found.after, plus, minus, shown)


def _kind(given: dict[str, str]) -> str:
    kind = given.get("kind", "policy")
    if kind not in KINDS:
        raise away(400, "query.invalid", f"kind is one of {', '.join(KINDS)}", kind[:64])
    return kind


def _number(text: str, name: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise away(400, "query.invalid", f"{name} is a number from {least} to {most}", text[:64])
    return int(text)


def _parameter(name: str, about: str) -> Json:
    return {"name": name, "in": "query", "description": about, "schema": {"type": "string"}}
