"""One rep: how they are and until when, their turn in each rotation, the leads they have, and those that went elsewhere.

`/me` shows it to themselves, `/team/{rep}` to whoever sees their leads; of a colleague it shows no more than the team does.
"""

from typing import Any  # what a template is given is of any type

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Actor, Right, Role
from firstright.core.compiled import Compiled
from firstright.core.roster import Rep, Roster
from firstright.core.why.teamview import Mate, sees, team, visible
from firstright.core.world import Standing
from firstright.desk.explain import skips
from firstright.desk.explain.teams import standing_now
from firstright.storage import credits, feeds, sourceview, teamview, users
from firstright.storage import inbox as lists
from firstright.storage.inbox import Entry, Scope
from firstright.storage.transactions import Tx
from firstright.web.console.comingseen import coming, kinds, mates, presence
from firstright.web.console.creditseen import CreditSeen, credit_seen
from firstright.web.console.feedseen import BUSY, feed_seen
from firstright.web.console.form import NOTHING_TYPED, Form
from firstright.web.console.gate import zone_of
from firstright.web.console.room import Room
from firstright.web.console.teamseen import line
from firstright.web.console.turnseen import limits, skip, turn
from firstright.web.console.visit import Visit
from firstright.web.console.weekseen import week
from firstright.web.paging import begins
from firstright.web.problems import away
from firstright.web.request import queried, read_head
from firstright.web.teams import place_text, read_place

MOST_SKIPS = 20
MOST_LEADS = 10
MOST_BACK = 10
_PARAMETERS = frozenset({"after"})


class PersonPage:
    """Shows a rep; the acts use it to show them once more with a form that was refused."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._versions = room.versions

    def show(
        self,
        visit: Visit,
        rep: str,
        *,
        me: bool,
        after: dict[str, int] | None = None,
        form: Form = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        here, title = ("/me", "My turn") if me else ("/team", "Team")
        if visit.policy is None or visit.roster is None:
            return self._room.page(visit, "unpublished.html", here=here, title=title)
        known = self.known(visit, rep)
        with self._room.desk.read() as tx:
            told = self._turns(tx, visit, rep, after, visit.policy, visit.roster)
            standing = standing_now(tx)
            mate = _mate(tx, visit, rep, visit.policy, visit.roster, standing)
            there = presence(visit, known, standing)
            leads = _leads(tx, visit, rep) if told else []
            back = _back(tx, visit, rep) if told else []
            read = feeds.one(tx, rep) if told else None
        values: dict[str, Any] = {"turns": [], "skips": [], "following": ""}
        if told:
            values = {
                "turns": [turn(visit, place, known, mate.barriers, me=me) for place in told.now],
                "skips": [skip(visit, each, me=me) for each in told.skips],
                "following": place_text(told.following) or "",
            }
        return self._room.page(
            visit,
            "person.html",
            status=status,
            here=here,
            me=me,
            path="/me" if me else f"/team/{rep}",
            form=form,
            rep=known,
            line=line(visit, mate),
            seen=told is not None,
            began=after is None,
            leads=leads,
            back=back,
            days=week(known, visit.roster, visit.now),
            coming=coming(visit, known, visit.roster) if told else [],
            kinds=kinds(visit),
            feed=feed_seen(read) if read else None,
            feeds=self._room.feeds is not None,
            busy=BUSY,
            mates=mates(visit, known, visit.roster),
            presence=there if told else None,
            limits=limits(visit, mate),
            zone=zone_of(rep, visit.roster),
            **values,
        )

    def known(self, visit: Visit, rep: str) -> Rep:
        """The rep as the roster has them. Raises TurnedAway(404) for whom they may not see."""
        found = (
            [each for each in visible(visit.actor, visit.roster) if each.id == rep] if visit.roster else []
        )
        if not found:
            raise away(404, "not_found", "the roster names nobody so, or they are of another team")
        return found[0]

    def _turns(
        self, tx: Tx, visit: Visit, rep: str, after: dict[str, int] | None, policy: Compiled, roster: Roster
    ) -> skips.Turns | None:
        actor, queues = visit.actor, visit.queues
        return skips.turns(
            tx, actor, queues, rep, policy, roster, self._versions, visit.now, after, MOST_SKIPS
        )


def person(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = PersonPage(room)

    @router.get("/team/{rep_id}")
    def one(request: Request, rep_id: str) -> Response:
        visit = room.enter(request, Right.SEE_TEAM)
        return pages.show(visit, rep_id, me=False, after=_after(request))

    @router.get("/me")
    def me(request: Request) -> Response:
        visit = room.enter(request, Right.WORK_LEADS)
        return pages.show(visit, myself(visit), me=True, after=_after(request))

    return router


def myself(visit: Visit) -> str:
    """The rep they are. Raises TurnedAway for who is none."""
    if not visit.actor.rep:
        raise away(404, "not_found", "leads come to reps of the roster, and you are none of them")
    return visit.actor.rep


def _after(request: Request) -> dict[str, int] | None:
    read_head(request.scope, _PARAMETERS)
    return begins(queried(request.scope), None, read_place)


def _mate(tx: Tx, visit: Visit, rep: str, policy: Compiled, roster: Roster, standing: Standing) -> Mate:
    hands = teamview.hands(tx, [rep] if sees(visit.actor, rep) else [])
    found = team(visit.actor, roster, policy, standing, hands, {}, {}, {}, visit.now, rep)
    return found.mates[0]


def _back(tx: Tx, visit: Visit, rep: str) -> list[CreditSeen]:
    """The latest turns they asked back, and what became of them."""
    found = credits.of_rep(tx, rep, MOST_BACK)
    names = users.names(tx) if found else {}
    theirs = sourceview.visible(tx, Scope(visit.actor, visit.queues), [each.lead_id for each in found])
    return [credit_seen(visit, each, names, lead=each.lead_id in theirs) for each in found]


def _leads(tx: Tx, visit: Visit, rep: str) -> list[Entry]:
    """Their most urgent ones, which the caller has found to be this visitor's to see."""
    assert sees(visit.actor, rep)
    scope = Scope(Actor(visit.actor.user, "", Role.REP, rep))
    return lists.page(tx, scope, "mine", visit.now, limit=MOST_LEADS)
