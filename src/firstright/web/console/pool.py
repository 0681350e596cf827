"""Fairness: one pool over a period, each rep's target beside what they got, what kept leads from them, and the leads behind it.

Who may see what is the report's to say (`desk.explain.fairness`); of a lead that has moved on, its holder of today decides.
"""

from urllib.parse import quote, urlencode

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.decision import Code
from firstright.core.lead import Holder, HolderKind
from firstright.core.pools import Method
from firstright.core.why.teamview import visible
from firstright.desk.explain.fairness import GivenLead, Report, report
from firstright.storage import leads as stored
from firstright.storage.inbox import glanced
from firstright.storage.transactions import Tx
from firstright.web.console import poolseen
from firstright.web.console.methodwords import BY
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.fairness import PERIOD, WHICH, asked_period, behind, chosen
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 20  # leads
_PARAMETERS = PERIOD | WHICH | {"after"}


class Behind(msgspec.Struct, frozen=True):
    """One lead of the list. `href` and `name` are empty where it is not the visitor's to see now."""

    lead: GivenLead
    name: str
    company: str
    href: str
    to: str


def pool(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/pools/{pool_id}")
    def one(request: Request, pool_id: str) -> Response:
        visit = room.enter(request, Right.SEE_TEAM)
        read_head(request.scope, _PARAMETERS)
        given = {name: value for name, value in queried(request.scope).items() if value}
        return _shown(room, visit, pool_id, given)

    return router


def _shown(room: Room, visit: Visit, pool_id: str, given: dict[str, str]) -> Response:
    if visit.policy is None or visit.roster is None:
        return room.page(visit, "unpublished.html", here="/team", title="Fairness")
    asked = asked_period(given, pool_id, visit.policy.policy, visit.now)
    with room.desk.read() as tx:
        found = report(tx, visit.actor, pool_id, visit.policy.policy, visit.roster, room.versions, asked)
        if found is None:
            raise away(404, "not_found", "there is no such pool, or nobody in it is yours to see")
        picked = chosen(found, given)
        after = begins(given, None, int)
        shown, last = cut(behind(picked, after), PAGE)
        rows = _behind(tx, visit, found, shown)
    rep, code = given.get("rep", ""), given.get("code", "")

    def link(**changed: str) -> str:
        return _link(pool_id, given, **changed)

    return room.page(
        visit,
        "pool.html",
        here="/team",
        found=found,
        by=BY[Method(found.method)],
        pools=_pools(visit),
        lines=poolseen.lines(found, link, rep, code),
        numbers=poolseen.figures(found),
        verdict=poolseen.verdict(found),
        quality=poolseen.quality(found),
        said=poolseen.said(asked, visit.now),
        presets=poolseen.presets(asked, visit.now),
        dates=poolseen.dates(asked),
        given={name: given.get(name, "") for name in ("from", "until")},
        rep=rep,
        code=poolseen.WORDS[Code(code)] if code else "",
        picked=len(picked),
        scored=any(row.lead.score is not None for row in rows),
        rows=rows,
        following=str(last.seq) if last else "",
        began=after is None,
        link=link,
        any_seen=any(each.seen for each in found.reps),
    )


def _link(pool_id: str, given: dict[str, str], **changed: str) -> str:
    """This page with something else asked; a list begins anew."""
    named = {name.rstrip("_"): value for name, value in changed.items()}  # from is a word of Python's
    wanted = {name: value for name, value in given.items() if name != "after"} | named
    asked = urlencode({name: value for name, value in wanted.items() if value})
    return f"/pools/{quote(pool_id, safe='')}" + (f"?{asked}" if asked else "")


def _pools(visit: Visit) -> list[tuple[str, str]]:
    """Pools of somebody the visitor is told of, by name."""
    assert visit.policy and visit.roster
    known = visit.policy.policy.pools
    met = dict.fromkeys(
        place.pool
        for rep in visible(visit.actor, visit.roster)
        for place in rep.memberships
        if place.weight > 0
    )
    return poolseen.pools_of((pool, known[pool].name or pool) for pool in met if pool in known)


def _behind(tx: Tx, visit: Visit, found: Report, shown: list[GivenLead]) -> list[Behind]:
    names = {each.rep: each.name for each in found.reps}
    rows = stored.rows(tx, {lead.lead for lead in shown if lead.lead})
    made = []
    for lead in shown:
        row = rows.get(lead.lead)
        mine = row is not None and visit.actor.sees(
            Holder(HolderKind(row.holder_kind), row.holder_id), visit.queues
        )
        seen = glanced(row.facts) if row is not None and mine else None
        made.append(
            Behind(
                lead,
                (seen.name or "Without a name") if seen else "",
                seen.company if seen else "",
                f"/leads/{lead.lead}" if seen else "",
                names.get(lead.rep, "somebody of another team"),
            )
        )
    return made
