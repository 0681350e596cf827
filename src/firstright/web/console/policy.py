"""The policy: what routes leads now, as a picture with live counts and as sentences. Publishing is done elsewhere."""

from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.policy import Policy
from firstright.core.why.policyview import PolicyView, RuleView, TierView, view
from firstright.core.why.tableview import tables, types
from firstright.storage import flow, policies, users
from firstright.web.console.flowpicture import NO_RULE, SHOWN, picture
from firstright.web.console.methodwords import BY
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.request import queried, read_head

DAYS = 7
MOST_TIERS = 12  # in the list of what the page holds
MOST_PLACES = 200  # territories shown, and holdovers
_PARAMETERS = frozenset({"tier", "from"})


class Shelf(msgspec.Struct, frozen=True):
    """Some rules of a tier; `first` and `following` count from 1, and no `following` means the end."""

    tier: TierView
    rules: tuple[RuleView, ...]
    first: int
    following: int


def policy(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/policy")
    def now(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_POLICY)
        read_head(request.scope, _PARAMETERS)
        given = queried(request.scope)
        if visit.policy is None or visit.roster is None:
            return room.page(visit, "policy.html", here="/policy", tab="now", view=None)
        return _shown(room, visit, given.get("tier", ""), given.get("from", ""))

    return router


def _shown(room: Room, visit: Visit, tier: str, begin: str) -> Response:
    assert visit.policy is not None
    assert visit.roster is not None
    since = visit.now - timedelta(days=DAYS)
    with room.desk.read() as tx:
        counted = flow.latest(tx, since)
        version = policies.current(tx)
        by = users.names(tx).get(version.published_by, version.published_by) if version else ""
    seen = view(visit.policy.policy, visit.roster, visit.now, counted.went)
    untaken = sum(each.n for each in counted.went if not each.rule and each.reason == NO_RULE)
    return room.page(
        visit,
        "policy.html",
        here="/policy",
        tab="now",
        view=seen,
        picture=picture(seen, untaken),
        shelves=_shelves(seen, tier, begin),
        alone=bool(tier),
        methods=BY,
        tables=tables(visit.policy.policy),
        types=types(visit.policy.policy),
        contents=_contents(seen, visit.policy.policy),
        most_places=MOST_PLACES,
        most=max((rule.n for each in seen.tiers for rule in each.rules), default=0),
        days=DAYS,
        since=counted.since,
        version=version,
        by=by,
    )


def _contents(seen: PolicyView, policy: Policy) -> list[tuple[str, str]]:
    """What the page holds: where it begins there, and what it is called; in the page's order."""
    shown = seen.tiers[:MOST_TIERS]
    gate, tiers = ([(f"tier-{t.id}", t.title) for t in shown if t.gate is at] for at in (True, False))
    return [
        *([("tables", "What a lead is")] if tables(policy) or policy.types else []),
        *gate,
        ("precedence", "Who has a claim"),
        *tiers,
        ("pools", "Pools"),
        *([("rotas", "On call")] if seen.rotas else []),
        ("limits", "Limits"),
        ("credit-back", "Turns given back"),
        ("absences", "Absences"),
        ("queues-title", "Queues"),
        ("services-title", "Service levels"),
        ("territories", "Territories"),
    ]


def _shelves(seen: PolicyView, tier: str, begin: str) -> list[Shelf]:
    if not tier:
        return [_shelf(each, 1) for each in seen.tiers]
    found = [each for each in seen.tiers if each.id == tier]
    first = int(begin) if begin.isascii() and begin.isdigit() and len(begin) < 7 else 1
    if not found or not 1 <= first <= max(len(found[0].rules), 1):
        raise away(404, "not_found", "the policy has no such tier, or not so many rules in it any more")
    return [_shelf(found[0], first)]


def _shelf(tier: TierView, first: int) -> Shelf:
    beyond = first + SHOWN
    return Shelf(tier, tier.rules[first - 1 : beyond - 1], first, beyond if beyond <= len(tier.rules) else 0)
