"""Score: the points table, the scores of open leads, what came of leads by score, the model and how it holds up. Reads only."""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.watch.drifting import WINDOW
from firstright.desk.watch.scoreboard import board
from firstright.web.console import scoreseen
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.request import read_head


def score(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/policy/score")
    def page(request: Request) -> Response:
        visit = room.enter(request, Right.SEE_POLICY)
        read_head(request.scope)
        return _shown(room, visit)

    return router


def _shown(room: Room, visit: Visit) -> Response:
    card = visit.policy.policy.score if visit.policy else None
    scoring = visit.policy.scoring if visit.policy else None
    if visit.policy is None or card is None or scoring is None:
        return room.page(
            visit, "score.html", here="/policy", tab="score", card=None, published=bool(visit.policy)
        )
    with room.desk.read() as tx:
        found = board(tx, visit.policy, visit.now)
    assert found is not None
    model = scoring.model
    look, drift = found.looks[0] if found.looks else (None, None)
    return room.page(
        visit,
        "score.html",
        here="/policy",
        tab="score",
        card=card,
        board=found,
        numbers=scoreseen.stages_seen(card, found),
        rows=scoreseen.rows_seen(card, found),
        bins=scoreseen.bins_seen(found),
        groups=scoreseen.groups_seen(found),
        model=model,
        about=scoreseen.figures_seen(model) if model else [],
        weights=scoreseen.weights_seen(model) if model else [],
        look=look,
        drift=drift,
        said=scoreseen.verdict(drift) if drift else ("", ""),
        moved=scoreseen.moved_seen(drift) if drift else [],
        months=scoreseen.months_seen(drift) if drift else [],
        window=WINDOW.days,
    )
