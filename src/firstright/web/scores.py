"""GET /v1/leads/{id}/score, /v1/score and /v1/score/drift: what a lead is worth now and why, the model, and how it holds up."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.drift import MOVED, OFF, SHIFTED, Drift
from firstright.core.lead import Fact
from firstright.core.learned import Contribution, Model, Training
from firstright.core.record import read_record
from firstright.core.scoring import Reason, Score
from firstright.desk import Desk
from firstright.desk.explain.explaining import last_routing
from firstright.desk.scored import NO_ACCOUNT, Account, Scored, account_of, scored
from firstright.desk.watch.drifting import looks
from firstright.storage import recorded
from firstright.storage.rows import LeadRow
from firstright.storage.transactions import Tx
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import problem_responses
from firstright.web.reading import READ, Id, nothing, said, stands
from firstright.web.request import read_head

MOST_LOOKS = 60
MOST_DECISIONS = 50

_facts = msgspec.json.Decoder(dict[str, Fact]).decode


class ScoreView(msgspec.Struct, frozen=True):
    """`decided` is the score rules saw last; `score` is as of `as_of`. Contributions are of the model, thousandths of a nat
    against the mean lead."""

    lead: str
    as_of: datetime
    decided: int | None
    score: Score
    reasons: tuple[Reason, ...]
    next_at: datetime | None
    model: str
    contributions: tuple[Contribution, ...]


class MovedView(msgspec.Struct, frozen=True):
    field: str
    index: float
    state: str
    bins: tuple[tuple[str, float, float], ...]


class MonthView(msgspec.Struct, frozen=True):
    month: str
    leads: int
    chance: float
    rate: float
    error: float | None
    off: bool


class DriftView(msgspec.Struct, frozen=True):
    """`reasons` is what asks for another training; empty is none. Of fewer than a hundred leads nothing is said."""

    model: str
    hash: str
    leads: int
    retrain: bool
    reasons: tuple[str, ...]
    thresholds: dict[str, float]
    fields: tuple[MovedView, ...]
    months: tuple[MonthView, ...]
    at: datetime | None = None


class DriftsView(msgspec.Struct, frozen=True):
    """The last look, and the days before it with how far the score itself had moved."""

    last: DriftView | None
    before: tuple[tuple[str, int, bool], ...]


class StageView(msgspec.Struct, frozen=True):
    stage: str
    least: int


class CardView(msgspec.Struct, frozen=True):
    """`model` and `training` null: the policy names none."""

    rows: int
    stages: tuple[StageView, ...]
    model: str | None
    model_hash: str | None
    model_points: int
    training: Training | None


def scores(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))

    def enter(request: Request) -> None:
        keeper.admit(read_head(request.scope).authorization, READ)

    @router.get("/leads/{lead_id}/score", summary="What a lead is worth now, and why")
    def of_lead(request: Request, lead_id: Id) -> Response:
        enter(request)
        with desk.read() as tx:
            row = stands(tx, lead_id)
            found = scored_row(tx, desk, row, now())
        if found is None:
            raise nothing()
        return said(score_view(row.id, found))

    @router.get("/score", summary="The points table's size, stages and model")
    def card(request: Request) -> Response:
        enter(request)
        policy = desk.policy
        if policy is None or policy.policy.score is None:
            raise nothing()
        found, model = policy.policy.score, _model(desk)
        stages = tuple(StageView(name, least) for name, least in found.stages)
        named = (found.model, found.model_hash, model.training) if model else (None, None, None)
        return said(CardView(len(found.points), stages, named[0], named[1], found.model_points, named[2]))

    @router.get("/score/drift", summary="How far leads have moved from those the model was trained on")
    def drift(request: Request) -> Response:
        enter(request)
        policy, model = desk.policy, _model(desk)
        if policy is None or policy.policy.score is None or model is None:
            raise nothing()
        digest = policy.policy.score.model_hash
        with desk.read() as tx:
            kept = looks(tx, digest)[:MOST_LOOKS]
        last = drift_view(model.name, digest, kept[0][1], kept[0][0].at) if kept else None
        before = tuple((look.day, look.leads, bool(found.reasons)) for look, found in kept[1:])
        return said(DriftsView(last, before))

    return router


def scored_row(tx: Tx, desk: Desk, row: LeadRow, now: datetime) -> Scored | None:
    """A stored lead by the current policy, with the account its last routing saw."""
    if desk.policy is None or desk.policy.scoring is None:
        return None
    last = last_routing(recorded.of_lead(tx, row.id, MOST_DECISIONS))
    account: Account = account_of(read_record(last.record).candidates) if last else NO_ACCOUNT
    return scored(_facts(row.facts), account, desk.policy, row.arrived_at, now)


def score_view(lead: str, found: Scored) -> ScoreView:
    told = found.prediction
    return ScoreView(
        lead=lead,
        as_of=found.as_of,
        decided=found.decided,
        score=found.score,
        reasons=found.reasons,
        next_at=found.next_at,
        model=found.model,
        contributions=told.contributions if told else (),
    )


def drift_view(model: str, digest: str, found: Drift, at: datetime | None = None) -> DriftView:
    return DriftView(
        model=model,
        hash=digest,
        leads=found.leads,
        retrain=bool(found.reasons),
        reasons=found.reasons,
        thresholds={"moved": MOVED, "shifted": SHIFTED, "off": OFF},
        fields=tuple(MovedView(one.field, round(one.index, 4), one.state, one.bins) for one in found.moved),
        months=tuple(
            MonthView(month.month, month.leads, month.chance, month.rate, month.error, month.off)
            for month in found.months
        ),
        at=at,
    )


def _model(desk: Desk) -> Model | None:
    return desk.policy.scoring.model if desk.policy and desk.policy.scoring else None
