"""The review queue: what a person must decide, soonest due first, and each of them with what one needs to decide it.

What can be done to it is `reviewacts`; who may, the desk judges.
"""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.why.explanation import Explanation
from firstright.core.why.teamview import team
from firstright.desk.explain.explaining import explained, last_routing
from firstright.desk.explain.teams import standing_now
from firstright.storage import credits, inbox, leadview, recorded, reviewing, sourceview, users
from firstright.storage.inbox import MOST, Scope
from firstright.storage.reviewing import Item
from firstright.storage.transactions import Tx
from firstright.web.console.creditseen import credit_seen
from firstright.web.console.doubted import doubted
from firstright.web.console.form import NOTHING_TYPED, Form
from firstright.web.console.leadseen import decided, lead_seen
from firstright.web.console.reviewseen import MOST_KNOWN, RESOLUTIONS, WAITS, closed, row, sides, takers
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.paging import begins, cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 50
LOOKED_AHEAD = 50  # items asked for one that nobody else has in hand
MOST_DECISIONS = 50
MOST_ASKED = 20  # turns asked back, the oldest: the next come when these are answered
_PARAMETERS = frozenset({"after"})


class ReviewPages:
    """Shows the queue and its items; the acts use it to show an item once more with a form that was refused."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._versions = room.versions

    def listed(self, request: Request, visit: Visit) -> Response:
        read_head(request.scope, _PARAMETERS)
        given = queried(request.scope)
        return self.show_list(visit, begins(given, reviewing.FIRST, reviewing.read_place))

    def show_list(
        self,
        visit: Visit,
        after: reviewing.Place = reviewing.FIRST,
        *,
        form: Form = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        """The queue, and the turns that were asked back; `form` answers one of them."""
        scope = Scope(visit.actor, visit.queues)
        with self._room.desk.read() as tx:
            found = reviewing.page(tx, scope, after, PAGE + 1)
            counts = reviewing.counts(tx, scope, visit.now)
            names = users.names(tx)
            asked = credits.waiting(tx, visit.actor, limit=MOST_ASKED + 1)
            theirs = sourceview.visible(tx, scope, [each.lead_id for each in asked])
        shown, last = cut(found, PAGE)
        figures: tuple[tuple[str, int, str], ...] = (
            ("to decide", counts.open + counts.claimed, ""),
            ("overdue", counts.overdue, "bad" if counts.overdue else ""),
            ("with you", counts.mine, ""),
            ("with others", counts.claimed - counts.mine, ""),
        )
        if asked:
            figures += (("turns asked back", len(asked), "warn"),)
        return self._room.page(
            visit,
            "review.html",
            status=status,
            here="/review",
            form=form,
            asked=[credit_seen(visit, a, names, lead=a.lead_id in theirs) for a in asked[:MOST_ASKED]],
            more_asked=len(asked) > MOST_ASKED,
            rows=[row(visit, item, names) for item in shown],
            numbers=[(label, f"{MOST - 1}+" if n >= MOST else str(n), tone) for label, n, tone in figures],
            following=last.place.text() if last else "",
            began=after == reviewing.FIRST,
        )

    def item(self, tx: Tx, visit: Visit, review: str) -> Item:
        """Raises TurnedAway(404) for what is not there and for what is not theirs."""
        found = reviewing.one(tx, Scope(visit.actor, visit.queues), review)
        if found is None:
            raise away(404, "not_found", "there is nothing to decide under this address")
        return found

    def show(self, visit: Visit, review: str, *, form: Form = NOTHING_TYPED, status: int = 200) -> Response:
        scope = Scope(visit.actor, visit.queues)
        with self._room.desk.read() as tx:
            item = self.item(tx, visit, review)
            seen = leadview.seen(tx, scope, item.lead_id)
            stored = last_routing(recorded.of_lead(tx, item.lead_id, MOST_DECISIONS))
            explanation = explained(tx, stored, self._versions) if stored and seen else None
            policy = self._versions.policy(tx, stored.policy_version).policy if stored else None
            entries = self._entries(tx, visit, explanation)
            names = users.names(tx)
            doubts = doubted(tx, visit, item) if seen else []
            following = following_item(tx, scope, item)
            standing = standing_now(tx)
        lead = lead_seen(visit, seen) if seen else None
        beside, whom = [], []
        if lead and visit.policy and visit.roster:
            now = team(visit.actor, visit.roster, visit.policy, standing, {}, {}, {}, {}, visit.now)
            whom = takers(visit, lead, item, now.mates)
            beside = sides(visit, item, lead, explanation, entries, policy)
        return self._room.page(
            visit,
            "review-item.html",
            status=status,
            here="/review",
            form=form,
            row=row(visit, item, names),
            item=item,
            lead=lead,
            why=decided(stored.id, explanation) if stored and explanation else None,
            sides=beside,
            more=max(0, len(explanation.known) - MOST_KNOWN) if explanation else 0,
            takers=whom,
            waits=list(WAITS.items()),
            closed=closed(visit),
            resolution=RESOLUTIONS.get(item.resolution, item.resolution),
            resolver=names.get(item.resolved_by, item.resolved_by),
            following=following,
            doubts=doubts,
        )

    def _entries(self, tx: Tx, visit: Visit, explanation: Explanation | None) -> dict[str, inbox.Entry]:
        """The known leads they may see."""
        leads = [known.id for known in explanation.known if known.kind == "lead"] if explanation else []
        return inbox.of_ids(tx, Scope(visit.actor, visit.queues), leads)


def review(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = ReviewPages(room)

    @router.get("/review")
    def listed(request: Request) -> Response:
        return pages.listed(request, room.enter(request, Right.REVIEW))

    @router.get("/review/{review_id}")
    def item(request: Request, review_id: str) -> Response:
        visit = room.enter(request, Right.REVIEW)
        read_head(request.scope)
        return pages.show(visit, review_id)

    return router


def following_item(tx: Tx, scope: Scope, item: Item) -> str:
    """The next one due that nobody else has in hand, else the first in the queue; empty when there is none."""
    for after in (item.place, reviewing.FIRST):
        for each in reviewing.page(tx, scope, after, LOOKED_AHEAD):
            if each.id != item.id and each.claimed_by in ("", scope.actor.user):
                return each.id
    return ""
