"""The team: who is on, off or full and until when, what each has in hand, and how fairly the rotations stand.

Whose leads somebody does not see, of those they see no more than a colleague must know. One rep's own page is `person`.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.why.teamview import Mate
from firstright.desk.explain.teams import team as team_of
from firstright.web.console.room import Room
from firstright.web.console.teamseen import figures, line, pools_of, rotations
from firstright.web.console.visit import Visit
from firstright.web.paging import begins
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
MOST_CHARTS = 6  # rotations drawn unless one is asked for
STATES = {"": "All", "on": "On", "full": "Full", "off": "Off"}
_PARAMETERS = frozenset({"state", "pool", "days", "after"})


def team(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/team")
    def everybody(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_TEAM)
        read_head(request.scope, _PARAMETERS)
        return _listed(room, visit, queried(request.scope))

    return router


def _listed(room: Room, visit: Visit, given: dict[str, str]) -> Response:
    state, pool = given.get("state", ""), given.get("pool", "")
    month = given.get("days", "7") == "30"
    if visit.policy is None or visit.roster is None:
        return room.page(visit, "unpublished.html", here="/team", title="Team")
    with room.desk.read() as tx:
        found = team_of(tx, visit.actor, visit.policy, visit.roster, visit.now)
    pools = pools_of(found.mates)
    if state not in STATES or (pool and pool not in dict(pools)):
        raise away(404, "not_found", "there is no such list, or it is not yours to see")
    among = [mate for mate in found.mates if not pool or any(place.pool == pool for place in mate.places)]
    after = begins(given, ("", ""), lambda rep: _behind(found.mates, rep))
    shown, following = _page([m for m in among if state in ("", m.state)], after)
    charts = rotations(visit, found, month, pool)
    return room.page(
        visit,
        "team.html",
        here="/team",
        lines=[line(visit, mate) for mate in shown],
        numbers=figures(among),
        states=[(each, label, _count(among, each)) for each, label in STATES.items()],
        state=state,
        pool=pool,
        pools=pools,
        month=month,
        charts=charts[:MOST_CHARTS],
        undrawn=[(chart.pool, chart.name) for chart in charts[MOST_CHARTS:]],
        link=lambda **changed: _link(given, **changed),
        following=following,
        began="after" not in given,
        any_seen=any(mate.seen for mate in found.mates),
        any_pause=any(line(visit, mate).can_pause for mate in shown),
    )


def _link(given: dict[str, str], **changed: str) -> str:
    """This page with something else asked; a list begins anew."""
    wanted = {name: value for name, value in given.items() if name != "after"} | changed
    asked = urlencode(
        {name: value for name, value in wanted.items() if value and (name, value) != ("days", "7")}
    )
    return f"/team?{asked}" if asked else "/team"


def _count(mates: list[Mate], state: str) -> int:
    return sum(1 for mate in mates if state in ("", mate.state))


def _page(mates: list[Mate], after: tuple[str, str]) -> tuple[list[Mate], str]:
    """By name, behind a place, and the rep behind whom the next page begins."""
    behind = [mate for mate in sorted(mates, key=_order) if _order(mate) > after]
    return behind[:PAGE], behind[PAGE - 1].rep if len(behind) > PAGE else ""


def _order(mate: Mate) -> tuple[str, str]:
    return mate.name.casefold(), mate.rep


def _behind(mates: Iterable[Mate], rep: str) -> tuple[str, str]:
    place = next((_order(mate) for mate in mates if mate.rep == rep), None)
    if place is None:
        raise ValueError("nobody of that name is in the list")
    return place
